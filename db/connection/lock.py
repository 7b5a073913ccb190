"""Every lock that we take in the database, in the order in which they are taken: so no two transactions block each other.

The number of a lock is its place in the order. Within a transaction no lock is taken after a later one. Tests and the
demonstration refuse a wrong order (`be_strict`); a service of a province logs it and goes on, as two transactions would
have to meet before it does harm. Locks of one kind are taken by one statement, in the order of their keys.
"""

from collections.abc import Iterator, MutableMapping, MutableSet
from contextlib import contextmanager
from enum import IntEnum
from weakref import WeakKeyDictionary, WeakSet

import structlog
from sqlalchemy import RootTransaction, text
from sqlalchemy.ext.asyncio import AsyncConnection


class Lock(IntEnum):
    """From the first to the last one."""

    UPGRADE = 1
    """Advisory. One instance at a time migrates the database (db/migrate.py)."""
    POLICY = 2
    """Advisory. Commands share it, so that the active policy stays; an activation takes it alone (db/repositories/policy.py)."""
    COMMAND = 3
    """The row of an idempotency key, while it is inserted (db/repositories/command.py)."""
    DELEGATIONS = 4
    """Advisory. One delegation is recorded at a time (db/repositories/delegation.py)."""
    YEAR = 5
    """The row of a cycle. Commands share it; opening, supplementing and closing take it alone (db/repositories/cycle.py)."""
    QUOTAS = 6
    """Rows of quotas, by code (db/repositories/quota.py, db/repositories/correction.py)."""
    APPRAISALS = 7
    """Rows of appraisals, by id (db/repositories/appraisal.py, db/repositories/correction.py)."""
    EARLIER_APPRAISALS = 8
    """Rows of appraisals of earlier years than those that are locked, the latest year first (db/repositories/appraisal.py)."""
    SEATS = 9
    """The row of a post, so that nobody else takes a seat of it (db/repositories/person.py)."""
    CHAIN = 10
    """Advisory. The head of the chain of acts (db/repositories/act.py)."""
    TALLIES = 11
    """Advisory, one for each year. The tallies of the year (db/repositories/tally.py)."""


ADVISORY = {
    Lock.UPGRADE: 124_01,
    Lock.CHAIN: 124_02,
    Lock.TALLIES: 124_03,
    Lock.POLICY: 124_04,
    Lock.DELEGATIONS: 124_05,
}
"""By which number PostgreSQL knows them. A number never changes: an older instance may run beside a newer one."""

_taken: MutableMapping[RootTransaction, dict[Lock, bool]] = WeakKeyDictionary()
"""The locks that each transaction took, and whether it has them for itself as a whole, to take them again at any time."""
_alone: MutableSet[RootTransaction] = WeakSet()
_strict = [False]
"""Whether a wrong order is refused."""

log = structlog.get_logger()


def be_strict(*, strict: bool = True) -> None:
    """Refuse a wrong order from now on, in this process, or only log it."""
    _strict[0] = strict


class LockOrderError(AssertionError):
    """A lock is taken after a later one. Two transactions that do so could wait for each other."""


def alone(connection: AsyncConnection) -> None:
    """Declare that nobody else writes until the transaction ends, so that it may carry out several commands.

    In such a transaction the order begins anew with each command, and holds within commands only. The demonstration is
    made so, at the first start.
    """
    transaction = _transaction(connection)
    assert transaction is not None  # noqa: S101 -- it is about one
    _alone.add(transaction)


@contextmanager
def command(connection: AsyncConnection) -> Iterator[None]:
    """Around a command: see `alone`."""
    transaction = _transaction(connection)
    if transaction is None or transaction not in _alone:
        yield
        return
    _alone.discard(transaction)
    _taken.pop(transaction, None)
    try:
        yield
    finally:
        _alone.add(transaction)


def taking(connection: AsyncConnection, lock: Lock, *, whole: bool = False) -> None:
    """Tell that a lock is about to be taken, some rows or (`whole`) all that it stands for.

    Raises:
        LockOrderError: it comes before a lock that is held, and `be_strict` was called.
    """
    transaction = _transaction(connection)
    if transaction is None or transaction in _alone:
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
    taking(connection, lock, whole=not shared)
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await connection.execute(text(f"SELECT {function}(:lock)"), {"lock": ADVISORY[lock]})


async def take_of_year(connection: AsyncConnection, lock: Lock, year: int) -> None:
    """As `take`, of an advisory lock that each year has for itself. Raises LockOrderError."""
    taking(connection, lock)
    bound = {"lock": ADVISORY[lock], "year": year}
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock, :year)"), bound)


def _transaction(connection: AsyncConnection) -> RootTransaction | None:
    """The transaction itself, whatever savepoints are in it."""
    opened = connection.sync_connection
    return None if opened is None else opened.get_transaction()
