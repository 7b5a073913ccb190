"""Faults of a document of facts: where they are, what was there, and what may be there."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time
from itertools import islice

from rules.values import SHOWN_CHARACTERS_MAX, printed

STEP_CHARACTERS_MAX = 60
"""Characters of a key that a path shows: twice the longest code of an edition."""
PATH_CHARACTERS_MAX = 300
"""Characters of a path that are printed: five steps."""
ITEMS_SHOWN_MAX = 4
"""Items of a list or table that a refusal repeats."""
NUMBER_SHOWN_BITS_MAX = 128
"""Bits of the largest number that a refusal repeats in full: 39 digits."""
DEPTH_SHOWN_MAX = 2
"""Depth of nested lists that a refusal repeats."""
REPEATED_CHARACTERS_MAX = 80
"""Characters; a longer list of allowed values is written once in one refusal."""
FAULTS_LISTED_MAX = 50
"""Faults that one refusal lists: about one screen; the others are counted."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document.

    `path` is the path of the field (`targets.completed`), `was` its value. `may_be` (English) and `vi`
    (Vietnamese) say which values are allowed. `steps` are the parsed path, where a reader made it.
    """

    path: str
    was: object
    may_be: str
    vi: str
    steps: Path = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """The fault on one line, in `vi` or `en`."""
        path, was = printed(self.path, PATH_CHARACTERS_MAX), shown(self.was)
        if language == "vi":
            return f"{path}: {'thiếu' if self.was is MISSING_FIELD else was}; cần: {self.vi}"
        requirement = "it is" if self.was is MISSING_FIELD else "it may be"
        return f"{path}: {was}; {requirement} {self.may_be}"


class _Missing:
    """The value of a required field that is absent."""


MISSING_FIELD = _Missing()


def shown(was: object, depth: int = 0) -> str:
    """A value as JSON or TOML writes it, shortened: null, true, 'text', 2023-12-31, 7."""
    match was:
        case date() | time():
            return was.isoformat()
        case list() | tuple():
            return f"[{_first_few(len(was), (shown(item, depth + 1) for item in was), depth)}]"
        case dict():
            pairs = (f"{shown(name)}: {shown(item, depth + 1)}" for name, item in was.items())
            return f"{{{_first_few(len(was), pairs, depth)}}}"
    return _shown_alone(was)


def _shown_alone(was: object) -> str:
    match was:
        case _Missing():
            return "missing"
        case None | bool() | float():
            return json.dumps(was)
        case int() if was.bit_length() > NUMBER_SHOWN_BITS_MAX:
            return f"{hex(was)[:SHOWN_CHARACTERS_MAX]}…"
        case int():
            return str(was)
    return f"'{printed(str(was), SHOWN_CHARACTERS_MAX)}'"


def _first_few(many: int, texts: Iterator[str], depth: int) -> str:
    if depth == DEPTH_SHOWN_MAX:
        return "…"
    return ", ".join([*islice(texts, ITEMS_SHOWN_MAX), *["…"] * (many > ITEMS_SHOWN_MAX)])


class FactsError(ValueError):
    """The facts were refused before any computation; `faults` has all faults.

    A long list of allowed values is written only with its first fault.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(without_repeated_lists(faults))
        super().__init__("\n".join(map(str, self.faults[:FAULTS_LISTED_MAX])))


def without_repeated_lists(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults; a repeated long list of allowed values is replaced by the path of its first use."""
    first: dict[str, str] = {}
    for fault in faults:
        path = first.setdefault(fault.may_be, fault.path)
        if path == fault.path or len(fault.may_be) <= REPEATED_CHARACTERS_MAX:
            yield fault
        else:
            yield replace(fault, may_be=f"as at {path}", vi=f"như ở {path}")


class Bad:
    """The result of a reader that appended faults."""


BAD = Bad()
Faults = list[Fault]


def text_of(path: Path) -> str:
    """`levels.units`, `discipline[0].who`."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{printed(step, STEP_CHARACTERS_MAX)}"
        for step in path
    )
    return "".join(steps).removeprefix(".")


def refuse(path: Path, was: object, may_be: str, vi: str, faults: Faults) -> Bad:
    faults.append(Fault(text_of(path), was, may_be, vi, path))
    return BAD
