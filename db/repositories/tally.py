"""Tallies: the number of subjects at each level in the subtree of a body, itself included."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock
from rules.enums import Track

NOWHERE = "NOWHERE"
"""Used instead of a level for a subject that is excluded from the rating, or belongs to another body."""

_RECOMPUTE = """
WITH counted AS (
    SELECT t.ancestor_code, a.track,
           count(*) FILTER (WHERE a.level = 'EXCELLENT') AS excellent,
           count(*) FILTER (WHERE a.level = 'GOOD') AS good,
           count(*) FILTER (WHERE a.level = 'COMPLETED') AS completed,
           count(*) FILTER (WHERE a.level = 'NOT_COMPLETED') AS not_completed,
           count(*) FILTER (WHERE a.level IS NULL) AS not_rated,
           count(*) AS total
    FROM appraisal a JOIN body_tree t ON t.body_code = a.home_body_code
    WHERE a.year = :year AND a.excluded IS NULL
    GROUP BY t.ancestor_code, a.track
)
INSERT INTO tally
SELECT b.code, :year, k.track,
       coalesce(c.excellent, 0), coalesce(c.good, 0), coalesce(c.completed, 0),
       coalesce(c.not_completed, 0), coalesce(c.not_rated, 0), coalesce(c.total, 0)
FROM body b
CROSS JOIN unnest(CAST(:tracks AS text[])) AS k(track)
LEFT JOIN counted c ON c.ancestor_code = b.code AND c.track = k.track
WHERE CAST(:homes AS text[]) IS NULL
   OR b.code IN (SELECT ancestor_code FROM body_tree WHERE body_code = ANY(:homes))
ON CONFLICT (body_code, year, track) DO UPDATE
SET (excellent, good, completed, not_completed, not_rated, total) =
    ROW(excluded.excellent, excluded.good, excluded.completed, excluded.not_completed,
        excluded.not_rated, excluded.total)
WHERE (tally.*) IS DISTINCT FROM (excluded.*)
"""


_MOVE = """
WITH change AS (
    SELECT * FROM unnest(CAST(:homes AS text[]), CAST(:tracks AS text[]),
                         CAST(:before AS text[]), CAST(:after AS text[]))
        AS c(home, track, before, after)
), step AS (
    SELECT home, track, coalesce(before, '') AS level, -1 AS by FROM change
    UNION ALL
    SELECT home, track, coalesce(after, ''), 1 FROM change
), delta AS (
    SELECT t.ancestor_code, s.track,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'EXCELLENT'), 0) AS excellent,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'GOOD'), 0) AS good,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'COMPLETED'), 0) AS completed,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'NOT_COMPLETED'), 0) AS not_completed,
           coalesce(sum(s.by) FILTER (WHERE s.level = ''), 0) AS not_rated,
           coalesce(sum(s.by) FILTER (WHERE s.level <> :nowhere), 0) AS total
    FROM step s JOIN body_tree t ON t.body_code = s.home
    GROUP BY t.ancestor_code, s.track
)
UPDATE tally o
SET excellent = o.excellent + d.excellent, good = o.good + d.good,
    completed = o.completed + d.completed, not_completed = o.not_completed + d.not_completed,
    not_rated = o.not_rated + d.not_rated, total = o.total + d.total
FROM delta d
WHERE o.body_code = d.ancestor_code AND o.track = d.track AND o.year = :year
"""


@dataclass(frozen=True, slots=True)
class Move:
    """One subject at `home` changes its level; None means not rated, NOWHERE not counted there."""

    home: str
    track: str
    before: str | None
    after: str | None


async def move(connection: AsyncConnection, year: int, moves: Sequence[Move]) -> None:
    """Apply changed levels to the tallies of the bodies where they changed, and of all above them.

    The lock of the year serializes decisions of one year here. `recompute` has counted everything before.
    """
    await locks.take_for_year(connection, Lock.TALLIES, year)
    bound = {
        "year": year,
        "homes": [moved.home for moved in moves],
        "tracks": [moved.track for moved in moves],
        "before": [moved.before for moved in moves],
        "after": [moved.after for moved in moves],
        "nowhere": NOWHERE,
    }
    await connection.execute(text(_MOVE), bound)


async def recompute(
    connection: AsyncConnection, year: int, homes: Sequence[str] | None = None
) -> int:
    """Count again, for every body or only for `homes` and all above them; returns how many tallies changed.

    The province is above every body, so the lock of the year serializes decisions of one year, until the
    transaction ends.
    """
    await locks.take_for_year(connection, Lock.TALLIES, year)
    bound = {
        "year": year,
        "tracks": [str(track) for track in Track],
        "homes": None if homes is None else list(homes),
    }
    return (await connection.execute(text(_RECOMPUTE), bound)).rowcount
