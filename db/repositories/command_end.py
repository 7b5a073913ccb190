"""Ends a command in two statements: what its acts prove, and then, under the locks of the chain and the tallies, the rest.

Everything that Python computes is computed before the second statement, so these locks, for which all commands wait,
are held for one statement and the commit alone (docs/decisions/0026).
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock
from db.repositories.act import (
    COLUMNS,
    SALT_BYTES,
    ChainAct,
    ChainHead,
    content_digest,
    refuse_floats,
    with_proofs,
)
from db.repositories.tally import Move, moves_json

_END = """
SELECT last_sequence, last_hash
FROM end_command(CAST(:contents AS jsonb), :salts, :digests, CAST(:moves AS jsonb), :sender, :sent_key)
"""


async def end_command(
    connection: AsyncConnection,
    acts: Sequence[ChainAct],
    moves: Mapping[int, Sequence[Move]],
    sent: tuple[UUID, UUID] | None,
) -> ChainHead:
    """Append the acts, assign the written rows to the last one, move the tallies by year; returns the new head.

    `sent` is the sender and the key of the command, whose stored answer gets the receipt. The transaction must end
    after this: no row that an act covers may be written any more.

    Raises:
        TypeError, ValueError: as `act.append_acts`.
    """
    complete = await with_proofs(connection, acts)
    salts = [secrets.token_bytes(SALT_BYTES) for _ in complete]
    for act in complete:
        refuse_floats(act.payload)
    bound = {
        "contents": _contents(complete),
        "salts": salts,
        "digests": [content_digest(salt, act) for salt, act in zip(salts, complete, strict=True)],
        "moves": moves_json(moves),
        "sender": sent and sent[0],
        "sent_key": sent and sent[1],
    }
    locks.check_order(connection, Lock.CHAIN, whole=True)
    if moves:
        locks.check_order(connection, Lock.TALLIES)
    row = (await connection.execute(text(_END), bound)).one()
    return ChainHead(row.last_sequence, bytes(row.last_hash))


def _contents(acts: Sequence[ChainAct]) -> str:
    """The acts as JSON rows of the table."""
    return json.dumps(
        [{name: getattr(act, name) for name in COLUMNS} for act in acts], default=_text
    )


def _text(value: object) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)
