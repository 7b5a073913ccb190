"""Steps that commands share: lock appraisals, hold the year, authorize, check the order, save with acts.

Locks are taken in one order everywhere (db/connection/lock.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from authz.decision import Decision, MissingRight
from db import errors
from db.repositories import appraisal as appraisals, cycle as cycles, dependence, quota as quotas
from db.repositories.act import ChainAct
from db.repositories.appraisal import Appraisal
from db.repositories.cycle import Cycle
from db.repositories.subject import Subject
from resolvers.authorization.actor import Permission, permission
from resolvers.authorization.subject import SubjectKey, find
from resolvers.commands.command import Answer, BatchItem, Listed, Target
from resolvers.commands.unit_of_work import UnitOfWork, append
from resolvers.errors import NotFound, nothing
from resolvers.queries import precedence as precedence_query
from resolvers.queries.year import edition_of
from resolvers.refusals import (
    LeftOut,
    NotCompetent,
    OutOfOrder,
    StaleVersion,
    YearClosed,
)
from rules.editions.lookup import Edition
from rules.enums import Act as ActWord, Stage, Track
from rules.judgement.exclusion import EXCLUSIONS, Ground
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
    stored = await appraisals.of_ids(unit_of_work.connection, ids)
    if missing := {*ids} - {appraisal.id for appraisal in stored}:
        raise nothing("appraisal", str(min(missing)))
    return stored


async def open_edition(unit_of_work: UnitOfWork, year: int) -> Edition:
    """The edition of an open year, which is locked open until the command ends.

    Raises:
        YearClosed: the year is closed, or was never opened.
        BadInput: an older version opened it, and no edition is in force in it.
    """
    return edition_of_open(await cycles.hold(unit_of_work.connection, year), year)


async def hold_year_of(unit_of_work: UnitOfWork, target: Target) -> Cycle | None:
    """Lock the year of an appraisal, shared, until the command ends; before the appraisal itself is locked.

    `edition_of_open` checks that it is open, after it is known that the appraisal exists.
    """
    return await cycles.hold_of_appraisal(unit_of_work.connection, target.appraisal)


def edition_of_open(cycle: Cycle | None, year: int) -> Edition:
    """The edition of a locked year. Raises as `open_edition`."""
    refuse_closed(cycle, year)
    return edition_of(year)


async def refuse_closed_year(unit_of_work: UnitOfWork, year: int) -> None:
    """Raises YearClosed if the year is not open at this moment; nothing is locked."""
    refuse_closed(await cycles.of_year(unit_of_work.connection, year), year)


def refuse_closed(cycle: Cycle | None, year: int) -> Cycle:
    """The cycle of an open year. Raises YearClosed: it is closed, or was never opened."""
    if cycle is None or cycle.closed_on is not None:
        raise YearClosed(year, is_closed=cycle is not None)
    return cycle


async def lock_appraisal(unit_of_work: UnitOfWork, target: Target) -> Appraisal:
    """Lock an appraisal that still has the version that the caller saw.

    Raises:
        NotFound: it does not exist.
        StaleVersion: it was changed.
        LeftOut: it is excluded from the rating.
    """
    (appraisal,) = await lock_appraisals(unit_of_work, [target])
    return appraisal


async def lock_appraisals(unit_of_work: UnitOfWork, targets: Sequence[Target]) -> list[Appraisal]:
    """As `lock_appraisal`, for several, in their order."""
    held_appraisals = await _lock(
        unit_of_work, {target.appraisal: target.version for target in targets}, ()
    )
    refuse_left_out(held_appraisals)
    by_id = {appraisal.id: appraisal for appraisal in held_appraisals}
    return [by_id[target.appraisal] for target in targets]


async def lock_list(items: Sequence[BatchItem[Listed]]) -> tuple[Edition, list[Appraisal]]:
    """Lock the appraisals of a list of commands; returns the edition of their open year, and them in their order.

    Raises:
        NotFound, StaleVersion, LeftOut: see `lock_appraisal`; for any one of them.
        YearClosed: their year is closed.
    """
    unit_of_work = items[0].unit_of_work
    cycle = await hold_year_of(unit_of_work, items[0].command.target)
    appraisals_held = await lock_appraisals(unit_of_work, [item.command.target for item in items])
    return edition_of_open(cycle, appraisals_held[0].year), appraisals_held


async def lock_with_dependents(
    unit_of_work: UnitOfWork,
    versions: Mapping[UUID, int],
    *,
    groups: Collection[tuple[int, str]] = (),
    others: Collection[UUID] = (),
) -> list[Appraisal]:
    """As `lock_appraisal`, for several, before a change of levels: first the quotas in which they count, then they
    together with all appraisals whose levels use theirs. This fixed order prevents deadlocks.

    `groups` and `others`: the groups in which they will count, and the appraisals that will use their levels, after
    a move. Excluded appraisals are returned, too: the caller decides what is allowed then.
    """
    counted = {*groups, *await appraisals.groups_of(unit_of_work.connection, sorted(versions))}
    for year in sorted({year for year, _ in counted}):
        codes = [code for of, code in counted if of == year]
        await quotas.lock(unit_of_work.connection, year, codes)
    users = await dependence.users_of(unit_of_work.connection, sorted(versions))
    return await _lock(unit_of_work, versions, {*others, *(user for user, _ in users)})


def refuse_left_out(targets: Sequence[Appraisal]) -> None:
    """Raises LeftOut if one of them is excluded from the rating of the year (QĐ124:Đ5.2.1)."""
    left_out = [appraisal for appraisal in targets if appraisal.excluded is not None]
    if left_out:
        clause = EXCLUSIONS[Ground(left_out[0].excluded or "")].clause
        raise LeftOut([as_row(appraisal) for appraisal in left_out], clause)


async def _lock(
    unit_of_work: UnitOfWork, versions: Mapping[UUID, int], others: Collection[UUID]
) -> list[Appraisal]:
    try:
        held_appraisals = await appraisals.lock(
            unit_of_work.connection, sorted({*versions, *others})
        )
    except errors.RowMissing as fault:
        raise NotFound(
            vi=f"appraisal: {fault}", en=f"appraisal: {fault}", field="appraisal"
        ) from fault
    targets = [appraisal for appraisal in held_appraisals if appraisal.id in versions]
    stale = [appraisal for appraisal in targets if appraisal.version != versions[appraisal.id]]
    if stale:
        raise StaleVersion([as_row(appraisal) for appraisal in stale])
    return targets


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
    keys = [subject_key(appraisal) for _, appraisal in pairs]
    subjects = await find(pairs[0][0].connection, keys, pairs[0][1].year)
    permissions: dict[UUID, Permission] = {}
    for (unit_of_work, appraisal), subject in zip(pairs, subjects, strict=True):
        assert isinstance(subject, Subject)  # noqa: S101 -- the appraisal refers to it
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
    standings = await precedence_query.standings(unit_of_work.connection, ids)
    waits = {}
    for key, standing in standings.items():
        verdict = precedence.may_be_done_now(standing, step)
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
    await appraisals.save(unit_of_work.connection, [after for after, _ in done])
    append(unit_of_work, [act for _, act in done])
    return {"appraisals": await current_rows(unit_of_work, [after.id for after, _ in done])}


async def current_rows(unit_of_work: UnitOfWork, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The rows of appraisals that this command has locked, after its changes."""
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
    return {name: getattr(appraisal, name) for name in appraisals.COLUMNS}
