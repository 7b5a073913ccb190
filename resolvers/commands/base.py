"""Steps that commands share: authorize, check the order, save with acts. Their locks: `appraisal_lock`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from authz.decision import Decision, MissingRight
from db.repositories import appraisal as appraisals
from db.repositories.act import ChainAct
from db.repositories.appraisal import Appraisal
from db.repositories.command_write import write_command
from db.repositories.subject import Subject
from resolvers.authorization.actor import Permission, permission
from resolvers.authorization.subject import SubjectKey, find
from resolvers.commands.command import Answer, BatchItem, Listed, Target
from resolvers.commands.unit_of_work import UnitOfWork, append
from resolvers.errors import nothing
from resolvers.queries import precedence as precedence_query
from resolvers.refusals import (
    NotCompetent,
    OutOfOrder,
    YearClosed,
)
from rules.enums import Act as ActWord, Stage, Track
from rules.procedure import precedence
from rules.procedure.precedence import Reason, Step, StepWaitsFor, rule


async def authorize_early(unit_of_work: UnitOfWork, target: Target, *needed: ActWord) -> None:
    """Authorize a command before it locks or computes anything.

    Raises:
        NotFound: there is no such appraisal.
        NotCompetent: none of the acts is allowed.
    """
    await authorize_all(
        unit_of_work, await read_appraisals(unit_of_work, [target.appraisal]), *needed
    )


async def read_appraisals(unit_of_work: UnitOfWork, ids: Collection[UUID]) -> list[Appraisal]:
    """The appraisals, by id; they are not locked. Raises NotFound."""
    early = unit_of_work.known.early
    if early is not None and early.ids >= {*ids}:
        stored = [early.appraisals[key] for key in sorted(ids) if key in early.appraisals]
    else:
        stored = await appraisals.of_ids(unit_of_work.connection, ids)
    if missing := {*ids} - {appraisal.id for appraisal in stored}:
        raise nothing("appraisal", str(min(missing)))
    return stored


async def authorize_all(
    unit_of_work: UnitOfWork, targets: Sequence[Appraisal], *needed: ActWord, decides: bool = False
) -> dict[UUID, Permission]:
    """For each of these appraisals of one year, the permission of the first of the acts that is allowed.

    `decides`: the act gives a level, so the four-eyes rule applies to it, whatever its name is.

    Raises:
        NotCompetent: for one of them no act is allowed; the refusal is that of the last act.
        YearClosed: only an open year is missing.
    """
    return await _authorize(
        [(unit_of_work, appraisal) for appraisal in targets], needed, decides=decides
    )


async def authorize_list(
    items: Sequence[BatchItem[Listed]], appraisals_held: Sequence[Appraisal], *needed: ActWord
) -> dict[UUID, Permission]:
    """As `authorize_all`, each appraisal for the sender of its command. Raises NotCompetent."""
    givers = [item.unit_of_work for item in items]
    return await _authorize(list(zip(givers, appraisals_held, strict=True)), needed)


async def _authorize(
    pairs: Sequence[tuple[UnitOfWork, Appraisal]],
    needed: Sequence[ActWord],
    *,
    decides: bool = False,
) -> dict[UUID, Permission]:
    subjects = await _subjects(pairs[0][0], [appraisal for _, appraisal in pairs])
    permissions: dict[UUID, Permission] = {}
    for unit_of_work, appraisal in pairs:
        subject = subjects[appraisal.id]
        permissions[appraisal.id] = _permission(unit_of_work, subject, needed)
        if (
            decides
            and permissions[appraisal.id].decision.allowed
            and unit_of_work.person in subject.proposers
        ):
            permissions[appraisal.id] = OWN_PROPOSAL
    refused = [
        appraisal for _, appraisal in pairs if not permissions[appraisal.id].decision.allowed
    ]
    if refused:
        decision = permissions[refused[0].id].decision
        if decision.missing is MissingRight.YEAR_CLOSED:
            raise YearClosed(refused[0].year, is_closed=True)
        raise NotCompetent(decision, [as_row(appraisal) for appraisal in refused])
    return permissions


async def _subjects(
    unit_of_work: UnitOfWork, targets: Sequence[Appraisal]
) -> Mapping[UUID, Subject]:
    """The subjects of appraisals: those that were read with their locks, or before any lock; else they are read."""
    situation, ids = unit_of_work.known.situation, {appraisal.id for appraisal in targets}
    if situation is not None and situation.subjects.keys() >= ids:
        return situation.subjects
    keys = [subject_key(appraisal) for appraisal in targets]
    subjects: dict[UUID, Subject] = {}
    read = await find(unit_of_work.connection, keys, targets[0].year)
    for appraisal, subject in zip(targets, read, strict=True):
        assert isinstance(subject, Subject)  # noqa: S101 -- the appraisal refers to it
        subjects[appraisal.id] = subject
    return subjects


OWN_PROPOSAL = Permission(
    Decision(False, None, None, (), MissingRight.OWN_PROPOSAL, None), source=None
)


def _permission(
    unit_of_work: UnitOfWork, subject: Subject, needed: Sequence[ActWord]
) -> Permission:
    """The first permission that is allowed; else one that lacks only an open year; else the last one."""
    permissions = [
        permission(unit_of_work.policy, unit_of_work.actor, act, subject) for act in needed
    ]
    allowed = (candidate for candidate in permissions if candidate.decision.allowed)
    late = (
        candidate
        for candidate in permissions
        if candidate.decision.missing is MissingRight.YEAR_CLOSED
    )
    return next(allowed, next(late, permissions[-1]))


async def authorize_one(
    unit_of_work: UnitOfWork, appraisal: Appraisal, *needed: ActWord, decides: bool = False
) -> Permission:
    """As `authorize_all`, for one appraisal. Raises NotCompetent."""
    return (await authorize_all(unit_of_work, [appraisal], *needed, decides=decides))[appraisal.id]


async def refuse_out_of_order(
    unit_of_work: UnitOfWork, step: Step, targets: Sequence[Appraisal]
) -> None:
    """Raises OutOfOrder, with what each waits for, unless this step may be taken for all of them.

    A step that the direct superior permitted in writing passes (QĐ124:Đ8.3, Đ13.3).
    """
    ids = [appraisal.id for appraisal in targets]
    locked = unit_of_work.known.locked
    if locked is not None and locked.standings is not None and locked.ids >= {*ids}:
        standings = locked.standings
    else:
        standings = await precedence_query.standings(unit_of_work.connection, ids)
    waits = {}
    for key in ids:
        verdict = precedence.may_be_done_now(standings[key], step)
        if not verdict.allowed:
            waits[key] = verdict.waits_for
    if waits:
        raise OutOfOrder(waits)


def without_proposal(appraisal: Appraisal) -> Appraisal:
    """The appraisal before step 2 again, because other facts are in force than those of the proposal."""
    return replace(appraisal, stage=Stage.SELF_RATED, proposed_level=None)


def ends_proposal(appraisal: Appraisal) -> dict[str, str | None]:
    """The payload of an act that ends the proposal on an appraisal: the proposed level."""
    return {"ends_proposal": appraisal.proposed_level}


async def save(unit_of_work: UnitOfWork, after: Appraisal, act: ChainAct) -> Answer:
    """Write an appraisal whose level does not change, and the act on it; returns the answer of the command."""
    return await save_all(unit_of_work, [(after, act)])


async def save_all(unit_of_work: UnitOfWork, done: Sequence[tuple[Appraisal, ChainAct]]) -> Answer:
    """As `save`, for several, with the acts in their order."""
    write_later(unit_of_work, [after for after, _ in done])
    append(unit_of_work, [act for _, act in done])
    return {"appraisals": await current_rows(unit_of_work, [after.id for after, _ in done])}


def write_later(unit_of_work: UnitOfWork, changed: Iterable[Appraisal]) -> None:
    """Write locked appraisals at the end of the command; each has the version before the change."""
    unit_of_work.pending.rows.appraisals.update((after.id, after) for after in changed)


async def flush(unit_of_work: UnitOfWork) -> None:
    """Write the postponed rows now, as something that depends on them is read. Raises Conflict."""
    rows = unit_of_work.pending.rows
    if not rows.is_empty:
        await write_command(unit_of_work.connection, rows, ())
        rows.clear()


async def current_rows(unit_of_work: UnitOfWork, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The rows of appraisals that this command has locked, after its changes."""
    postponed = unit_of_work.pending.rows.appraisals
    if postponed.keys() >= {*ids}:
        rows = [as_row(postponed[key]) for key in sorted(ids)]
        return [row | {"version": row["version"] + 1} for row in rows]
    await flush(unit_of_work)
    return [
        as_row(appraisal) for appraisal in await appraisals.of_ids(unit_of_work.connection, ids)
    ]


