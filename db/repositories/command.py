"""Executed commands and their first answers, by the idempotency key of the sender."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import Select, fetch_one
from db.connection.lock import Lock
from db.repositories.act import ChainHead

_BEGIN = """
INSERT INTO command (person_id, key, input_hash, answered_at)
VALUES (:person, :key, :input_hash, :at) ON CONFLICT (person_id, key) DO NOTHING
RETURNING key
"""
_FIRST = """
SELECT input_hash, CAST(answer AS text) AS answer FROM command
WHERE person_id = :person AND key = :key
"""
_IS_KNOWN = (
    "SELECT EXISTS (SELECT FROM command WHERE person_id = :person AND key = :key) AS is_known"
)
_ANSWER = """
UPDATE command SET answer = CAST(:answer AS jsonb) WHERE person_id = :person AND key = :key
"""
_RECEIPT = """
SELECT CAST(answer -> 'receipt' AS text) AS receipt FROM command WHERE person_id = $1 AND key = $2
"""
_PUT_RECEIPT = """
UPDATE command SET answer = jsonb_set(answer, '{receipt}', CAST(:receipt AS jsonb))
WHERE person_id = :person AND key = :key AND jsonb_exists(answer, 'receipt')
"""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The hash of the first input with a key, and its answer."""

    input_hash: bytes
    answer: Mapping[str, Any]


IS_KNOWN = Select(_IS_KNOWN, bool)
"""As `is_known`. Parameters: person, key."""


async def is_known(connection: AsyncConnection, person: UUID, key: UUID) -> bool:
    """Whether a command with this key was executed; nothing is locked."""
    bound = {"person": person, "key": key}
    return bool((await connection.execute(text(_IS_KNOWN), bound)).scalar_one())


async def begin(
    connection: AsyncConnection, person: UUID, key: UUID, input_hash: bytes, at: datetime
) -> FirstAnswer | None:
    """Take the key for a command; returns the first answer if the key was taken before.

    A second command with the same key waits here until the first one has ended. A command that is refused
    or fails leaves no key behind: its transaction is rolled back.
    """
    bound = {"person": person, "key": key, "input_hash": input_hash, "at": at}
    locks.check_order(connection, Lock.COMMAND)
    if (await connection.execute(text(_BEGIN), bound)).one_or_none() is not None:
        return None
    row = (await connection.execute(text(_FIRST), {"person": person, "key": key})).one()
    return FirstAnswer(row.input_hash, orjson.loads(row.answer))


def receipt(head: ChainHead) -> dict[str, Any]:
    """The receipt of a command: the place of its last act in the chain, and its hash."""
    return {"sequence": head.sequence, "hash": head.hash.hex()}


async def receipt_of(connection: AsyncConnection, person: UUID, key: UUID) -> Mapping[str, Any]:
    """The receipt in the stored answer of a command."""
    row = await fetch_one(connection, _RECEIPT, (person, key))
    stored: Mapping[str, Any] = orjson.loads(row["receipt"])
    return stored


async def put_receipt(
    connection: AsyncConnection, person: UUID, key: UUID, head: ChainHead
) -> None:
    """Add the receipt to the stored answer, if the answer has a place for it."""
    bound = {"person": person, "key": key, "receipt": orjson.dumps(receipt(head)).decode()}
    await connection.execute(text(_PUT_RECEIPT), bound)


async def answer(
    connection: AsyncConnection, person: UUID, key: UUID, content: Mapping[str, Any]
) -> None:
    """Store the answer, which is committed together with the changes of the command."""
    answer_json = orjson.dumps(content, default=str).decode()
    bound = {"person": person, "key": key, "answer": answer_json}
    await connection.execute(text(_ANSWER), bound)
