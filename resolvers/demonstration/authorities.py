"""Who rates each subject of the demonstration, asked of the matrix like any other caller would."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.reading import Policy
from db import persons, subjects
from db.appraisals import Appraisal
from db.subjects import Subject
from resolvers.authority import Place, all_places, competence
from resolvers.demonstration.cells import SUFFIX
from resolvers.demonstration.deciding import Authority
from resolvers.demonstration.facts import YEAR
from rules.words import Act, Track

DAY = date(2023, 12, 1)


OF_OFFICE = {"truong", "cvp", "bi-thu"}
OF_CELL = {"pbt"}
"""Whose holder acts for a body: a cell's secretary decides, and so the deputy proposes."""


async def authorities_of(
    connection: AsyncConnection, policy: Policy, appraisals: Sequence[Appraisal]
) -> dict[UUID, Authority]:
    """The authority of each appraisal whose subject somebody may rate."""
    places = await all_places(connection)
    found = await _subjects(connection, appraisals)
    holders = await _holders(connection)
    authorities = {}
    for one in appraisals:
        subject = found[one.track, one.body_code or one.person_id]
        decided = competence(policy, places, Act.RATE, subject)
        if decided.rater and decided.clause and decided.rater["id"] in places.by_id:
            authorities[one.id] = _authority(decided.rater, decided.clause, holders)
    return authorities


def _authority(place: Place, clause: str, holders: Mapping[str, tuple[UUID, str]]) -> Authority:
    chair_post = place["chair_post_code"]
    compiler, compiler_post = holders.get(place["compiled_by_body_code"] or "", (None, None))
    chair, _ = holders.get(chair_post or "", (None, None))
    return Authority(place, clause, chair, chair_post, compiler, compiler_post)


async def _subjects(
    connection: AsyncConnection, appraisals: Sequence[Appraisal]
) -> dict[tuple[str, str | UUID | None], Subject]:
    codes = sorted({one.body_code for one in appraisals if one.body_code})
    bodies = await subjects.bodies(connection, codes, YEAR)
    found: dict[tuple[str, str | UUID | None], Subject] = {
        (Track.BODY, one.key): one for one in bodies if one
    }
    for track in (Track.OFFICIAL, Track.PARTY_MEMBER):
        ids = sorted({one.person_id for one in appraisals if one.person_id and one.track == track})
        persons = await subjects.persons(connection, ids, YEAR, track)
        found |= {(track, one.key): one for one in persons if one}
    return found


async def _holders(connection: AsyncConnection) -> dict[str, tuple[UUID, str]]:
    """Who holds each post, and who heads each body, on the day."""
    holders: dict[str, tuple[UUID, str]] = {}
    for one in await persons.memberships(connection, DAY, DAY):
        if one.post_code is None:
            continue
        holders.setdefault(one.post_code, (one.person_id, one.post_code))
        if one.post_code.rpartition(".")[2] in (
            OF_CELL if one.body_code.endswith(SUFFIX) else OF_OFFICE
        ):
            holders.setdefault(one.body_code, (one.person_id, one.post_code))
    return holders


async def self_raters_of(
    connection: AsyncConnection, decided: Sequence[Appraisal]
) -> dict[UUID, tuple[UUID, str | None]]:
    """Who recorded the self-rating: the person, or for a body whoever heads what it leads."""
    holders = await _holders(connection)
    found: dict[UUID, tuple[UUID, str | None]] = {}
    for one in decided:
        if one.person_id:
            found[one.id] = one.person_id, one.post_code
        elif one.body_code and (head := holders.get(one.body_code.rpartition(".")[0])):
            found[one.id] = head
    return found
