"""Delegations: a panel gives part of its powers to the holder of a post, and takes them back (HD01:6.2.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.delegation import CLAUSE, Breach, DelegationLimit, Proposed, breaches
from authz.role import Seat
from db.errors import Conflict
from db.json_sql.relation import Relation, Row
from db.repositories import delegation as delegations, person as persons, rater as db_raters
from db.repositories.act import ChainAct as ActRow
from db.repositories.delegation import Delegation, Withdrawal
from resolvers.authorization.actor import Actor
from resolvers.commands.unit_of_work import Answer, Command, UnitOfWork, append
from resolvers.errors import BadInput, nothing
from resolvers.queries import post as posts, rater as raters
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
"""Classes or bodies of one delegation; a district has fewer bodies."""

BY_ID = Relation("delegation", on=(("id", "id"),), to_one=True)
RATER = Relation("rater", on=(("id", "rater_id"),), to_one=True)
TO_POST = Relation("post", on=(("code", "post_code"),), to_one=True)
GIVEN = Relation("delegation", on=(("rater_id", "id"),), order=("since", "id"))
RECEIVED = Relation("delegation", on=(("post_code", "code"),), order=("since", "id"))


class Overstepped(Exception):  # noqa: N818 -- a refusal is an answer, not a failure of the service
    """The law does not let this delegation be given; `breaches` are all its limits overstepped."""

    code = "DELEGATION_REFUSED"

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(", ".join(one.limit for one in breaches))
        self.breaches = tuple(breaches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(Command):
    """A delegation, as the chair of a panel wants to record it. The answer is its `id`.

    `version` is that of the panel's delegations, where the sender says it: how many were recorded, and how many of
    them withdrawn, in all.

    Raises:
        BadInput, NotFound: a field is empty, or names nothing that exists.
        Overstepped: the law gives less than is asked for, or to somebody else.
        StaleVersion: the panel recorded or withdrew another one meanwhile.
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
        """Only who may delegate at all waits for a lock."""
        await _refuse_bad_input(unit_of_work.connection, self)
        _refuse_others_than_the_chair(unit_of_work.actor, self.rater_id)

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
            *await _of_delegate(connection, self, today),
        ]
        if overstepped or self.until is None:
            raise Overstepped(overstepped)
        return {"id": str(await _record(unit_of_work, self, self.until))}


@dataclass(frozen=True, slots=True)
class WithdrawDelegation(Command):
    """End a delegation today. The answer is its `id`.

    `version` is that of the delegation, where the sender says it: 1 as it was recorded, 2 once it is withdrawn.

    Raises:
        BadInput, NotFound: there is no such delegation, it is withdrawn already, or the document has
            no number.
        Overstepped: whoever asks is not the chair of the panel that gave it.
        StaleVersion: it has another version by now.
    """

    NAME = "withdraw delegation"
    delegation: UUID
    document: DocumentReference
    version: int | None

    def validate(self, today: date) -> "WithdrawDelegation":
        return replace(self, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        row = await one_of(unit_of_work.connection, BY_ID, self.delegation, "delegation")
        _refuse_others_than_the_chair(unit_of_work.actor, row["rater_id"])

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        connection, key = unit_of_work.connection, self.delegation
        row = await one_of(connection, BY_ID, key, "delegation")
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
    """Whether a delegation holds on a day: both its days are included, that of the withdrawal is not."""
    withdrawn: date | None = row["withdrawn_on"]
    begun: bool = row["since"] <= day <= row["until"]
    return begun and (withdrawn is None or day < withdrawn)


def _refuse_others_than_the_chair(actor: Actor, rater_id: str) -> None:
    """Only the chair of the panel records what it delegates; a delegate passes nothing on. Raises Overstepped."""
    seats = {role.seat for role in actor.roles if role.rater_id == rater_id}
    if Seat.CHAIR not in seats:
        limit = (
            DelegationLimit.PASSED_ON if Seat.DELEGATE in seats else DelegationLimit.NOT_THE_CHAIR
        )
        raise Overstepped([Breach(limit, "rater", rater_id, CLAUSE)])


async def _of_delegate(connection: AsyncConnection, command: Delegate, today: date) -> list[Breach]:
    """Whether the delegate is somebody else, and the bodies lie in the panel's own place.

    No body is named that the delegate leads: nobody rates that body (`NEVER_ON_ONESELF`).
    """
    outside = await delegations.outside(connection, command.rater_id, command.bodies)
    found = [Breach(DelegationLimit.OTHER_PLACE, "bodies", code, CLAUSE) for code in outside]
    led = await _led_by(connection, command.post_code, today)
    found += [
        Breach(DelegationLimit.TO_ONESELF, "bodies", code, CLAUSE)
        for code in sorted(led.intersection(command.bodies))
    ]
    seats = await _seats_of(connection, command.post_code, today)
    if command.rater_id in seats:
        return [*found, Breach(DelegationLimit.TO_ONESELF, "delegate", command.post_code, CLAUSE)]
    if command.until and await _comes_back(connection, seats, command, command.until):
        found.append(Breach(DelegationLimit.IN_A_CIRCLE, "delegate", command.post_code, CLAUSE))
    return found


async def _seats_of(connection: AsyncConnection, post: str, today: date) -> set[str]:
    """The raters that a post sits on, and those that its holders sit on by other posts."""
    found = set(await delegations.seats_of(connection, post))
    for holder in await persons.holders(connection, post, today):
        roles = await db_raters.roles(connection, holder, today)
        found |= {role.rater_id for role in roles if role.seat in SITTING}
    return found


async def _led_by(connection: AsyncConnection, post: str, today: date) -> set[str]:
    """The bodies that are led by a post, and those that its holders lead by other posts."""
    led = set(await db_raters.led_by_post(connection, post))
    for holder in await persons.holders(connection, post, today):
        led.update(await db_raters.led(connection, holder, today))
    return led


async def _comes_back(
    connection: AsyncConnection, seats: Collection[str], command: Delegate, until: date
) -> bool:
    """Whether the delegate's own panels delegate, over whatever way, to one who sits on this panel."""
    seen, new = set(seats), set(seats)
    while new and command.rater_id not in seen:
        reached = await delegations.delegates_of(connection, new, command.since, until)
        found = {
            rater for post in reached for rater in await delegations.seats_of(connection, post)
        }
        new = found - seen
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
    """Write a delegation that oversteps nothing, and its act; its id."""
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
