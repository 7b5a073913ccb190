"""Reads facts strictly: every fault at once, each with its path, what it was and what it may be."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
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


class _Unreadable(Exception):  # noqa: N818 - never leaves this file
    """A part that could not be read; its faults are noted."""


def read_facts(document: Mapping[str, object], edition: Edition) -> Facts:
    """The facts of one subject, once nothing is wrong with them.

    Raises:
        FactsError: a field is unknown, missing, of the wrong kind or out of range, counts do not fit
            together, or the grades are not those of the edition's criteria.
    """
    faults: list[Fault] = []
    try:
        facts = _record(Facts, document, "", faults)
    except _Unreadable:
        raise FactsError(tuple(faults)) from None
    assert isinstance(facts, Facts)  # noqa: S101 - that is what was asked for
    faults += _unfit(facts, edition)
    if faults:
        raise FactsError(tuple(faults))
    return facts


def _record(kind: type[Any], value: object, path: str, faults: list[Fault]) -> object:
    if not isinstance(value, Mapping):
        return _refuse(path or "facts", value, "a table of fields", faults)
    known = {field.name: field for field in fields(kind)}
    faults += [
        Fault(_join(path, str(name)), value[name], f"one of {', '.join(known)}")
        for name in sorted(value.keys() - known.keys(), key=str)
    ]
    bad = bool(value.keys() - known.keys())
    read: dict[str, object] = {}
    hints: Mapping[str, object] = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    for name, field in known.items():
        try:
            if name in value:
                read[name] = _value(hints[name], value[name], _join(path, name), field, faults)
            elif field.default is MISSING and field.default_factory is MISSING:
                _refuse(_join(path, name), None, f"given: {field.metadata['means']}", faults)
        except _Unreadable:
            bad = True
    if bad:
        raise _Unreadable
    return kind(**read)


def _value(  # noqa: PLR0911 - one answer per kind of field
    hint: object, value: object, path: str, field: Field[Any], faults: list[Fault]
) -> object:
    if get_origin(hint) is UnionType:
        inner = next(one for one in get_args(hint) if one is not type(None))
        return None if value is None else _value(inner, value, path, field, faults)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint)[0], value, path, field, faults)
    if get_origin(hint) is not None:
        return _mapping(get_args(hint)[1], value, path, field, faults)
    if is_dataclass(hint):
        return _record(hint, value, path, faults)  # type: ignore[arg-type]  # a class, not an object
    if hint is bool:
        return value if isinstance(value, bool) else _refuse(path, value, "true or false", faults)
    if hint is int:
        return _count(value, path, field, faults)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        if isinstance(value, str) and value in set(hint):
            return hint(value)
        return _refuse(path, value, f"one of {', '.join(hint)}", faults)
    if isinstance(value, str) and value.strip():
        return value
    return _refuse(path, value, "a text that is not empty", faults)


def _count(value: object, path: str, field: Field[Any], faults: list[Fault]) -> object:
    low, high = field.metadata.get("min", 0), field.metadata.get("max", COUNT_MAX)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    return _refuse(path, value, f"a whole number from {low} to {high}", faults)


def _tuple(
    inner: object, value: object, path: str, field: Field[Any], faults: list[Fault]
) -> object:
    if not isinstance(value, list | tuple):
        return _refuse(path, value, "a list", faults)
    items, bad = [], False
    for number, item in enumerate(value):
        try:
            items.append(_value(inner, item, f"{path}[{number}]", field, faults))
        except _Unreadable:
            bad = True
    if bad:
        raise _Unreadable
    return tuple(items)


def _mapping(
    inner: object, value: object, path: str, field: Field[Any], faults: list[Fault]
) -> object:
    if not isinstance(value, Mapping):
        return _refuse(path, value, "a table by codes or names", faults)
    items, bad = {}, False
    for name, item in value.items():
        try:
            items[str(name)] = _value(inner, item, _join(path, str(name)), field, faults)
        except _Unreadable:
            bad = True
    if bad:
        raise _Unreadable
    return items


def _refuse(path: str, was: object, may_be: str, faults: list[Fault]) -> object:
    faults.append(Fault(path, was, may_be))
    raise _Unreadable


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def _hints(kind: Hashable) -> dict[str, object]:
    return get_type_hints(kind)


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
    units = {one.name for one in facts.discipline if one.who == "SUBORDINATE_UNIT"}
    yield from _over("discipline", len(units), "subordinate_units", facts.subordinate_units)


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
    return str(value) if isinstance(value, StrEnum) else value
