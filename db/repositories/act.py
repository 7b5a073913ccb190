"""The chain of acts: rows are only added, and each holds the hash of the one before it.

Format 2: `digest` is SHA-256 over a random salt and the canonical JSON of the content; the chain's hash is
SHA-256(format, sequence, previous hash, digest), which PostgreSQL computes as well. Format 1, which an older version
of the service still writes during an upgrade: SHA-256(previous hash, canonical JSON with the sequence).
"""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import Select
from db.connection.lock import Lock
from db.copy import copy_rows
from db.repositories import ledger

FIRST_PREVIOUS = bytes(32)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainAct:
    """One act; `act` is a word of `rules.enums`, `at` has a time zone, `payload` no fractions.

    `append_acts` fills in the last three: the subject of the appraisal ("TRACK:YEAR:key"), the digest of the
    facts in force, the digest of the rows that the transaction wrote.
    """

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
    subject: str | None = None
    facts_digest: bytes | None = None
    rows_digest: bytes | None = None


COLUMNS = tuple(field.name for field in fields(ChainAct))
PROVED_BY_FORMAT_2 = ("subject", "facts_digest", "rows_digest")
OF_FORMAT_1 = tuple(name for name in COLUMNS if name not in PROVED_BY_FORMAT_2)


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Sequence and hash of the last act of the chain; 0 and 32 zero bytes for an empty chain."""

    sequence: int
    hash: bytes


EXCEPTION = "exception"
"""The kind, in the payload, of an act by which a superior permits a step out of order."""

_EXCEPTIONS = f"""
SELECT x.appraisal_id, x.payload ->> 'step' AS step, x.reason FROM act x
WHERE x.appraisal_id = ANY(:ids) AND x.act = 'require_rereview' AND x.payload ->> 'kind' = '{EXCEPTION}'
ORDER BY x.sequence
"""
_LAST = "SELECT sequence, hash FROM act ORDER BY sequence DESC LIMIT 1"
_CHAIN = f"""
SELECT sequence, previous_hash, hash, format, salt, digest,
       {", ".join(COLUMNS).replace("payload", "payload::text")}
FROM act ORDER BY sequence
"""
_PROOFS = f"""
SELECT a.id, a.track || ':' || a.year || ':' || coalesce(a.body_code, CAST(a.person_id AS text)) AS subject,
       (SELECT sha256(convert_to(CAST(f.document AS text), 'UTF8')) FROM facts f
        WHERE f.appraisal_id = a.id ORDER BY f.version DESC LIMIT 1) AS facts_digest,
       CAST(NULL AS bytea) AS rows_digest
