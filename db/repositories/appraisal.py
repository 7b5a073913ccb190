"""Appraisals: one for each subject, year and track, with its facts and the computation from them."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import Select
from db.connection.lock import Lock
from db.copy import copy_records
from db.errors import Conflict, RowMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """A row of the table; the levels, track, stage and class are words of `rules.enums`,
    `excluded` is one of `rules.judgement.exclusion.Ground`.
    """

    id: UUID
    year: int
    track: str
    body_code: str | None
    person_id: UUID | None
    post_code: str | None
    home_body_code: str
    subject_class: str
    peer_group_code: str | None
    stage: str
    version: int
    self_level: str | None = None
    proposed_level: str | None = None
    computed_level: str | None = None
    level: str | None = None
    decided_on: date | None = None
    rater_id: str | None = None
    clause: str | None = None
    reason: str | None = None
    document_number: str | None = None
    document_date: date | None = None
    due: date | None = None
    changed_at: datetime
    to_review: bool = False
    excluded: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One version of a subject's own facts."""

    appraisal_id: UUID
    version: int
    document: Mapping[str, Any]
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """The result of the rules for the complete facts; `level` is None exactly if it waits for others."""

    appraisal_id: UUID
    facts_version: int
    edition: str
    facts: Mapping[str, Any]
    level: str | None
    waits_for: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]
    computed_at: datetime
    edition_revision: int


COLUMNS = tuple(Appraisal.__dataclass_fields__)
FIXED = ("id", "year", "track", "body_code", "person_id", "version")
CHANGEABLE = tuple(name for name in COLUMNS if name not in FIXED)

_OF_YEAR = f"SELECT {', '.join(COLUMNS)} FROM appraisal WHERE year = :year ORDER BY id"
_LOCK = f"SELECT {', '.join(COLUMNS)} FROM appraisal WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"
_SAVE = f"""
UPDATE appraisal a SET version = a.version + 1, {", ".join(f"{name} = n.{name}" for name in CHANGEABLE)}
FROM jsonb_populate_recordset(NULL::appraisal, CAST(:rows AS jsonb)) n
WHERE a.id = n.id AND a.version = n.version
RETURNING a.id
"""
_LATEST_FACTS = """
SELECT DISTINCT ON (f.appraisal_id)
       f.appraisal_id, f.version, f.document::text AS document, f.recorded_at, f.recorded_by
FROM facts f WHERE f.appraisal_id = ANY(:ids)
ORDER BY f.appraisal_id, f.version DESC
"""
_WITH_FACTS = """
SELECT a.id FROM appraisal a
WHERE a.year = :year AND EXISTS (SELECT FROM facts f WHERE f.appraisal_id = a.id)
ORDER BY a.id
"""
_THESE_WITH_FACTS = """
SELECT DISTINCT f.appraisal_id FROM facts f WHERE f.appraisal_id = ANY(:only) ORDER BY 1
"""
_COMPUTED = """
SELECT c.appraisal_id, c.facts_version, c.edition, c.facts::text AS facts, c.level,
       c.waits_for::text AS waits_for, c.findings::text AS findings, c.computed_at, c.edition_revision
FROM computation c
"""
_COMPUTATIONS = f"""
{_COMPUTED} JOIN appraisal a ON a.id = c.appraisal_id
WHERE a.year = :year ORDER BY c.appraisal_id
"""
_THESE_COMPUTATIONS = f"{_COMPUTED} WHERE c.appraisal_id = ANY(:ids) ORDER BY c.appraisal_id"
_SHOW_COMPUTED = """
UPDATE appraisal a SET computed_level = c.level, version = a.version + 1, changed_at = c.computed_at
FROM computation c
WHERE c.appraisal_id = a.id AND a.id = ANY(:ids) AND a.computed_level IS DISTINCT FROM c.level
"""


_MARK = """
UPDATE appraisal SET to_review = true, version = version + 1
WHERE id = ANY(:users) AND stage = 'DECIDED'
RETURNING id
"""
_ADD_MARKS = """
INSERT INTO review_mark
SELECT p.user_id, p.cause_id, :sequence
FROM unnest(CAST(:users AS uuid[]), CAST(:causes AS uuid[])) AS p(user_id, cause_id)
"""


async def of_year(connection: AsyncConnection, year: int) -> list[Appraisal]:
    """Every appraisal of a year, by id."""
    rows = await connection.execute(text(_OF_YEAR), {"year": year})
    return [Appraisal(**row) for row in rows.mappings()]


