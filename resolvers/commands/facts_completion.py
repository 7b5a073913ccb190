"""Facts are recorded, made complete by what the registry itself knows of the subject, and judged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import (
    appraisal as appraisals,
    body as bodies,
    document as documents,
    person as persons,
)
from db.repositories.act import ChainAct as ActRow
from db.repositories.appraisal import Appraisal, Facts
from resolvers import computation
from resolvers.authorization.actor import Permission
from resolvers.commands.attestation import unattested
from resolvers.commands.base import (
    act_on,
    ends_proposal,
    held,
    permitted_at_all,
    permitted_each,
    rows_now,
    save_all,
    without_proposal,
)
from resolvers.commands.flag_earlier_year import flag_earlier_years
from resolvers.commands.unit_of_work import Answer, BatchItem, ListedCommand, Target, UnitOfWork
from resolvers.queries.entry import flags_of_body, flags_of_member, flags_of_official
from resolvers.refusals import FactsRefused
from resolvers.values import facts_of
from rules.editions.lookup import Edition
from rules.enums import Act, Stage, Track
from rules.facts.facts import Flag
from rules.facts.facts_parser import read_facts
from rules.facts.record_parser import FactsError, Fault


@dataclass(frozen=True, slots=True)
class RecordFacts(ListedCommand):
    """Record a new version of the subject's own facts, and compute its level anew.

    The registry itself says who is rated, in which year, class and track. A proposal rests on the facts
    that it was made from: new ones end it, and step 2 is taken again (QĐ124:Đ11.2). Of somebody decided
    already the decision stands, and is marked to be reviewed; so is an earlier year in which an act was done that
    was disciplined now (QĐ124:Đ12.4.5).

    Raises:
        FactsRefused: the facts are not what the edition reads, or something is attested without a
            document; all faults at once.
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "facts"
    RIGHTS_FIRST = True
    target: Target
    facts: Mapping[str, Any]

    def validate(self, today: date) -> "RecordFacts":  # noqa: ARG002 -- every command is told the day
        return replace(self, facts=facts_of(self.facts))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await permitted_at_all(unit_of_work, self.target, Act.APPRAISE, Act.COMPILE)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[RecordFacts]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        edition, appraisals_held = await held(items)
        allowed = await permitted_each(items, appraisals_held, Act.APPRAISE, Act.COMPILE)
        ids = [appraisal.id for appraisal in appraisals_held]
        facts = await _next_facts(items, appraisals_held, edition)
        await appraisals.add_facts(unit_of_work.connection, facts)
        recorded = list(zip(items, appraisals_held, facts, strict=True))
        done = [
            _recorded(item.unit_of_work, appraisal, allowed[appraisal.id], version.version)
            for item, appraisal, version in recorded
        ]
        await save_all(unit_of_work, done)
        for item, appraisal, version in recorded:
            by = allowed[appraisal.id]
            await flag_earlier_years(item.unit_of_work, appraisal, by, version.document, edition)
        year = appraisals_held[0].year
        await computation.compute(unit_of_work.connection, year, unit_of_work.at, ids)
        return {"appraisals": await rows_now(unit_of_work, ids)}


def _recorded(
    unit_of_work: UnitOfWork, appraisal: Appraisal, allowed: Permission, version: int
) -> tuple[Appraisal, ActRow]:
    """An appraisal of which facts were recorded, and the act on it."""
    to_review = appraisal.to_review or appraisal.stage == Stage.DECIDED
    after = replace(appraisal, to_review=to_review, changed_at=unit_of_work.at)
    payload: dict[str, Any] = {"kind": "facts", "version": version}
    if appraisal.stage == Stage.PROPOSED:
        after, payload = without_proposal(after), payload | ends_proposal(appraisal)
    return after, act_on(
        unit_of_work, Act.COMPILE, appraisal, allowed, payload=payload, clause="QĐ124:Đ11.1"
    )


async def _next_facts(
    items: Sequence[BatchItem[RecordFacts]],
    appraisals_held: Sequence[Appraisal],
    edition: Edition,
) -> list[Facts]:
    """The facts of each command as the next version of its subject's. Raises FactsRefused."""
    unit_of_work, ids = items[0].unit_of_work, [appraisal.id for appraisal in appraisals_held]
    latest = await appraisals.latest_facts(unit_of_work.connection, ids)
    versions = {facts.appraisal_id: facts.version for facts in latest}
    files = await documents.of_files(unit_of_work.connection, ids)
    flags = await flags_of_each(unit_of_work.connection, appraisals_held)
    recorded = []
    for item, appraisal, of_subject in zip(items, appraisals_held, flags, strict=True):
        document = item.command.facts
        faults = unattested(files[appraisal.id], document, unit_of_work.today, edition)
        complete = complete_facts(
            appraisal, document, edition, of_subject, today=unit_of_work.today, found=faults
        )
        recorded.append(
            Facts(
                appraisal_id=appraisal.id,
                version=versions.get(appraisal.id, 0) + 1,
                document=complete,
                recorded_at=unit_of_work.at,
                recorded_by=item.unit_of_work.person,
            )
        )
    return recorded


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
