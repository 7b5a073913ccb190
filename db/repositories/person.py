"""Persons, and their memberships in bodies and posts, with first and last days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock
from db.copy import copy_records, copy_rows
from db.errors import RowMissing
from db.vietnamese import person_sort_key, search_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    name: str
    is_invented: bool
    is_civil_servant: bool
    party_admitted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`since` and `until` are both included; without a post it is membership of a party cell.

    `transferred`: left by a transfer before the rating; see db/tables/registry.py.
    """

    id: UUID
    person_id: UUID
    body_code: str
    post_code: str | None
    since: date
    until: date | None = None
    transferred: bool = False


COLUMNS = tuple(Person.__dataclass_fields__)

_PERSON = f"SELECT {', '.join(COLUMNS)} FROM person WHERE id = :id"
_MEMBERSHIPS = f"""
SELECT {", ".join(Membership.__dataclass_fields__)} FROM membership
WHERE since <= :last AND (until IS NULL OR until >= :first)
ORDER BY person_id, since, id
"""
_HOLDERS = """
SELECT person_id FROM membership
WHERE post_code = :post AND since <= :day AND (until IS NULL OR until >= :day)
ORDER BY since, id
"""


async def person(connection: AsyncConnection, person_id: UUID) -> Person:
    """The person with this id. Raises RowMissing."""
    row = (await connection.execute(text(_PERSON), {"id": person_id})).mappings().one_or_none()
    if row is None:
        raise RowMissing(f"there is no person {person_id}")
    return Person(**row)


async def exists(connection: AsyncConnection, person_id: UUID) -> bool:
    """Whether the registry has a person with this id."""
    statement = text("SELECT EXISTS (SELECT FROM person WHERE id = :id)")
    return bool((await connection.execute(statement, {"id": person_id})).scalar_one())


async def civil_servants(connection: AsyncConnection, persons: Sequence[UUID]) -> frozenset[UUID]:
    """The civil servants among these persons."""
    if not persons:
        return frozenset()
    statement = text("SELECT id FROM person WHERE id = ANY(:ids) AND is_civil_servant")
    rows = await connection.execute(statement, {"ids": list(persons)})
    return frozenset(rows.scalars())


async def any_real(connection: AsyncConnection) -> bool:
    """Whether a person of the registry is not invented; False for a database without tables."""
    table = await connection.execute(text("SELECT CAST(to_regclass('person') AS text)"))
    if table.scalar_one() is None:
        return False
    statement = text("SELECT EXISTS (SELECT FROM person WHERE NOT is_invented)")
    return bool((await connection.execute(statement)).scalar_one())


async def holders(connection: AsyncConnection, post: str, day: date) -> list[UUID]:
    """The holders of a post on a day, in the order of their first days."""
    rows = await connection.execute(text(_HOLDERS), {"post": post, "day": day})
    return list(rows.scalars())


async def memberships(connection: AsyncConnection, first: date, last: date) -> list[Membership]:
    """Every membership in force on at least one of the days, by person and first day."""
    rows = await connection.execute(text(_MEMBERSHIPS), {"first": first, "last": last})
    return [Membership(**row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The end of a membership in a post, or in a cell if `post_code` is None; `on` is its last day."""

    person_id: UUID
    body_code: str
    post_code: str | None
    on: date
    transferred: bool


def held_in_year(first: str, last: str) -> str:
    """SQL condition: the membership `m` counts in the year from `first` to `last`.

    A membership that ended by a transfer before the rating does not count in that year, which is rated where
    the highest post is held then (QĐ124:Đ7.2.3): it gives no class and no peer group. The views of
    standing (migration 0007) use the same condition.
    """
    return f"""m.since <= {last} AND (m.until IS NULL
     OR m.until >= {first} AND NOT (m.transferred AND m.until <= {last}))"""


_HELD = """
person_id = :person AND body_code = :body AND post_code IS NOT DISTINCT FROM CAST(:post AS text)
"""
_LEAVE = f"""
UPDATE membership SET until = :on, transferred = :transferred
WHERE {_HELD} AND since <= :on AND (until IS NULL OR until >= :on)
"""
_SEATS = """
SELECT p.seats - (SELECT count(*) FROM membership m
    WHERE m.post_code = p.code AND (m.until IS NULL OR m.until > :on))
FROM post p WHERE p.code = :post
"""
_LAST_ACT = """
SELECT max(CAST(x.at AT TIME ZONE interval '7 hours' AS date)) FROM act x
WHERE x.actor_person_id = :person AND x.actor_post_code = :post
"""
_POSTS_HELD = """
SELECT p.code, p.rank, b.tier FROM membership m
JOIN post p ON p.code = m.post_code
JOIN body b ON b.code = p.body_code
WHERE m.person_id = :person AND m.since <= :on AND (m.until IS NULL OR m.until > :on)
  AND b.kind <> 'PARTY_CELL'
ORDER BY p.code
"""


@dataclass(frozen=True, slots=True)
class HeldPost:
    code: str
    rank: str
    tier: str


async def leave(connection: AsyncConnection, leaving: Leaving) -> bool:
    """End a membership; returns whether there was one on the last day."""
    bound = {
        "person": leaving.person_id,
        "body": leaving.body_code,
        "post": leaving.post_code,
        "on": leaving.on,
        "transferred": leaving.transferred,
    }
    return (await connection.execute(text(_LEAVE), bound)).rowcount > 0


async def free_seats(connection: AsyncConnection, post: str, on: date) -> int:
    """Lock the seats of a post until the transaction ends; returns how many are free after a day."""
    lock = text("SELECT code FROM post WHERE code = :post FOR NO KEY UPDATE")
    locks.check_order(connection, Lock.SEATS)
    await connection.execute(lock, {"post": post})
    return int((await connection.execute(text(_SEATS), {"post": post, "on": on})).scalar_one())


async def last_act_in(connection: AsyncConnection, person: UUID, post: str) -> date | None:
    """The last day on which a person acted in a post."""
    result = await connection.execute(text(_LAST_ACT), {"person": person, "post": post})
    day: date | None = result.scalar_one()
    return day


async def posts_held_after(connection: AsyncConnection, person: UUID, on: date) -> list[HeldPost]:
    """The posts outside the cells that a person holds after a day."""
    rows = await connection.execute(text(_POSTS_HELD), {"person": person, "on": on})
    return [HeldPost(row.code, row.rank, row.tier) for row in rows]


async def add_persons(connection: AsyncConnection, persons: Sequence[Person]) -> None:
    rows = (
        [
            *(getattr(person, column) for column in COLUMNS),
            person_sort_key(person.name),
            search_key(person.name),
        ]
        for person in persons
    )
    await copy_rows(connection, "person", [*COLUMNS, "sort_key", "search_key"], rows)


async def add_memberships(connection: AsyncConnection, members: Sequence[Membership]) -> None:
    await copy_records(connection, "membership", members)
