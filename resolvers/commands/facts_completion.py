"""Records facts, completes them with the registry's own fields of the subject, and has them judged."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import (
    appraisal as appraisals,
    body as bodies,
    dependence,
    document as documents,
    person as persons,
)
from db.repositories.act import ChainAct as ActRow
from db.repositories.appraisal import Appraisal, Computation, Facts, FlagSource
from db.repositories.dependence import Used
from db.repositories.document import HandedIn
from resolvers import computation
from resolvers.authorization.actor import Permission
from resolvers.commands.appraisal_lock import lock_list
from resolvers.commands.attestation import unattested
from resolvers.commands.base import (
    act_on,
    authorize_early,
    authorize_list,
    ends_proposal,
    save_all,
    without_proposal,
)
from resolvers.commands.command import Answer, BatchItem, ListedCommand, Target
from resolvers.commands.flag_earlier_year import flag_earlier_years
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.queries.entry import flags_of_body, flags_of_member, flags_of_official
from resolvers.refusals import FactsRefused
from resolvers.values import facts_of
from rules.editions.lookup import Edition
from rules.enums import Act, Stage, Track
from rules.facts.facts import Flag
from rules.facts.facts_parser import read_facts
from rules.facts.fault import FactsError, Fault


@dataclass(frozen=True, slots=True)
class RecordFacts(ListedCommand):
    """Record a new version of the subject's own facts, and compute its level again.

    Subject, year, class and track come from the registry. New facts end a proposal, which was made from the former
    ones, and step 2 is repeated (QĐ124:Đ11.2). A decision stands, and is marked for reconsideration; so is
    an earlier year in which an act was done that is disciplined now (QĐ124:Đ12.4.5).

    Raises:
        FactsRefused: the edition cannot read the facts, or something is attested without a document; with all
            faults at once.
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "facts"
    RIGHTS_FIRST = True
    target: Target
    facts: Mapping[str, Any]

    def validate(self, today: date) -> "RecordFacts":  # noqa: ARG002 -- every command is told the day
        return replace(self, facts=facts_of(self.facts))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, Act.APPRAISE, Act.COMPILE)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[RecordFacts]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        ids = {"ids": [item.command.target.appraisal for item in items]}
        edition, appraisals_held = await lock_list(
            items, more=[(select, ids) for select in READ_WITH_LOCKS]
        )
        allowed = await authorize_list(items, appraisals_held, Act.APPRAISE, Act.COMPILE)
        versions, files, sources, used = _rows_read(unit_of_work)
        facts = _next_facts(items, appraisals_held, edition, versions, files, sources)
        computed = computation.judge_facts(facts, used, edition, unit_of_work.at)
        done = [
            _with_act(item.unit_of_work, appraisal, allowed[appraisal.id], result)
            for item, appraisal, result in zip(items, appraisals_held, computed, strict=True)
        ]
        answer = await save_all(unit_of_work, done)
        unit_of_work.pending.rows.facts += facts
        unit_of_work.pending.rows.computations += computed
        for item, appraisal, version in zip(items, appraisals_held, facts, strict=True):
            by = allowed[appraisal.id]
            await flag_earlier_years(item.unit_of_work, appraisal, by, version.document, edition)
        return answer


READ_WITH_LOCKS = (
    appraisals.FACTS_VERSIONS,
    documents.OF_FILES,
    appraisals.FLAG_SOURCES,
    dependence.USED,
)
"""Read when the appraisals are locked; see `_rows_read`."""


def _rows_read(
    unit_of_work: UnitOfWork,
) -> tuple[
    Mapping[UUID, int], Mapping[UUID, list[HandedIn]], Mapping[UUID, FlagSource], Sequence[Used]
]:
    """The rows of READ_WITH_LOCKS by appraisal: the version of its facts, its documents, the sources of its flags; and
    the levels of others.
    """
    locked = unit_of_work.known.locked
    assert locked is not None  # noqa: S101 -- `lock_list` has read it
    versions, of_files, sources, used = locked.more
    files: dict[UUID, list[HandedIn]] = defaultdict(list)
    for key, document in of_files:
        files[key].append(document)
    return dict(versions), files, {source.appraisal: source for source in sources}, used


def _with_act(
    unit_of_work: UnitOfWork, appraisal: Appraisal, allowed: Permission, computed: Computation
) -> tuple[Appraisal, ActRow]:
    """The appraisal after its facts were recorded and judged, and the act on it."""
    after = replace(
        appraisal,
        to_review=appraisal.to_review or appraisal.stage == Stage.DECIDED,
        computed_level=computed.level,
        changed_at=unit_of_work.at,
    )
    payload: dict[str, Any] = {"kind": "facts", "version": computed.facts_version}
    if appraisal.stage == Stage.PROPOSED:
        after, payload = without_proposal(after), payload | ends_proposal(appraisal)
    return after, act_on(
        unit_of_work, Act.COMPILE, appraisal, allowed, payload=payload, clause="QĐ124:Đ11.1"
    )