def act_on(
    unit_of_work: UnitOfWork,
    act: ActWord,
    appraisal: Appraisal,
    allowed: Permission,
    **columns: Any,  # noqa: ANN401
) -> ChainAct:
    """An act on an appraisal by the permission that allows it; `columns` are further columns of the act."""
    row = allowed.decision.row
    return ChainAct(
        appraisal_id=appraisal.id,
        act=act,
        at=unit_of_work.at,
        actor_person_id=unit_of_work.person,
        actor_post_code=allowed.source.post_code if allowed.source else None,
        on_behalf_rater_id=allowed.source.rater_id if allowed.source else None,
        clause=columns.pop("clause", row.clause if row else None),
        payload=_delegation(allowed) | columns.pop("payload", {}),
        **columns,
    )


def _delegation(allowed: Permission) -> dict[str, str]:
    source = allowed.source
    return {"delegation": str(source.delegation_id)} if source and source.delegation_id else {}


def subject_key(appraisal: Appraisal) -> SubjectKey:
    return SubjectKey(
        body=appraisal.body_code, person=appraisal.person_id, track=Track(appraisal.track)
    )


def out_of_order(appraisal: Appraisal, reason: Reason) -> OutOfOrder:
    """The refusal of an act that does not fit the stage of an appraisal."""
    return OutOfOrder(
        {appraisal.id: [StepWaitsFor(reason, subject_identifier(appraisal), rule(reason).clause)]}
    )


def subject_identifier(appraisal: Appraisal) -> str:
    return str(appraisal.body_code or appraisal.person_id)


def as_row(appraisal: Appraisal) -> dict[str, Any]:
    """An appraisal as a mapping from column names, like a row of the database."""
    values = {name: getattr(appraisal, name) for name in appraisals.COLUMNS}
    return {
        name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()
    }