async def get(connection: AsyncConnection, key: UUID) -> Appraisal | None:
    """One appraisal; nothing is locked."""
    statement = text(f"SELECT {', '.join(COLUMNS)} FROM appraisal WHERE id = :id")
    row = (await connection.execute(statement, {"id": key})).mappings().one_or_none()
    return None if row is None else Appraisal(**row)


def _appraisal(*values: Any) -> Appraisal:  # noqa: ANN401 - a row
    return Appraisal(**dict(zip(COLUMNS, values, strict=True)))


OF_IDS = Select(
    f"SELECT {', '.join(COLUMNS)} FROM appraisal WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id",
    _appraisal,
)
"""As `of_ids`. Parameter: ids."""
FACTS_VERSIONS = Select(
    """SELECT appraisal_id, max(version) FROM facts
    WHERE appraisal_id = ANY(CAST(:ids AS uuid[])) GROUP BY appraisal_id""",
    lambda key, version: (key, version),
)
"""Pairs of an appraisal and the version of its latest facts. Parameter: ids."""


class FlagSource(NamedTuple):
    """What the flags of a subject depend on: the kind of a body, the rank of a post, or service to the state."""

    appraisal: UUID
    kind: str | None
    rank: str | None
    is_civil_servant: bool


FLAG_SOURCES = Select(
    """
SELECT a.id, b.kind, p.rank, coalesce(i.is_civil_servant, false) FROM appraisal a
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN post p ON p.code = a.post_code
LEFT JOIN person i ON i.id = a.person_id
WHERE a.id = ANY(CAST(:ids AS uuid[]))
""",
    FlagSource,
)
"""What the flags of the subjects of appraisals depend on. Parameter: ids."""


async def of_ids(connection: AsyncConnection, ids: Collection[UUID]) -> list[Appraisal]:
    """Those of these appraisals that exist, by id; nothing is locked."""
    rows = await connection.execute(text(OF_IDS.sql), {"ids": list(ids)})
    return [Appraisal(**row) for row in rows.mappings()]


async def of_body(connection: AsyncConnection, year: int, code: str) -> list[UUID]:
    """The appraisal of a body in a year, if it has one."""
    statement = text("SELECT id FROM appraisal WHERE year = :year AND body_code = :code")
    return list((await connection.execute(statement, {"year": year, "code": code})).scalars())


async def lock(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Appraisal]:
    """Lock these appraisals until the transaction ends; returns them by id.

    Raises:
        RowMissing: one of them does not exist.
    """
    locks.check_order(connection, Lock.APPRAISALS)
    rows = await connection.execute(text(_LOCK), {"ids": list(ids)})
    appraisals = [Appraisal(**row) for row in rows.mappings()]
    if missing := set(ids) - {appraisal.id for appraisal in appraisals}:
        raise RowMissing(f"there is no appraisal {', '.join(sorted(map(str, missing)))}")
    return appraisals


async def add(connection: AsyncConnection, appraisals: Sequence[Appraisal]) -> None:
    await copy_records(connection, "appraisal", appraisals)


async def save(connection: AsyncConnection, appraisals: Sequence[Appraisal]) -> None:
    """Write changed appraisals, each only if its version is still the stored one.

    Raises:
        Conflict: one of them has another version by now; the transaction must be rolled back.
    """
    rows = orjson.dumps(
        [{name: getattr(appraisal, name) for name in COLUMNS} for appraisal in appraisals],
        default=str,
    ).decode()
    saved = set((await connection.execute(text(_SAVE), {"rows": rows})).scalars())
    if stale := sorted(str(appraisal.id) for appraisal in appraisals if appraisal.id not in saved):
        raise Conflict(f"changed by somebody else meanwhile: {', '.join(stale)}")


async def with_facts(
    connection: AsyncConnection, year: int, only: Collection[UUID] | None = None
) -> list[UUID]:
    """The appraisals of a year, or among `only`, that have facts, by id."""
    if only is None:
        return list((await connection.execute(text(_WITH_FACTS), {"year": year})).scalars())
    rows = await connection.execute(text(_THESE_WITH_FACTS), {"only": list(only)})
    return list(rows.scalars())


async def latest_facts(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Facts]:
    """The latest facts of these appraisals, by appraisal; an appraisal without facts is left out."""
    rows = await connection.execute(text(_LATEST_FACTS), {"ids": list(ids)})
    return [Facts(**{**row, "document": orjson.loads(row["document"])}) for row in rows.mappings()]


async def add_facts(connection: AsyncConnection, facts: Sequence[Facts]) -> None:
    await copy_records(connection, "facts", facts)


async def computations(connection: AsyncConnection, year: int) -> AsyncIterator[Computation]:
    """The computations of a year, by appraisal; streamed, never all in memory."""
    async with connection.stream(text(_COMPUTATIONS), {"year": year}) as rows:
        async for row in rows.mappings():
            yield _computation(row)


