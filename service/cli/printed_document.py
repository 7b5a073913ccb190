"""Documents that are printed from the code and committed: the SDL, the law, the matrix."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from schema.contract.breaking_change import breaking
from service.errors import BrokenPromise, StaleDocument


def write_or_check(path: Path, text: str, *, check: bool, write: bool) -> None:
    """Print the text, or write it to its file, or compare it with the file.

    Raises:
        StaleDocument: the file is not what would be written.
    """
    if write:
        path.write_text(text, encoding="utf-8")
    elif not check:
        sys.stdout.write(text)
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise StaleDocument(f"{path} is not current; `make documents` writes it anew")


def refuse_breaking_changes(released: Path, sdl: str) -> None:
    """Compare the schema with the one of the last release.

    Raises:
        BrokenPromise: a client of that release could not work with this schema; it names every change.
    """
    broken = breaking(released.read_text(encoding="utf-8"), sdl, datetime.now(UTC).date())
    if broken:
        changes = "".join(f"\n  {each}" for each in broken)
        raise BrokenPromise(f"this breaks what {released} promises:{changes}")
