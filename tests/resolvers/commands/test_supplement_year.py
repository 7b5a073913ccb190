"""Subjects registered after the opening of a year are added to it; the others do not change."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import person as persons
from db.repositories.person import Membership, Person
from demo.facts import YEAR
from demo.loader import HISTORY
from resolvers.commands.open_year import CloseYear, SupplementYear
from resolvers.commands.runner import execute_once
from resolvers.errors import BadInput
from resolvers.refusals import YearClosed
from resolvers.verification import verify
from rules.enums import Track
from tests.resolvers.commands.test_open_year import (
    DAY,
    NEXT,
    PAPER,
    acting,
    opened,
    payload,
    subjects,
)

pytestmark = pytest.mark.anyio


async def late_comer(registry: AsyncConnection, post: str) -> UUID:
    """Persons registered after the opening: the holder of a post, and a member of a cell."""
    key = uuid4()
    person = Person(id=key, name="Người Đến Sau", is_invented=True, is_civil_servant=True)
    await persons.add_persons(registry, [person])
    cell = "SELECT code FROM body WHERE kind = 'PARTY_CELL' ORDER BY code LIMIT 1"
    member_of = (await registry.execute(text(cell))).scalar_one()
    places = {member_of: None, post.rpartition(".")[0]: post}
    await persons.add_memberships(
        registry,
        [
            Membership(id=uuid4(), person_id=key, body_code=body, post_code=held, since=DAY)
            for body, held in places.items()
        ],
    )
    return key


async def test_late_subjects_are_added_and_others_do_not_change(registry: AsyncConnection) -> None:
    await opened(registry)
    before = await subjects(registry, NEXT)
    key = await late_comer(registry, "ht.so-y-te.pho")
    officer, command = await acting(registry), uuid4()
    answer = await execute_once(officer, command, SupplementYear(NEXT, PAPER))
    assert await execute_once(officer, command, SupplementYear(NEXT, PAPER)) == answer
    after = await subjects(registry, NEXT)
    assert after.keys() - before.keys() == {
        (Track.OFFICIAL, str(key)),
        (Track.PARTY_MEMBER, str(key)),
    }
    assert {subject: after[subject] for subject in before} == before
    assert after[Track.OFFICIAL, str(key)].post_code == "ht.so-y-te.pho"
    assert answer["appraisals"] == len(after)
    added = dict(await payload(registry))
    assert {group.partition(":")[0] for group in added.pop("others")} == {"others-of"}
    assert added == {
        "kind": "supplement",
        "year": NEXT,
        "revision": 2,
        "appraisals": {Track.BODY: 0, Track.OFFICIAL: 1, Track.PARTY_MEMBER: 1},
        "grouped": 0,
        "document": PAPER.plain(),
    }
    assert (await verify(registry)).is_clean
    again = await execute_once(officer, uuid4(), SupplementYear(NEXT, PAPER))
    assert again["appraisals"] == len(after)


async def test_a_year_not_open_cannot_be_supplemented(registry: AsyncConnection) -> None:
    officer = await acting(registry)
    await execute_once(officer, uuid4(), CloseYear(YEAR, PAPER))
    for year in (YEAR, NEXT):
        with pytest.raises(YearClosed):
            await execute_once(officer, uuid4(), SupplementYear(year, PAPER))
    with pytest.raises(BadInput) as refused:
        await execute_once(officer, uuid4(), SupplementYear(HISTORY, PAPER))
    assert refused.value.field == "year"
