"""A command while it runs: who acts, when, by which policy; its key, its checks, its acts.

Locks are taken in one order everywhere: policy, command, quotas, appraisals, acts, tallies. A year is
held at any point of it: whoever closes one waits for all who hold it, and they never for the closing one.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.decisions import Decision, Missing
from authz.reading import Policy
from db import acts, appraisals, commands, cycles, dependents, errors, ledger, quotas, tallies
from db.acts import Act, Head
from db.appraisals import Appraisal
from db.cycles import Cycle
from db.subjects import Subject
from db.tallies import Move
from resolvers import ordering
from resolvers.actors import Actor, Permission, permission
from resolvers.errors import Forbidden, NotFound, nothing
from resolvers.moments import moment
from resolvers.refusals import (
    KeyReused,
    LeftOut,
    NotCompetent,
    OutOfOrder,
    StaleVersion,
    YearClosed,
)
from resolvers.subjects import SubjectKey, find
from rules import order
from rules.editions import Edition, edition_for
from rules.exclusions import EXCLUSIONS, Ground
from rules.order import Reason, Step, WaitsFor, rule
from rules.words import Act as ActWord
from rules.words import Stage, Track


@dataclass(slots=True)
class Pending:
    """What a command does last, once it holds the chain: its acts, marks and moves of tallies.

    `marks` are pairs: a decided appraisal, and the one whose level it rests on.
    """

    acts: list[Act] = field(default_factory=list)
    marks: list[tuple[UUID, UUID]] = field(default_factory=list)
    moves: dict[int, list[Move]] = field(default_factory=dict)

    def clear(self) -> None:
        """Nothing is left to do."""
        self.acts.clear()
        self.marks.clear()
        self.moves.clear()


@dataclass(frozen=True, slots=True)
class Acting:
    """One command: its transaction, who acts at which moment, by which policy, what it will do last."""

    connection: AsyncConnection
    policy: Policy
    actor: Actor
    at: datetime
    pending: Pending = field(default_factory=Pending)

    @classmethod
    def now(
        cls, connection: AsyncConnection, policy: Policy, actor: Actor, fixed: date
    ) -> "Acting":
        """At this time of a day that is fixed, as in a demonstration."""
        return cls(connection, policy, actor, moment(fixed))

    @property
    def today(self) -> date:
        """The day of the moment, by which rights are judged."""
        return self.at.date()

    @property
    def person(self) -> UUID:
        """Who acts. Raises Forbidden for a service account: commands are given by persons."""
        if self.actor.person is None:
            raise Forbidden(
                vi="Chỉ người đã đăng nhập mới thực hiện được lệnh",
                en="commands are given by persons",
            )
        return self.actor.person


@dataclass(frozen=True, slots=True)
class Target:
    """The appraisal that a command is about, in the version that the caller saw."""

    appraisal: UUID
    version: int


Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Command(Generic[Content]):
    """One command of a list: who gives it, on which appraisal, and what it says.

    The commands of a list share connection, policy, day, moment and year; each is on another appraisal.
    A list costs as many statements as one command.
    """

    acting: Acting
    target: Target
    content: Content


Answer = Mapping[str, Any]
RECEIPT = "receipt"
"""Where an answer keeps the sequence and hash of the command's last act, if it says them."""