async def computations_of(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> dict[UUID, Computation]:
    """The computations of these appraisals, by appraisal id."""
    rows = await connection.execute(text(_THESE_COMPUTATIONS), {"ids": list(ids)})
    return {row["appraisal_id"]: _computation(row) for row in rows.mappings()}


def _computation(row: RowMapping) -> Computation:
    read = {name: orjson.loads(row[name]) for name in ("facts", "waits_for", "findings")}
    return Computation(**{**row, **read})


async def put_computations(
    connection: AsyncConnection, computations: Sequence[Computation]
) -> None:
    """Replace computations, and write the levels to the appraisals, whose versions increase."""
    ids = {"ids": [computation.appraisal_id for computation in computations]}
    await connection.execute(text("DELETE FROM computation WHERE appraisal_id = ANY(:ids)"), ids)
    await copy_records(connection, "computation", computations)
    await connection.execute(text(_SHOW_COMPUTED), ids)


async def mark_to_review(connection: AsyncConnection, users: Sequence[UUID]) -> set[UUID]:
    """Mark those of these appraisals that are decided for reconsideration; returns their ids."""
    result = await connection.execute(text(_MARK), {"users": list(users)})
    return set(result.scalars())


async def add_marks(
    connection: AsyncConnection, pairs: Sequence[tuple[UUID, UUID]], sequence: int
) -> None:
    """Store why appraisals are marked: pairs of the appraisal, and the one that it uses and whose level changed."""
    if pairs:
        users, causes = zip(*pairs, strict=True)
        bound = {"users": list(users), "causes": list(causes), "sequence": sequence}
        await connection.execute(text(_ADD_MARKS), bound)


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """A subject in an earlier year: a body by its code, or a person by the id."""

    year: int
    track: str
    body_code: str | None
    person_id: UUID | None


_DECIDED_EARLIER = """
SELECT w.place, a.id FROM unnest(CAST(:years AS integer[]), CAST(:tracks AS text[]), CAST(:bodies AS text[]),
                                 CAST(:persons AS uuid[])) WITH ORDINALITY AS w(year, track, body, person, place)
JOIN appraisal a ON a.year = w.year AND a.track = w.track AND (a.body_code = w.body OR a.person_id = w.person)
WHERE a.stage = 'DECIDED' ORDER BY a.year DESC, a.id FOR UPDATE OF a
"""


async def decided_earlier(
    connection: AsyncConnection, subjects: Sequence[EarlierYear]
) -> dict[int, UUID]:
    """Lock those of these subjects that are decided; returns their appraisals by the index in `subjects`.

    A transaction that has locked appraisals of a year locks only those of earlier years after them. This fixed order
    prevents deadlocks.
    """
    bound = {
        "years": [subject.year for subject in subjects],
        "tracks": [subject.track for subject in subjects],
        "bodies": [subject.body_code for subject in subjects],
        "persons": [subject.person_id for subject in subjects],
    }
    locks.check_order(connection, Lock.EARLIER_APPRAISALS)
    rows = await connection.execute(text(_DECIDED_EARLIER), bound)
    return {row.place - 1: row.id for row in rows}


async def has_open_appeal(connection: AsyncConnection, key: UUID) -> bool:
    """Whether the last written appeal has no answer yet."""
    statement = text("""
        SELECT x.act = 'appeal' FROM act x
        WHERE x.appraisal_id = :id
          AND (x.act = 'answer_appeal' OR x.act = 'appeal' AND x.payload ? 'document')
        ORDER BY x.sequence DESC LIMIT 1
    """)
    return bool((await connection.execute(statement, {"id": key})).scalar())


async def is_appeal_answered(connection: AsyncConnection, key: UUID) -> bool:
    """Whether a written appeal was answered since the level was decided."""
    statement = text("""
        SELECT act = 'answer_appeal' FROM act
        WHERE appraisal_id = :id AND act IN ('rate', 'annul', 'answer_appeal')
        ORDER BY sequence DESC LIMIT 1
    """)
    return bool((await connection.execute(statement, {"id": key})).scalar())


async def groups_of(connection: AsyncConnection, ids: Sequence[UUID]) -> list[tuple[int, str]]:
    """The years and peer groups in which these appraisals count, in the order of locking."""
    statement = text("""
        SELECT DISTINCT year, peer_group_code FROM appraisal
        WHERE id = ANY(:ids) AND peer_group_code IS NOT NULL ORDER BY 1, 2
    """)
    return [
        (row.year, row.peer_group_code)
        for row in await connection.execute(statement, {"ids": list(ids)})
    ]
