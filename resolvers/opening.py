"""A year is opened, with an appraisal for every subject of the registry; added to; and closed (QĐ124:Đ14.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import bodies, cycles, openings, quotas, verifying
from db.acts import Act
from db.bodies import Body, Post
from db.cycles import Cycle
from db.links import Row
from db.openings import Entry, Opening
from db.quotas import PeerGroup
from db.raters import Role
from resolvers import computing, policies
from resolvers.acting import refuse_closed
from resolvers.delegations import Document
from resolvers.entries import Entries
from resolvers.errors import BadInput, refuse_bad_year
from resolvers.refusals import NotAnOfficer, QuotaExceeded, YearOpened
from resolvers.unit_of_work import Acting, Answer, append, is_repeated, once
from resolvers.values import document_of
from resolvers.years import edition_of
from rules import calendar, quota
from rules.editions import Edition
from rules.exclusions import admitted_until
from rules.kinds import BodyKind, Rank, Tier
from rules.places import standing
from rules.quota import Counts
from rules.words import Act as ActWord
from rules.words import Track

CLAUSE = "QĐ124:Đ14.2"
GRASSROOTS = "grassroots"


async def open_year(acting: Acting, key: UUID, year: int, document: Document) -> Answer:
    """Open a year under its edition: an appraisal for every subject, the quotas and tallies counted.

    The subjects are as of 1 December of the year, as far as the registry knows them by now: every body
    that stands; every holder of a post outside the cells, by the highest one; every member of a cell
    but those whom a review on the last day of the grassroots' deadline leaves out as newly admitted
    (QĐ124:Đ5.2.1). The highest post (QĐ124:Đ7.2.3) is the first by `rules.places.standing`, rank and
    then tier, and then by its code.

    Everybody whom somebody may rate gets a peer group (QĐ124:Đ12.1.4); the act names those whom no list
    of the edition has a group for, by the group that counts them.

    The answer is plain data: the columns of the cycle, and `appraisals`, how many there are.

    Raises:
        BadInput: no edition holds in the year, it is not near, or the document has no number.
        NotAnOfficer, YearOpened, KeyReused: see resolvers/refusals.py.
    """
    refuse_bad_year(year)
    document = document_of(document, acting.today)
    if not await is_repeated(acting, key):
        await _officer(acting)
    edition = _edition(acting, year)

    async def work() -> Answer:
        officer = await _officer(acting)
        cycle = Cycle(year=year, edition=edition.code, opened_on=acting.today)
        if not await cycles.open_one(acting.connection, cycle):
            raise YearOpened(year)
        added = await _add_appraisals(acting, await _year(acting, year, edition))
        await computing.recount(acting.connection, year, edition)
        payload = {
            "kind": "open",
            "year": year,
            "edition": edition.code,
            "appraisals": added,
            "others": await openings.counted_with_others(acting.connection, year),
            "document": document.plain(),
        }
        append(acting, [_act(acting, officer, payload)])
        return _answer(cycle, sum(added.values()))

    return await once(acting, key, ["open year", year, document.plain()], work)


async def supplement_year(acting: Acting, key: UUID, year: int, document: Document) -> Answer:
    """Add the subjects that an open year has no appraisal of: of whom the registry learned after the opening.

    Who is a subject is as in `open_year`. Whoever has an appraisal keeps it as it is, also where the
    highest post by now is another one; `transfer` moves it. Only a subject that an older version left
    without a peer group gets one; a group that is over its quota by that is marked so.

    Raises:
        BadInput: no edition holds in the year, or the document has no number.
        NotAnOfficer, YearClosed, KeyReused: see resolvers/refusals.py.
    """
    refuse_bad_year(year)
    document = document_of(document, acting.today)
    if not await is_repeated(acting, key):
        await _officer(acting)
    edition = _edition(acting, year)

    async def work() -> Answer:
        officer = await _officer(acting)
        cycle = refuse_closed(await cycles.lock(acting.connection, year), year)
        of_year = await _year(acting, year, edition)
        added = await _add_appraisals(acting, of_year)
        grouped = await _give_groups(acting, of_year)
        await computing.recount(acting.connection, year, edition, may_exceed=True)
        payload = {
            "kind": "supplement",
            "year": year,
            "appraisals": added,
            "grouped": grouped,
            "others": await openings.counted_with_others(acting.connection, year),
            "document": document.plain(),
        }
        append(acting, [_act(acting, officer, payload)])
        _, many = await cycles.undecided(acting.connection, year)
        return _answer(cycle, many)

    return await once(acting, key, ["supplement year", year, document.plain()], work)


async def close_year(acting: Acting, key: UUID, year: int, document: Document) -> Answer:
    """Close a year: from then on levels of it change by second looks alone (QĐ124:Đ12.4.5, Đ13.3, Đ15.3).

    Late is allowed and always visible: whoever is undecided stays so, and the act says how many.

    Raises:
        BadInput: the document has no number, or no edition holds in the year.
        NotAnOfficer, YearClosed, KeyReused: see resolvers/refusals.py.
        QuotaExceeded: a group is over its quota, and nothing that the law orders made it so.
    """
    refuse_bad_year(year)
    document = document_of(document, acting.today)
    if not await is_repeated(acting, key):
        await _officer(acting)

    async def work() -> Answer:
        officer = await _officer(acting)
        cycle = refuse_closed(await cycles.lock(acting.connection, year), year)
        await _refuse_over_quota(acting, year, edition_of(year))
        closed = Cycle(
            year=year, edition=cycle.edition, opened_on=cycle.opened_on, closed_on=acting.today
        )
        await cycles.put(acting.connection, closed)
        undecided, many = await cycles.undecided(acting.connection, year)
        payload = {
            "kind": "close",
            "year": year,
            "appraisals": many,
            "undecided": undecided,
            "document": document.plain(),
        }
        append(acting, [_act(acting, officer, payload)])
        return _answer(closed, many)

    return await once(acting, key, ["close year", year, document.plain()], work)


async def every_year(connection: AsyncConnection) -> list[Row]:
    """Each year as its row, with `appraisals`, how many it has; the first one first."""
    return [*await cycles.counted(connection)]


@dataclass(frozen=True, slots=True)
class _Year:
    """Who is a subject of a year: the entries of bodies, of posts (the highest first) and of cells."""

    opening: Opening
    edition: Edition
    entries: Entries
    of_bodies: Sequence[Entry]
    of_posts: Sequence[Entry]
    of_cells: Sequence[Entry]


async def _year(acting: Acting, year: int, edition: Edition) -> _Year:
    opening = Opening(year, date(year, 12, 1), acting.at)
    every = {one.code: one for one in await bodies.all_bodies(acting.connection)}
    standing_bodies = {code: one for code, one in every.items() if _stands(one, opening.day)}
    classes = await bodies.classes_of_bodies(acting.connection)
    entries = Entries.among(standing_bodies, year, edition, classes)
    posts = _highest_first(await bodies.all_posts(acting.connection), standing_bodies)
    cells = [one for one in standing_bodies.values() if one.kind == BodyKind.PARTY_CELL]
    return _Year(
        opening=opening,
        edition=edition,
        entries=entries,
        of_bodies=[entries.of_body(one) for one in standing_bodies.values()],
        of_posts=[entries.of_post(post) for post in posts],
        of_cells=[entries.of_cell(cell) for cell in cells],
    )


async def _add_appraisals(acting: Acting, of_year: _Year) -> dict[str, int]:
    """How many by track; their quotas and tallies are still to be counted."""
    await _add_groups(acting, of_year)
    connection, opening, edition = acting.connection, of_year.opening, of_year.edition
    reviewed_on = calendar.due(GRASSROOTS, opening.year, edition).last_day
    added = {
        Track.BODY: await openings.add_bodies(connection, opening, of_year.of_bodies),
        Track.OFFICIAL: await openings.add_officials(connection, opening, of_year.of_posts),
        Track.PARTY_MEMBER: await openings.add_members(
            connection, opening, of_year.of_cells, admitted_until(reviewed_on, edition)
        ),
    }
    return {str(track): many for track, many in added.items()}


async def _give_groups(acting: Acting, of_year: _Year) -> int:
    """A group to each subject that an older version opened without one; how many got one."""
    connection, opening = acting.connection, of_year.opening
    return await openings.give_groups_to_bodies(
        connection, opening, of_year.of_bodies
    ) + await openings.give_groups_to_officials(connection, opening, of_year.of_posts)


async def _add_groups(acting: Acting, of_year: _Year) -> None:
    """The groups that the registry has not yet; those of bodies are mostly there with the catalogue."""
    of_tracks = {
        Track.BODY: of_year.of_bodies,
        Track.OFFICIAL: of_year.of_posts,
        Track.PARTY_MEMBER: of_year.of_cells,
    }
    tracks = {
        entry.peer_group_code: track
        for track, entries in of_tracks.items()
        for entry in entries
        if entry.peer_group_code
    }
    groups = [
        PeerGroup(code=code, name=of_year.entries.name_of_group(code), track=track)
        for code, track in tracks.items()
    ]
    await quotas.add_groups(acting.connection, groups)


def _stands(body: Body, day: date) -> bool:
    founded = body.founded_on is None or body.founded_on <= day
    return founded and (body.dissolved_on is None or body.dissolved_on >= day)


def _highest_first(posts: list[Post], standing_bodies: Mapping[str, Body]) -> list[Post]:
    """The posts by which somebody is rated as an official, in the order of their standing."""

    def place(post: Post) -> tuple[tuple[int, int], str]:
        return standing(Rank(post.rank), Tier(standing_bodies[post.body_code].tier)), post.code

    rated = [
        post
        for post in posts
        if post.body_code in standing_bodies
        and standing_bodies[post.body_code].kind != BodyKind.PARTY_CELL
    ]
    return sorted(rated, key=place)


async def _refuse_over_quota(acting: Acting, year: int, edition: Edition) -> None:
    for one in await verifying.other_quotas(acting.connection, year, edition.quota):
        if one.is_over and not one.is_marked:
            counted = {name: many for name, many in one.counted.items() if name != "base"}
            counts = Counts(**counted)
            raise QuotaExceeded(one.code, counts, quota.check(counts, edition.quota))


async def _officer(acting: Acting) -> Role:
    role = await policies.officer_role(acting.connection, acting.person, acting.today)
    if role is None:
        raise NotAnOfficer
    return role


def _act(acting: Acting, officer: Role, payload: Mapping[str, Any]) -> Act:
    return Act(
        appraisal_id=None,
        act=ActWord.COMPILE,
        at=acting.at,
        actor_person_id=acting.person,
        actor_post_code=officer.post_code,
        on_behalf_rater_id=officer.rater_id,
        clause=CLAUSE,
        payload=payload,
    )


def _answer(cycle: Cycle, appraisals: int) -> Answer:
    return {
        "year": cycle.year,
        "edition": cycle.edition,
        "opened_on": cycle.opened_on.isoformat(),
        "closed_on": cycle.closed_on and cycle.closed_on.isoformat(),
        "appraisals": appraisals,
    }


def _edition(acting: Acting, year: int) -> Edition:
    """Raises BadInput: no edition holds in the year, or it is later than the next one."""
    if year > acting.today.year + 1:
        raise BadInput(
            vi=f"year: năm {year} còn quá xa", en=f"year: {year} is too far ahead", field="year"
        )
    return edition_of(year)
