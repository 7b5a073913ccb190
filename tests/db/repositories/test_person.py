"""Persons and their dated memberships; bodies as they are added."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import RowMissing
from db.repositories import body as bodies, person as persons
from db.repositories.person import Membership, Person

pytestmark = pytest.mark.anyio

FIRST, LAST = date(2023, 3, 1), date(2023, 9, 30)
DAY = timedelta(days=1)
HEAD = "ht.so-noi-vu.truong"


def invented(number: int, name: str) -> Person:
    return Person(id=UUID(int=number), name=name, is_invented=True, is_civil_servant=True)


def head(number: int, since: date, until: date | None) -> Membership:
    return Membership(
        id=UUID(int=number),
        person_id=UUID(int=number),
        body_code="ht.so-noi-vu",
        post_code=HEAD,
        since=since,
        until=until,
    )


@pytest.fixture
async def people(loaded: AsyncConnection) -> AsyncConnection:
    """Two heads of one department, the second from the day after the first."""
    names = ["Trần Văn An", "Đặng Thị Ánh"]
    await persons.add_persons(loaded, [invented(n, name) for n, name in enumerate(names, 1)])
    terms = [head(1, FIRST, LAST), head(2, LAST + DAY, None)]
    await persons.add_memberships(loaded, terms)
    return loaded


@pytest.mark.parametrize(
    ("day", "holders"),
    [(FIRST - DAY, []), (FIRST, [1]), (LAST, [1]), (LAST + DAY, [2]), (date(2099, 1, 1), [2])],
)
async def test_a_post_is_held_from_its_first_day_to_its_last(
    people: AsyncConnection, day: date, holders: Sequence[int]
) -> None:
    assert await persons.holders(people, HEAD, day) == [UUID(int=one) for one in holders]


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), [1, 2]),
        (date(2023, 1, 1), FIRST - DAY, []),
        (date(2023, 1, 1), FIRST, [1]),
        (LAST, LAST, [1]),
        (LAST + DAY, LAST + DAY, [2]),
    ],
)
async def test_memberships_between_two_days(
    people: AsyncConnection, first: date, last: date, held: Sequence[int]
) -> None:
    memberships = await persons.memberships(people, first, last)
    assert [one.person_id.int for one in memberships] == held


async def test_a_person_comes_back_as_it_was(people: AsyncConnection) -> None:
    assert await persons.person(people, UUID(int=1)) == invented(1, "Trần Văn An")


async def test_a_person_that_does_not_exist_is_missing(people: AsyncConnection) -> None:
    with pytest.raises(RowMissing, match="no person"):
        await persons.person(people, UUID(int=3))


async def test_persons_are_found_and_sorted_by_their_keys(people: AsyncConnection) -> None:
    rows = await people.execute(text("SELECT name, search_key FROM person ORDER BY sort_key, id"))
    assert [tuple(row) for row in rows] == [
        ("Trần Văn An", "tran van an"),
        ("Đặng Thị Ánh", "dang thi anh"),
    ]


async def test_a_term_ends_on_or_after_its_first_day(people: AsyncConnection) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="ck_membership_dates"):
        await persons.add_memberships(people, [head(1, FIRST, FIRST - DAY)])


async def test_bodies_and_posts_come_back_as_the_catalogue_has_them(
    loaded: AsyncConnection,
) -> None:
    by_code = {body.code: body for body in await bodies.all_bodies(loaded)}
    collective = by_code["ht.so-noi-vu.tt"]
    assert (collective.parent_code, collective.leads_code) == ("ht.so-noi-vu", "ht.so-noi-vu")
    assert (collective.kind, collective.peer_group_code) == ("LEADERSHIP_COLLECTIVE", "departments")
    posts = {post.code: post for post in await bodies.all_posts(loaded)}
    assert posts["ht.tuv"].seats == 50
    assert posts["ht.bi-thu"].classes == (
        "centrally_managed",
        "provincial_standing_committee_member",
    )
