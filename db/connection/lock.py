"""Declares every database lock in one fixed order, which prevents deadlocks.

The number of a lock is its position in the order. A transaction takes no lock after a later one. Tests and the
demonstration refuse a wrong order (`be_strict`); the service of a province logs it and continues, as a deadlock needs two
such transactions at the same time. Locks of one kind are taken by one statement, in the order of their keys.
"""

from collections.abc import Iterator, MutableMapping, MutableSet
from contextlib import contextmanager
from enum import IntEnum
from weakref import WeakKeyDictionary, WeakSet

import structlog
from sqlalchemy import RootTransaction, text
from sqlalchemy.ext.asyncio import AsyncConnection


class Lock(IntEnum):
    """The locks, from the first to the last one of the order."""

    UPGRADE = 1
    """Advisory. One instance at a time migrates the database (db/migrate.py)."""
    POLICY = 2
    """Advisory. Commands share it, so that the active policy does not change; an activation takes it exclusively (db/repositories/policy.py)."""
    COMMAND = 3
    """The row of an idempotency key, while it is inserted (db/repositories/command.py, db/repositories/command_write.py)."""
    DELEGATIONS = 4
    """Advisory. One delegation is recorded at a time (db/repositories/delegation.py)."""
    YEAR = 5
    """The row of a cycle. Commands share it; opening, supplementing and closing take it exclusively (db/repositories/cycle.py, db/repositories/command_write.py)."""
    QUOTAS = 6
    """Rows of quotas, by code (db/repositories/quota.py, db/repositories/correction.py, db/repositories/command_write.py)."""
    APPRAISALS = 7
    """Rows of appraisals, by id (db/repositories/appraisal.py, db/repositories/correction.py, db/repositories/command_write.py)."""
    EARLIER_APPRAISALS = 8
    """Rows of appraisals of years before those that are locked, the latest year first (db/repositories/appraisal.py)."""
    SEATS = 9
    """The row of a post, so that no other transaction takes a seat of it (db/repositories/person.py)."""
    CHAIN = 10
    """Advisory. The head of the chain of acts (db/repositories/act.py, db/repositories/command_end.py)."""
    TALLIES = 11
    """Advisory, one for each year. The tallies of the year (db/repositories/tally.py, db/repositories/command_end.py)."""


ADVISORY = {
    Lock.UPGRADE: 124_01,
    Lock.CHAIN: 124_02,
    Lock.TALLIES: 124_03,
    Lock.POLICY: 124_04,
    Lock.DELEGATIONS: 124_05,
}
"""The numbers of the advisory locks in PostgreSQL. They never change: instances of two versions may run side by side."""

_taken: MutableMapping[RootTransaction, dict[Lock, bool]] = WeakKeyDictionary()
"""The locks that each transaction took, and whether it took them as a whole, so that it may take them again at any time."""
_sole_writers: MutableSet[RootTransaction] = WeakSet()
_strict = [False]
"""Whether a wrong order is refused."""

log = structlog.get_logger()


def be_strict(*, strict: bool = True) -> None:
    """Refuse a wrong order from now on, in this process, or only log it."""
    _strict[0] = strict


class LockOrderError(AssertionError):
    """A lock is taken after a later one; two transactions that do so could deadlock."""


def declare_sole_writer(connection: AsyncConnection) -> None:
    """Declare that no other transaction writes until this one ends, so that it may execute several commands.

    In such a transaction the order begins anew with each command, and is checked within commands only. The
    demonstration is loaded in this way, at the first start.
    """
    transaction = _transaction(connection)
    assert transaction is not None  # noqa: S101 -- callers begin it before
    _sole_writers.add(transaction)


@contextmanager
def command(connection: AsyncConnection) -> Iterator[None]:
    """Context of one command; in a transaction of a sole writer, the order begins anew (`declare_sole_writer`)."""
    transaction = _transaction(connection)
    if transaction is None or transaction not in _sole_writers:
        yield
        return
    _sole_writers.discard(transaction)
    _taken.pop(transaction, None)
    try:
        yield
    finally:
        _sole_writers.add(transaction)


def check_order(connection: AsyncConnection, lock: Lock, *, whole: bool = False) -> None:
    """Check that a lock may be taken now, for some rows or, with `whole`, for all.

    Raises:
        LockOrderError: it comes before a lock that is held, and `be_strict` was called.
    """
    transaction = _transaction(connection)
    if transaction is None or transaction in _sole_writers:
        return
    taken = _taken.setdefault(transaction, {})
    latest = max(taken, default=lock)
    if lock < latest and not taken.get(lock):
        if _strict[0]:
            raise LockOrderError(f"{lock.name} is taken after {latest.name}")
        log.error("lock_order", lock=lock.name, after=latest.name)
    taken[lock] = taken.get(lock, False) or whole


async def take(connection: AsyncConnection, lock: Lock, *, shared: bool = False) -> None:
    """Take an advisory lock until the transaction ends. Raises LockOrderError."""
    check_order(connection, lock, whole=not shared)
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await connection.execute(text(f"SELECT {function}(:lock)"), {"lock": ADVISORY[lock]})


async def take_for_year(connection: AsyncConnection, lock: Lock, year: int) -> None:
    """As `take`, for an advisory lock that is separate for each year. Raises LockOrderError."""
    check_order(connection, lock)
    bound = {"lock": ADVISORY[lock], "year": year}
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock, :year)"), bound)


def _transaction(connection: AsyncConnection) -> RootTransaction | None:
    """The transaction itself, not one of its savepoints."""
    opened = connection.sync_connection
    return None if opened is None else opened.get_transaction()
