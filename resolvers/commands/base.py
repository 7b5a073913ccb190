"""What a command checks and takes: appraisals under lock, the year, permissions, the order; what it writes on them.

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
from resolvers.commands.unit_of_work import Answer, BatchItem, Listed, Target, UnitOfWork, append
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


async def permitted_at_all(unit_of_work: UnitOfWork, target: Target, *needed: ActWord) -> None:
    """Judge a command before it locks or computes anything.

    Raises:
        NotFound: there is no such appraisal.
        NotCompetent: none of the acts is allowed.
    """
    await permitted(unit_of_work, await seen(unit_of_work, [target.appraisal]), *needed)


async def seen(unit_of_work: UnitOfWork, ids: Collection[UUID]) -> list[Appraisal]:
    """The appraisals as they stand, by id; somebody else may change them. Raises NotFound."""
    found = await appraisals.of_ids(unit_of_work.connection, ids)
    if missing := {*ids} - {one.id for one in found}:
        raise nothing("appraisal", str(min(missing)))
    return found


async def open_edition(unit_of_work: UnitOfWork, year: int) -> Edition:
    """The edition of a year that is open, and stays so until the command ends.

    Raises:
        YearClosed: it is, or was never opened.
        BadInput: an older version opened it, and no edition holds in it.
    """
    return edition_of_open(await cycles.hold(unit_of_work.connection, year), year)


async def hold_year_of(unit_of_work: UnitOfWork, target: Target) -> Cycle | None:
    """The year of an appraisal, before the appraisal itself is locked; it stays as it is until the command ends.

    Whether it is open is judged by `edition_of_open`, once it is known that the appraisal exists.
    """
    return await cycles.hold_of_appraisal(unit_of_work.connection, target.appraisal)


def edition_of_open(cycle: Cycle | None, year: int) -> Edition:
    """The edition of a year that is held. Raises as `open_edition`."""
    refuse_closed(cycle, year)
    return edition_of(year)


async def refuse_closed_year(unit_of_work: UnitOfWork, year: int) -> None:
    """Raises YearClosed if the year is not open at this moment; nothing is locked."""
    refuse_closed(await cycles.of_year(unit_of_work.connection, year), year)


def refuse_closed(cycle: Cycle | None, year: int) -> Cycle:
    """The cycle of an open year. Raises YearClosed: it is, or was never opened."""
    if cycle is None or cycle.closed_on is not None:
        raise YearClosed(year, is_closed=cycle is not None)
    return cycle


async def locked(unit_of_work: UnitOfWork, target: Target) -> Appraisal:
    """The appraisal, for nobody else to change, if it still has the version that the caller saw.

    Raises:
        NotFound: it does not exist.
        StaleVersion: it was changed.
        LeftOut: it is left out of the rating.
    """
    (one,) = await locked_all(unit_of_work, [target])
    return one


async def locked_all(unit_of_work: UnitOfWork, targets: Sequence[Target]) -> list[Appraisal]:
    """As `locked`, of several, in their order."""
    every = await _locked(unit_of_work, {one.appraisal: one.version for one in targets}, ())
    refuse_left_out(every)
    by_id = {one.id: one for one in every}
    return [by_id[one.appraisal] for one in targets]


async def held(items: Sequence[BatchItem[Listed]]) -> tuple[Edition, list[Appraisal]]:
    """The appraisals of a list of commands, in their order, and the edition of their open year.

    Raises:
        NotFound, StaleVersion, LeftOut: see `locked`; for any one of them.
        YearClosed: their year is.
    """
    unit_of_work = items[0].unit_of_work
    cycle = await hold_year_of(unit_of_work, items[0].command.target)
    appraisals_held = await locked_all(unit_of_work, [item.command.target for item in items])
    return edition_of_open(cycle, appraisals_held[0].year), appraisals_held


async def locked_with_all_they_reach(
    unit_of_work: UnitOfWork,
    versions: Mapping[UUID, int],
    *,
    groups: Collection[tuple[int, str]] = (),
    others: Collection[UUID] = (),
) -> list[Appraisal]:
    """As `locked`, of several, for a change of levels: first the quotas they count in, then they together with
    everybody whose level uses theirs. So two changes never wait for each other crosswise.

    `groups` and `others` are what they will count in, and who will use their levels, after a move. Whoever
    is left out is found too: what may be done then is the caller's to say.
    """
    counted = {*groups, *await appraisals.groups_of(unit_of_work.connection, sorted(versions))}
    for year in sorted({year for year, _ in counted}):
        codes = [code for of, code in counted if of == year]
        await quotas.lock(unit_of_work.connection, year, codes)
    users = await dependence.users_of(unit_of_work.connection, sorted(versions))
    return await _locked(unit_of_work, versions, {*others, *(user for user, _ in users)})


def refuse_left_out(found: Sequence[Appraisal]) -> None:
    """Raises LeftOut if one of them is left out of the rating of the year (QĐ124:Đ5.2.1)."""
    left_out = [one for one in found if one.excluded is not None]
    if left_out:
        clause = EXCLUSIONS[Ground(left_out[0].excluded or "")].clause
        raise LeftOut([row_of(one) for one in left_out], clause)


async def _locked(
    unit_of_work: UnitOfWork, versions: Mapping[UUID, int], others: Collection[UUID]
) -> list[Appraisal]:
    try:
        every = await appraisals.lock(unit_of_work.connection, sorted({*versions, *others}))
    except errors.RowMissing as fault:
        raise NotFound(
            vi=f"appraisal: {fault}", en=f"appraisal: {fault}", field="appraisal"
        ) from fault
    found = [one for one in every if one.id in versions]
    stale = [one for one in found if one.version != versions[one.id]]
    if stale:
        raise StaleVersion([row_of(one) for one in stale])
    return found


async def permitted(
    unit_of_work: UnitOfWork, found: Sequence[Appraisal], *needed: ActWord, decides: bool = False
) -> dict[UUID, Permission]:
    """For each of these appraisals of one year the permission of the first of the acts that is allowed.

    `decides`: the act gives a level, whatever it is called, so that four eyes hold for it.

    Raises:
        NotCompetent: for one of them no act is allowed; the refusal is that of the last act.
        YearClosed: all that is missing is an open year.
    """
    return await _permitted([(unit_of_work, one) for one in found], needed, decides=decides)


async def permitted_each(
    items: Sequence[BatchItem[Listed]], appraisals_held: Sequence[Appraisal], *needed: ActWord
) -> dict[UUID, Permission]:
    """As `permitted`, each appraisal by whoever gives its command. Raises NotCompetent."""
    givers = [item.unit_of_work for item in items]
    return await _permitted(list(zip(givers, appraisals_held, strict=True)), needed)


async def _permitted(
    pairs: Sequence[tuple[UnitOfWork, Appraisal]],
    needed: Sequence[ActWord],
    *,
    decides: bool = False,
) -> dict[UUID, Permission]:
    keys = [key_of(one) for _, one in pairs]
    subjects = await find(pairs[0][0].connection, keys, pairs[0][1].year)
    permissions: dict[UUID, Permission] = {}
    for (unit_of_work, one), subject in zip(pairs, subjects, strict=True):
        assert isinstance(subject, Subject)  # noqa: S101 -- the appraisal refers to it
        permissions[one.id] = _permission(unit_of_work, subject, needed)
        if (
            decides
            and permissions[one.id].decision.allowed
            and unit_of_work.person in subject.proposers
        ):
            permissions[one.id] = OWN_PROPOSAL
    refused = [one for _, one in pairs if not permissions[one.id].decision.allowed]
    if refused:
        decision = permissions[refused[0].id].decision
        if decision.missing is MissingRight.YEAR_CLOSED:
            raise YearClosed(refused[0].year, is_closed=True)
        raise NotCompetent(decision, [row_of(one) for one in refused])
    return permissions


OWN_PROPOSAL = Permission(
    Decision(False, None, None, (), MissingRight.OWN_PROPOSAL, None), source=None
)


def _permission(
    unit_of_work: UnitOfWork, subject: Subject, needed: Sequence[ActWord]
) -> Permission:
    """The first that is allowed; else one that lacks nothing but an open year; else the last."""
    every = [permission(unit_of_work.policy, unit_of_work.actor, act, subject) for act in needed]
    allowed = (one for one in every if one.decision.allowed)
    late = (one for one in every if one.decision.missing is MissingRight.YEAR_CLOSED)
    return next(allowed, next(late, every[-1]))


async def permitted_one(
    unit_of_work: UnitOfWork, one: Appraisal, *needed: ActWord, decides: bool = False
) -> Permission:
    """As `permitted`, of one appraisal. Raises NotCompetent."""
    return (await permitted(unit_of_work, [one], *needed, decides=decides))[one.id]


async def in_order(unit_of_work: UnitOfWork, step: Step, found: Sequence[Appraisal]) -> None:
    """Raises OutOfOrder with what each waits for, unless all of them have come to this step.

    What a direct superior let through in writing passes (QĐ124:Đ8.3, Đ13.3).
    """
    ids = [one.id for one in found]
    standings = await precedence_query.standings(unit_of_work.connection, ids)
    waits = {}
    for key, standing in standings.items():
        verdict = precedence.may_be_done_now(standing, step)
        if not verdict.allowed:
            waits[key] = verdict.waits_for
    if waits:
        raise OutOfOrder(waits)


def without_proposal(one: Appraisal) -> Appraisal:
    """The appraisal back before step 2, because other facts hold than the proposal was made from."""
    return replace(one, stage=Stage.SELF_RATED, proposed_level=None)


def ends_proposal(one: Appraisal) -> dict[str, str | None]:
    """What the payload of an act says that ends the proposal about an appraisal: its level."""
    return {"ends_proposal": one.proposed_level}


async def save(unit_of_work: UnitOfWork, after: Appraisal, act: ChainAct) -> Answer:
    """Write an appraisal whose level stays, and the act on it; what the command answers."""
    return await save_all(unit_of_work, [(after, act)])


async def save_all(unit_of_work: UnitOfWork, done: Sequence[tuple[Appraisal, ChainAct]]) -> Answer:
    """As `save`, of several, the acts in their order."""
    await appraisals.save(unit_of_work.connection, [after for after, _ in done])
    append(unit_of_work, [act for _, act in done])
    return {"appraisals": await rows_now(unit_of_work, [after.id for after, _ in done])}


async def rows_now(unit_of_work: UnitOfWork, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Appraisals that this command holds, as it has left them."""
    return [row_of(one) for one in await appraisals.of_ids(unit_of_work.connection, ids)]


