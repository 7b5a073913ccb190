"""Prints, writes or compares the documents generated from the code: the SDL, the law, the matrix."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from schema.contract.breaking_change import breaking
from service.errors import BrokenPromise, StaleDocument


def write_or_check(path: Path, text: str, *, check: bool, write: bool) -> None:
    """Print the text, or write it to its file, or compare it with the file.

    Raises:
        StaleDocument: the file differs from the text.
    """
    if write:
        path.write_text(text, encoding="utf-8")
    elif not check:
        sys.stdout.write(text)
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise StaleDocument(f"{path} is not current; `make documents` writes it anew")


def refuse_breaking_changes(released: Path, sdl: str) -> None:
    """Compare the schema with the last release.

    Raises:
        BrokenPromise: the schema breaks clients of that release; the message names every change.
    """
    broken = breaking(released.read_text(encoding="utf-8"), sdl, datetime.now(UTC).date())
    if broken:
        changes = "".join(f"\n  {change}" for change in broken)
        raise BrokenPromise(f"this breaks what {released} promises:{changes}")
