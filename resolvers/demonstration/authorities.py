"""Who rates each subject of the demonstration, asked of the matrix like any other caller would."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.reading import Policy
from db import persons, raters, subjects
from db.appraisals import Appraisal
from db.subjects import Subject
from resolvers.authority import Place, competence
from resolvers.demonstration.deciding import Authority
from resolvers.demonstration.posts_of_cells import CELL_RATER
from rules.authority import RATERS
from rules.words import Act, Track

DAY = date(2023, 12, 1)


async def authorities_of(
    connection: AsyncConnection, policy: Policy, appraisals: Sequence[Appraisal]
) -> dict[UUID, Authority]:
    """The authority of each appraisal whose subject somebody may rate."""
    places = await raters.all_raters(connection)
    found = await _subjects(connection, appraisals)
    holders = await _holders(connection)
    cells = {place["scope_body_code"]: place for place in places if place["code"] == CELL_RATER}
    authorities = {}
    place: Place | None
    clause: str | None
    for one in appraisals:
        if one.track == Track.PARTY_MEMBER:
            place, clause = cells.get(one.home_body_code), RATERS[CELL_RATER].clause
        else:
            decided = competence(policy, places, Act.RATE, found[one.body_code or one.person_id])
            place, clause = decided.rater, decided.clause
        if place is not None and clause is not None:
            authorities[one.id] = _authority(place, clause, holders)
    return authorities


def _authority(place: Place, clause: str, holders: Mapping[str, tuple[UUID, str]]) -> Authority:
    chair_post = place["chair_post_code"]
    compiler, compiler_post = holders.get(place["compiled_by_body_code"] or "", (None, None))
    chair, _ = holders.get(chair_post or "", (None, None))
    return Authority(place, clause, chair, chair_post, compiler, compiler_post)


async def _subjects(
    connection: AsyncConnection, appraisals: Sequence[Appraisal]
) -> dict[str | UUID | None, Subject]:
    codes = sorted({one.body_code for one in appraisals if one.body_code})
    ids = sorted({one.person_id for one in appraisals if one.person_id})
    days = date(2023, 1, 1), date(2023, 12, 31)
    found = [
        *await subjects.bodies(connection, codes),
        *await subjects.persons(connection, ids, *days),
    ]
    return {one.key: one for one in found if one}


async def _holders(connection: AsyncConnection) -> dict[str, tuple[UUID, str]]:
    """Who holds each post, and who heads each body, on the day."""
    holders: dict[str, tuple[UUID, str]] = {}
    for one in await persons.memberships(connection, DAY, DAY):
        if one.post_code is None:
            continue
        holders.setdefault(one.post_code, (one.person_id, one.post_code))
        if one.post_code.rpartition(".")[2] in {"truong", "cvp", "bi-thu"}:
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
