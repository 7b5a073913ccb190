"""Ends a command in two statements: what its acts prove, and then, under the locks of the chain and the tallies, the rest.

Everything that Python computes is computed before the second statement, so these locks, for which all commands wait,
are held for one statement and the commit alone (docs/decisions/0026).
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock
from db.repositories import ledger
from db.repositories.act import (
    COLUMNS,
    SALT_BYTES,
    ChainAct,
    ChainHead,
    content_digest,
    refuse_floats,
)
from db.repositories.tally import Move

_PROOFS = f"""
SELECT a.id, a.track || ':' || a.year || ':' || coalesce(a.body_code, CAST(a.person_id AS text)) AS subject,
       (SELECT sha256(convert_to(CAST(f.document AS text), 'UTF8')) FROM facts f
        WHERE f.appraisal_id = a.id ORDER BY f.version DESC LIMIT 1) AS facts_digest,
       CAST(NULL AS bytea) AS rows_digest
FROM appraisal a WHERE a.id = ANY(:ids)
UNION ALL
SELECT NULL, NULL, NULL, {ledger.OPEN_DIGEST}
"""
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
    complete = await _with_proofs(connection, acts)
    salts = [secrets.token_bytes(SALT_BYTES) for _ in complete]
    for act in complete:
        refuse_floats(act.payload)
    bound = {
        "contents": _contents(complete),
        "salts": salts,
        "digests": [content_digest(salt, act) for salt, act in zip(salts, complete, strict=True)],
        "moves": json.dumps(
            [{"year": year, **asdict(move)} for year in moves for move in moves[year]]
        ),
        "sender": sent and sent[0],
        "sent_key": sent and sent[1],
    }
    locks.check_order(connection, Lock.CHAIN, whole=True)
    if moves:
        locks.check_order(connection, Lock.TALLIES)
    row = (await connection.execute(text(_END), bound)).one()
    return ChainHead(row.last_sequence, bytes(row.last_hash))


async def _with_proofs(connection: AsyncConnection, acts: Sequence[ChainAct]) -> list[ChainAct]:
    """The acts with what they prove: subject and digest of the facts, and for the last one the digest of the rows."""
    ids = sorted({act.appraisal_id for act in acts if act.appraisal_id})
    proofs = {row.id: row for row in await connection.execute(text(_PROOFS), {"ids": ids})}
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


def _contents(acts: Sequence[ChainAct]) -> str:
    """The acts as JSON rows of the table."""
    return json.dumps(
        [{name: getattr(act, name) for name in COLUMNS} for act in acts], default=_text
    )


def _text(value: object) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)
