"""Documents that are printed from the code and committed: the SDL, the law, the matrix."""

import sys
from pathlib import Path

from service.problems import StaleDocument


def put(path: Path, text: str, *, check: bool, write: bool) -> None:
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
