"""Delegations: acts that a rater delegates to the holder of a post, with their first and last day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.lock import Lock
from db.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """A row of the table, as it is recorded; `acts` and `classes` are words of the matrix."""

    id: UUID
    rater_id: str
    post_code: str
    acts: Sequence[str]
    classes: Sequence[str]
    bodies: Sequence[str]
    since: date
    until: date
    document_number: str
    document_date: date
    recorded_by: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The withdrawal of a delegation: the person, the document, the first day without the delegation."""

    withdrawn_on: date
    withdrawn_by: UUID
    withdrawal_number: str
    withdrawal_date: date


COLUMNS = tuple(Delegation.__dataclass_fields__)
_ADD = f"""
INSERT INTO delegation ({", ".join(COLUMNS)}) VALUES ({", ".join(f":{name}" for name in COLUMNS)})
"""
_WITHDRAW = """
UPDATE delegation SET withdrawn_on = :withdrawn_on, withdrawn_by = :withdrawn_by,
       withdrawal_number = :withdrawal_number, withdrawal_date = :withdrawal_date
WHERE id = :id AND withdrawn_on IS NULL
RETURNING id
"""
_VERSION = "SELECT count(*) + count(withdrawn_on) FROM delegation WHERE rater_id = :rater"
_SEATS = """
SELECT r.id FROM post p
JOIN post_role s ON s.post_code = p.code
JOIN rater r ON r.code = s.rater_code
JOIN body_tree t ON t.ancestor_code = r.scope_body_code AND t.body_code = p.body_code
WHERE p.code = :post
"""
_DELEGATES_OF = """
SELECT DISTINCT d.post_code FROM delegation d
WHERE d.rater_id = ANY(:raters) AND d.withdrawn_on IS NULL
  AND d.since <= :until AND d.until >= :since
"""
_OUTSIDE = """
SELECT asked.code FROM unnest(CAST(:bodies AS text[])) AS asked(code)
WHERE NOT EXISTS (SELECT FROM rater_place q
    JOIN body_tree t ON t.ancestor_code = q.place AND t.body_code = asked.code
    WHERE q.rater_id = :rater)
ORDER BY 1
"""


async def lock(connection: AsyncConnection) -> None:
    """Lock the recording of delegations until the transaction ends."""
    await locks.take(connection, Lock.DELEGATIONS)


async def version_of(connection: AsyncConnection, rater: str) -> int:
    """The numbers of recorded and of withdrawn delegations of a rater."""
    version: int = (await connection.execute(text(_VERSION), {"rater": rater})).scalar_one()
    return version


async def add(connection: AsyncConnection, delegation: Delegation) -> None:
    bound = {name: getattr(delegation, name) for name in COLUMNS}
    await connection.execute(text(_ADD), bound)


async def withdraw(connection: AsyncConnection, key: UUID, withdrawal: Withdrawal) -> None:
    """End a delegation. Raises Conflict if it is withdrawn already."""
    bound = {name: getattr(withdrawal, name) for name in Withdrawal.__dataclass_fields__}
    done = await connection.execute(text(_WITHDRAW), bound | {"id": key})
    if done.one_or_none() is None:
        raise Conflict(f"the delegation {key} is withdrawn already")


async def seats_of(connection: AsyncConnection, post: str) -> list[str]:
    """The ids of the raters that a post sits on."""
    return list((await connection.execute(text(_SEATS), {"post": post})).scalars())


async def delegates_of(
    connection: AsyncConnection, raters: Collection[str], since: date, until: date
) -> list[str]:
    """The posts to which these raters delegate on any of the days."""
    bound = {"raters": list(raters), "since": since, "until": until}
    return list((await connection.execute(text(_DELEGATES_OF), bound)).scalars())


async def outside(connection: AsyncConnection, rater: str, bodies: Sequence[str]) -> list[str]:
    """Those of these bodies that are outside of the rater's place, or do not exist."""
    bound = {"rater": rater, "bodies": list(bodies)}
    return list((await connection.execute(text(_OUTSIDE), bound)).scalars())
