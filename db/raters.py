"""Raters at their places, and the roles that a person has on them by the posts of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

COMPILING = "compiling"


@dataclass(frozen=True, slots=True)
class Role:
    """What a post makes of its holder: a seat on a rater, or the rater's compiling office."""

    rater_code: str
    seat: str
    scope_body_code: str
    post_code: str


_ROLES = """
SELECT r.code AS rater_code, s.seat, r.scope_body_code, p.code AS post_code
FROM membership m
JOIN post p ON p.code = m.post_code
JOIN post_role s ON s.post_code = p.code
JOIN rater r ON r.code = s.rater_code
JOIN body_tree t ON t.ancestor_code = r.scope_body_code AND t.body_code = p.body_code
WHERE m.person_id = :person AND m.since <= :day AND (m.until IS NULL OR m.until >= :day)
UNION ALL
SELECT r.code, :compiling, r.scope_body_code, p.code
FROM membership m
JOIN post p ON p.code = m.post_code
JOIN rater r ON r.compiled_by_body_code = p.body_code
WHERE m.person_id = :person AND m.since <= :day AND (m.until IS NULL OR m.until >= :day)
ORDER BY 1, 2, 3, 4
"""


async def roles(connection: AsyncConnection, person: UUID, day: date) -> list[Role]:
    """The roles of a person on a day, by the posts held on it."""
    bound = {"person": person, "day": day, "compiling": COMPILING}
    return [Role(**row) for row in (await connection.execute(text(_ROLES), bound)).mappings()]


async def all_raters(connection: AsyncConnection) -> list[Mapping[str, Any]]:
    """Every rater at its place, by id."""
    return [*(await connection.execute(text("SELECT * FROM rater ORDER BY id"))).mappings()]
