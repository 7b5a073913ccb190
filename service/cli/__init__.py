"""The command line: every command of `xeploai`."""

from service.cli.xeploai import main

__all__ = ["main"]
