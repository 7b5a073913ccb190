"""Commands that were carried out: their first answer, by the key that the sender chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock

_BEGIN = """
INSERT INTO command (person_id, key, input_hash, answered_at)
VALUES (:person, :key, :input_hash, :at) ON CONFLICT (person_id, key) DO NOTHING
RETURNING key
"""
_FIRST = """
SELECT input_hash, CAST(answer AS text) AS answer FROM command
WHERE person_id = :person AND key = :key
"""
_IS_KNOWN = "SELECT EXISTS (SELECT FROM command WHERE person_id = :person AND key = :key)"
_ANSWER = """
UPDATE command SET answer = CAST(:answer AS jsonb) WHERE person_id = :person AND key = :key
"""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The hash of the input that came first with a key, and the answer to it."""

    input_hash: bytes
    answer: Mapping[str, Any]


async def is_known(connection: AsyncConnection, person: UUID, key: UUID) -> bool:
    """Whether a command of this key was carried out. It waits for nobody."""
    bound = {"person": person, "key": key}
    return bool((await connection.execute(text(_IS_KNOWN), bound)).scalar_one())


async def begin(
    connection: AsyncConnection, person: UUID, key: UUID, input_hash: bytes, at: datetime
) -> FirstAnswer | None:
    """Take the key for a command; if it was taken, what came of it.

    Whoever comes second with a key waits here until the first has ended. A command that is refused
    or breaks off leaves no key behind: its transaction is rolled back.
    """
    bound = {"person": person, "key": key, "input_hash": input_hash, "at": at}
    locks.taking(connection, Lock.COMMAND)
    if (await connection.execute(text(_BEGIN), bound)).one_or_none() is not None:
        return None
    row = (await connection.execute(text(_FIRST), {"person": person, "key": key})).one()
    return FirstAnswer(row.input_hash, orjson.loads(row.answer))


async def answer(
    connection: AsyncConnection, person: UUID, key: UUID, given: Mapping[str, Any]
) -> None:
    """Keep the answer, to be committed together with what the command did."""
    text_of = orjson.dumps(given, default=str).decode()
    bound = {"person": person, "key": key, "answer": text_of}
    await connection.execute(text(_ANSWER), bound)
