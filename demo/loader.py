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
from demo.subject import Opened, Registry, opened_appraisals
from rules.editions.lookup import Edition, edition_for
from rules.enums import Act, Level, Track

__all__ = ["HISTORY", "LATE_CELL", "NEARLY_FULL", "is_loaded", "load"]

SEED = 124
OPTIMIST_EVERY = 11
"""One subject in so many rates itself too high."""
LOADED = "demonstration"

BODY_GROUPS_DECIDED = ("party-agencies", "council-bodies", "public-units", "caucuses")
"""In the order of the law: the party side of an organisation after its professional side (QĐ124:Đ11.3)."""
DISTRICTS_DECIDED = {"ht.tp-ha-tinh", "ht.cam-xuyen", "ht.ky-anh"}
NEARLY_FULL = "departments.deputies"
OFFICIALS_DECIDED = {NEARLY_FULL, "provincial-leaders"}
LATE_CELL = "ht.so-tnmt.cb"
"""A cell that has not reviewed anyone yet."""
DECIDED_LATE, DECIDED_LATE_ON = "ht.so-khcn.cb", date(YEAR, 12, 10)
"""A cell that decides after its deadline."""
BODIES_ON, OFFICIALS_ON, MEMBERS_ON = date(YEAR, 12, 1), date(YEAR, 12, 2), date(YEAR, 12, 3)


async def is_loaded(connection: AsyncConnection) -> bool:
    return await deployment.get(connection, LOADED) is not None


async def load(connection: AsyncConnection) -> None:
    """Write the demonstration: people, cells, 2022 as history, and 2023 by commands."""
    locks.declare_sole_writer(connection)
    random, edition = Random(SEED), edition_for(YEAR)  # noqa: S311 -- the same people every time
    policy = load_policy()
    registry, others = await _people(connection, random)
    before, now = (
        [*opened_appraisals(registry, year, edition), *opened_appraisals(others, year, edition)]
        for year in (HISTORY, YEAR)
    )
    await history.add(connection, policy, registry, before, edition, random)
    await analyze(connection)
    await year_start.begin(connection, policy, registry.cells)
    await analyze(connection)
    season = await _season(connection, policy, now, edition, random)
    await _play_season(season)
    await stories.play(season)
    await season.decide(_is_of(DECIDED_LATE), DECIDED_LATE_ON)
    await deployment.put(connection, LOADED, edition.code)


async def _people(connection: AsyncConnection, random: Random) -> tuple[Registry, Registry]:
    """Two registries: the people of the catalogue with their cells, and the invented units."""
    catalogue = {body.code: body for body in await bodies.all_bodies(connection)}
    posts = {post.code: post for post in await bodies.all_posts(connection)}
    invented = names(random)
    people = officials(list(posts.values()), catalogue, invented, random)
    party_cells = cells(catalogue, posts, people, invented, random)
    await bodies.add_bodies(connection, party_cells.bodies)
    await cell_post.add(connection, party_cells, catalogue)
    await persons.add_persons(connection, [*people.persons, *party_cells.persons])
    await persons.add_memberships(connection, [*people.memberships, *party_cells.memberships])
    all_bodies = catalogue | {cell.code: cell for cell in party_cells.bodies}
    classes = await bodies.classes_of_bodies(connection)
    others = await units.add(connection, invented, random)
    return Registry(all_bodies, classes, posts, people, party_cells), others


async def _season(
    connection: AsyncConnection,
    policy: Policy,
    described: Sequence[Opened],
    edition: Edition,
    random: Random,
) -> Season:
    """The opened year, with the drawn lot of each subject that an officer may rate or appraise.

    The order of lots does not depend on the ids that appraisals got when the year was opened.
    """
    qualities = [quality_of(subject.described, random) for subject in described]
    optimists = set(sorted(subject.appraisal.id for subject in described)[::OPTIMIST_EVERY])
    drawn = {
        _key(subject.appraisal): Lot(
            subject.appraisal.id,
            quality,
            Level.EXCELLENT if subject.appraisal.id in optimists else quality,
            document(subject.described, quality, edition, random),
        )
        for subject, quality in zip(described, qualities, strict=True)
    }
    of_year = await appraisals.of_year(connection, YEAR)
    with_lot = [appraisal for appraisal in of_year if _key(appraisal) in drawn]
    officers = await Officers.of_day(connection, policy, year_start.OPENED_ON)
    rated_or_appraised = [
        *await officers.with_authority(Act.RATE, with_lot),
        *await officers.with_authority(Act.APPRAISE, with_lot),
    ]
    lots = {appraisal.id: drawn[_key(appraisal)] for appraisal in rated_or_appraised}
    return Season(connection, policy, edition, lots)


def _key(appraisal: Appraisal) -> tuple[str, str | UUID | None]:
    return appraisal.track, appraisal.body_code or appraisal.person_id


async def _play_season(season: Season) -> None:
    """Play the year from the reviews to the decisions in time; LATE_CELL does nothing."""
    await season.review(lambda appraisal: appraisal.home_body_code != LATE_CELL)
    await season.record_facts()
    await season.rate_themselves()
    await season.propose()
    for group in BODY_GROUPS_DECIDED:
        await season.decide(_of_group(group), BODIES_ON)
    await season.decide(_is_decided_official, OFFICIALS_ON, {NEARLY_FULL: 1})
    await season.decide(_is_decided_member, MEMBERS_ON)


def _of_group(group: str) -> Callable[[Appraisal], bool]:
    return lambda appraisal: appraisal.peer_group_code == group


def _is_of(cell: str) -> Callable[[Appraisal], bool]:
    return lambda appraisal: (
        appraisal.track == Track.PARTY_MEMBER and appraisal.home_body_code == cell
    )


def _is_decided_member(appraisal: Appraisal) -> bool:
    return appraisal.track == Track.PARTY_MEMBER and appraisal.home_body_code != DECIDED_LATE


def _is_decided_official(appraisal: Appraisal) -> bool:
    group = appraisal.peer_group_code or ""
    return appraisal.track == Track.OFFICIAL and (
        group in OFFICIALS_DECIDED
        or group.rpartition(".")[0] in BODY_GROUPS_DECIDED
        or group.removeprefix("members-of:") in DISTRICTS_DECIDED
    )
