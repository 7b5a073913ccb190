"""Ends a command in two statements: what its acts prove, and then, under the locks of the chain and the tallies, the rest.

Everything that Python computes is computed before the second statement, so these locks, for which all commands wait,
are held for one statement and the commit alone (docs/decisions/0026).
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import execute_script, fetch, fetch_one
from db.connection.lock import Lock
from db.repositories.act import (
    COLUMNS,
    SALT_BYTES,
    ChainAct,
    ChainHead,
    Proof,
    content_digest,
    refuse_floats,
    with_proofs,
    with_proofs_of,
)
from db.repositories.tally import Move, moves_json

_PREPARE = "SELECT set_config('xeploai.end', $1, true)"
_END_AND_COMMIT = "SELECT end_prepared_command(); COMMIT; BEGIN"
_END = "SELECT last_sequence, last_hash FROM end_command($1, $2, $3, $4, $5, $6)"


async def end_command(
    connection: AsyncConnection,
    acts: Sequence[ChainAct],
    moves: Mapping[int, Sequence[Move]],
    sent: tuple[UUID, UUID] | None,
    proofs: Sequence[Proof] | None = None,
) -> ChainHead:
    """Append the acts, assign the written rows to the last one, move the tallies by year; returns the new head.

    `sent` is the sender and the key of the command, whose stored answer gets the receipt. `proofs` are those of
    `write_command`; without them they are read. The transaction must end after this: no row that an act covers may
    be written any more.

    Raises:
        TypeError, ValueError: as `act.append_acts`.
    """
    complete = (
        await with_proofs(connection, acts) if proofs is None else with_proofs_of(acts, proofs)
    )
    salts, digests = _sealed(complete)
    values = (_contents(complete), salts, digests, moves_json(moves), *(sent or (None, None)))
    _check_order(connection, moves)
    row = await fetch_one(connection, _END, values)
    return ChainHead(row["last_sequence"], row["last_hash"])


async def end_and_commit(
    connection: AsyncConnection,
    acts: Sequence[ChainAct],
    moves: Mapping[int, Sequence[Move]],
    sent: tuple[UUID, UUID] | None,
    proofs: Sequence[Proof],
) -> None:
    """As `end_command`, and commit; a new transaction begins.

    The end and the COMMIT are one message: the locks for which all commands wait are held while PostgreSQL works, not
    while this process does. Its text is constant, as such a message takes no parameters; they are a setting of the
    transaction. Raises as `end_command`.
    """
    complete = with_proofs_of(acts, proofs)
    salts, digests = _sealed(complete)
    prepared = (
        f'{{"contents": {_contents(complete)}, "salts": {_hexadecimal(salts)}, "digests": {_hexadecimal(digests)}, '
        f'"moves": {moves_json(moves)}, "sender": {_json(sent and sent[0])}, "sent_key": {_json(sent and sent[1])}}}'
    )
    await fetch(connection, _PREPARE, (prepared,))
    _check_order(connection, moves)
    await execute_script(connection, _END_AND_COMMIT)


def _sealed(acts: Sequence[ChainAct]) -> tuple[list[bytes], list[bytes]]:
    """The salt and the digest of each act. Raises TypeError, ValueError."""
    for act in acts:
        refuse_floats(act.payload)
    salts = [secrets.token_bytes(SALT_BYTES) for _ in acts]
    return salts, [content_digest(salt, act) for salt, act in zip(salts, acts, strict=True)]


def _check_order(connection: AsyncConnection, moves: Mapping[int, Sequence[Move]]) -> None:
    locks.check_order(connection, Lock.CHAIN, whole=True)
    if moves:
        locks.check_order(connection, Lock.TALLIES)


def _hexadecimal(values: Sequence[bytes]) -> str:
    return _json([value.hex() for value in values])


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _contents(acts: Sequence[ChainAct]) -> str:
    """The acts as JSON rows of the table."""
    rows = [{name: getattr(act, name) for name in COLUMNS} for act in acts]
    try:
        return orjson.dumps(rows, default=_text).decode()
    except TypeError:  # a payload holds a number of more than 64 bits
        return json.dumps(rows, default=_text)


def _text(value: object) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)
