"""Parses records from JSON or TOML strictly; the reader of each dataclass is built once.

A reader takes a value of the document and its path. It returns the parsed value, or appends every
fault and returns BAD.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from itertools import islice
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from rules.values import (
    LINE,
    SHOWN_CHARACTERS_MAX,
    BadValueError,
    printed,
    read_day,
    read_text,
)

COUNT_MAX = 10_000_000
"""The largest count that a field may hold."""
DATE = "YYYY-MM-DD"
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


class _Bad:
    """The result of a reader that appended faults."""


BAD = _Bad()
Faults = list[Fault]
Reader = Callable[[object, Path, Faults], Any]


def text_of(path: Path) -> str:
    """`levels.units`, `discipline[0].who`."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{printed(step, STEP_CHARACTERS_MAX)}"
        for step in path
    )
    return "".join(steps).removeprefix(".")


def refuse(path: Path, was: object, may_be: str, vi: str, faults: Faults) -> _Bad:
    faults.append(Fault(text_of(path), was, may_be, vi, path))
    return BAD


class _Part(NamedTuple):
    name: str
    read: Reader
    is_required: bool
    en: str
    vi: str


def record(kind: type[Any], special: Mapping[object, Reader]) -> Reader:
    """The reader of a dataclass; `special` maps types to their own readers."""
    hints = get_type_hints(kind)
    parts = [
        _Part(
            definition.name,
            reader_of(hints[definition.name], definition.metadata, special),
            definition.default is MISSING and definition.default_factory is MISSING,
            definition.metadata["en"],
            definition.metadata["vi"],
        )
        for definition in fields(kind)
    ]
    known = frozenset(part.name for part in parts)
    of_known = ", ".join(part.name for part in parts)
    may_be, vi_of_known = f"one of {of_known}", f"một trong {of_known}"

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - a record of any kind
        if not isinstance(value, dict | Mapping):
            return refuse(path, value, "a table of fields", "một bảng các trường", faults)
        before = len(faults)
        if not value.keys() <= known:
            for name in sorted(value.keys() - known, key=str):
                refuse((*path, str(name)), value[name], may_be, vi_of_known, faults)
        values: dict[str, object] = {}
        for name, read_part, is_required, en, vi in parts:
            if name in value:
                values[name] = read_part(value[name], (*path, name), faults)
            elif is_required:
                refuse((*path, name), MISSING_FIELD, en, vi, faults)
        return kind(**values) if len(faults) == before else BAD

    return read


def reader_of(hint: Any, about: Mapping[str, Any], special: Mapping[object, Reader]) -> Reader:  # noqa: ANN401 - a type
    """The reader of one field by its type; `about` is the field's metadata."""
    if hint in special:
        return special[hint]
    origin = get_origin(hint)
    inner = [argument for argument in get_args(hint) if argument is not type(None)]
    if origin is UnionType:
        return optional(reader_of(inner[0], about, special))
    if origin is tuple:
        return items(reader_of(inner[0], about, special))
    if origin is not None:
        return table(reader_of(inner[-1], about, special))
    return record(hint, special) if is_dataclass(hint) else _plain(hint, about)  # type: ignore[arg-type]  # a class, not an object


def _plain(hint: type, about: Mapping[str, Any]) -> Reader:
    if issubclass(hint, StrEnum):
        return word(hint)
    if hint is int:
        return count(about.get("min", 0), about.get("max", COUNT_MAX))
    return {bool: flag, date: day, str: text}[hint]


def optional(inner: Reader) -> Reader:
    return lambda value, path, faults: None if value is None else inner(value, path, faults)


def items(inner: Reader) -> Reader:
    """A list, read into a tuple."""

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - of any kind
        if not isinstance(value, list | tuple):
            return refuse(path, value, "a list", "một danh sách", faults)
        return tuple(inner(item, (*path, place), faults) for place, item in enumerate(value))

    return read


def table(inner: Reader) -> Reader:
    """A table by codes or names."""

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - of any kind
        if not isinstance(value, dict | Mapping):
            return refuse(path, value, "a table by codes or names", "một bảng theo mã, tên", faults)
        return {
            name: inner(item, (*path, name), faults)
            for name, item in value.items()
            if text(name, path, faults) is not BAD
        }

    return read


@cache
def word(words: type[StrEnum]) -> Reader:
    """One of a closed list."""
    by_text = {str(member): member for member in words}
    known = ", ".join(by_text)
    may_be, vi = f"one of {known}", f"một trong {known}"

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - of any list
        named = by_text.get(value) if isinstance(value, str) else None
        return named or refuse(path, value, may_be, vi, faults)

    return read


def count(low: int, high: int) -> Reader:
    """A whole number from `low` to `high`; true and 2.0 are refused."""
    may_be, vi = f"a whole number from {low} to {high}", f"số nguyên từ {low} đến {high}"

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - int or BAD
        if type(value) is int and low <= value <= high:
            return value
        return refuse(path, value, may_be, vi, faults)

    return read


def flag(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - bool or BAD
    if value is True or value is False:
        return value
    return refuse(path, value, "true or false", "true hoặc false", faults)


def day(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - date or BAD
    """A TOML date, or a text in ISO 8601 with hyphens."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str):
            return read_day(value)
    except BadValueError:
        pass  # reported below with its path
    return refuse(path, value, f"a date {DATE}", "một ngày viết là NĂM-THÁNG-NGÀY", faults)


def text(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - str or BAD
    """A text on one line (`rules.values.LINE`) in its stored form."""
    if not isinstance(value, str):
        return refuse(path, value, "a text", "một văn bản", faults)
    try:
        normalized = read_text(value, LINE)
    except BadValueError as bad:
        return refuse(path, value, bad.en, bad.vi, faults)
    if normalized != value:
        may_be = f"written in Unicode's form NFC and without blanks around it: {shown(normalized)}"
        vi = f"viết theo Unicode dựng sẵn (NFC), không có khoảng trắng ở hai đầu: {shown(normalized)}"
        return refuse(path, value, may_be, vi, faults)
    return value