FROM appraisal a WHERE a.id = ANY(:ids)
UNION ALL
SELECT NULL, NULL, NULL, {ledger.OPEN_DIGEST}
"""


async def append_acts(connection: AsyncConnection, acts: Sequence[ChainAct]) -> ChainHead:
    """Append acts in their order, covering every row that the transaction has written; returns the new head.

    Without acts, nothing is written. The chain is locked until the transaction ends.

    Raises:
        TypeError: a payload holds a float, whose digits the database may not give back.
        ValueError: an act's time has no time zone.
    """
    if not acts:
        return await head_of(connection)
    head = await add_acts(connection, acts, await lock_chain(connection))
    await ledger.take_up(connection, head.sequence)
    return head


async def lock_chain(connection: AsyncConnection) -> ChainHead:
    """Lock the chain until the transaction ends; returns its head."""
    await locks.take(connection, Lock.CHAIN)
    return await head_of(connection)


async def head_of(connection: AsyncConnection) -> ChainHead:
    """The present head of the chain; nothing is locked."""
    row = (await connection.execute(text(_LAST))).one_or_none()
    return ChainHead(row.sequence, bytes(row.hash)) if row else ChainHead(0, FIRST_PREVIOUS)


async def add_acts(
    connection: AsyncConnection, acts: Sequence[ChainAct], head: ChainHead
) -> ChainHead:
    """Add acts after the locked head; the last one covers the rows that the transaction wrote.

    Call `ledger.take_up` with the new head's sequence afterwards. Raises as `append_acts`.
    """
    complete = await with_proofs(connection, acts)
    rows = list(_chained(complete, head))
    await copy_rows(connection, "act", ["sequence", *COLUMNS, *_SEALS], rows)
    last = rows[-1]
    return ChainHead(head.sequence + len(rows), bytes(last[-1]))


_SEALS = ("format", "salt", "digest", "previous_hash", "hash")


async def with_proofs(connection: AsyncConnection, acts: Sequence[ChainAct]) -> list[ChainAct]:
    """The acts with what they prove: subject and digest of the facts, and for the last one the digest of the rows."""
    ids = sorted({act.appraisal_id for act in acts if act.appraisal_id})
    rows = await connection.execute(text(_PROOFS), {"ids": ids})
    return with_proofs_of(acts, [Proof(*row) for row in rows])


class Proof(NamedTuple):
    """What an act proves: subject and facts of its appraisal; without an id, the rows of the transaction."""

    id: UUID | None
    subject: str | None
    facts_digest: bytes | None
    rows_digest: bytes | None


def with_proofs_of(acts: Sequence[ChainAct], rows: Iterable[Proof]) -> list[ChainAct]:
    """As `with_proofs`, from what was read."""
    proofs = {row.id: row for row in rows}
    complete = [
        replace(
            act,
            subject=proofs[act.appraisal_id].subject,
            facts_digest=proofs[act.appraisal_id].facts_digest,
        )
        if act.appraisal_id
        else act
        for act in acts
    ]
    complete[-1] = replace(complete[-1], rows_digest=proofs[None].rows_digest)
    return complete


async def hash_of(connection: AsyncConnection, sequence: int) -> bytes | None:
    """The hash of one act of the chain; None if there is no such act."""
    statement = text("SELECT hash FROM act WHERE sequence = :sequence")
    row = (await connection.execute(statement, {"sequence": sequence})).one_or_none()
    return None if row is None else bytes(row.hash)


async def exceptions(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> dict[UUID, dict[str, str]]:
    """The written reasons for which a superior permitted steps out of order, by appraisal and step; the last one counts."""
    rows = await connection.execute(text(_EXCEPTIONS), {"ids": list(ids)})
    return exceptions_of(ExceptionRow(*row) for row in rows)


class ExceptionRow(NamedTuple):
    """One written permission for a step out of order."""

    appraisal_id: UUID
    step: str
    reason: str


EXCEPTIONS = Select(_EXCEPTIONS, ExceptionRow)
"""As `exceptions`. Parameter: ids."""


def exceptions_of(rows: Iterable[ExceptionRow]) -> dict[UUID, dict[str, str]]:
    """The reasons of `exceptions`, from the rows in their order."""
    reasons: dict[UUID, dict[str, str]] = defaultdict(dict)
    for row in rows:
        reasons[row.appraisal_id][row.step] = row.reason
    return reasons


EARLIER_ACT = "act of an earlier year"
"""The kind, in the payload, of an act by which a decided year is to be reconsidered (QĐ124:Đ12.4.5)."""

_EARLIER_ACTS = f"""
SELECT x.appraisal_id, x.payload ->> 'cause' AS cause, x.payload ->> 'decided_on' AS decided_on FROM act x
WHERE x.appraisal_id = ANY(:ids) AND x.payload ->> 'kind' = '{EARLIER_ACT}'
"""


async def earlier_acts(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> set[tuple[UUID, str, str]]:
    """The flags of these appraisals: the appraisal, the appraisal whose facts caused the flag, the day of the discipline."""
    rows = await connection.execute(text(_EARLIER_ACTS), {"ids": list(ids)})
    return {(row.appraisal_id, row.cause, row.decided_on) for row in rows}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The last suggestion for a review: its sequence in the chain, and the code of the rater that made it."""

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


async def last_reviews(
    connection: AsyncConnection, subjects: Sequence[AtPlace]
) -> dict[AtPlace, int]:
    """The sequence of the last review of each subject at a place, after the last act that required another review."""
    rows = await connection.execute(text(_LAST_REVIEWS), _bound(subjects))
    return {(row.id, row.place): row.sequence for row in rows}


