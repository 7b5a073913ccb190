"""Parses the facts of one subject and reports all faults at once, each with its path."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from rules.editions.lookup import Edition
from rules.facts.consistency import consistency_faults, standalone_level_faults
from rules.facts.facts import Attested, Concluded, Facts, Rated
from rules.facts.fault import FactsError, Fault, Faults
from rules.facts.record_parser import Reader, documents, optional, rated, record
from rules.facts.submission import submission_faults

__all__ = ["FactsError", "Fault", "read_facts"]


def read_facts(
    document: Mapping[str, object],
    edition: Edition,
    *,
    stands_alone: bool = False,
    new_on: date | None = None,
) -> Facts:
    """The facts of one subject without faults.

    A document that `stands_alone` must contain the levels of related subjects, since the registry does
    not add them: a head names the collective, a secretary the party organisation (`{}` where none is
    rated). A document submitted on the day `new_on` gets stricter checks, because its author can still
    correct it; a stored document, accepted under earlier checks, must remain readable
    (rules.facts.submission).

    Raises:
        FactsError: a field is unknown, missing, of the wrong type or out of range; counts are
            inconsistent; or the grades do not match the edition's criteria.
    """
    faults: Faults = []
    facts = _reader()(document, (), faults)
    if faults and isinstance(document, dict | Mapping):
        facts = _valid_part(document, faults)
    if isinstance(facts, Facts):
        known = {fault.path for fault in faults}
        around = {part for path in known for part in _path_and_ancestors(path)}
        faults += [
            fault
            for fault in _first_fault_of_each_field(facts, document, edition, stands_alone, new_on)
            if fault.path not in around and known.isdisjoint(_path_and_ancestors(fault.path))
        ]
    if faults:
        raise FactsError(faults)
    assert isinstance(facts, Facts)  # noqa: S101 - a reader without faults returns its record
    return facts


def _valid_part(document: Mapping[str, object], faults: Faults) -> object:
    """The facts without their faulty fields, so that the consistency of the others is checked, too.

    BAD where a required field is among the faulty ones.
    """
    bad = {fault.steps[:2] for fault in faults}
    rest: dict[str, object] = {
        name: {item: entry for item, entry in value.items() if (name, item) not in bad}
        if isinstance(value, dict | Mapping)
        else value
        for name, value in document.items()
        if (name,) not in bad
    }
    remaining_faults: Faults = []
    facts = _reader()(rest, (), remaining_faults)
    if remaining_faults:
        roots = {fault.steps[0] for fault in remaining_faults}
        facts = _reader()({name: rest[name] for name in rest.keys() - roots}, (), [])
    return facts


def _path_and_ancestors(path: str) -> Iterator[str]:
    """The path and its ancestors: `discipline[0].who`, `discipline[0]`, `discipline`."""
    yield path
    yield from (path[:place] for place, char in enumerate(path) if char in ".[")


def _first_fault_of_each_field(
    facts: Facts,
    document: Mapping[str, object],
    edition: Edition,
    stands_alone: bool,
    new_on: date | None,
) -> Iterator[Fault]:
    """The first fault of each field: a field of another class needs no further fault."""
    faults = itertools.chain(
        submission_faults(facts, document, edition, new_on) if new_on else (),
        consistency_faults(facts, document, edition),
        standalone_level_faults(facts) if stands_alone else (),
    )
    reported: set[str] = set()
    for fault in faults:
        if fault.path not in reported:
            reported.add(fault.path)
            yield fault


@cache
def _reader() -> Reader:
    return record(
        Facts,
        {
            Rated | None: optional(rated),
            Mapping[Attested, str]: documents(Attested),
            Mapping[Concluded, str]: documents(Concluded),
        },
    )
