"""The tree of errors in docs/errors/index.md, made from the classes.

python scripts/errors.py           prints the tree
python scripts/errors.py --write   writes it between the two markers of the index
python scripts/errors.py --check   ends with 1 where the index is not up to date
"""

import inspect
import sys
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pkgutil import walk_packages

from scripts.between import ROOT, put

INDEX = ROOT / "docs" / "errors" / "index.md"
ROOMS = ("rules", "authz", "db", "resolvers", "schema", "service", "demo")
ABSTRACT = {"PROBLEM", "REFUSED"}
"""Codes of classes that are never raised themselves."""


def classes() -> list[type]:
    """Every class that is defined in the rooms, in the order of rooms and files."""
    found: dict[type, None] = {}
    for room in ROOMS:
        package = import_module(room)
        for module in walk_packages(package.__path__, f"{room}."):
            if ".migrations." in module.name or module.name.endswith("__main__"):
                continue
            members = inspect.getmembers(import_module(module.name), inspect.isclass)
            found |= {
                each: None for _, each in members if str(each.__module__).startswith(f"{room}.")
            }
    return list(found)


def exceptions() -> list[type[BaseException]]:
    """Public classes of exceptions, and those that have a code."""
    return [
        each
        for each in classes()
        if issubclass(each, BaseException) and (not each.__name__.startswith("_") or code_of(each))
    ]


def code_of(error: type) -> str | None:
    """What clients find as `code`; None for a class that no answer names."""
    code = getattr(error, "code", None)
    return code if isinstance(code, str) and code not in ABSTRACT else None


def codes_without_exception() -> set[str]:
    """Codes of enums: of answers that no exception of ours stands for."""
    return {
        str(code)
        for each in classes()
        if issubclass(each, StrEnum) and each.__name__.endswith("ErrorCode")
        for code in each
    }


def error_codes() -> set[str]:
    """Every code that a client may find."""
    raised = {code for each in exceptions() if (code := code_of(each))}
    return raised | codes_without_exception()


def tree() -> str:
    """The classes below those of Python, each with its code and its room."""
    ours = exceptions()
    roots = [each for each in ours if not any(base in ours for base in each.__bases__)]
    lines = [line for root in by_name(roots) for line in branch(root, ours, "", "")]
    others = ", ".join(sorted(codes_without_exception()))
    lines += ["", f"without a class: {others}"]
    return "\n".join(["```text", *lines, "```"])


def by_name(found: list[type[BaseException]]) -> list[type[BaseException]]:
    return sorted(found, key=lambda each: (ROOMS.index(room_of(each)), each.__name__))


def room_of(error: type) -> str:
    return error.__module__.partition(".")[0]


def branch(
    error: type[BaseException], ours: list[type[BaseException]], first: str, rest: str
) -> Iterator[str]:
    """One class and the classes below it; `first` stands before its line, `rest` before theirs."""
    code = code_of(error)
    yield f"{first}{error.__name__} ({room_of(error)}){f'  {code}' if code else ''}"
    below = by_name([each for each in ours if error in each.__bases__])
    for child in below:
        is_last = child is below[-1]
        yield from branch(
            child,
            ours,
            rest + ("└── " if is_last else "├── "),
            rest + ("    " if is_last else "│   "),
        )


if __name__ == "__main__":
    sys.exit(put(INDEX, "tree", tree, sys.argv[1] if len(sys.argv) > 1 else ""))