async def last_suggestions(
    connection: AsyncConnection, year: int, subjects: Sequence[AtPlace]
) -> dict[AtPlace, Suggestion]:
    """The last suggestion for each subject, or for the body where it is reviewed."""
    rows = await connection.execute(text(_LAST_SUGGESTIONS), {"year": year, **_bound(subjects)})
    return {(row.id, row.place): Suggestion(row.sequence, row.rater) for row in rows}


def _bound(subjects: Sequence[AtPlace]) -> dict[str, object]:
    return {"ids": [key for key, _ in subjects], "places": [place for _, place in subjects]}


_PROPOSAL_STANDS = """
SELECT coalesce(max(sequence) FILTER (WHERE act = 'appraise'), 0)
    >= coalesce(max(sequence) FILTER (WHERE payload ->> 'kind' = 'facts'), 0)
FROM act WHERE appraisal_id = :id
"""


async def proposal_stands(connection: AsyncConnection, appraisal: UUID) -> bool:
    """Whether no facts were recorded after the last proposal about the appraisal."""
    result = await connection.execute(text(_PROPOSAL_STANDS), {"id": appraisal})
    stands: bool = result.scalar_one()
    return stands


async def first_broken(connection: AsyncConnection) -> int | None:
    """The sequence of the first act that was changed, removed or inserted; None if the chain is intact.

    Acts removed from the end leave no trace in the chain itself.
    """
    expected, previous = 1, FIRST_PREVIOUS
    async with connection.stream(text(_CHAIN)) as rows:
        async for row in rows.mappings():
            if row["sequence"] != expected or row["previous_hash"] != previous:
                return expected
            if _sealed_again(dict(row)) != row["hash"]:
                return expected
            expected, previous = expected + 1, row["hash"]
    return None


def _sealed_again(row: Mapping[str, Any]) -> bytes | None:
    """The hash computed from the content of an act; None if the stored digest is not that of the content."""
    content = {name: row[name] for name in COLUMNS} | {"payload": json.loads(row["payload"])}
    act = ChainAct(**content)
    if row["format"] == 1:
        return act_hash(row["previous_hash"], row["sequence"], act)
    if content_digest(row["salt"], act) != row["digest"]:
        return None
    return chain_hash(row["sequence"], row["previous_hash"], row["digest"])


def act_hash(previous: bytes, sequence: int, act: ChainAct) -> bytes:
    """Format 1: SHA-256 over the previous hash and the canonical JSON of the act with its sequence."""
    content = {name: getattr(act, name) for name in OF_FORMAT_1} | {"sequence": sequence}
    return hashlib.sha256(previous + _canonical(act, content)).digest()


def content_digest(salt: bytes, act: ChainAct) -> bytes:
    """Format 2: SHA-256 over the salt and the canonical JSON of the act."""
    content = {name: getattr(act, name) for name in COLUMNS}
    return hashlib.sha256(salt + _canonical(act, content)).digest()


def chain_hash(sequence: int, previous: bytes, digest: bytes) -> bytes:
    """Format 2: SHA-256 over format (2 bytes), sequence (8 bytes, both big-endian), previous hash, digest."""
    number = (2).to_bytes(2, "big") + sequence.to_bytes(8, "big")
    return hashlib.sha256(number + previous + digest).digest()


def _canonical(act: ChainAct, content: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8: keys sorted, no blanks, times in UTC to the microsecond, bytes as hexadecimal digits."""
    serializable = {**content, "at": _moment(act.at)}
    return json.dumps(
        serializable, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text
    ).encode()


def _chained(acts: Sequence[ChainAct], head: ChainHead) -> Iterator[list[Any]]:
    sequence, previous = head.sequence, head.hash
    for act in acts:
        refuse_floats(act.payload)
        sequence += 1
        salt = secrets.token_bytes(SALT_BYTES)
        digest = content_digest(salt, act)
        sealed = chain_hash(sequence, previous, digest)
        content = [getattr(act, name) for name in COLUMNS]
        yield [sequence, *content, 2, salt, digest, previous, sealed]
        previous = sealed


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"an act cannot hold {value!r}")


def refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"an act holds no fractions: {value}")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for element in value:
            refuse_floats(element)
