"""The order of the locks: each is declared where it is taken, and taken after those that come before it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.testing import capture_logs

import db
from db.connection import lock as locks
from db.connection.engine import transaction
from db.connection.lock import ADVISORY, Lock, LockOrderError
from db.repositories import (
    act as acts,
    cycle as cycles,
    delegation as delegations,
    policy as policies,
    tally as tallies,
)

HERE = Path(locks.__file__).relative_to(Path(db.__file__).parent.parent).as_posix()
pytestmark = pytest.mark.anyio

ROW_LOCK = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b")
PLACES = re.compile(r"db/[\w/]+\.py")


def sources() -> dict[str, str]:
    """Every file of statements by its path, without the migrations."""
    folder = Path(db.__file__).parent
    return {
        path.relative_to(folder.parent).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts
    }


def described() -> dict[Lock, set[str]]:
    """The files in which each lock is taken, by its description."""
    text = sources()[HERE]
    matches = re.findall(r'^    ([A-Z_]+) = \d+\n    """([^"]+)"""', text, re.MULTILINE)
    return {Lock[name]: set(PLACES.findall(description)) for name, description in matches}


def test_each_lock_is_taken_where_its_description_says_and_nowhere_else() -> None:
    taken = {
        lock: {name for name, text in sources().items() if f"Lock.{lock.name}" in text} - {HERE}
        for lock in Lock
    }
    assert taken == described()


def test_no_statement_locks_beside_them() -> None:
    """Row locks are only in files that declare them; advisory locks only in the file of the lock order."""
    texts = sources()
    assert {name for name, text in texts.items() if "pg_advisory" in text} == {HERE}
    of_rows = {name for name, text in texts.items() if ROW_LOCK.search(text)}
    assert of_rows <= {name for names in described().values() for name in names}
    for name in of_rows:
        assert texts[name].count("locks.check_order(") >= 1, name


def test_no_two_advisory_locks_have_one_number() -> None:
    assert len(set(ADVISORY.values())) == len(ADVISORY)


@pytest.fixture
async def begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection whose transaction has begun, as in the service."""
    async with engine.connect() as connection:
        await connection.begin()
        yield connection
        await connection.rollback()


async def test_a_lock_after_a_later_one_is_refused(begun: AsyncConnection) -> None:
    await acts.lock_chain(begun)
    await acts.lock_chain(begun)
    with pytest.raises(LockOrderError, match="POLICY is taken after CHAIN"):
        await policies.lock(begun)
    await tallies.recompute(begun, 2023)
    with pytest.raises(LockOrderError, match="YEAR is taken after TALLIES"):
        await cycles.lock(begun, 2023)


async def test_every_lock_after_itself_and_before_the_next(begun: AsyncConnection) -> None:
    for lock in Lock:
        locks.check_order(begun, lock)
        locks.check_order(begun, lock)
        for earlier in [other for other in Lock if other < lock]:
            with pytest.raises(LockOrderError):
                locks.check_order(begun, earlier)


async def test_a_lock_that_is_held_as_a_whole_is_taken_again_at_any_time(
    begun: AsyncConnection,
) -> None:
    await policies.lock(begun)
    await acts.lock_chain(begun)
    await policies.lock(begun)
    with pytest.raises(LockOrderError):
        await delegations.lock(begun)


async def test_a_lock_that_is_shared_is_not_taken_alone_after_a_later_one(
    begun: AsyncConnection,
) -> None:
    assert not await policies.hold(begun, "none")
    await acts.lock_chain(begun)
    with pytest.raises(LockOrderError, match="POLICY is taken after CHAIN"):
        await policies.lock(begun)


async def test_a_savepoint_begins_no_order_of_its_own(begun: AsyncConnection) -> None:
    await acts.lock_chain(begun)
    async with begun.begin_nested():
        with pytest.raises(LockOrderError):
            await delegations.lock(begun)


async def test_each_transaction_begins_anew(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        async with connection.begin():
            await acts.lock_chain(connection)
        async with connection.begin():
            assert await cycles.hold(connection, 2023) is None


async def test_a_sole_writer_restarts_the_order_with_each_command(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        locks.declare_sole_writer(connection)
        for _ in range(2):
            with locks.command(connection):
                await delegations.lock(connection)
                await acts.lock_chain(connection)
                with pytest.raises(LockOrderError):
                    await cycles.hold(connection, 2023)
            await policies.lock(connection)


async def test_a_command_of_the_service_goes_on_where_its_transaction_is(
    engine: AsyncEngine,
) -> None:
    async with transaction(engine) as connection:
        await acts.lock_chain(connection)
        with locks.command(connection), pytest.raises(LockOrderError):
            await delegations.lock(connection)


async def test_a_province_goes_on_with_a_wrong_order_and_logs_it(begun: AsyncConnection) -> None:
    locks.be_strict(strict=False)
    try:
        await acts.lock_chain(begun)
        with capture_logs() as logged:
            await delegations.lock(begun)
    finally:
        locks.be_strict()
    assert logged == [
        {"event": "lock_order", "log_level": "error", "lock": "DELEGATIONS", "after": "CHAIN"}
    ]