async def once(
    acting: Acting, key: UUID, given: object, work: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Carry out a command once: the same key and input bring the first answer again.

    `given` is the whole input as plain data. A refusal leaves nothing behind, not the key either.

    Raises:
        KeyReused: the key came with another input before.
    """
    digest = sha256(orjson.dumps(given, default=str, option=orjson.OPT_SORT_KEYS)).digest()
    async with acting.connection.begin_nested():
        first = await commands.begin(acting.connection, acting.person, key, digest, acting.at)
        if first is not None:
            if first.input_hash != digest:
                raise KeyReused
            return first.answer
        answer = dict(await work())
        await commands.answer(acting.connection, acting.person, key, answer)

        async def seal(head: Head) -> None:
            if RECEIPT in answer:
                answer[RECEIPT] = {"sequence": head.sequence, "hash": head.hash.hex()}
                await commands.answer(acting.connection, acting.person, key, answer)

        await _finish(acting, seal)
        return answer


async def carry_out(
    commands: Sequence[Command[Content]],
    work: Callable[[Sequence[Command[Content]]], Awaitable[Answer]],
) -> Answer:
    """Carry out a list of commands that no key guards: all or none. Raises what the commands raise."""
    answer = await work(commands)
    await _finish(commands[0].acting)
    return answer


async def _finish(acting: Acting, seal: Callable[[Head], Awaitable[None]] | None = None) -> None:
    """Append the acts of a command, which cover every row that it wrote.

    `seal` is told the chain's new head. Nothing else that an act covers is written later (see `ledger`).
    """
    connection, pending = acting.connection, acting.pending
    head = await acts.lock_chain(connection)
    await appraisals.add_marks(connection, pending.marks, head.sequence + len(pending.acts))
    head = await acts.add_acts(connection, pending.acts, head)
    if seal is not None:
        await seal(head)
    await ledger.take_up(connection, head.sequence)
    for year, moves in pending.moves.items():
        await tallies.move(connection, year, moves)
    pending.clear()


async def is_repeated(acting: Acting, key: UUID) -> bool:
    """Whether the command was carried out before: it has its answer, whatever the rights are by now."""
    return await commands.is_known(acting.connection, acting.person, key)


async def permitted_at_all(acting: Acting, key: UUID, target: Target, *needed: ActWord) -> None:
    """Judge a command before it locks, digests or computes anything; under its locks it is judged again.

    Raises:
        NotFound: there is no such appraisal.
        NotCompetent: none of the acts is allowed.
    """
    if not await is_repeated(acting, key):
        await permitted(acting, await seen(acting, [target.appraisal]), *needed)


async def seen(acting: Acting, ids: Collection[UUID]) -> list[Appraisal]:
    """The appraisals as they stand, by id; somebody else may change them. Raises NotFound."""
    found = await appraisals.of_ids(acting.connection, ids)
    if missing := {*ids} - {one.id for one in found}:
        raise nothing("appraisal", str(min(missing)))
    return found


async def open_edition(acting: Acting, year: int) -> Edition:
    """The edition of a year that is open, and stays so until the command ends. Raises YearClosed."""
    refuse_closed(await cycles.hold(acting.connection, year), year)
    return edition_for(year)


def refuse_closed(cycle: Cycle | None, year: int) -> Cycle:
    """The cycle of an open year. Raises YearClosed: it is, or was never opened."""
    if cycle is None or cycle.closed_on is not None:
        raise YearClosed(year, is_closed=cycle is not None)
    return cycle


async def locked(acting: Acting, target: Target) -> Appraisal:
    """The appraisal, for nobody else to change, if it still has the version that the caller saw.

    Raises:
        NotFound: it does not exist.
        StaleVersion: it was changed.
        LeftOut: it is left out of the rating.
    """
    (one,) = await locked_all(acting, [target])
    return one


async def locked_all(acting: Acting, targets: Sequence[Target]) -> list[Appraisal]:
    """As `locked`, of several, in their order."""
    every = await _locked(acting, {one.appraisal: one.version for one in targets}, ())
    refuse_left_out(every)
    by_id = {one.id: one for one in every}
    return [by_id[one.appraisal] for one in targets]


async def held(commands: Sequence[Command[Content]]) -> tuple[Edition, list[Appraisal]]:
    """The appraisals of a list of commands, in their order, and the edition of their open year.

    Raises:
        NotFound, StaleVersion, LeftOut: see `locked`; for any one of them.
        YearClosed: their year is.
    """
    acting = commands[0].acting
    appraisals_held = await locked_all(acting, [one.target for one in commands])
    return await open_edition(acting, appraisals_held[0].year), appraisals_held


async def locked_with_all_they_reach(
    acting: Acting,
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
    counted = {*groups, *await appraisals.groups_of(acting.connection, sorted(versions))}
    for year in sorted({year for year, _ in counted}):
        codes = [code for of, code in counted if of == year]
        await quotas.lock(acting.connection, year, codes)
    users = await dependents.users_of(acting.connection, sorted(versions))
    return await _locked(acting, versions, {*others, *(user for user, _ in users)})


def refuse_left_out(found: Sequence[Appraisal]) -> None:
    """Raises LeftOut if one of them is left out of the rating of the year (QĐ124:Đ5.2.1)."""
    left_out = [one for one in found if one.excluded is not None]
    if left_out:
        clause = EXCLUSIONS[Ground(left_out[0].excluded or "")].clause
        raise LeftOut([row_of(one) for one in left_out], clause)


async def _locked(
    acting: Acting, versions: Mapping[UUID, int], others: Collection[UUID]
) -> list[Appraisal]:
    try:
        every = await appraisals.lock(acting.connection, sorted({*versions, *others}))
    except errors.Missing as fault:
        raise NotFound(
            vi=f"appraisal: {fault}", en=f"appraisal: {fault}", field="appraisal"
        ) from fault
    found = [one for one in every if one.id in versions]
    stale = [one for one in found if one.version != versions[one.id]]
    if stale:
        raise StaleVersion([row_of(one) for one in stale])
    return found


async def permitted(
    acting: Acting, found: Sequence[Appraisal], *needed: ActWord, decides: bool = False
) -> dict[UUID, Permission]:
    """For each of these appraisals of one year the permission of the first of the acts that is allowed.

    `decides`: the act gives a level, whatever it is called, so that four eyes hold for it.

    Raises:
        NotCompetent: for one of them no act is allowed; the refusal is that of the last act.
    """
    return await _permitted([(acting, one) for one in found], needed, decides=decides)


async def permitted_each(
    commands: Sequence[Command[Content]], found: Sequence[Appraisal], *needed: ActWord
) -> dict[UUID, Permission]:
    """As `permitted`, each appraisal by whoever gives its command. Raises NotCompetent."""
    pairs = [(command.acting, one) for command, one in zip(commands, found, strict=True)]
    return await _permitted(pairs, needed)


async def _permitted(
    pairs: Sequence[tuple[Acting, Appraisal]], needed: Sequence[ActWord], *, decides: bool = False
) -> dict[UUID, Permission]:
    keys = [key_of(one) for _, one in pairs]
    subjects = await find(pairs[0][0].connection, keys, pairs[0][1].year)
    permissions: dict[UUID, Permission] = {}
    for (acting, one), subject in zip(pairs, subjects, strict=True):
        assert isinstance(subject, Subject)  # noqa: S101 -- the appraisal refers to it
        permissions[one.id] = _permission(acting, subject, needed)
        if decides and permissions[one.id].decision.allowed and acting.person in subject.proposers:
            permissions[one.id] = OWN_PROPOSAL
    refused = [one for _, one in pairs if not permissions[one.id].decision.allowed]
    if refused:
        raise NotCompetent(permissions[refused[0].id].decision, [row_of(one) for one in refused])
    return permissions


OWN_PROPOSAL = Permission(Decision(False, None, None, (), Missing.OWN_PROPOSAL, None), source=None)


def _permission(acting: Acting, subject: Subject, needed: Sequence[ActWord]) -> Permission:
    every = [permission(acting.policy, acting.actor, act, subject) for act in needed]
    return next((one for one in every if one.decision.allowed), every[-1])


async def permitted_one(
    acting: Acting, one: Appraisal, *needed: ActWord, decides: bool = False
) -> Permission:
    """As `permitted`, of one appraisal. Raises NotCompetent."""
    return (await permitted(acting, [one], *needed, decides=decides))[one.id]


async def in_order(acting: Acting, step: Step, found: Sequence[Appraisal]) -> None:
    """Raises OutOfOrder with what each waits for, unless all of them have come to this step.

    What a direct superior let through in writing passes (QĐ124:Đ8.3, Đ13.3).
    """
    ids = [one.id for one in found]
    standings = await ordering.standings(acting.connection, ids)
    waits = {}
    for key, standing in standings.items():
        verdict = order.may_be_done_now(standing, step)
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


async def save(acting: Acting, after: Appraisal, act: Act) -> Answer:
    """Write an appraisal whose level stays, and the act on it; what the command answers."""
    return await save_all(acting, [(after, act)])


async def save_all(acting: Acting, done: Sequence[tuple[Appraisal, Act]]) -> Answer:
    """As `save`, of several, the acts in their order."""
    await appraisals.save(acting.connection, [after for after, _ in done])
    append(acting, [act for _, act in done])
    return {"appraisals": await rows_now(acting, [after.id for after, _ in done])}


async def rows_now(acting: Acting, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Appraisals that this command holds, as it has left them."""
    return [row_of(one) for one in await appraisals.lock(acting.connection, ids)]


def append(acting: Acting, done: Sequence[Act]) -> None:
    """Have the command append acts to the chain, as the last that it does."""
    acting.pending.acts.extend(done)


def act_on(
    acting: Acting,
    act: ActWord,
    one: Appraisal,
    allowed: Permission,
    **more: Any,  # noqa: ANN401
) -> Act:
    """An act on an appraisal by the permission that allows it; `more` are other columns."""
    row = allowed.decision.row
    return Act(
        appraisal_id=one.id,
        act=act,
        at=acting.at,
        actor_person_id=acting.person,
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
    return OutOfOrder({one.id: [WaitsFor(reason, subject_of(one), rule(reason).clause)]})


def subject_of(one: Appraisal) -> str:
    return str(one.body_code or one.person_id)


def row_of(one: Appraisal) -> dict[str, Any]:
    """An appraisal by column name, as rows of the database come."""
    return {name: getattr(one, name) for name in appraisals.COLUMNS}