def _next_facts(  # noqa: PLR0913, PLR0917 -- the commands, and what was read of their subjects
    items: Sequence[BatchItem[RecordFacts]],
    appraisals_held: Sequence[Appraisal],
    edition: Edition,
    versions: Mapping[UUID, int],
    files: Mapping[UUID, Sequence[HandedIn]],
    sources: Mapping[UUID, FlagSource],
) -> list[Facts]:
    """The facts of each command as the next version of the subject's facts. Raises FactsRefused."""
    unit_of_work = items[0].unit_of_work
    recorded = []
    for item, appraisal in zip(items, appraisals_held, strict=True):
        document = item.command.facts
        faults = unattested(files.get(appraisal.id, ()), document, unit_of_work.today, edition)
        complete = complete_facts(
            appraisal,
            document,
            edition,
            flags_of(appraisal, sources[appraisal.id]),
            today=unit_of_work.today,
            earlier_faults=faults,
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


REGISTRY_FIELDS = ("subject", "year", "subject_class", "track", "flags")
"""Fields of facts that come from the registry; they cannot be recorded."""


def complete_facts(  # noqa: PLR0913 -- what a subject is, what is recorded, and when
    appraisal: Appraisal,
    document: Mapping[str, Any],
    edition: Edition,
    flags: Sequence[Flag],
    *,
    today: date,
    earlier_faults: Sequence[Fault] = (),
) -> dict[str, Any]:
    """The document with the registry's fields of the subject, after all checks.

    `flags` are those of `flags_of_appraisals`; `today` is the day of recording; `earlier_faults` are faults of earlier
    checks, which are refused together with the others.

    Raises:
        FactsRefused: a field is unknown, missing, of the wrong kind, or one of the registry's fields.
    """
    if recorded := sorted(set(REGISTRY_FIELDS) & document.keys()):
        en, vi = "absent: the registry itself says it", "không ghi: hệ thống tự xác định"
        raise FactsRefused([Fault(name, document[name], en, vi) for name in recorded])
    complete = _with_registry_fields(appraisal, document, flags)
    try:
        read_facts(complete, edition, new_on=today)
    except FactsError as refused:
        raise FactsRefused(
            [*refused.faults, *_other_faults(earlier_faults, refused.faults)]
        ) from refused
    if earlier_faults:
        raise FactsRefused(earlier_faults)
    return complete


def facts_with_flags(
    appraisal: Appraisal, document: Mapping[str, Any], edition: Edition, flags: Sequence[Flag]
) -> dict[str, Any]:
    """Recorded facts with other flags. Raises FactsRefused: they do not fit a subject with these flags."""
    complete = _with_registry_fields(appraisal, document, flags)
    try:
        read_facts(complete, edition)
    except FactsError as refused:
        raise FactsRefused(refused.faults) from refused
    return complete


def _with_registry_fields(
    appraisal: Appraisal, document: Mapping[str, Any], flags: Sequence[Flag]
) -> dict[str, Any]:
    return {
        "subject": str(appraisal.body_code or appraisal.person_id),
        "year": appraisal.year,
        "subject_class": appraisal.subject_class,
        "track": appraisal.track,
        "flags": [str(flag) for flag in flags],
        **document,
    }


def _other_faults(earlier_faults: Sequence[Fault], faults: Sequence[Fault]) -> list[Fault]:
    """The earlier faults of fields that have no other fault."""
    known = {fault.path for fault in faults}
    return [fault for fault in earlier_faults if fault.path not in known]


async def flags_of_appraisals(
    connection: AsyncConnection, appraisals_held: Sequence[Appraisal]
) -> list[tuple[Flag, ...]]:
    """The flags of each subject, by its kind, its rated post or its service; in their order.

    Of an appraisal as it will be, too: the sources are read by its body, post and person.
    """
    members = [
        appraisal.person_id
        for appraisal in appraisals_held
        if appraisal.person_id and appraisal.track == Track.PARTY_MEMBER
    ]
    codes = [appraisal.body_code for appraisal in appraisals_held if appraisal.body_code]
    posts = [appraisal.post_code for appraisal in appraisals_held if appraisal.post_code]
    kinds = await bodies.kinds_of(connection, codes)
    ranks = await bodies.ranks_of(connection, posts)
    civil_servants = await persons.civil_servants(connection, members)
    return [
        flags_of(
            appraisal,
            FlagSource(
                appraisal.id,
                kinds.get(appraisal.body_code or ""),
                ranks.get(appraisal.post_code or ""),
                appraisal.person_id in civil_servants,
            ),
        )
        for appraisal in appraisals_held
    ]


def flags_of(appraisal: Appraisal, source: FlagSource) -> tuple[Flag, ...]:
    """The flags of a subject, by its kind, its rated post or its service."""
    if appraisal.body_code is not None:
        assert source.kind is not None  # noqa: S101 -- a body has a kind
        return flags_of_body(source.kind)
    if appraisal.track == Track.PARTY_MEMBER:
        return flags_of_member(is_civil_servant=source.is_civil_servant)
    assert source.rank is not None  # noqa: S101 -- an official is rated by a post
    return flags_of_official(source.rank)
