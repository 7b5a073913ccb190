"""Loads the demonstration into a database that holds the catalogue, in the caller's transaction."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy, load_policy
from db.connection import deployment, lock as locks
from db.copy import analyze
from db.repositories import appraisal as appraisals, body as bodies, person as persons
from db.repositories.appraisal import Appraisal
from demo import cell_post, history, story as stories, unit as units, year_start
from demo.cell import cells
from demo.facts import YEAR, document, quality_of
from demo.history import HISTORY
from demo.name import names
from demo.officer import Officers
from demo.person import officials
from demo.season import Lot, Season
from demo.subject import Opened, Registry, opened
from rules.editions.lookup import Edition, edition_for
from rules.enums import Act, Level, Track

__all__ = ["HISTORY", "LATE_CELL", "NEARLY_FULL", "is_loaded", "load"]

SEED = 124
HOPEFUL_EVERY = 11
"""Every so many subjects one rates itself too high."""
LOADED = "demonstration"

BODY_GROUPS_DECIDED = ("party-agencies", "council-bodies", "public-units", "caucuses")
"""In the order of the law: the party's side of an organisation after the other one (QĐ124:Đ11.3)."""
DISTRICTS_DECIDED = {"ht.tp-ha-tinh", "ht.cam-xuyen", "ht.ky-anh"}
NEARLY_FULL = "departments.deputies"
OFFICIALS_DECIDED = {NEARLY_FULL, "provincial-leaders"}
LATE_CELL = "ht.so-tnmt.cb"
"""A cell that has done nothing yet."""
DECIDED_LATE, DECIDED_LATE_ON = "ht.so-khcn.cb", date(YEAR, 12, 10)
"""A cell that decided after its last day in time."""
BODIES_ON, OFFICIALS_ON, MEMBERS_ON = date(YEAR, 12, 1), date(YEAR, 12, 2), date(YEAR, 12, 3)


async def is_loaded(connection: AsyncConnection) -> bool:
    return await deployment.get(connection, LOADED) is not None


async def load(connection: AsyncConnection) -> None:
    """Write everything: people, cells, 2022 as history, and 2023 by the commands that a year takes."""
    locks.alone(connection)
    random, edition = Random(SEED), edition_for(YEAR)  # noqa: S311 -- the same people every time
    policy = load_policy()
    registry, others = await _people(connection, random)
    before, now = (
        [*opened(registry, year, edition), *opened(others, year, edition)]
        for year in (HISTORY, YEAR)
    )
    await history.add(connection, policy, registry, before, edition, random)
    await analyze(connection)
    await year_start.begin(connection, policy, registry.cells)
    await analyze(connection)
    season = await _season(connection, policy, now, edition, random)
    await _play(season)
    await stories.tell(season)
    await season.decide(_is_of(DECIDED_LATE), DECIDED_LATE_ON)
    await deployment.put(connection, LOADED, edition.code)


async def _people(connection: AsyncConnection, random: Random) -> tuple[Registry, Registry]:
    """Everybody of the catalogue with their cells, and the invented units beside it."""
    catalogue = {body.code: body for body in await bodies.all_bodies(connection)}
    posts = {post.code: post for post in await bodies.all_posts(connection)}
    invented = names(random)
    people = officials(list(posts.values()), catalogue, invented, random)
    found = cells(catalogue, posts, people, invented, random)
    await bodies.add_bodies(connection, found.bodies)
    await cell_post.add(connection, found, catalogue)
    await persons.add_persons(connection, [*people.persons, *found.persons])
    await persons.add_memberships(connection, [*people.memberships, *found.memberships])
    every = catalogue | {cell.code: cell for cell in found.bodies}
    classes = await bodies.classes_of_bodies(connection)
    others = await units.add(connection, invented, random)
    return Registry(every, classes, posts, people, found), others


async def _season(
    connection: AsyncConnection,
    policy: Policy,
    described: Sequence[Opened],
    edition: Edition,
    random: Random,
) -> Season:
    """The year as it was opened, and what is drawn for each of its subjects that somebody may rate or appraise.

    A lot's place does not depend on the ids that the appraisals got when the year was opened.
    """
    qualities = [quality_of(one.described, random) for one in described]
    hopeful = set(sorted(one.appraisal.id for one in described)[::HOPEFUL_EVERY])
    drawn = {
        _key(one.appraisal): Lot(
            one.appraisal.id,
            quality,
            Level.EXCELLENT if one.appraisal.id in hopeful else quality,
            document(one.described, quality, edition, random),
        )
        for one, quality in zip(described, qualities, strict=True)
    }
    every = [one for one in await appraisals.of_year(connection, YEAR) if _key(one) in drawn]
    officers = await Officers.of_day(connection, policy, year_start.OPENED_ON)
    subjects = [
        *await officers.with_authority(Act.RATE, every),
        *await officers.with_authority(Act.APPRAISE, every),
    ]
    return Season(connection, policy, edition, {one.id: drawn[_key(one)] for one in subjects})


def _key(one: Appraisal) -> tuple[str, str | UUID | None]:
    return one.track, one.body_code or one.person_id


async def _play(season: Season) -> None:
    """From the reviews to the decisions in time; the late cell does nothing."""
    await season.review(lambda one: one.home_body_code != LATE_CELL)
    await season.record_facts()
    await season.rate_themselves()
    await season.propose()
    for group in BODY_GROUPS_DECIDED:
        await season.decide(_of_group(group), BODIES_ON)
    await season.decide(_is_decided_official, OFFICIALS_ON, {NEARLY_FULL: 1})
    await season.decide(_is_decided_member, MEMBERS_ON)


def _of_group(group: str) -> Callable[[Appraisal], bool]:
    return lambda one: one.peer_group_code == group


def _is_of(cell: str) -> Callable[[Appraisal], bool]:
    return lambda one: one.track == Track.PARTY_MEMBER and one.home_body_code == cell


def _is_decided_member(one: Appraisal) -> bool:
    return one.track == Track.PARTY_MEMBER and one.home_body_code != DECIDED_LATE


def _is_decided_official(one: Appraisal) -> bool:
    group = one.peer_group_code or ""
    return one.track == Track.OFFICIAL and (
        group in OFFICIALS_DECIDED
        or group.rpartition(".")[0] in BODY_GROUPS_DECIDED
        or group.removeprefix("members-of:") in DISTRICTS_DECIDED
    )
