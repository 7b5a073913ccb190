"""The locks of a command by one statement, and its rows by one (docs/decisions/0026)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import fetch, fetch_one
from db.connection.lock import Lock
from db.errors import Conflict
from db.repositories.act import Proof
from db.repositories.appraisal import COLUMNS, Appraisal, Computation, Facts
from db.repositories.command import FirstAnswer
from db.repositories.quota import HOLDS, bound_by
from rules.editions.lookup import QuotaParameters

OTHER_VERSION = "XE409"
"""The code of the database's function for an appraisal that has another version by now."""

_LOCK = "SELECT first_hash, first_answer FROM lock_command($1, $2, $3, $4, $5, $6, $7)"
_WRITE = "SELECT id, subject, facts_digest, rows_digest FROM write_command($1, $2, $3, $4, $5, $6, $7, $8, $9)"


@dataclass(frozen=True, slots=True)
class SentKey:
    """An idempotency key: its sender, the hash of the command, and the moment of the command."""

    person: UUID
    key: UUID
    input_hash: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Recount:
    """The quotas to count again; the arguments of `quota.recount`."""

    year: int
    parameters: QuotaParameters
    groups: Sequence[str]
    may_exceed: bool


@dataclass(slots=True)
class RowsToWrite:
    """The rows of a command that are not written yet.

    `appraisals` have the version before the change; `concluded` are decided, perhaps again, so their marks go.
    """

    appraisals: dict[UUID, Appraisal] = field(default_factory=dict)
    facts: list[Facts] = field(default_factory=list)
    computations: list[Computation] = field(default_factory=list)
    recount: Recount | None = None
    concluded: list[UUID] = field(default_factory=list)

    def clear(self) -> None:
        """Drop all rows."""
        for rows in (self.appraisals, self.facts, self.computations, self.concluded):
            rows.clear()
        self.recount = None

    @property
    def is_empty(self) -> bool:
        return not (self.appraisals or self.facts or self.computations or self.recount)


async def lock_command(
    connection: AsyncConnection,
    key: SentKey | None,
    subjects: Collection[UUID],
    *,
    users: Collection[UUID] = (),
    with_quotas: bool = False,
) -> FirstAnswer | None:
    """Take a key, the years of these appraisals (shared), and the appraisals with their `users`, until the transaction ends.

    `with_quotas`: also the quotas in which they count. Returns the first answer if the key was taken before; then
    nothing else is locked. An appraisal that does not exist is left out.
    """
    order = {
        Lock.COMMAND: key is not None,
        Lock.YEAR: True,
        Lock.QUOTAS: with_quotas,
        Lock.APPRAISALS: True,
    }
    for lock, is_taken in order.items():
        if is_taken:
            locks.check_order(connection, lock)
    sent = (key.person, key.key, key.input_hash, key.at) if key else (None, None, None, None)
    values = (*sent, list(subjects), list(users), with_quotas)
    row = await fetch_one(connection, _LOCK, values)
    if row["first_hash"] is None:
        return None
    return FirstAnswer(row["first_hash"], orjson.loads(row["first_answer"]))


async def write_command(
    connection: AsyncConnection,
    rows: RowsToWrite,
    proved: Collection[UUID],
    key: SentKey | None = None,
    answer: Mapping[str, object] | None = None,
) -> list[Proof]:
    """Write the rows, and the answer to the key if there is one; returns what acts on `proved` prove.

    Raises:
        Conflict: an appraisal has another version by now, or a quota does not hold; the transaction must be rolled back.
    """
    values = (
        _rows([{name: getattr(row, name) for name in COLUMNS} for row in rows.appraisals.values()]),
        _rows([_columns(facts) for facts in rows.facts]),
        _rows([_columns(computation) for computation in rows.computations]),
        _json(_quota(rows.recount)) if rows.recount else None,
        rows.concluded,
        key and key.person,
        key and key.key,
        None if answer is None else _json(answer),
        list(proved),
    )
    try:
        return [Proof(*row) for row in await fetch(connection, _WRITE, values)]
    except asyncpg.PostgresError as fault:
        if fault.sqlstate == OTHER_VERSION:
            raise Conflict(f"changed by another command meanwhile: {fault}") from fault
        if isinstance(fault, asyncpg.CheckViolationError) and fault.constraint_name == HOLDS:
            raise Conflict(f"a group would have more EXCELLENT than its quota: {fault}") from fault
        raise


def _quota(recount: Recount) -> Mapping[str, object]:
    return {
        "year": recount.year,
        "groups": sorted(recount.groups),
        "may_exceed": recount.may_exceed,
        **bound_by(recount.parameters),
    }


def _columns(row: Facts | Computation) -> Mapping[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _rows(rows: Sequence[Mapping[str, object]]) -> str | None:
    return _json(rows) if rows else None


def _json(value: object) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
