"""Tallies: how many of each level stand in the whole subtree of a body, itself included."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.words import Track

TALLY_LOCK = 124_03  # any number that no other advisory lock of ours has

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
    WHERE a.year = :year
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


async def recompute(
    connection: AsyncConnection, year: int, homes: Sequence[str] | None = None
) -> int:
    """Count again, for every body or only for `homes` and all above them; how many tallies changed.

    The province is above everything, so decisions of one year wait for each other here, until the
    transaction ends. Locks are taken in one order everywhere: quotas, appraisals, acts, tallies.
    """
    lock = text("SELECT pg_advisory_xact_lock(:lock, :year)")
    await connection.execute(lock, {"lock": TALLY_LOCK, "year": year})
    bound = {
        "year": year,
        "tracks": [str(track) for track in Track],
        "homes": None if homes is None else list(homes),
    }
    return (await connection.execute(text(_RECOMPUTE), bound)).rowcount
