"""The revisions of the matrix of authority: recorded, signed, active one after the other."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import Read, Select, read_together
from db.connection.lock import Lock
from db.errors import RowMissing

CHANNEL = "policy"
"""The channel (NOTIFY) that reports the revision that became active."""


@dataclass(frozen=True, slots=True)
class Active:
    """The active revision, and its activation."""

    sequence: int
    revision: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The signature of a person: the revision shall follow the activation `follows`."""

    revision: str
    follows: int
    person_id: UUID
    post_code: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """The signer of a revision, with post and time."""

    person_id: UUID
    name: str
    post: str
    signed_at: datetime


_LAST = "SELECT sequence, revision FROM policy_activation ORDER BY sequence DESC LIMIT 1"
_ACTIVE = (
    f"SELECT l.sequence, p.revision, p.content FROM ({_LAST}) l JOIN policy p USING (revision)"
)
_RECORD = "INSERT INTO policy VALUES (:revision, :content, :at) ON CONFLICT (revision) DO NOTHING"
_SIGN = """
INSERT INTO policy_signature VALUES (:revision, :follows, :person_id, :post_code, :signed_at)
ON CONFLICT (revision, follows, person_id) DO NOTHING
"""
_SIGNERS = """
SELECT s.person_id, i.name, p.title AS post, s.signed_at
FROM policy_signature s JOIN person i ON i.id = s.person_id JOIN post p ON p.code = s.post_code
WHERE s.revision = :revision AND s.follows = :follows
ORDER BY s.signed_at, s.person_id
"""
_HOLD = Select("SELECT hold_policy()", lambda revision: revision)
_ACTIVATE = """
INSERT INTO policy_activation
SELECT coalesce(max(sequence), 0) + 1, :revision, :at FROM policy_activation
"""


async def record(connection: AsyncConnection, revision: str, content: str, at: datetime) -> None:
    """Store the content of a revision; does nothing if it is stored already."""
    bound = {"revision": revision, "content": content, "at": at}
    await connection.execute(text(_RECORD), bound)


async def active(connection: AsyncConnection) -> Active | None:
    """The active revision; None before the first activation."""
    row = (await connection.execute(text(_ACTIVE))).mappings().one_or_none()
    return Active(**row) if row else None


async def content_of(connection: AsyncConnection, revision: str) -> str:
    """The content of a revision, active or not.

    Raises:
        RowMissing: no such revision is recorded.
    """
    statement = text("SELECT content FROM policy WHERE revision = :revision")
    content = (await connection.execute(statement, {"revision": revision})).scalar_one_or_none()
    if content is None:
        raise RowMissing(f"there is no revision {revision}")
    return str(content)


async def sign(connection: AsyncConnection, signature: Signature) -> None:
    """Store a signature; a second one of the same person for the same step changes nothing."""
    await connection.execute(text(_SIGN), asdict(signature))


async def signers(connection: AsyncConnection, revision: str, follows: int) -> list[Signer]:
    """The signers of the revision as the successor of this activation, in the order of signing."""
    bound = {"revision": revision, "follows": follows}
    rows = await connection.execute(text(_SIGNERS), bound)
    return [Signer(**row) for row in rows.mappings()]


async def activate(connection: AsyncConnection, revision: str, at: datetime) -> None:
    """Activate a recorded revision, and notify the listeners at commit."""
    await lock(connection)
    await connection.execute(text(_ACTIVATE), {"revision": revision, "at": at})
    arguments = {"channel": CHANNEL, "revision": revision}
    await connection.execute(text("SELECT pg_notify(:channel, :revision)"), arguments)


async def lock(connection: AsyncConnection) -> None:
    """Lock the policy exclusively until the transaction ends: no other transaction signs, activates or holds it."""
    await locks.take(connection, Lock.POLICY)


async def held_revision(
    connection: AsyncConnection, reads: Sequence[Read]
) -> tuple[str | None, list[list[Any]]]:
    """The active revision, which stays active until the transaction ends, and the rows of `reads` in the same round trip.

    The lock is shared with other commands; an activation waits for it.
    """
    locks.check_order(connection, Lock.POLICY)
    (revision,), *rows = await read_together(connection, [(_HOLD, {}), *reads])
    return revision, rows


async def hold(connection: AsyncConnection, revision: str) -> bool:
    """Whether a revision is the active one; it then stays active until the transaction ends."""
    active_revision, _ = await held_revision(connection, ())
    return active_revision == revision
