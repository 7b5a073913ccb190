"""Delegations: a panel delegates a part of its powers to the holder of a post, and withdraws them (HD01:6.2.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.delegation import CLAUSE, Breach, DelegationLimit, Proposed, breaches
from authz.role import Seat
from db.errors import Conflict
from db.json_sql.relation import Row
from db.relations import delegation as delegation_relations, post as posts, rater as raters
from db.repositories import delegation as delegations, person as persons, rater as db_raters
from db.repositories.act import ChainAct as ActRow
from db.repositories.delegation import Delegation, Withdrawal
from resolvers.authorization.actor import Actor
from resolvers.commands.command import Answer, Command
from resolvers.commands.unit_of_work import UnitOfWork, append
from resolvers.errors import BadInput, nothing
from resolvers.queries.relation import one_of
from resolvers.refusals import StaleVersion
from resolvers.values import (
    DocumentReference as DocumentReference,  # noqa: PLC0414 -- commands take it from here
    code_of,
    document_of,
)
from rules.authority import CLASSES
from rules.enums import Act

SITTING = (Seat.CHAIR, Seat.MEMBER)
NAMED_MAX = 500
"""Maximum classes or bodies of one delegation; a district has fewer bodies."""


class Overstepped(Exception):  # noqa: N818 -- a refusal is an answer, not a failure of the service
    """The law does not allow this delegation; `breaches` are all the limits that it oversteps."""

    code = "DELEGATION_REFUSED"

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(", ".join(breach.limit for breach in breaches))
        self.breaches = tuple(breaches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(Command):
    """Record a delegation of a panel, by its chair. The answer is its `id`.

    `version`, if given, is that of the panel's delegations: the number of recorded ones plus that of withdrawn ones.

    Raises:
        BadInput, NotFound: a field is empty, or names something that does not exist.
        Overstepped: the law allows less than the delegation, or not for this caller or delegate.
        StaleVersion: the panel recorded or withdrew another delegation meanwhile.
    """

    NAME = "delegate"
    rater_id: str
    post_code: str
    acts: Sequence[Act]
    classes: Sequence[str]
    bodies: Sequence[str]
    since: date
    until: date | None
    document: DocumentReference
    version: int | None = None

    def validate(self, today: date) -> "Delegate":
        return replace(self, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        """Refuse a caller who may not delegate before it waits for a lock."""
        await _refuse_bad_input(unit_of_work.connection, self)
        _refuse_unless_chair(unit_of_work.actor, self.rater_id)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        connection, today = unit_of_work.connection, unit_of_work.today
        await delegations.lock(connection)
        if self.version not in {None, await delegations.version_of(connection, self.rater_id)}:
            raise StaleVersion([])
        rater = self.rater_id.partition("@")[0]
        proposed = Proposed(
            rater, self.acts, self.classes, self.since, self.until, self.document.dated
        )
        overstepped = [
            *breaches(unit_of_work.policy, proposed, today),
            *await _breaches_of_delegate(connection, self, today),
        ]
        if overstepped or self.until is None:
            raise Overstepped(overstepped)
        return {"id": str(await _record(unit_of_work, self, self.until))}


@dataclass(frozen=True, slots=True)
class WithdrawDelegation(Command):
    """End a delegation today. The answer is its `id`.

    `version`, if given, is that of the delegation: 1 after it was recorded, 2 after it was withdrawn.

    Raises:
        BadInput, NotFound: there is no such delegation, it is withdrawn already, or the document has
            no number.
        Overstepped: the caller is not the chair of the panel that gave it.
        StaleVersion: it has another version by now.
    """

    NAME = "withdraw delegation"
    delegation: UUID
    document: DocumentReference
    version: int | None

    def validate(self, today: date) -> "WithdrawDelegation":
        return replace(self, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        row = await one_of(
            unit_of_work.connection, delegation_relations.BY_ID, self.delegation, "delegation"
        )
        _refuse_unless_chair(unit_of_work.actor, row["rater_id"])

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        connection, key = unit_of_work.connection, self.delegation
        row = await one_of(connection, delegation_relations.BY_ID, key, "delegation")
        if self.version not in {None, 1 if row["withdrawn_on"] is None else 2}:
            raise StaleVersion([])
        withdrawal = Withdrawal(
            withdrawn_on=unit_of_work.today,
            withdrawn_by=unit_of_work.person,
            withdrawal_number=self.document.number,
            withdrawal_date=self.document.dated,
        )
        try:
            await delegations.withdraw(connection, key, withdrawal)
        except Conflict as fault:
            raise BadInput(
                vi=f"id: {key} đã được thu hồi", en=f"id: {fault}", field="id"
            ) from fault
        payload = {"withdraws": str(key), "document": self.document.plain()}
        append(unit_of_work, [_act(unit_of_work, row["rater_id"], payload)])
        return {"id": str(key)}


def is_in_force(row: Row, day: date) -> bool:
    """Whether a delegation is in force on a day: its first and last day are included, that of the withdrawal is not."""
    withdrawn: date | None = row["withdrawn_on"]
    begun: bool = row["since"] <= day <= row["until"]
    return begun and (withdrawn is None or day < withdrawn)


def _refuse_unless_chair(actor: Actor, rater_id: str) -> None:
    """Only the chair of the panel may delegate; a delegate may not delegate further. Raises Overstepped."""
    seats = {role.seat for role in actor.roles if role.rater_id == rater_id}
    if Seat.CHAIR not in seats:
        limit = (
            DelegationLimit.PASSED_ON if Seat.DELEGATE in seats else DelegationLimit.NOT_THE_CHAIR
        )
        raise Overstepped([Breach(limit, "rater", rater_id, CLAUSE)])


async def _breaches_of_delegate(
    connection: AsyncConnection, command: Delegate, today: date
) -> list[Breach]:
    """The limits that the delegate and the bodies overstep.

    The bodies must lie in the panel's own place, and the delegate must not sit on the panel. The delegate must not
    lead one of the bodies, as it could not rate that body (`NEVER_ON_ONESELF`).
    """
    outside = await delegations.outside(connection, command.rater_id, command.bodies)
    breaches_found = [
        Breach(DelegationLimit.OTHER_PLACE, "bodies", code, CLAUSE) for code in outside
    ]
    led = await _led_by(connection, command.post_code, today)
    breaches_found += [
        Breach(DelegationLimit.TO_ONESELF, "bodies", code, CLAUSE)
        for code in sorted(led.intersection(command.bodies))
    ]
    seats = await _seats_of(connection, command.post_code, today)
    if command.rater_id in seats:
        return [
            *breaches_found,
            Breach(DelegationLimit.TO_ONESELF, "delegate", command.post_code, CLAUSE),
        ]
    if command.until and await _is_circular(connection, seats, command, command.until):
        breaches_found.append(
            Breach(DelegationLimit.IN_A_CIRCLE, "delegate", command.post_code, CLAUSE)
        )
    return breaches_found


async def _seats_of(connection: AsyncConnection, post: str, today: date) -> set[str]:
    """The raters on which a post has a seat, and those on which its holders have a seat by other posts."""
    rater_ids = set(await delegations.seats_of(connection, post))
    for holder in await persons.holders(connection, post, today):
        roles = await db_raters.roles(connection, holder, today)
        rater_ids |= {role.rater_id for role in roles if role.seat in SITTING}
    return rater_ids


async def _led_by(connection: AsyncConnection, post: str, today: date) -> set[str]:
    """The bodies that a post leads, and those that its holders lead by other posts."""
    led = set(await db_raters.led_by_post(connection, post))
    for holder in await persons.holders(connection, post, today):
        led.update(await db_raters.led(connection, holder, today))
    return led


async def _is_circular(
    connection: AsyncConnection, seats: Collection[str], command: Delegate, until: date
) -> bool:
    """Whether the delegate's own panels delegate, directly or through others, to a member of this panel."""
    seen, new = set(seats), set(seats)
    while new and command.rater_id not in seen:
        reached = await delegations.delegates_of(connection, new, command.since, until)
        next_raters = {
            rater for post in reached for rater in await delegations.seats_of(connection, post)
        }
        new = next_raters - seen
        seen |= new
    return command.rater_id in seen


