"""Reads the facts of one subject: every fault at once, each with its path, what it was and may be."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from rules.editions import Edition
from rules.facts import Attested, Concluded, Facts, Rated
from rules.fitting_facts import misfits, unsaid
from rules.reading import (
    BAD,
    COUNT_MAX,
    FactsError,
    Fault,
    Faults,
    Path,
    Reader,
    count,
    optional,
    record,
    refuse,
    table,
    text,
    word,
)
from rules.words import Level

__all__ = ["NOT_RATED", "FactsError", "Fault", "read_facts"]

NOT_RATED = "NOT_RATED"
"""The key under which those that are only counted and not rated yet stand."""


def read_facts(
    document: Mapping[str, object], edition: Edition, *, stands_alone: bool = False
) -> Facts:
    """The facts of one subject, once nothing is wrong with them.

    A document that `stands_alone` must say itself what others were rated, since nobody adds it: a head
    names the collective, a secretary the party organisation (`{}` where there is none that is rated).

    Raises:
        FactsError: a field is unknown, missing, of the wrong kind or out of range, counts do not fit
            together, or the grades are not those of the edition's criteria.
    """
    faults: Faults = []
    facts = _reader()(document, (), faults)
    if faults and isinstance(document, dict | Mapping):
        facts = _sound_part(document, faults)
    if isinstance(facts, Facts):
        known = {fault.path for fault in faults}
        found = [*misfits(facts, document, edition), *(unsaid(facts) if stands_alone else ())]
        faults += [fault for fault in found if not _is_known(fault.path, known)]
    if faults:
        raise FactsError(tuple(faults))
    assert isinstance(facts, Facts)  # noqa: S101 - a reader without faults returns its record
    return facts


def _sound_part(document: Mapping[str, object], faults: Faults) -> object:
    """The facts without the fields that are at fault, so that what the others say is checked at once too;
    BAD where too little is left.
    """
    bad = {fault.steps[:2] for fault in faults}
    rest: dict[str, object] = {
        name: {item: one for item, one in value.items() if (name, item) not in bad}
        if isinstance(value, dict | Mapping)
        else value
        for name, value in document.items()
        if (name,) not in bad
    }
    more: Faults = []
    facts = _reader()(rest, (), more)
    if more:
        roots = {fault.steps[0] for fault in more}
        facts = _reader()({name: rest[name] for name in rest.keys() - roots}, (), [])
    return facts


def _is_known(path: str, known: set[str]) -> bool:
    """Whether this fault only follows from one that is known: at the same field, within or around it."""
    return any(
        path == one or path.startswith((f"{one}.", f"{one}[")) or one.startswith(f"{path}.")
        for one in known
    )


@cache
def _reader() -> Reader:
    return record(
        Facts,
        {
            Rated | None: optional(_rated),
            Mapping[Attested, str]: _documents(Attested),
            Mapping[Concluded, str]: _documents(Concluded),
        },
    )


_level = optional(word(Level))
_by_name = table(_level)
_many = count(0, COUNT_MAX)


def _rated(value: object, path: Path, faults: Faults) -> object:
    """Levels by codes or names, or how many of each level: the latter where every value is a number."""
    if (
        not isinstance(value, dict | Mapping)
        or not value
        or not all(map(_is_number, value.values()))
    ):
        by_name = _by_name(value, path, faults)
        return BAD if by_name is BAD else Rated(by_name)
    before, known = len(faults), [*map(str, Level), NOT_RATED]
    counted: dict[str, int] = {}
    for name, item in value.items():
        counted[name] = _many(item, (*path, str(name)), faults)
        if name not in known:
            words = ", ".join(known)
            refuse((*path, str(name)), item, f"one of {words}", f"một trong {words}", faults)
    if len(faults) > before:
        return BAD
    not_rated = counted.pop(NOT_RATED, 0)
    return Rated(counted={Level(name): many for name, many in counted.items()}, not_rated=not_rated)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _documents(words: type[StrEnum]) -> Reader:
    """Words, each with the document that says so; or only a list of them, where the documents are on file."""
    known = word(words)

    def read(value: object, path: Path, faults: Faults) -> object:
        if isinstance(value, dict | Mapping):
            return {
                known(name, (*path, str(name)), faults): text(item, (*path, str(name)), faults)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return {known(item, (*path, place), faults): "" for place, item in enumerate(value)}
        return refuse(
            path,
            value,
            f"a table or a list of {', '.join(words)}",
            f"bảng hoặc danh sách {', '.join(words)}",
            faults,
        )

    return read
