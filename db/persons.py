"""Persons, and the bodies and posts they belong to from one day to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bulk import copy_records, copy_rows
from db.errors import Missing
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
    """`since` and `until` are both included; without a post it is membership of a party cell."""

    id: UUID
    person_id: UUID
    body_code: str
    post_code: str | None
    since: date
    until: date | None = None


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
    """Raises Missing."""
    row = (await connection.execute(text(_PERSON), {"id": person_id})).mappings().one_or_none()
    if row is None:
        raise Missing(f"there is no person {person_id}")
    return Person(**row)


async def any_real(connection: AsyncConnection) -> bool:
    """Whether anybody here was not invented."""
    statement = text("SELECT EXISTS (SELECT FROM person WHERE NOT is_invented)")
    return bool((await connection.execute(statement)).scalar_one())


async def holders(connection: AsyncConnection, post: str, day: date) -> list[UUID]:
    """Who holds a post on a day, whoever came first standing first."""
    rows = await connection.execute(text(_HOLDERS), {"post": post, "day": day})
    return list(rows.scalars())


async def memberships(connection: AsyncConnection, first: date, last: date) -> list[Membership]:
    """Every membership that held on at least one of the days, by person and beginning."""
    rows = await connection.execute(text(_MEMBERSHIPS), {"first": first, "last": last})
    return [Membership(**row) for row in rows.mappings()]


async def add_persons(connection: AsyncConnection, persons: Sequence[Person]) -> None:
    rows = (
        [
            *(getattr(one, column) for column in COLUMNS),
            person_sort_key(one.name),
            search_key(one.name),
        ]
        for one in persons
    )
    await copy_rows(connection, "person", [*COLUMNS, "sort_key", "search_key"], rows)


async def add_memberships(connection: AsyncConnection, members: Sequence[Membership]) -> None:
    await copy_records(connection, "membership", members)
