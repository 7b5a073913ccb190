"""Finds the officers who could propose and decide each appraisal; the law needs two (QĐ124:Đ11.2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.rater import SEATS_OF_RATER


@dataclass(frozen=True, slots=True)
class Undecided:
    """One reason for which an undecided appraisal is in a class (None: in no class), and its body."""

    appraisal_id: UUID
    class_code: str | None
    body_code: str


@dataclass(frozen=True, slots=True)
class Power:
    """A rater, by its word of the matrix, that may do an act on an appraisal, by the class of the subject at a body."""

    appraisal_id: UUID
    act: str
    rater_code: str
    class_code: str
    body_code: str


_UNDECIDED = """
SELECT a.id AS appraisal_id, s.class_code, s.body_code
FROM appraisal a JOIN appraisal_standing s ON s.appraisal_id = a.id
WHERE {which} AND a.stage <> 'DECIDED' AND a.excluded IS NULL AND s.class_code IS NOT NULL
"""
# On `s` too: PostgreSQL carries a list of ids into each part of the view only if it stands there.
_OF_IDS = _UNDECIDED.format(
    which="a.id = ANY(CAST(:ids AS uuid[])) AND s.appraisal_id = ANY(CAST(:ids AS uuid[]))"
)
_OF_YEAR = _UNDECIDED.format(which="a.year = :year")

_IN_FORCE = "m.since <= :day AND (m.until IS NULL OR m.until >= :day)"
_ONESELF = """(a.person_id IS NOT DISTINCT FROM o.person_id OR EXISTS (
    SELECT FROM led l WHERE l.person_id = o.person_id AND l.body_code = a.body_code))"""
# OFFSET 0 keeps PostgreSQL from joining all memberships of the province, as it cannot know how few posts there are.
# The chair of a rater acts for it; its compiling office may propose too; both may delegate. With `:others`, a member
# decides about the chair and the bodies that the chair leads. If the proposer has left since, one person to decide
# is enough.
_TOO_FEW = f"""
WITH w AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:acts AS text[]), CAST(:raters AS text[]),
                         CAST(:classes AS text[]), CAST(:bodies AS text[]))
        AS w(appraisal_id, act, rater_code, class_code, body_code)
), placed AS MATERIALIZED (
    SELECT DISTINCT w.*, r.id AS rater_id
    FROM w JOIN body_tree t ON t.body_code = w.body_code
    JOIN body above ON above.code = t.ancestor_code
    JOIN rater r ON r.code = w.rater_code AND r.scope_body_code IN (above.code, above.succeeded_by)
), officer AS MATERIALIZED (
    SELECT r.id AS rater_id, s.seat, m.person_id
    FROM rater r CROSS JOIN LATERAL ({SEATS_OF_RATER}) s
    CROSS JOIN LATERAL (SELECT m.person_id FROM membership m
        WHERE m.post_code = s.post_code AND {_IN_FORCE} OFFSET 0) m
    WHERE r.id IN (SELECT rater_id FROM placed)
    UNION
    SELECT r.id, 'compiling', m.person_id
    FROM rater r JOIN post p ON p.body_code = r.compiled_by_body_code
    JOIN membership m ON m.post_code = p.code AND {_IN_FORCE}
    WHERE r.id IN (SELECT rater_id FROM placed)
), led AS MATERIALIZED (
    SELECT DISTINCT f.person_id, l.body_code
    FROM (SELECT DISTINCT person_id FROM officer) f CROSS JOIN LATERAL (
        SELECT coalesce(c.code, l.body_code) AS body_code
        FROM membership m JOIN post p ON p.code = m.post_code AND p.rank IN ('SECRETARY', 'HEAD') AND {_IN_FORCE}
        JOIN body_post l ON l.post_code = p.code
        CROSS JOIN LATERAL (SELECT CAST(NULL AS text) AS code UNION ALL
            SELECT b.code FROM body b WHERE b.leads_code = l.body_code AND b.kind IN
                ('LEADERSHIP_COLLECTIVE', 'STANDING_COMMITTEE', 'PARTY_COMMITTEE', 'CELL_COMMITTEE')) c
        WHERE m.person_id = f.person_id OFFSET 0) l
), able AS (
    SELECT x.appraisal_id, x.act, o.person_id
    FROM placed x JOIN appraisal a ON a.id = x.appraisal_id
    JOIN officer o ON o.rater_id = x.rater_id
         AND (o.seat = 'chair' OR o.seat = 'compiling' AND x.act = 'appraise')
    WHERE NOT {_ONESELF}
    UNION
    SELECT x.appraisal_id, x.act, m.person_id
    FROM placed x JOIN appraisal a ON a.id = x.appraisal_id
    JOIN delegation d ON d.rater_id = x.rater_id AND x.act = ANY(d.acts) AND x.class_code = ANY(d.classes)
         AND :day BETWEEN d.since AND d.until AND (d.withdrawn_on IS NULL OR :day < d.withdrawn_on)
    JOIN membership m ON m.post_code = d.post_code AND {_IN_FORCE}
    WHERE m.person_id IS DISTINCT FROM a.person_id AND (d.bodies = '{{}}' OR EXISTS (
        SELECT FROM body_tree t WHERE t.body_code = x.body_code AND t.ancestor_code = ANY(d.bodies)))
    UNION
    SELECT x.appraisal_id, x.act, n.person_id
    FROM placed x JOIN appraisal a ON a.id = x.appraisal_id AND x.act = 'rate' AND :others
    JOIN officer o ON o.rater_id = x.rater_id AND o.seat = 'chair' AND {_ONESELF}
    JOIN officer n ON n.rater_id = x.rater_id AND n.seat = 'member'
    WHERE n.person_id IS DISTINCT FROM a.person_id AND NOT EXISTS (
        SELECT FROM led l WHERE l.person_id = n.person_id AND l.body_code = a.body_code)
)
SELECT w.appraisal_id
FROM (SELECT DISTINCT appraisal_id FROM w) w LEFT JOIN able b ON b.appraisal_id = w.appraisal_id
GROUP BY w.appraisal_id
HAVING (count(*) FILTER (WHERE b.act = 'rate') = 0 OR count(*) FILTER (WHERE b.act = 'appraise') = 0
        OR count(DISTINCT b.person_id) = 1)
    AND NOT bool_or(b.act = 'rate' AND EXISTS (
        SELECT FROM appraisal a WHERE a.id = w.appraisal_id AND a.stage = 'PROPOSED'
        AND b.person_id IS DISTINCT FROM (
            SELECT x.actor_person_id FROM act x WHERE x.appraisal_id = a.id AND x.act = 'appraise'
            ORDER BY x.sequence DESC LIMIT 1)
        AND b.person_id IS DISTINCT FROM (
            SELECT f.recorded_by FROM facts f WHERE f.appraisal_id = a.id ORDER BY f.version DESC LIMIT 1)))
        IS TRUE
ORDER BY 1
"""


async def undecided(connection: AsyncConnection, ids: Collection[UUID]) -> list[Undecided]:
    """The classes, with their reasons, of those of these appraisals that are undecided."""
    rows = await connection.execute(text(_OF_IDS), {"ids": list(ids)})
    return [Undecided(**row) for row in rows.mappings()]


async def undecided_of_year(connection: AsyncConnection, year: int) -> list[Undecided]:
    """As above, for all appraisals of a year."""
    rows = await connection.execute(text(_OF_YEAR), {"year": year})
    return [Undecided(**row) for row in rows.mappings()]


async def too_few(
    connection: AsyncConnection, powers: Sequence[Power], day: date, *, others: bool
) -> list[UUID]:
    """The appraisals for which the registry has no two persons, one to propose and another to decide.

    `others`: about a chair another member of the panel decides.
    """
    bound = {
        "ids": [power.appraisal_id for power in powers],
        "acts": [power.act for power in powers],
        "raters": [power.rater_code for power in powers],
        "classes": [power.class_code for power in powers],
        "bodies": [power.body_code for power in powers],
        "day": day,
        "others": others,
    }
    return list((await connection.execute(text(_TOO_FEW), bound)).scalars())
