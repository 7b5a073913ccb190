"""A subject's facts made complete: what the registry itself knows stands beside what was recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import bodies, persons
from db.appraisals import Appraisal
from resolvers.entries import flags_of_body, flags_of_member, flags_of_official
from resolvers.refusals import FactsRefused
from rules.editions import Edition
from rules.facts import Flag
from rules.reading import FactsError, shown
from rules.reading_facts import read_facts
from rules.words import Track

KNOWN = ("subject", "year", "subject_class", "track", "flags")
"""Fields that the registry says; nobody records them."""


async def complete_facts(
    connection: AsyncConnection,
    one: Appraisal,
    document: Mapping[str, Any],
    edition: Edition,
    found: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """The document with what the registry says of the subject, once nothing is wrong with it.

    `found` are faults that were found already, to be refused together with the others.

    Raises:
        FactsRefused: a field is unknown, missing, of the wrong kind, or one that the registry says.
    """
    if said := sorted(set(KNOWN) & document.keys()):
        raise FactsRefused(
            [(name, str(document[name]), "said by the registry itself") for name in said]
        )
    complete = {
        "subject": str(one.body_code or one.person_id),
        "year": one.year,
        "subject_class": one.subject_class,
        "track": one.track,
        "flags": [str(flag) for flag in await flags_of(connection, one)],
        **document,
    }
    try:
        read_facts(complete, edition)
    except FactsError as fault:
        faults = [(one.path, shown(one.was), one.may_be) for one in fault.faults]
        raise FactsRefused([*faults, *_others(found, faults)]) from fault
    if found:
        raise FactsRefused(found)
    return complete


def _others(
    found: Sequence[tuple[str, str, str]], faults: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """One fault of a field is enough."""
    known = {path for path, _, _ in faults}
    return [one for one in found if one[0] not in known]


async def flags_of(connection: AsyncConnection, one: Appraisal) -> tuple[Flag, ...]:
    """What the subject is besides its class, by its kind, its rated post or its service."""
    if one.body_code is not None:
        return flags_of_body(await bodies.kind_of(connection, one.body_code))
    assert one.person_id is not None  # noqa: S101 -- a subject that is no body is a person
    if one.track == Track.PARTY_MEMBER:
        person = await persons.person(connection, one.person_id)
        return flags_of_member(is_civil_servant=person.is_civil_servant)
    assert one.post_code is not None  # noqa: S101 -- an official is rated by a post
    return flags_of_official(await bodies.rank_of(connection, one.post_code))
