"""Parses records from JSON or TOML strictly; the reader of each dataclass is built once.

A reader takes a value of the document and its path. It returns the parsed value, or appends every
fault and returns BAD.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from rules.enums import Level
from rules.facts.facts import Rated
from rules.facts.fault import BAD, MISSING_FIELD, Faults, Path, refuse, shown
from rules.values import (
    LINE,
    BadValueError,
    read_day,
    read_text,
)

COUNT_MAX = 10_000_000
"""The largest count that a field may hold."""
DATE = "YYYY-MM-DD"
NOT_RATED = "NOT_RATED"
"""The key of the number of subjects that are only counted and not rated yet."""

Reader = Callable[[object, Path, Faults], Any]


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


_COUNTABLE = [*map(str, Level), NOT_RATED]
_ONE_OF = f"one of {', '.join(_COUNTABLE)}, each with its number; or codes, each with its level"
_ONE_OF_VI = f"một trong {', '.join(_COUNTABLE)}, kèm số lượng; hoặc các mã, kèm mức xếp loại"
_level = optional(word(Level))
_by_name = table(_level)
_many = count(0, COUNT_MAX)


def rated(value: object, path: Path, faults: Faults) -> object:
    """Levels by code or name; or counts by level, where every value is a number."""
    if (
        not isinstance(value, dict | Mapping)
        or not value
        or not all(map(_is_number, value.values()))
    ):
        by_name = _by_name(value, path, faults)
        return BAD if by_name is BAD else Rated(by_name)
    faults_before, counted = len(faults), {}
    for name, item in value.items():
        if name in _COUNTABLE:
            counted[name] = _many(item, (*path, name), faults)
        else:
            refuse((*path, str(name)), item, _ONE_OF, _ONE_OF_VI, faults)
    if len(faults) > faults_before:
        return BAD
    not_rated = counted.pop(NOT_RATED, 0)
    return Rated(counted={Level(name): many for name, many in counted.items()}, not_rated=not_rated)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def documents(words: type[StrEnum]) -> Reader:
    """Words with their documents; or a list of words, where the documents are on file."""
    known = word(words)
    may_be = f"a table or a list of {', '.join(words)}"
    vi = f"bảng hoặc danh sách {', '.join(words)}"

    def read(value: object, path: Path, faults: Faults) -> object:
        if isinstance(value, dict | Mapping):
            return {
                known(name, (*path, str(name)), faults): text(item, (*path, str(name)), faults)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return {known(item, (*path, place), faults): "" for place, item in enumerate(value)}
        return refuse(path, value, may_be, vi, faults)

    return read
