"""Reads facts strictly: every fault at once, each with its path, what it was and what it may be."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from rules.editions import Edition
from rules.facts import Facts, Flag
from rules.words import SubjectClass, Track

COUNT_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` leads to the field (`targets.completed`), `was` is what stood there."""

    path: str
    was: object
    may_be: str

    def __str__(self) -> str:
        return f"{self.path}: {self.was!r}; it may be {self.may_be}"


class FactsError(ValueError):
    """The facts were refused before anything was computed; `faults` are all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class _Refused(Exception):  # noqa: N818 - never leaves this file
    """A part that could not be read, with its faults; their paths begin at the part."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults

    def under(self, name: str) -> list[Fault]:
        return [Fault(_join(name, one.path), one.was, one.may_be) for one in self.faults]


Reader = Callable[[object], object]
"""Reads one value, or raises _Refused. Readers are made once for each kind of field."""


def read_facts(document: Mapping[str, object], edition: Edition) -> Facts:
    """The facts of one subject, once nothing is wrong with them.

    Raises:
        FactsError: a field is unknown, missing, of the wrong kind or out of range, counts do not fit
            together, or the grades are not those of the edition's criteria.
    """
    try:
        facts = _record_reader(Facts)(document)
    except _Refused as refusal:
        raise FactsError(
            tuple(Fault(one.path or "facts", one.was, one.may_be) for one in refusal.faults)
        ) from None
    assert isinstance(facts, Facts)  # noqa: S101 - that is what was asked for
    if faults := tuple(_unfit(facts, edition)):
        raise FactsError(faults)
    return facts


@cache
def _record_reader(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}
    readers = {name: _reader(hints[name], field) for name, field in known.items()}
    needed = [
        Fault(name, None, f"given: {field.metadata['means']}")
        for name, field in known.items()
        if field.default is MISSING and field.default_factory is MISSING
    ]

    def read(value: object) -> object:
        if not isinstance(value, Mapping):
            raise _Refused(Fault("", value, "a table of fields"))
        found, faults = {}, []
        for name, item in value.items():
            reader = readers.get(name)
            if reader is None:
                faults.append(Fault(str(name), item, f"one of {', '.join(known)}"))
                continue
            try:
                found[name] = reader(item)
            except _Refused as refusal:
                faults += refusal.under(name)
        faults += [one for one in needed if one.path not in value]
        if faults:
            raise _Refused(*faults)
        return kind(**found)

    return read


def _reader(hint: Any, field: Field[Any]) -> Reader:  # noqa: ANN401, PLR0911 - a type, whatever its form
    if get_origin(hint) is UnionType:
        inner = _reader(next(one for one in get_args(hint) if one is not type(None)), field)
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        return _tuple_reader(_reader(get_args(hint)[0], field))
    if get_origin(hint) is not None:
        return _mapping_reader(_reader(get_args(hint)[1], field))
    if is_dataclass(hint):
        return _record_reader(hint)  # type: ignore[arg-type]  # a class, and hashable
    if issubclass(hint, StrEnum):
        return _word_reader(hint)
    if hint is int:
        return _count_reader(field.metadata.get("min", 0), field.metadata.get("max", COUNT_MAX))
    return {bool: _flag, date: _date, str: _text}[hint]


def _tuple_reader(inner: Reader) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise _Refused(Fault("", value, "a list"))
        items, faults = [], []
        for number, item in enumerate(value):
            try:
                items.append(inner(item))
            except _Refused as refusal:
                faults += refusal.under(f"[{number}]")
        if faults:
            raise _Refused(*faults)
        return tuple(items)

    return read


def _mapping_reader(inner: Reader) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, Mapping):
            raise _Refused(Fault("", value, "a table by codes or names"))
        items, faults = {}, []
        for name, item in value.items():
            try:
                items[str(name)] = inner(item)
            except _Refused as refusal:
                faults += refusal.under(str(name))
        if faults:
            raise _Refused(*faults)
        return items

    return read


def _word_reader(words: type[StrEnum]) -> Reader:
    known = {str(word): word for word in words}

    def read(value: object) -> object:
        word = known.get(value) if isinstance(value, str) else None
        if word is None:
            raise _Refused(Fault("", value, f"one of {', '.join(known)}"))
        return word

    return read


