"""Tallies: the number of subjects at each level in the subtree of a body, itself included."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

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
_MOVE = "SELECT move_tallies(:year, CAST(:moves AS jsonb))"


@dataclass(frozen=True, slots=True)
class Move:
    """One subject at `home` changes its level; None means not rated, NOWHERE not counted there."""

    home: str
    track: str
    before: str | None
    after: str | None


def moves_json(moves: Mapping[int, Sequence[Move]]) -> str:
    """The moves of each year, as the database's functions take them (db/migrations/versions/0014_end_commands.sql)."""
    return json.dumps([{"year": year, **asdict(move)} for year in moves for move in moves[year]])


async def move(connection: AsyncConnection, year: int, moves: Sequence[Move]) -> None:
    """Apply changed levels to the tallies of the bodies where they changed, and of all above them.

    The lock of the year serializes decisions of one year here. `recompute` has counted everything before.
    """
    await locks.take_for_year(connection, Lock.TALLIES, year)
    bound = {"year": year, "moves": moves_json({year: moves})}
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