def act_on(
    unit_of_work: UnitOfWork,
    act: ActWord,
    one: Appraisal,
    allowed: Permission,
    **more: Any,  # noqa: ANN401
) -> ChainAct:
    """An act on an appraisal by the permission that allows it; `more` are other columns."""
    row = allowed.decision.row
    return ChainAct(
        appraisal_id=one.id,
        act=act,
        at=unit_of_work.at,
        actor_person_id=unit_of_work.person,
        actor_post_code=allowed.source.post_code if allowed.source else None,
        on_behalf_rater_id=allowed.source.rater_id if allowed.source else None,
        clause=more.pop("clause", row.clause if row else None),
        payload=_delegation(allowed) | more.pop("payload", {}),
        **more,
    )


def _delegation(allowed: Permission) -> dict[str, str]:
    source = allowed.source
    return {"delegation": str(source.delegation_id)} if source and source.delegation_id else {}


def key_of(one: Appraisal) -> SubjectKey:
    return SubjectKey(body=one.body_code, person=one.person_id, track=Track(one.track))


def waiting(one: Appraisal, reason: Reason) -> OutOfOrder:
    """The refusal of an act that an appraisal has not come to, or has passed."""
    return OutOfOrder({one.id: [StepWaitsFor(reason, subject_of(one), rule(reason).clause)]})


def subject_of(one: Appraisal) -> str:
    return str(one.body_code or one.person_id)


def row_of(one: Appraisal) -> dict[str, Any]:
    """An appraisal by column name, as rows of the database come."""
    return {name: getattr(one, name) for name in appraisals.COLUMNS}
