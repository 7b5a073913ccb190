"""The levels that the level of a subject is computed from: rows of appraisal, role, used subject, its level."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import Select
from rules.enums import Level
from rules.kinds import CAUCUSES, BodyKind


@dataclass(frozen=True, slots=True)
class Used:
    """`appraisal_id` needs the level of `name` as `role`, a field of rules.facts.facts.Levels."""

    appraisal_id: UUID
    role: str
    name: str
    level: Level | None
    is_known: bool = True
    """Whether the registry has the used subject; if not, `name` is the body where it is missing."""


_CAUCUSES = ", ".join(f"'{kind}'" for kind in CAUCUSES)
_OF_SAME_LEVEL = ", ".join(
    f"'{kind}'"
    for kind in (
        BodyKind.PEOPLES_COUNCIL,
        BodyKind.PEOPLES_COMMITTEE,
        BodyKind.FRONT_OR_MASS_ORGANISATION,
    )
)
"""Chính quyền, Mặt trận và đoàn thể, whose levels the party organisation of the same level needs (HD01:5.1.1a)."""

# The units of a leader are the leadership collectives of the organisations directly below the one that he or she
# heads, as far as a rater may rate them. Party caucuses and party affairs committees belong to the Standing Committee
# (HD01:6.1) and are not units. A head has one collective: the leadership collective, or else the body that leads.
# Without a collective that a rater may rate, its level is unknown.
_USED = f"""
SELECT * FROM (
WITH posted AS (
    SELECT a.id, p.rank, b.code AS body_code, coalesce(b.leads_code, b.code) AS led_code
    FROM appraisal a
    JOIN post p ON p.code = a.post_code
    JOIN body b ON b.code = p.body_code
    WHERE a.year = :year AND a.track = 'OFFICIAL' AND a.id = ANY(:ids)
), rateable AS NOT MATERIALIZED (
    SELECT b.code, b.leads_code, b.kind, a.level
    FROM body b
    JOIN appraisal a ON a.body_code = b.code AND a.year = :year AND a.excluded IS NULL
    WHERE EXISTS (SELECT FROM body_class c WHERE c.body_code = b.code)
)
SELECT d.id AS appraisal_id, 'units' AS role, r.code AS name, r.level, true AS is_known
FROM posted d
JOIN body o ON o.parent_code = d.led_code
JOIN rateable r ON r.leads_code = o.code AND r.code <> d.body_code
WHERE d.rank IN ('HEAD', 'SECRETARY') AND r.kind NOT IN ({_CAUCUSES})
UNION ALL
SELECT d.id, 'collective', coalesce(r.code, d.led_code), r.level, r.code IS NOT NULL
FROM posted d
LEFT JOIN LATERAL (
    SELECT r.code, r.level FROM rateable r WHERE r.leads_code = d.led_code
    ORDER BY r.kind <> 'LEADERSHIP_COLLECTIVE', r.code LIMIT 1
) r ON true
WHERE d.rank = 'HEAD'
UNION ALL
SELECT d.id, 'party_organisation', d.body_code, r.level, r.code IS NOT NULL
FROM posted d
LEFT JOIN rateable r ON r.code = d.body_code
WHERE d.rank IN ('SECRETARY', 'DEPUTY_SECRETARY')
UNION ALL
SELECT a.id, 'same_level', s.code, coalesce(o.level, c.level), true
FROM appraisal a
JOIN body b ON b.code = a.body_code AND b.kind = 'PARTY_ORGANISATION'
JOIN body s ON s.parent_code = b.code AND s.tier = b.tier
     AND s.kind IN ({_OF_SAME_LEVEL})
LEFT JOIN appraisal o ON o.body_code = s.code AND o.year = a.year AND o.excluded IS NULL
LEFT JOIN body l ON l.leads_code = s.code AND l.kind = 'LEADERSHIP_COLLECTIVE'
LEFT JOIN appraisal c ON c.body_code = l.code AND c.year = a.year AND c.excluded IS NULL
WHERE a.year = :year
UNION ALL
SELECT a.id, 'members', m.person_id::text, m.level, true
FROM appraisal a
JOIN body b ON b.code = a.body_code AND b.kind = 'PARTY_CELL'
JOIN appraisal m ON m.home_body_code = b.code AND m.track = 'PARTY_MEMBER' AND m.year = a.year
     AND m.excluded IS NULL
WHERE a.year = :year
UNION ALL
SELECT a.id, 'subordinates', u.body_code, u.level, true
FROM appraisal a
JOIN body b ON b.code = a.body_code AND b.kind = 'PARTY_ORGANISATION'
JOIN body c ON c.parent_code = b.code AND c.kind IN ('PARTY_CELL', 'PARTY_ORGANISATION')
JOIN appraisal u ON u.body_code = c.code AND u.year = a.year AND u.excluded IS NULL
WHERE a.year = :year
UNION ALL
SELECT a.id, 'civil_servant', o.id::text, o.level, true
FROM appraisal a
JOIN appraisal o ON o.person_id = a.person_id AND o.track = 'OFFICIAL' AND o.year = a.year
     AND o.excluded IS NULL
WHERE a.year = :year AND a.track = 'PARTY_MEMBER'
) used
WHERE appraisal_id = ANY(:ids)
ORDER BY 1, 2, 3
"""


async def used_in(connection: AsyncConnection, year: int, ids: Sequence[UUID]) -> list[Used]:
    """The levels that these appraisals of one year need, by appraisal."""
    rows = await connection.execute(text(_USED), {"year": year, "ids": list(ids)})
    return [_used(*row) for row in rows]


def _used(key: UUID, role: str, name: str, level: str | None, is_known: bool) -> Used:
    return Used(key, role, name, Level(level) if level else None, is_known)


_YEAR = "(SELECT y.year FROM appraisal y WHERE y.id = ANY(CAST(:ids AS uuid[])) LIMIT 1)"
USED = Select(_USED.replace(":year", _YEAR), _used)
"""As `used_in`, for appraisals of one year. Parameter: ids."""


# The reverse direction, from the changed levels; each branch uses its own index.
_USERS = f"""
WITH changed AS (
    SELECT a.id, a.track, a.body_code, a.person_id, a.home_body_code, a.year,
           b.leads_code, b.kind, b.parent_code, o.parent_code AS above_code
    FROM appraisal a
    LEFT JOIN body b ON b.code = a.body_code
    LEFT JOIN body o ON o.code = b.leads_code
    WHERE a.id = ANY(:ids)
)
SELECT DISTINCT u.user_id, u.cause_id FROM (
    SELECT u.id AS user_id, c.id AS cause_id
    FROM changed c
    JOIN body b ON b.code = c.above_code OR b.leads_code = c.above_code
    JOIN post p ON p.body_code = b.code AND p.rank IN ('HEAD', 'SECRETARY')
    JOIN appraisal u ON u.post_code = p.code AND u.track = 'OFFICIAL' AND u.year = c.year
    WHERE c.body_code <> b.code AND c.kind NOT IN ({_CAUCUSES})
    UNION ALL
    SELECT u.id, c.id
    FROM changed c
    JOIN body b ON b.code = c.leads_code OR b.leads_code = c.leads_code
    JOIN post p ON p.body_code = b.code AND p.rank = 'HEAD'
    JOIN appraisal u ON u.post_code = p.code AND u.track = 'OFFICIAL' AND u.year = c.year
    WHERE c.leads_code IS NOT NULL
    UNION ALL
    SELECT u.id, c.id
    FROM changed c
    JOIN body s ON s.code = coalesce(c.leads_code, c.body_code)
         AND s.kind IN ({_OF_SAME_LEVEL})
    JOIN body b ON b.code = s.parent_code AND b.tier = s.tier AND b.kind = 'PARTY_ORGANISATION'
    JOIN appraisal u ON u.body_code = b.code AND u.year = c.year
    WHERE c.kind = 'LEADERSHIP_COLLECTIVE' OR c.leads_code IS NULL
    UNION ALL
    SELECT u.id, c.id
    FROM changed c
    JOIN post p ON p.body_code = c.body_code AND p.rank IN ('SECRETARY', 'DEPUTY_SECRETARY')
    JOIN appraisal u ON u.post_code = p.code AND u.track = 'OFFICIAL' AND u.year = c.year
    UNION ALL
    SELECT u.id, c.id
    FROM changed c
    JOIN body b ON b.code = c.home_body_code AND b.kind = 'PARTY_CELL'
    JOIN appraisal u ON u.body_code = b.code AND u.year = c.year
    WHERE c.track = 'PARTY_MEMBER'
    UNION ALL
    SELECT u.id, c.id
    FROM changed c
    JOIN body b ON b.code = c.parent_code AND b.kind = 'PARTY_ORGANISATION'
    JOIN appraisal u ON u.body_code = b.code AND u.year = c.year
    WHERE c.kind IN ('PARTY_CELL', 'PARTY_ORGANISATION')
    UNION ALL
    SELECT u.id, c.id
    FROM changed c
    JOIN appraisal u ON u.person_id = c.person_id AND u.track = 'PARTY_MEMBER' AND u.year = c.year
    WHERE c.track = 'OFFICIAL'
) u
ORDER BY 1, 2
"""


class User(NamedTuple):
    """An appraisal whose level uses that of `cause_id`; a change concerns it if it has facts, or is decided."""

    user_id: UUID
    cause_id: UUID
    is_concerned: bool


USERS = Select(
    f"""
SELECT w.user_id, w.cause_id, u.stage = 'DECIDED' OR EXISTS (SELECT FROM facts f WHERE f.appraisal_id = u.id)
FROM ({_USERS}) w JOIN appraisal u ON u.id = w.user_id
ORDER BY 1, 2
""",
    User,
)
"""As `users_of`. Parameter: ids."""


async def users_of(connection: AsyncConnection, ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """The appraisals whose levels use the levels of these: pairs of the using and the used appraisal."""
    rows = await connection.execute(text(_USERS), {"ids": list(ids)})
    return [(row.user_id, row.cause_id) for row in rows]
