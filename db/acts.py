"""The chain of acts: who did what. Rows are only ever added; each carries its predecessor's hash."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bulk import copy_rows

FIRST_PREVIOUS = bytes(32)
CHAIN_LOCK = 124_02  # any number that no other advisory lock of ours has


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act; `act` is a word of `rules.words.Act`, `at` has a time zone, `payload` no fractions."""

    appraisal_id: UUID | None
    act: str
    at: datetime
    actor_person_id: UUID | None
    actor_post_code: str | None
    on_behalf_rater_id: str | None
    level: str | None = None
    clause: str | None = None
    reason: str | None = None
    payload: Mapping[str, Any]


COLUMNS = tuple(field.name for field in fields(Act))

EXCEPTION = "exception"
"""The kind, in the payload, of an act by which a superior lets a step through out of order."""

_EXCEPTIONS = f"""
SELECT x.appraisal_id, x.payload ->> 'step' AS step, x.reason FROM act x
WHERE x.appraisal_id = ANY(:ids) AND x.act = 'require_rereview' AND x.payload ->> 'kind' = '{EXCEPTION}'
ORDER BY x.sequence
"""
_LAST = "SELECT sequence, hash FROM act ORDER BY sequence DESC LIMIT 1"
_CHAIN = f"""
SELECT sequence, previous_hash, hash, {", ".join(COLUMNS).replace("payload", "payload::text")}
FROM act ORDER BY sequence
"""


async def append_acts(connection: AsyncConnection, acts: Sequence[Act]) -> int:
    """Append acts in their order; the sequence of the last one.

    The chain is locked until the transaction ends. Locks are taken in one order everywhere: quotas,
    appraisals, acts, tallies.

    Raises:
        TypeError: a payload holds a float, whose digits the database may not give back.
        ValueError: an act's time has no time zone.
    """
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = (await connection.execute(text(_LAST))).one_or_none()
    sequence, previous = (last.sequence, last.hash) if last else (0, FIRST_PREVIOUS)
    rows = list(_chained(acts, sequence, previous))
    columns = ["sequence", *COLUMNS, "previous_hash", "hash"]
    await copy_rows(connection, "act", columns, rows)
    return sequence + len(rows)


async def hash_of(connection: AsyncConnection, sequence: int) -> bytes:
    """The hash of one act of the chain."""
    statement = text("SELECT hash FROM act WHERE sequence = :sequence")
    found = await connection.execute(statement, {"sequence": sequence})
    return bytes(found.scalar_one())


async def exceptions(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> dict[UUID, dict[str, str]]:
    """The written reason for which a superior let a step of each of these through, by step; the last counts."""
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    for row in await connection.execute(text(_EXCEPTIONS), {"ids": list(ids)}):
        found[row.appraisal_id][row.step] = row.reason
    return found


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The last suggestion for a review: where it stands in the chain, and the code of who gave it."""

    sequence: int
    rater: str | None


_PLACES = "unnest(CAST(:ids AS uuid[]), CAST(:places AS text[])) AS asked(id, place)"
_LAST_REVIEWS = f"""
SELECT asked.id, asked.place, max(x.sequence) AS sequence FROM {_PLACES}
JOIN act x ON x.appraisal_id = asked.id
WHERE x.payload ->> 'kind' = 'review' AND x.payload ->> 'place' = asked.place
  AND x.sequence > coalesce((SELECT max(y.sequence) FROM act y WHERE y.appraisal_id = asked.id
      AND y.act = 'require_rereview' AND y.payload ->> 'look' = 'REVIEW_AGAIN'), 0)
GROUP BY asked.id, asked.place
"""
_LAST_SUGGESTIONS = f"""
SELECT asked.id, asked.place, last.sequence, last.rater FROM {_PLACES}
CROSS JOIN LATERAL (
    SELECT x.sequence, r.code AS rater FROM act x
    JOIN appraisal a ON a.id = x.appraisal_id
    LEFT JOIN rater r ON r.id = x.on_behalf_rater_id
    WHERE (a.id = asked.id OR a.year = :year AND a.body_code = asked.place)
      AND x.payload ->> 'occasion' = 'SUGGESTION'
    ORDER BY x.sequence DESC LIMIT 1
) last
"""
AtPlace = tuple[UUID, str]
"""An appraisal, and the code of a body where its subject is reviewed."""


async def last_reviews(connection: AsyncConnection, asked: Sequence[AtPlace]) -> dict[AtPlace, int]:
    """Where the last review of each subject at a place stands in the chain, since one was last required."""
    rows = await connection.execute(text(_LAST_REVIEWS), _bound(asked))
    return {(row.id, row.place): row.sequence for row in rows}


async def last_suggestions(
    connection: AsyncConnection, year: int, asked: Sequence[AtPlace]
) -> dict[AtPlace, Suggestion]:
    """The last suggestion to each subject, or to the body of the place where it is reviewed."""
    rows = await connection.execute(text(_LAST_SUGGESTIONS), {"year": year, **_bound(asked)})
    return {(row.id, row.place): Suggestion(row.sequence, row.rater) for row in rows}


def _bound(asked: Sequence[AtPlace]) -> dict[str, object]:
    return {"ids": [key for key, _ in asked], "places": [place for _, place in asked]}


_PROPOSAL_STANDS = """
SELECT coalesce(max(sequence) FILTER (WHERE act = 'appraise'), 0)
    >= coalesce(max(sequence) FILTER (WHERE payload ->> 'kind' = 'facts'), 0)
FROM act WHERE appraisal_id = :id
"""


async def proposal_stands(connection: AsyncConnection, appraisal: UUID) -> bool:
    """Whether no facts were recorded after the last proposal about the appraisal."""
    found = await connection.execute(text(_PROPOSAL_STANDS), {"id": appraisal})
    stands: bool = found.scalar_one()
    return stands


async def first_broken(connection: AsyncConnection) -> int | None:
    """The sequence of the first act that was changed, removed or put in; None when all is well.

    Acts removed from the end leave no trace in the chain itself.
    """
    expected, previous = 1, FIRST_PREVIOUS
    async with connection.stream(text(_CHAIN)) as rows:
        async for row in rows.mappings():
            found = {name: row[name] for name in COLUMNS} | {"payload": json.loads(row["payload"])}
            digest = act_hash(previous, expected, Act(**found))
            if (row["sequence"], row["previous_hash"], row["hash"]) != (expected, previous, digest):
                return expected
            expected, previous = expected + 1, digest
    return None


def act_hash(previous: bytes, sequence: int, act: Act) -> bytes:
    """SHA-256 over the previous hash and the canonical JSON of the act.

    Canonical: UTF-8, keys sorted, no blanks, times in UTC to the microsecond.
    """
    content = {name: getattr(act, name) for name in COLUMNS} | {"sequence": sequence}
    content["at"] = _moment(act.at)
    canonical = json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text
    )
    return hashlib.sha256(previous + canonical.encode()).digest()


def _chained(acts: Sequence[Act], sequence: int, previous: bytes) -> Iterator[list[object]]:
    for act in acts:
        _refuse_floats(act.payload)
        sequence += 1
        digest = act_hash(previous, sequence, act)
        yield [sequence, *(getattr(act, name) for name in COLUMNS), previous, digest]
        previous = digest


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"an act cannot hold {value!r}")


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"an act holds no fractions: {value}")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            _refuse_floats(one)
