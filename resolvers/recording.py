"""A subject's facts made complete: what the registry itself knows stands beside what was recorded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import bodies, persons
from db.appraisals import Appraisal
from resolvers.entries import flags_of_body, flags_of_member, flags_of_official
from resolvers.refusals import FactsRefused
from rules.editions import Edition
from rules.facts import Flag
from rules.reading import FactsError, Fault
from rules.reading_facts import read_facts
from rules.words import Track

KNOWN = ("subject", "year", "subject_class", "track", "flags")
"""Fields that the registry says; nobody records them."""


def complete_facts(  # noqa: PLR0913 -- what a subject is, what is recorded, and when
    one: Appraisal,
    document: Mapping[str, Any],
    edition: Edition,
    flags: Sequence[Flag],
    *,
    today: date,
    found: Sequence[Fault] = (),
) -> dict[str, Any]:
    """The document with what the registry says of the subject, once nothing is wrong with it.

    `flags` are those of `flags_of_each`. It is recorded `today`. `found` are faults that were found already, to be refused together with the others.

    Raises:
        FactsRefused: a field is unknown, missing, of the wrong kind, or one that the registry says.
    """
    if said := sorted(set(KNOWN) & document.keys()):
        en, vi = "absent: the registry itself says it", "không ghi: hệ thống tự xác định"
        raise FactsRefused([Fault(name, document[name], en, vi) for name in said])
    complete = _with_known(one, document, flags)
    try:
        read_facts(complete, edition, new_on=today)
    except FactsError as refused:
        raise FactsRefused([*refused.faults, *_others(found, refused.faults)]) from refused
    if found:
        raise FactsRefused(found)
    return complete


def facts_with_flags(
    one: Appraisal, document: Mapping[str, Any], edition: Edition, flags: Sequence[Flag]
) -> dict[str, Any]:
    """Facts on record with other flags. Raises FactsRefused: they are not those of such a subject."""
    complete = _with_known(one, document, flags)
    try:
        read_facts(complete, edition)
    except FactsError as refused:
        raise FactsRefused(refused.faults) from refused
    return complete


def _with_known(
    one: Appraisal, document: Mapping[str, Any], flags: Sequence[Flag]
) -> dict[str, Any]:
    return {
        "subject": str(one.body_code or one.person_id),
        "year": one.year,
        "subject_class": one.subject_class,
        "track": one.track,
        "flags": [str(flag) for flag in flags],
        **document,
    }


def _others(found: Sequence[Fault], faults: Sequence[Fault]) -> list[Fault]:
    """One fault of a field is enough."""
    known = {fault.path for fault in faults}
    return [fault for fault in found if fault.path not in known]


async def flags_of_each(
    connection: AsyncConnection, every: Sequence[Appraisal]
) -> list[tuple[Flag, ...]]:
    """What each subject is besides its class, by its kind, its rated post or its service; in their order."""
    members = [one.person_id for one in every if one.person_id and one.track == Track.PARTY_MEMBER]
    known = Known(
        await bodies.kinds_of(connection, [one.body_code for one in every if one.body_code]),
        await bodies.ranks_of(connection, [one.post_code for one in every if one.post_code]),
        await persons.civil_servants(connection, members),
    )
    return [known.flags_of(one) for one in every]


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry knows of some subjects: kinds of bodies, ranks of posts, who is a civil servant."""

    kinds: Mapping[str, str]
    ranks: Mapping[str, str]
    civil_servants: Collection[UUID]

    def flags_of(self, one: Appraisal) -> tuple[Flag, ...]:
        if one.body_code is not None:
            return flags_of_body(self.kinds[one.body_code])
        if one.track == Track.PARTY_MEMBER:
            return flags_of_member(is_civil_servant=one.person_id in self.civil_servants)
        assert one.post_code is not None  # noqa: S101 -- an official is rated by a post
        return flags_of_official(self.ranks[one.post_code])