async def _refuse_bad_input(connection: AsyncConnection, command: Delegate) -> None:
    code_of(command.rater_id, "rater")
    code_of(command.post_code, "delegate")
    for field in ("classes", "bodies"):
        if len(getattr(command, field)) > NAMED_MAX:
            raise BadInput(
                vi=f"{field}: tối đa {NAMED_MAX} mã",
                en=f"{field}: at most {NAMED_MAX} codes",
                field=field,
            )
        for named in getattr(command, field):
            code_of(named, field)
    for field in ("acts", "classes"):
        if not getattr(command, field):
            raise BadInput(
                vi=f"{field}: trống; phải nêu ít nhất một",
                en=f"{field}: empty; name one at least",
                field=field,
            )
    for code in command.classes:
        if code not in CLASSES:
            raise nothing("classes", code)
    await one_of(connection, raters.BY_ID, command.rater_id, "rater")
    await one_of(connection, posts.BY_CODE, command.post_code, "delegate")


async def _record(unit_of_work: UnitOfWork, command: Delegate, until: date) -> UUID:
    """Write a checked delegation and its act; returns its id."""
    key = uuid4()
    row = Delegation(
        id=key,
        rater_id=command.rater_id,
        post_code=command.post_code,
        acts=sorted(set(command.acts)),
        classes=sorted(set(command.classes)),
        bodies=sorted(set(command.bodies)),
        since=command.since,
        until=until,
        document_number=command.document.number,
        document_date=command.document.dated,
        recorded_by=unit_of_work.person,
        recorded_at=unit_of_work.at,
    )
    await delegations.add(unit_of_work.connection, row)
    payload = {
        "delegates": str(key),
        "to": command.post_code,
        "acts": row.acts,
        "classes": row.classes,
        "bodies": row.bodies,
        "since": row.since.isoformat(),
        "until": until.isoformat(),
        "document": command.document.plain(),
    }
    append(unit_of_work, [_act(unit_of_work, command.rater_id, payload)])
    return key


def _act(unit_of_work: UnitOfWork, rater_id: str, payload: Mapping[str, object]) -> ActRow:
    seat = next(
        source
        for role, source in unit_of_work.actor.roles.items()
        if (role.rater_id, role.seat) == (rater_id, Seat.CHAIR)
    )
    return ActRow(
        appraisal_id=None,
        act=Act.DELEGATE,
        at=unit_of_work.at,
        actor_person_id=unit_of_work.person,
        actor_post_code=seat.post_code,
        on_behalf_rater_id=rater_id,
        clause=CLAUSE,
        payload=payload,
    )
