"""Delegations: a panel gives part of its powers to the holder of a post, and takes them back (HD01:6.2.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.delegating import CLAUSE, Breach, Limit, Proposed, breaches
from authz.reading import Policy
from authz.roles import Seat
from db import acts, delegations, persons
from db import raters as db_raters
from db.delegations import Delegation, Withdrawal
from db.errors import Conflict
from db.links import Link, Row
from resolvers import posts, raters
from resolvers.actors import Actor
from resolvers.errors import BadInput, nothing
from resolvers.finding import one_of
from resolvers.values import Document as Document  # noqa: PLC0414 -- commands take it from here
from resolvers.values import code_of, document_of
from rules.authority import CLASSES
from rules.words import Act

SITTING = (Seat.CHAIR, Seat.MEMBER)
NAMED_MAX = 500
"""Classes or bodies of one delegation; a district has fewer bodies."""

BY_ID = Link("delegation", on=(("id", "id"),))
RATER = Link("rater", on=(("id", "rater_id"),))
TO_POST = Link("post", on=(("code", "post_code"),))
GIVEN = Link("delegation", on=(("rater_id", "id"),), order=("since", "id"))
RECEIVED = Link("delegation", on=(("post_code", "code"),), order=("since", "id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A delegation as the chair of a panel wants to record it."""

    rater_id: str
    post_code: str
    acts: Sequence[Act]
    classes: Sequence[str]
    bodies: Sequence[str]
    since: date
    until: date | None
    document: Document


class Overstepped(Exception):  # noqa: N818 -- a refusal is an answer, not a failure of the service
    """The law does not let this delegation be given; `breaches` are all its limits overstepped."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(", ".join(one.limit for one in breaches))
        self.breaches = tuple(breaches)


async def delegate(
    connection: AsyncConnection, policy: Policy, actor: Actor, wanted: Wanted, at: datetime
) -> UUID:
    """Record a delegation and its act; the id of the delegation.

    Raises:
        BadInput, NotFound: a field is empty, or names nothing that exists.
        Overstepped: the law gives less than is wanted, or to somebody else.
    """
    today = at.date()
    wanted = replace(wanted, document=document_of(wanted.document, today))
    await _refuse_bad_input(connection, wanted)
    found = [*_of_chair(actor, wanted.rater_id)]
    if not found:  # only who may delegate at all waits for a lock
        await delegations.lock(connection)
        rater = wanted.rater_id.partition("@")[0]
        proposed = Proposed(
            rater, wanted.acts, wanted.classes, wanted.since, wanted.until, wanted.document.dated
        )
        found += breaches(policy, proposed, today)
        found += await _of_delegate(connection, wanted, today)
    if found or wanted.until is None:
        raise Overstepped(found)
    return await record(connection, actor, wanted, wanted.until, at)


async def withdraw(
    connection: AsyncConnection, actor: Actor, key: UUID, document: Document, at: datetime
) -> None:
    """End a delegation today, and record the act.

    Raises:
        BadInput, NotFound: there is no such delegation, it is withdrawn already, or the document has
            no number.
        Overstepped: whoever asks is not the chair of the panel that gave it.
    """
    today = at.date()
    document = document_of(document, today)
    row = await one_of(connection, BY_ID, key, "delegation")
    if found := [*_of_chair(actor, row["rater_id"])]:
        raise Overstepped(found)
    assert actor.person is not None  # noqa: S101 -- a chair is a person
    withdrawal = Withdrawal(
        withdrawn_on=today,
        withdrawn_by=actor.person,
        withdrawal_number=document.number,
        withdrawal_date=document.dated,
    )
    try:
        await delegations.withdraw(connection, key, withdrawal)
    except Conflict as fault:
        raise BadInput(vi=f"id: {key} đã được thu hồi", en=f"id: {fault}", field="id") from fault
    payload = {"withdraws": str(key), "document": document.plain()}
    await _append(connection, actor, row["rater_id"], payload, at)


def is_in_force(row: Row, day: date) -> bool:
    """Whether a delegation holds on a day: both its days are included, that of the withdrawal is not."""
    withdrawn: date | None = row["withdrawn_on"]
    begun: bool = row["since"] <= day <= row["until"]
    return begun and (withdrawn is None or day < withdrawn)


def _of_chair(actor: Actor, rater_id: str) -> list[Breach]:
    """Only the chair of the panel records what it delegates; a delegate passes nothing on."""
    seats = {role.seat for role in actor.roles if role.rater_id == rater_id}
    if Seat.CHAIR in seats:
        return []
    limit = Limit.PASSED_ON if Seat.DELEGATE in seats else Limit.NOT_THE_CHAIR
    return [Breach(limit, "rater", rater_id, CLAUSE)]


async def _of_delegate(connection: AsyncConnection, wanted: Wanted, today: date) -> list[Breach]:
    """Whether the delegate is somebody else, and the bodies lie in the panel's own place.

    No body is named that the delegate leads: nobody rates that body (`NEVER_ON_ONESELF`).
    """
    outside = await delegations.outside(connection, wanted.rater_id, wanted.bodies)
    found = [Breach(Limit.OTHER_PLACE, "bodies", code, CLAUSE) for code in outside]
    led = await _led_by(connection, wanted.post_code, today)
    found += [
        Breach(Limit.TO_ONESELF, "bodies", code, CLAUSE)
        for code in sorted(led.intersection(wanted.bodies))
    ]
    seats = await _seats_of(connection, wanted.post_code, today)
    if wanted.rater_id in seats:
        return [*found, Breach(Limit.TO_ONESELF, "delegate", wanted.post_code, CLAUSE)]
    if wanted.until and await _comes_back(connection, seats, wanted, wanted.until):
        found.append(Breach(Limit.IN_A_CIRCLE, "delegate", wanted.post_code, CLAUSE))
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
    connection: AsyncConnection, seats: Collection[str], wanted: Wanted, until: date
) -> bool:
    """Whether the delegate's own panels delegate, over whatever way, to one who sits on this panel."""
    seen, new = set(seats), set(seats)
    while new and wanted.rater_id not in seen:
        reached = await delegations.delegates_of(connection, new, wanted.since, until)
        found = {
            rater for post in reached for rater in await delegations.seats_of(connection, post)
        }
        new = found - seen
        seen |= new
    return wanted.rater_id in seen


