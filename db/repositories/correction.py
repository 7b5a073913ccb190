"""Corrections of the law: which results and groups an earlier revision gave, what a correction changed, and its record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock
from rules.enums import Corrected
from rules.judgement.quota import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedValue:
    """One change by a correction: the level, wait or group of a subject, or the counts of a group.

    `marks`: the decided subject is to be reconsidered, or the group is over its limit.
    """

    kind: Corrected
    appraisal_id: UUID | None = None
    peer_group_code: str | None = None
    clauses: tuple[str, ...]
    before: str | None
    after: str | None
    marks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A year judged again by a revision; `judged` counts the results, `sequence` is that of its act."""

    sequence: int
    year: int
    edition: str
    revision: int
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A change with display names; for a GROUP, the names of both groups."""

    kind: str
    key: str
    name: str
    track: str | None
    clauses: Sequence[str]
    before: str | None
    after: str | None
    marks: bool
    group_before: str | None
    group_after: str | None


@dataclass(frozen=True, slots=True)
class Stand:
    """The counts of a group: its EXCELLENT, the number that its base allows, and its mark as over the limit."""

    excellent: int
    limit: int
    is_over: bool

    def __str__(self) -> str:
        return f"{self.excellent}/{self.limit}"


# A year without an opening act was opened by an older version, which had only the first revision.
_GROUPS_REVISION = """
SELECT coalesce(min(given.revision), 1) FROM (
    SELECT coalesce(CAST(x.payload ->> 'revision' AS integer), 1) AS revision FROM act x
    WHERE x.appraisal_id IS NULL AND x.act = 'compile' AND x.payload ->> 'kind' IN ('open', 'supplement')
      AND x.payload ->> 'year' = CAST(CAST(:year AS integer) AS text)
      AND x.sequence > coalesce((SELECT max(c.sequence) FROM correction c WHERE c.year = :year), 0)
    UNION ALL
    (SELECT c.revision FROM correction c WHERE c.year = :year ORDER BY c.sequence DESC LIMIT 1)
) given
"""
_RESULTS_BELOW = """
SELECT c.appraisal_id FROM computation c JOIN appraisal a ON a.id = c.appraisal_id
WHERE a.year = :year AND c.edition_revision < :revision ORDER BY c.appraisal_id
"""
_LOCK_QUOTAS = "SELECT FROM quota WHERE year = :year ORDER BY peer_group_code FOR UPDATE"
_LOCK_APPRAISALS = "SELECT FROM appraisal WHERE year = :year ORDER BY id FOR UPDATE"
_STANDS = """
SELECT peer_group_code, excellent, base, over_quota, share_part, share_rest, share_whole
FROM quota WHERE year = :year
"""
_REGROUP = """
UPDATE appraisal a SET peer_group_code = g.code, version = a.version + 1, changed_at = :at
FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS g(id, code) WHERE a.id = g.id
"""
_ADD = """
INSERT INTO correction (sequence, year, edition, revision, judged)
VALUES (:sequence, :year, :edition, :revision, :judged)
"""
_KINDS = ", ".join(f"'{kind}'" for kind in Corrected)
_ADD_CHANGES = f"""
INSERT INTO correction_change (sequence, place, kind, appraisal_id, peer_group_code, clauses, before, after, marks)
SELECT :sequence, row_number() OVER (ORDER BY array_position(ARRAY[{_KINDS}], c.kind),
           coalesce(b.sort_key, i.sort_key), c.peer_group_code COLLATE "C", a.track, a.id),
       c.kind, c.appraisal_id, c.peer_group_code, c.clauses, c.before, c.after, c.marks
FROM jsonb_populate_recordset(NULL::correction_change, CAST(:changes AS jsonb)) c
LEFT JOIN appraisal a ON a.id = c.appraisal_id
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN person i ON i.id = a.person_id
"""
# Each line is hashed separately: no other list gives the same bytes. An empty list has the digest of no bytes.
DIGEST = """
encode(sha256(coalesce(string_agg(sha256(convert_to(CAST(jsonb_build_array(
    n.place, n.kind, n.appraisal_id, n.peer_group_code, n.clauses, n.before, n.after, n.marks) AS text), 'UTF8')),
    CAST('' AS bytea) ORDER BY n.place), CAST('' AS bytea))), 'hex')
"""
_DIGEST_OF = f"SELECT {DIGEST} FROM correction_change n WHERE n.sequence = :sequence"
_LINES = """
SELECT c.kind, coalesce(c.peer_group_code, a.body_code, CAST(a.person_id AS text)) AS key,
       coalesce(q.name, b.name, i.name) AS name, a.track, c.clauses, c.before, c.after, c.marks,
       f.name AS group_before, t.name AS group_after
FROM correction_change c
LEFT JOIN appraisal a ON a.id = c.appraisal_id
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN person i ON i.id = a.person_id
LEFT JOIN peer_group q ON q.code = c.peer_group_code
LEFT JOIN peer_group f ON c.kind = 'GROUP' AND f.code = c.before
LEFT JOIN peer_group t ON c.kind = 'GROUP' AND t.code = c.after
WHERE c.sequence = :sequence ORDER BY c.place
"""


async def groups_revision(connection: AsyncConnection, year: int) -> int:
    """The lowest revision that assigned groups to subjects of a year since its last correction."""
    revision: int = (await connection.execute(text(_GROUPS_REVISION), {"year": year})).scalar_one()
    return revision


async def results_below(connection: AsyncConnection, year: int, revision: int) -> list[UUID]:
    """The appraisals of a year whose result is of an earlier revision, by id."""
    bound = {"year": year, "revision": revision}
    return list((await connection.execute(text(_RESULTS_BELOW), bound)).scalars())


async def lock_year(connection: AsyncConnection, year: int) -> None:
    """Lock every quota and every appraisal of a year, in the order that all commands use."""
    for lock, statement in ((Lock.QUOTAS, _LOCK_QUOTAS), (Lock.APPRAISALS, _LOCK_APPRAISALS)):
        locks.check_order(connection, lock)
        await connection.execute(text(statement), {"year": year})


async def stands(connection: AsyncConnection, year: int) -> dict[str, Stand]:
    """The counts of every group of a year, by its code."""
    rows = await connection.execute(text(_STANDS), {"year": year})
    return {
        row.peer_group_code: Stand(
            row.excellent,
            Share(row.share_part, row.share_rest, row.share_whole).limit(row.base),
            row.over_quota,
        )
        for row in rows
    }


async def regroup(connection: AsyncConnection, groups: Mapping[UUID, str], at: object) -> None:
    """Move appraisals to other groups; their versions increase."""
    bound = {"ids": list(groups), "codes": list(groups.values()), "at": at}
    await connection.execute(text(_REGROUP), bound)


async def add(
    connection: AsyncConnection, correction: Correction, changes: Sequence[CorrectedValue]
) -> str:
    """Write a correction with its list, by kind and then by name; returns the digest of the list in hexadecimal."""
    await connection.execute(text(_ADD), asdict(correction))
    rows = orjson.dumps([asdict(change) for change in changes], default=str).decode()
    bound: dict[str, Any] = {"sequence": correction.sequence}
    await connection.execute(text(_ADD_CHANGES), bound | {"changes": rows})
    digest: str = (await connection.execute(text(_DIGEST_OF), bound)).scalar_one()
    return digest


async def lines(connection: AsyncConnection, sequence: int) -> list[Line]:
    """The list of a correction, in its order."""
    rows = (await connection.execute(text(_LINES), {"sequence": sequence})).mappings()
    return [Line(**row) for row in rows]
