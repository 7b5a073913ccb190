"""Addresses of databases, and the message for an unreachable one."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.connection.engine import connect, driver_url, reading, transaction
from db.errors import DatabaseDownError, DatabaseUrlError

PASSWORD = "not-to-be-shown"  # noqa: S105 -- invented, for the assertion that it stays hidden


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_of_postgresql_gets_the_driver(scheme: str) -> None:
    url = driver_url(f"{scheme}://u:{PASSWORD}@db.example:5433/x?sslmode=require")
    assert url.drivername == "postgresql+asyncpg"
    assert (url.username, url.password, url.host, url.port) == ("u", PASSWORD, "db.example", 5433)
    assert dict(url.query) == {"ssl": "require"}


@pytest.mark.parametrize("address", ["mysql://u@h/x", "sqlite://", "postgresql+psycopg://h/x", "x"])
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(DatabaseUrlError, match="postgresql://"):
        driver_url(address)


@given(st.text())
def test_any_text_is_an_address_or_is_refused(address: str) -> None:
    with suppress(DatabaseUrlError):
        assert driver_url(address).drivername == "postgresql+asyncpg"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/x",
        f"postgresql://u:{PASSWORD}@no-such-host.invalid/x",
        f"postgresql://u:{PASSWORD}@/x?host=/no/such/directory",
    ],
)
async def test_a_database_that_is_down_gives_one_sentence(address: str) -> None:
    with pytest.raises(DatabaseDownError, match="does not answer") as refusal:
        await connect(address)
    assert PASSWORD not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.anyio
async def test_a_database_that_does_not_exist_gives_one_sentence(server_url: str) -> None:
    with pytest.raises(DatabaseDownError, match='"nowhere" does not exist'):
        await connect(driver_url(server_url).set(database="nowhere").render_as_string(False))


@pytest.mark.anyio
async def test_a_connection_lost_on_the_way_is_a_database_that_is_down(engine: AsyncEngine) -> None:
    with pytest.raises(DatabaseDownError, match="does not answer"):
        async with transaction(engine) as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with transaction(engine) as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1


@pytest.mark.anyio
async def test_a_transaction_is_committed_or_rolled_back_as_a_whole(engine: AsyncEngine) -> None:
    await insert(engine, "kept")
    with pytest.raises(OSError, match="no such file of ours"):
        await insert(engine, "dropped", then_fail=True)
    with pytest.raises(DBAPIError, match="duplicate key"):
        await insert(engine, "kept")
    async with transaction(engine) as connection:
        rows = await connection.execute(
            text("DELETE FROM deployment WHERE value = '' RETURNING key")
        )
        assert rows.scalars().all() == ["kept"]


@pytest.mark.anyio
async def test_reading_sees_one_moment_and_writes_nothing(engine: AsyncEngine) -> None:
    count = text("SELECT count(*) FROM deployment")
    async with transaction(reading(engine)) as connection:
        before = (await connection.execute(count)).scalar_one()
        await insert(engine, "meanwhile")
        assert (await connection.execute(count)).scalar_one() == before
    with pytest.raises(DBAPIError, match="read-only transaction"):
        await insert(reading(engine), "refused")
    async with transaction(engine) as connection:
        rows = await connection.execute(
            text("DELETE FROM deployment WHERE value = '' RETURNING key")
        )
        assert rows.scalars().all() == ["meanwhile"]


async def insert(engine: AsyncEngine, key: str, *, then_fail: bool = False) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("INSERT INTO deployment VALUES (:key, '')"), {"key": key})
        if then_fail:
            raise OSError("no such file of ours")


@pytest.mark.anyio
async def test_a_cancelled_statement_stays_cancelled(engine: AsyncEngine) -> None:
    """It is no lost connection, which its caller would report or try again."""
    begun = asyncio.Event()

    async def sleep_in_database() -> None:
        async with transaction(engine) as connection:
            await connection.execute(text("SELECT 1"))
            begun.set()
            await connection.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(sleep_in_database())
    await begun.wait()
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
