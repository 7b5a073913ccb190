"""Subjects as authority sees them: their classes, and the bodies they are within."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Holding:
    """One reason to be in classes: a body itself, or a post with the bodies above it."""

    post_code: str | None
    classes: frozenset[str]
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """A body, a person or a bare post, with all its holdings. `key` is its code or id."""

    key: str | UUID
    holdings: tuple[Holding, ...]

    @property
    def classes(self) -> frozenset[str]:
        return frozenset().union(*(holding.classes for holding in self.holdings))


_WITHIN = "ARRAY(SELECT a.ancestor_code FROM body_tree a WHERE a.body_code = {body}) AS within"

_BODIES = f"""
SELECT b.code AS key, NULL AS post_code,
       ARRAY(SELECT c.class_code FROM body_class c WHERE c.body_code = b.code) AS classes,
       {_WITHIN.format(body="b.code")}
FROM body b WHERE b.code = ANY(:keys)
"""

_POST_CLASSES = "ARRAY(SELECT c.class_code FROM post_class c WHERE c.post_code = p.code) AS classes"

_POSTS = f"""
SELECT p.code AS key, p.code AS post_code, {_POST_CLASSES}, {_WITHIN.format(body="p.body_code")}
FROM post p WHERE p.code = ANY(:keys)
"""

_PERSONS = f"""
SELECT i.id AS key, p.code AS post_code, {_POST_CLASSES},
       {_WITHIN.format(body="coalesce(p.body_code, m.body_code)")}
FROM person i
LEFT JOIN membership m ON m.person_id = i.id AND m.since <= :last
     AND (m.until IS NULL OR m.until >= :first)
LEFT JOIN post p ON p.code = m.post_code
WHERE i.id = ANY(:keys)
"""


async def bodies(connection: AsyncConnection, codes: Sequence[str]) -> list[Subject | None]:
    """The bodies in the order of the codes; None where there is no such body."""
    return await _subjects(connection, _BODIES, codes, {})


async def posts(connection: AsyncConnection, codes: Sequence[str]) -> list[Subject | None]:
    """Bare posts, each judged by its own classes alone."""
    return await _subjects(connection, _POSTS, codes, {})


async def persons(
    connection: AsyncConnection, ids: Sequence[UUID], first: date, last: date
) -> list[Subject | None]:
    """Persons by all posts held between the two days, both included."""
    return await _subjects(connection, _PERSONS, ids, {"first": first, "last": last})


async def _subjects(
    connection: AsyncConnection,
    statement: str,
    keys: Sequence[str] | Sequence[UUID],
    days: dict[str, date],
) -> list[Subject | None]:
    holdings: dict[str | UUID, list[Holding]] = {}
    for row in await connection.execute(text(statement), {"keys": list(keys)} | days):
        holding = Holding(row.post_code, frozenset(row.classes), frozenset(row.within))
        holdings.setdefault(row.key, []).append(holding)
    return [Subject(key, tuple(holdings[key])) if key in holdings else None for key in keys]
