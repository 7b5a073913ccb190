"""A generated part of a committed page, between two markers: printed, written or compared."""

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def renewed(text: str, name: str, part: str) -> str:
    """The page with another part. Raises ValueError where a marker is missing."""
    begin, end = f"<!-- {name}: begin (make documents) -->", f"<!-- {name}: end -->"
    before, is_begun, rest = text.partition(begin)
    _, is_ended, after = rest.partition(end)
    if not is_begun or not is_ended:
        raise ValueError(f"the markers {begin} and {end} are needed")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def put(page: Path, name: str, make: Callable[[], str], option: str) -> str | None:
    """What a script ends with: nothing, or a sentence about what is wrong.

    Without an option the part is printed, by --write it is written, by --check it is compared.
    """
    text = page.read_text(encoding="utf-8")
    if option == "--write":
        page.write_text(renewed(text, name, make()), encoding="utf-8")
    elif option == "--check" and renewed(text, name, make()) != text:
        return f"{page.relative_to(ROOT)} is not up to date; renew it with `make documents`"
    elif not option:
        sys.stdout.write(make() + "\n")
    return None