def _count_reader(low: int, high: int) -> Reader:
    def read(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise _Refused(Fault("", value, f"a whole number from {low} to {high}"))

    return read


def _flag(value: object) -> object:
    if isinstance(value, bool):
        return value
    raise _Refused(Fault("", value, "true or false"))


def _date(value: object) -> object:
    """A day: TOML has its own, JSON writes it as 2023-12-31."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    with suppress(ValueError, TypeError):
        return date.fromisoformat(value)  # type: ignore[arg-type]  # whatever is no text is refused
    raise _Refused(Fault("", value, "a day like 2023-12-31"))


def _text(value: object) -> object:
    if isinstance(value, str) and value.strip():
        return value
    raise _Refused(Fault("", value, "a text that is not empty"))


def _join(name: str, path: str) -> str:
    return f"{name}.{path}" if path and not path.startswith("[") else f"{name}{path}"


def _unfit(facts: Facts, edition: Edition) -> Iterator[Fault]:
    """What cannot be true together."""
    yield from _unfit_grades(facts, edition)
    yield from _unfit_counts(facts)
    is_body = facts.subject_class in {SubjectClass.ORG, SubjectClass.COLLECTIVE}
    if is_body != (facts.track is Track.BODY):
        yield Fault("track", facts.track, "BODY for ORG and COLLECTIVE, else a track of persons")
    if facts.is_a(Flag.PARTY_COMMITTEE) and facts.is_a(Flag.CELL):
        yield Fault("flags", list(facts.flags), "PARTY_COMMITTEE or CELL, not both")
    if not edition.holds_in(facts.year):
        yield Fault("year", facts.year, f"a year in which {edition.code} holds")
    for name in ("units", "subordinates", "members", "same_level"):
        if facts.subject in getattr(facts.levels, name):
            yield Fault(f"levels.{name}", facts.subject, "another one than the subject itself")


def _unfit_grades(facts: Facts, edition: Edition) -> Iterator[Fault]:
    criteria = {one.code: one for one in edition.criteria[facts.subject_class]}
    for code in facts.grades.keys() - criteria.keys():
        yield Fault(f"grades.{code}", code, f"one of {', '.join(criteria)}")
    for code, criterion in criteria.items():
        if code not in facts.grades and not criterion.if_any:
            yield Fault(f"grades.{code}", None, f"the grade of this criterion ({criterion.clause})")
    results = sum(criteria[code].set == "RESULTS" for code in facts.grades if code in criteria)
    if facts.weak_criteria > len(facts.grades):
        yield Fault("weak_criteria", facts.weak_criteria, f"at most {len(facts.grades)} criteria")
    if facts.failed_results > results:
        yield Fault("failed_results", facts.failed_results, f"at most {results} results criteria")


def _unfit_counts(facts: Facts) -> Iterator[Fault]:
    for name in ("targets", "area"):
        work = getattr(facts, name)
        if work:
            yield from _over(f"{name}.completed", work.completed, "assigned", work.assigned)
            yield from _over(f"{name}.on_time", work.on_time, "completed", work.completed)
            yield from _over(f"{name}.exceeded", work.exceeded, "completed", work.completed)
    for name in ("workplace_votes", "residents_votes"):
        votes = getattr(facts, name)
        if votes:
            counted = sum(
                getattr(votes, one, 0) for one in ("excellent", "good", "completed", "not_good")
            )
            yield from _over(f"{name}.returned", votes.returned, "issued", votes.issued)
            yield from _over(f"{name}.valid", votes.valid, "returned", votes.returned)
            yield from _over(f"{name}: the votes together", counted, "valid", votes.valid)
    confidence = facts.confidence_votes
    if confidence:
        yield from _over("confidence_votes.low", confidence.low, "valid", confidence.valid)
    yield from _unfit_days(facts)
    units = {one.name for one in facts.discipline if one.who == "SUBORDINATE_UNIT"}
    yield from _over("discipline", len(units), "subordinate_units", facts.subordinate_units)


def _unfit_days(facts: Facts) -> Iterator[Fault]:
    """A discipline counts for the year of the act (QĐ124:Đ12.4.5), and ends after it begins."""
    for number, one in enumerate(facts.discipline):
        path = f"discipline[{number}]"
        if one.happened_on and one.happened_on.year != facts.year:
            yield Fault(f"{path}.happened_on", str(one.happened_on), f"a day of {facts.year}")
        days = [
            ("happened_on", one.happened_on),
            ("decided_on", one.decided_on),
            ("until", one.until),
        ]
        given = [(name, day) for name, day in days if day]
        for (before, first), (name, day) in pairwise(given):
            if day < first:
                yield Fault(f"{path}.{name}", str(day), f"{first} or later ({before})")


def _over(path: str, part: int, of: str, whole: int) -> Iterator[Fault]:
    if part > whole:
        yield Fault(path, part, f"at most {whole} ({of})")


def as_document(facts: Facts) -> dict[str, object]:
    """The facts as the JSON that `read_facts` reads."""
    return {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return str(value) if isinstance(value, StrEnum | date) else value
