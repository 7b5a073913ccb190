"""Finds where a person is rated after a transfer, and moves the membership in the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import (
    appraisal as appraisals,
    body as bodies,
    person as persons,
    quota as quotas,
)
from db.repositories.appraisal import Appraisal, Facts
from db.repositories.body import Body, Post
from db.repositories.person import HeldPost, Leaving, Membership
from db.repositories.quota import PeerGroup
from db.repositories.year_opening import OpeningEntry
from resolvers.commands.base import as_row
from resolvers.commands.command import Target
from resolvers.commands.facts_completion import (
    REGISTRY_FIELDS,
    facts_with_flags,
    flags_of_appraisals,
)
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput, nothing
from resolvers.queries.entry import Entries
from resolvers.queries.year import edition_of
from resolvers.refusals import StaleVersion
from rules.editions.lookup import Edition
from rules.enums import Stage, Track
from rules.kinds import BodyKind, Rank, Tier
from rules.procedure.review_place import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPlace:
    """The destination of a person, and the post or cell by which the person is rated then.

    `to_post` is None for a cell; `post_code` is the highest post, by which an official is rated. `users` are
    the appraisals whose levels will use this one.
    """

    year: int
    person: UUID
    to_body: str
    to_post: str | None
    post_code: str | None
    entry: OpeningEntry
    group_name: str
    users: Sequence[UUID]

    @property
    def group(self) -> str | None:
        return self.entry.peer_group_code


async def find_place(unit_of_work: UnitOfWork, target: Target, to: str, on: date) -> RatingPlace:
    """The place where the person of an appraisal is rated after a transfer to the post or cell `to`.

    Raises:
        NotFound: there is no such appraisal, post or cell.
        StaleVersion: the appraisal was changed since the caller saw it.
        BadInput: it is the appraisal of a body, the day is not in the year, or the person is there already.
    """
    appraisal = await appraisals.get(unit_of_work.connection, target.appraisal)
    if appraisal is None:
        raise nothing("appraisal", str(target.appraisal))
    if appraisal.version != target.version:
        raise StaleVersion([as_row(appraisal)])
    if appraisal.person_id is None:
        raise BadInput(
            vi="appraisal: chỉ cá nhân mới chuyển công tác, chuyển sinh hoạt",
            en="appraisal: only persons are transferred",
            field="appraisal",
        )
    if on.year != appraisal.year or on > unit_of_work.today:
        raise BadInput(
            vi=f"on: phải là một ngày của năm {appraisal.year}, không sau hôm nay",
            en=f"on: it is a day of {appraisal.year}, not later than today",
            field="on",
        )
    if to in {appraisal.post_code, None if appraisal.post_code else appraisal.home_body_code}:
        raise BadInput(vi=f"to: đang ở {to!r}", en=f"to: already at {to!r}", field="to")
    if appraisal.track == Track.PARTY_MEMBER:
        return await _cell(unit_of_work.connection, appraisal, appraisal.person_id, to)
    return await _post(unit_of_work.connection, appraisal, appraisal.person_id, to, on)


async def _cell(
    connection: AsyncConnection, appraisal: Appraisal, person: UUID, to: str
) -> RatingPlace:
    around = await bodies.with_those_above(connection, to)
    cell = around.get(to)
    if cell is None or cell.kind != BodyKind.PARTY_CELL or cell.dissolved_on is not None:
        raise nothing("to", to)
    entries = Entries.among(around, appraisal.year, edition_of(appraisal.year))
    entry = entries.of_cell(cell)
    assert entry.peer_group_code is not None  # noqa: S101 -- members of one cell are peers
    return RatingPlace(
        year=appraisal.year,
        person=person,
        to_body=cell.code,
        to_post=None,
        post_code=None,
        entry=entry,
        group_name=entries.name_of_group(entry.peer_group_code),
        users=await appraisals.of_body(connection, appraisal.year, cell.code),
    )


async def _post(
    connection: AsyncConnection, appraisal: Appraisal, person: UUID, to: str, on: date
) -> RatingPlace:
    post, around = await bodies.around_post(connection, to)
    own = next((body for body in around if post and body.code == post.body_code), None)
    if post is None or own is None or own.dissolved_on or own.kind == BodyKind.PARTY_CELL:
        raise nothing("to", to)
    held = await persons.posts_held_after(connection, person, on)
    kept = [each for each in held if each.code != appraisal.post_code]
    in_order = sorted([HeldPost(post.code, post.rank, own.tier), *kept], key=_place)
    # A decided subject keeps the class of its former post; see `db.repositories.person.held_in_year`.
    left = appraisal.post_code if appraisal.stage == Stage.DECIDED else None
    posts, by_code = await _with_bodies(connection, [*(each.code for each in in_order), left])
    entries = Entries.among(by_code, appraisal.year, edition_of(appraisal.year))
    rated, entry = posts[0], entries.of_official(posts)
    group = entry.peer_group_code
    return RatingPlace(
        year=appraisal.year,
        person=person,
        to_body=post.body_code,
        to_post=post.code,
        post_code=rated.code,
        entry=entry,
        group_name=entries.name_of_group(group) if group else "",
        users=(),
    )


async def _with_bodies(
    connection: AsyncConnection, codes: Sequence[str | None]
) -> tuple[list[Post], dict[str, Body]]:
    """These posts, each once, and the bodies around them; an unknown code is left out."""
    posts: list[Post] = []
    bodies_by_code: dict[str, Body] = {}
    for code in dict.fromkeys(codes):
        post, around = await bodies.around_post(connection, code or "")
        posts += [post] if post else []
        bodies_by_code |= {body.code: body for body in around}
    return posts, bodies_by_code


def _place(post: HeldPost) -> tuple[tuple[int, int], str]:
    return standing(Rank(post.rank), Tier(post.tier)), post.code


async def add_group(connection: AsyncConnection, place: RatingPlace) -> None:
    """Add the group and its quota if no subject was rated in it before."""
    if place.group is None:
        return
    track = Track.OFFICIAL if place.post_code else Track.PARTY_MEMBER
    group = PeerGroup(code=place.group, name=place.group_name, track=track)
    await quotas.add_groups(connection, [group])
    await quotas.begin(connection, place.year, place.group, edition_of(place.year).quota)


async def move_membership(
    unit_of_work: UnitOfWork,
    appraisal: Appraisal,
    place: RatingPlace,
    on: date,
    *,
    transferred: bool,
) -> None:
    """End the former membership and begin the new one, both on the day of the transfer.

    Raises:
        BadInput: the person was not at the former place on that day, or acted there later; or no seat
            of the new post is free.
    """
    connection, person = unit_of_work.connection, place.person
    if appraisal.post_code is not None:
        last = await persons.last_act_in(connection, person, appraisal.post_code)
        if last is not None and last > on:
            raise BadInput(
                vi=f"on: ngày {last:%d/%m/%Y} còn thực hiện chức trách cũ",
                en=f"on: there are acts in the former post on {last}",
                field="on",
            )
    leaving = Leaving(
        person_id=person,
        body_code=appraisal.home_body_code,
        post_code=appraisal.post_code,
        on=on,
        transferred=transferred,
    )
    if not await persons.leave(connection, leaving):
        raise BadInput(
            vi="on: ngày đó không ở nơi chuyển đi",
            en="on: not a day on which the person was there",
            field="on",
        )
    if place.to_post is not None and await persons.free_seats(connection, place.to_post, on) < 1:
        raise BadInput(
            vi=f"to: {place.to_post!r} không còn vị trí trống",
            en=f"to: no seat of {place.to_post!r} is free",
            field="to",
        )
    joined = Membership(
        id=uuid4(), person_id=person, body_code=place.to_body, post_code=place.to_post, since=on
    )
    await persons.add_memberships(connection, [joined])


async def record_flags(
    unit_of_work: UnitOfWork, before: Appraisal, after: Appraisal, edition: Edition
) -> None:
    """Record the latest facts of an official with the flags of the new post, if the flags change.

    Raises:
        FactsRefused: the facts do not fit an official with these flags.
    """
    connection = unit_of_work.connection
    flags_before, flags = await flags_of_appraisals(connection, [before, after])
    if flags_before == flags:
        return
    for latest in await appraisals.latest_facts(connection, [after.id]):
        own = {
            name: value for name, value in latest.document.items() if name not in REGISTRY_FIELDS
        }
        facts = Facts(
            appraisal_id=after.id,
            version=latest.version + 1,
            document=facts_with_flags(after, own, edition, flags),
            recorded_at=unit_of_work.at,
            recorded_by=unit_of_work.person,
        )
        await appraisals.add_facts(connection, [facts])
