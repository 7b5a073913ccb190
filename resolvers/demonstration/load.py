"""Loads the demonstration into a database that holds the catalogue, in the caller's transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.reading import load_policy
from db import acts, appraisals, bodies, cycles, deployment, persons, quotas
from db.appraisals import Appraisal, Facts
from resolvers import computing
from resolvers.demonstration import posts_of_cells, units
from resolvers.demonstration.authorities import authorities_of, self_raters_of
from resolvers.demonstration.cells import cells
from resolvers.demonstration.deciding import Authority, acts_of, decide
from resolvers.demonstration.facts import YEAR, document, drawn, quality_of
from resolvers.demonstration.names import names
from resolvers.demonstration.people import officials
from resolvers.demonstration.subjects import OPENED_AT, Opened, Registry, opened
from resolvers.entries import Entries
from rules.editions import Edition, edition_for
from rules.words import ComputedLevel, Level, Stage, Track

SEED = 124
LOADED = "demonstration"
HISTORY = YEAR - 1
COMPUTED_AT = datetime(2023, 12, 11, 1, tzinfo=UTC)

BODY_GROUPS_DECIDED = {"party-agencies", "council-bodies", "caucuses", "public-units"}
DISTRICTS_DECIDED = {"ht.tp-ha-tinh", "ht.cam-xuyen", "ht.ky-anh"}
NEARLY_FULL = "departments.deputies"
LATE_CELL = "ht.so-tnmt.cb"


async def is_loaded(connection: AsyncConnection) -> bool:
    return await deployment.get(connection, LOADED) is not None


async def load(connection: AsyncConnection) -> None:
    """Write everything: people, cells, both years, computed levels, decisions, acts, counts."""
    random, edition = Random(SEED), edition_for(YEAR)  # noqa: S311 -- the same people every time
    registry, others = await _people(connection, random)
    years = {
        year: [*opened(registry, year, edition), *opened(others, year, edition)]
        for year in (HISTORY, YEAR)
    }
    await _open(connection, registry, years, edition)
    authorities = await authorities_of(
        connection, load_policy(), [one.appraisal for found in years.values() for one in found]
    )
    await _history(connection, authorities, edition, random)
    await _year(connection, years[YEAR], authorities, edition, random)
    await units.delegate(connection)
    await deployment.put(connection, LOADED, edition.code)


async def _people(connection: AsyncConnection, random: Random) -> tuple[Registry, Registry]:
    """Everybody of the catalogue with their cells, and the invented units beside it."""
    catalogue = {body.code: body for body in await bodies.all_bodies(connection)}
    posts = {post.code: post for post in await bodies.all_posts(connection)}
    invented = names(random)
    people = officials(list(posts.values()), catalogue, invented, random)
    found = cells(catalogue, posts, people, invented, random)
    await bodies.add_bodies(connection, found.bodies)
    await posts_of_cells.add(connection, found, catalogue)
    await persons.add_persons(connection, [*people.persons, *found.persons])
    await persons.add_memberships(connection, [*people.memberships, *found.memberships])
    every = catalogue | {cell.code: cell for cell in found.bodies}
    others = await units.add(connection, invented, random)
    return Registry(every, posts, people, found), others


async def _open(
    connection: AsyncConnection,
    registry: Registry,
    years: Mapping[int, Sequence[Opened]],
    edition: Edition,
) -> None:
    await cycles.put(
        connection, cycles.Cycle(year=YEAR, edition=edition.code, opened_on=OPENED_AT.date())
    )
    await cycles.put(
        connection,
        cycles.Cycle(
            year=HISTORY,
            edition="",
            opened_on=date(HISTORY, 11, 15),
            closed_on=date(YEAR, 1, 15),
        ),
    )
    every = [one.appraisal for found in years.values() for one in found]
    entries = Entries.among(registry.bodies, YEAR, edition)
    known = {body.peer_group_code for body in registry.bodies.values()}
    tracks = {one.peer_group_code: one.track for one in every if one.peer_group_code not in known}
    await quotas.add_groups(
        connection,
        [
            quotas.PeerGroup(code=code, name=entries.name_of_group(code), track=track)
            for code, track in tracks.items()
            if code
        ],
    )
    await appraisals.add(connection, every)


async def _history(
    connection: AsyncConnection,
    authorities: Mapping[UUID, Authority],
    edition: Edition,
    random: Random,
) -> None:
    """2022: decided under texts that are not here, so there are levels and no computation."""
    found = await appraisals.of_year(connection, HISTORY)
    levels = {one.id: drawn(random) for one in found}
    day = date(HISTORY, 12, 20)
    decided = decide(found, authorities, lambda one: levels[one.id], day)
    await appraisals.save(connection, decided)
    await acts.append_acts(connection, acts_of(decided, authorities, {}))
    await computing.recount(connection, HISTORY, edition)


async def _year(
    connection: AsyncConnection,
    found: Sequence[Opened],
    authorities: Mapping[UUID, Authority],
    edition: Edition,
    random: Random,
) -> None:
    qualities = {one.appraisal.id: quality_of(one.described, random) for one in found}
    await appraisals.add_facts(
        connection,
        [
            Facts(
                appraisal_id=one.appraisal.id,
                version=1,
                document=document(one.described, qualities[one.appraisal.id], edition, random),
                recorded_at=OPENED_AT,
                recorded_by=None,
            )
            for one in found
        ],
    )
    await _propose(connection, authorities, qualities)
    await computing.compute(connection, YEAR, COMPUTED_AT)
    await _decide(connection, authorities, _body_groups, date(YEAR, 12, 7))
    await computing.compute(connection, YEAR, COMPUTED_AT)
    await _decide(connection, authorities, _officials, date(YEAR, 12, 8))
    await _decide(connection, authorities, _nearly_full, date(YEAR, 12, 8), spare=1)
    await computing.compute(connection, YEAR, COMPUTED_AT)
    await _decide(connection, authorities, _members, date(YEAR, 12, 3))
    await computing.compute(connection, YEAR, COMPUTED_AT)
    await computing.recount(connection, YEAR, edition)


async def _propose(
    connection: AsyncConnection,
    authorities: Mapping[UUID, Authority],
    qualities: Mapping[UUID, Level],
) -> None:
    """Whoever can be rated has rated itself and is proposed; a few are too hopeful."""
    found = [
        replace(
            one,
            stage=Stage.PROPOSED,
            self_level=Level.EXCELLENT if number % 11 == 0 else qualities[one.id],
            proposed_level=qualities[one.id],
        )
        for number, one in enumerate(await appraisals.of_year(connection, YEAR))
        if one.id in authorities and one.home_body_code != LATE_CELL
    ]
    await appraisals.save(connection, found)


def _body_groups(one: Appraisal) -> bool:
    return one.track == Track.BODY and one.peer_group_code in BODY_GROUPS_DECIDED


def _officials(one: Appraisal) -> bool:
    group = one.peer_group_code or ""
    in_group = group.rpartition(".")[0] in BODY_GROUPS_DECIDED
    return one.track == Track.OFFICIAL and (
        in_group or group.removeprefix("members-of:") in DISTRICTS_DECIDED
    )


def _nearly_full(one: Appraisal) -> bool:
    return one.peer_group_code == NEARLY_FULL


def _members(one: Appraisal) -> bool:
    return one.track == Track.PARTY_MEMBER and one.home_body_code != LATE_CELL


async def _decide(
    connection: AsyncConnection,
    authorities: Mapping[UUID, Authority],
    chosen: Callable[[Appraisal], bool],
    day: date,
    spare: int = 0,
) -> None:
    """Take the computed level of the chosen ones; what the text leaves open stays open."""
    found = [one for one in await appraisals.of_year(connection, YEAR) if chosen(one)]
    decided = decide(found, authorities, _computed, day, spare=spare)
    await appraisals.save(connection, decided)
    self_raters = await self_raters_of(connection, decided)
    await acts.append_acts(connection, acts_of(decided, authorities, self_raters))


def _computed(one: Appraisal) -> Level | None:
    if one.computed_level in {None, ComputedLevel.UNDETERMINED}:
        return None
    return Level(str(one.computed_level))
