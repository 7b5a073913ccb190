"""The command line: the commands of `xeploai`."""

from service.cli.xeploai import main

__all__ = ["main"]
