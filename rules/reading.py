"""Reading records from JSON or TOML strictly: each class of records gets its reader made once.

A reader takes what stood in the document and the path to it; it returns the value, or notes every fault
and returns BAD.
"""

import reprlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints
from unicodedata import is_normalized

from rules.values import BadValueError, read_day

COUNT_MAX = 10_000_000
DATE = "YYYY-MM-DD"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` leads to the field (`targets.completed`), `was` is what stood there; `may_be` says in
    English, and `vi` in Vietnamese, what it may be. `steps` are those of the path, where a reader made it.
    """

    path: str
    was: object
    may_be: str
    vi: str
    steps: Path = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        asked = "it is" if self.was is MISSING_FIELD else "it may be"
        return f"{self.path}: {shown(self.was)}; {asked} {self.may_be}"


class _Missing:
    """What stands where a field that must be given is not."""

    def __repr__(self) -> str:
        return "missing"


MISSING_FIELD = _Missing()


def shown(was: object) -> str:
    """What stood there, cut where it is long: null, missing, "text", 2023-12-31, 7."""
    if was is None:
        return "null"
    return str(was) if isinstance(was, date) else reprlib.repr(was)


class FactsError(ValueError):
    """The facts were refused before anything was computed; `faults` are all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class _Bad:
    """What a reader returns where it noted faults."""


BAD = _Bad()
Faults = list[Fault]
Reader = Callable[[object, Path, Faults], Any]


def text_of(path: Path) -> str:
    """`levels.units`, `discipline[0].who`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


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
    """The reader of a dataclass; `special` has readers for types that say by themselves how they are read."""
    hints = get_type_hints(kind)
    parts = [
        _Part(
            one.name,
            reader_of(hints[one.name], one.metadata, special),
            one.default is MISSING and one.default_factory is MISSING,
            one.metadata["en"],
            one.metadata["vi"],
        )
        for one in fields(kind)
    ]
    known = frozenset(part.name for part in parts)
    of_known = ", ".join(part.name for part in parts)

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - a record of any kind
        if not isinstance(value, dict | Mapping):
            return refuse(path, value, "a table of fields", "một bảng các trường", faults)
        before = len(faults)
        if not value.keys() <= known:
            for name in sorted(value.keys() - known, key=str):
                refuse((*path, str(name)), value[name], f"one of {of_known}", of_known, faults)
        given: dict[str, object] = {}
        for name, read_part, is_required, en, vi in parts:
            if name in value:
                given[name] = read_part(value[name], (*path, name), faults)
            elif is_required:
                refuse((*path, name), MISSING_FIELD, en, vi, faults)
        return kind(**given) if len(faults) == before else BAD

    return read


def reader_of(hint: Any, about: Mapping[str, Any], special: Mapping[object, Reader]) -> Reader:  # noqa: ANN401 - a type
    """The reader of one field by its type; `about` is the field's metadata."""
    if hint in special:
        return special[hint]
    origin, inner = get_origin(hint), [one for one in get_args(hint) if one is not type(None)]
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
    by_text = {str(one): one for one in words}
    known = ", ".join(by_text)

    def read(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - of any list
        found = by_text.get(value) if isinstance(value, str) else None
        if found is None:
            return refuse(path, value, f"one of {known}", f"một trong {known}", faults)
        return found

    return read


def count(low: int, high: int) -> Reader:
    """A whole number; true and 2.0 are none."""
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
    """A date of TOML, or its text as ISO 8601 writes it with hyphens."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str):
            return read_day(value)
    except BadValueError:
        pass  # told below, by its path
    return refuse(path, value, f"a date {DATE}", "một ngày viết là NĂM-THÁNG-NGÀY", faults)


def text(value: object, path: Path, faults: Faults) -> Any:  # noqa: ANN401 - str or BAD
    if isinstance(value, str) and value.strip() and is_normalized("NFC", value):
        return value
    may_be = "a text that is not empty, in Unicode's form NFC"
    return refuse(path, value, may_be, "chữ không trống, dạng Unicode NFC", faults)
