"""Revisions are never removed, and active one after the other; an activation waits for transactions that hold the present one."""

import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.engine import transaction
from db.connection.lock import ADVISORY, Lock
from db.connection.notification import listen
from db.errors import DatabaseDownError, RowMissing
from db.repositories import person as persons, policy as policies

pytestmark = pytest.mark.anyio

AT = datetime(2023, 12, 11, 8, tzinfo=UTC)
WAITING = f"""
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {ADVISORY[Lock.POLICY]} AND NOT granted
"""
LISTENING = "SELECT pid FROM pg_stat_activity WHERE (query LIKE 'LISTEN%' OR query = 'SELECT 1') AND datname = current_database()"


async def make_active(connection: AsyncConnection, revision: str) -> None:
    await policies.record(connection, revision, f"content of {revision}", AT)
    await policies.activate(connection, revision, AT)


async def test_before_the_first_activation_no_policy_is_active(connection: AsyncConnection) -> None:
    assert await policies.active(connection) is None
    assert not await policies.hold(connection, "a")


async def test_the_last_activated_one_is_active_and_the_old_stay_readable(
    connection: AsyncConnection,
) -> None:
    for number, revision in enumerate(("a", "b", "a"), 1):
        await make_active(connection, revision)
        expected = policies.Active(number, revision, f"content of {revision}")
        assert await policies.active(connection) == expected
        assert await policies.hold(connection, revision)
    assert not await policies.hold(connection, "b")
    assert await policies.content_of(connection, "b") == "content of b"
    with pytest.raises(RowMissing, match="there is no revision c"):
        await policies.content_of(connection, "c")


@pytest.mark.parametrize("table", ["policy", "policy_activation", "policy_signature"])
async def test_nothing_is_changed_or_removed(connection: AsyncConnection, table: str) -> None:
    with pytest.raises(DBAPIError):
        await connection.execute(text(f"DELETE FROM {table}"))


async def test_a_person_signs_once_for_each_step(loaded: AsyncConnection) -> None:
    people = [
        persons.Person(id=uuid4(), name=name, is_invented=True, is_civil_servant=True)
        for name in ("Lê An", "Trần Bình")
    ]
    await persons.add_persons(loaded, people)
    await make_active(loaded, "a")
    await make_active(loaded, "b")

    async def sign(signer: persons.Person, follows: int, day: int) -> None:
        signature = policies.Signature(
            revision="a",
            follows=follows,
            person_id=signer.id,
            post_code="ht.ban-to-chuc-tu.truong",
            signed_at=datetime(2023, 12, day, tzinfo=UTC),
        )
        await policies.sign(loaded, signature)

    await sign(people[0], 1, 1)
    await sign(people[1], 2, 3)
    await sign(people[0], 2, 2)
    await sign(people[0], 2, 4)
    signers = await policies.signers(loaded, "a", 2)
    assert [(one.name, one.post, one.signed_at.date()) for one in signers] == [
        ("Lê An", "Trưởng Ban Tổ chức Tỉnh uỷ", date(2023, 12, 2)),
        ("Trần Bình", "Trưởng Ban Tổ chức Tỉnh uỷ", date(2023, 12, 3)),
    ]
    assert len(await policies.signers(loaded, "a", 1)) == 1


async def until(engine: AsyncEngine, statement: str) -> int:
    """The first number that a statement finds other than none or nought."""
    async with asyncio.timeout(60):
        while True:
            async with transaction(engine) as connection:
                if value := (await connection.execute(text(statement))).scalars().first():
                    return int(value)
            await asyncio.sleep(0.01)


async def activate(engine: AsyncEngine, revision: str) -> None:
    async with transaction(engine) as connection:
        await make_active(connection, revision)


async def test_an_activation_waits_for_holders_and_a_later_command_is_refused(
    engine: AsyncEngine,
) -> None:
    await activate(engine, "before")
    async with transaction(engine) as first, transaction(engine) as second:
        assert await policies.hold(first, "before")
        assert await policies.hold(second, "before")
        activation = asyncio.create_task(activate(engine, "after"))
        await until(engine, WAITING)
        assert not activation.done()
        active = await policies.active(first)
        assert active is not None
        assert active.revision == "before"
    await activation
    async with transaction(engine) as connection:
        assert not await policies.hold(connection, "before")
        assert await policies.hold(connection, "after")


async def test_a_command_that_waits_for_an_activation_sees_it(engine: AsyncEngine) -> None:
    await activate(engine, "before")
    async with transaction(engine) as activating:
        await make_active(activating, "after")
        held = asyncio.create_task(hold(engine, "before"))
        await until(engine, WAITING)
    assert not await held


async def hold(engine: AsyncEngine, revision: str) -> bool:
    async with transaction(engine) as connection:
        return await policies.hold(connection, revision)


async def test_a_listener_is_called_at_the_start_at_every_activation_and_at_intervals(
    engine: AsyncEngine, database_url: str
) -> None:
    notices: asyncio.Queue[None] = asyncio.Queue()

    async def on_notice() -> None:
        notices.put_nowait(None)

    async with asyncio.timeout(60):
        listening = asyncio.create_task(listen(database_url, policies.CHANNEL, on_notice))
        await notices.get()
        await activate(engine, "told")
        await notices.get()
        listening.cancel()
        impatient = asyncio.create_task(listen(database_url, "nothing", on_notice, 0.01))
        for _ in range(3):
            await notices.get()
        impatient.cancel()
    ended = await asyncio.gather(listening, impatient, return_exceptions=True)
    assert [type(one) for one in ended] == [asyncio.CancelledError] * 2


async def test_a_connection_lost_while_listening_is_reported(
    engine: AsyncEngine, database_url: str
) -> None:
    began = asyncio.Event()

    async def on_notice() -> None:
        began.set()

    async with asyncio.timeout(60):
        listening = asyncio.create_task(listen(database_url, policies.CHANNEL, on_notice))
        await began.wait()
        pid = await until(engine, LISTENING)
        async with transaction(engine) as connection:
            await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DatabaseDownError, match="cannot be listened to"):
            await listening


async def test_an_unreachable_server_is_reported_to_the_listener() -> None:
    async def on_notice() -> None:
        raise AssertionError

    with pytest.raises(DatabaseDownError) as caught:
        await listen("postgresql://u@127.0.0.1:1/x", policies.CHANNEL, on_notice)
    assert not isinstance(caught.value.__cause__, asyncpg.PostgresError)