async def _refuse_bad_input(connection: AsyncConnection, wanted: Wanted) -> None:
    code_of(wanted.rater_id, "rater")
    code_of(wanted.post_code, "delegate")
    for field in ("classes", "bodies"):
        if len(getattr(wanted, field)) > NAMED_MAX:
            raise BadInput(
                vi=f"{field}: tối đa {NAMED_MAX} mã",
                en=f"{field}: at most {NAMED_MAX} codes",
                field=field,
            )
        for named in getattr(wanted, field):
            code_of(named, field)
    for field in ("acts", "classes"):
        if not getattr(wanted, field):
            raise BadInput(
                vi=f"{field}: trống; phải nêu ít nhất một",
                en=f"{field}: empty; name one at least",
                field=field,
            )
    for code in wanted.classes:
        if code not in CLASSES:
            raise nothing("classes", code)
    await one_of(connection, raters.BY_ID, wanted.rater_id, "rater")
    await one_of(connection, posts.BY_CODE, wanted.post_code, "delegate")


async def record(
    connection: AsyncConnection, actor: Actor, wanted: Wanted, until: date, at: datetime
) -> UUID:
    """Write a delegation that oversteps nothing, and its act; its id."""
    assert actor.person is not None  # noqa: S101 -- a chair is a person
    key = uuid4()
    row = Delegation(
        id=key,
        rater_id=wanted.rater_id,
        post_code=wanted.post_code,
        acts=sorted(set(wanted.acts)),
        classes=sorted(set(wanted.classes)),
        bodies=sorted(set(wanted.bodies)),
        since=wanted.since,
        until=until,
        document_number=wanted.document.number,
        document_date=wanted.document.dated,
        recorded_by=actor.person,
        recorded_at=at,
    )
    await delegations.add(connection, row)
    payload = {
        "delegates": str(key),
        "to": wanted.post_code,
        "acts": row.acts,
        "classes": row.classes,
        "bodies": row.bodies,
        "since": row.since.isoformat(),
        "until": until.isoformat(),
        "document": wanted.document.plain(),
    }
    await _append(connection, actor, wanted.rater_id, payload, at)
    return key


async def _append(
    connection: AsyncConnection,
    actor: Actor,
    rater_id: str,
    payload: Mapping[str, object],
    at: datetime,
) -> None:
    seat = next(
        source
        for role, source in actor.roles.items()
        if (role.rater_id, role.seat) == (rater_id, Seat.CHAIR)
    )
    act = acts.Act(
        appraisal_id=None,
        act=Act.DELEGATE,
        at=at,
        actor_person_id=actor.person,
        actor_post_code=seat.post_code,
        on_behalf_rater_id=rater_id,
        clause=CLAUSE,
        payload=payload,
    )
    await acts.append_acts(connection, [act])
