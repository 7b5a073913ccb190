"""A year is opened once, and closed when no transaction holds it."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.engine import transaction
from db.repositories import cycle as cycles
from db.repositories.cycle import Cycle

pytestmark = pytest.mark.anyio

OPENED = Cycle(year=2023, edition="ha-tinh-2023", opened_on=date(2023, 11, 21))
CLOSED = Cycle(
    year=2023, edition="ha-tinh-2023", opened_on=date(2023, 11, 21), closed_on=date(2024, 1, 15)
)


@pytest.fixture
async def committed(engine: AsyncEngine) -> AsyncEngine:
    async with transaction(engine) as connection:
        await connection.execute(text("DELETE FROM cycle"))
        assert await cycles.open_one(connection, OPENED)
    return engine


async def impatient(connection: AsyncConnection) -> AsyncConnection:
    """A connection that fails at once instead of waiting for a lock."""
    await connection.execute(text("SET LOCAL lock_timeout = '20ms'"))
    return connection


async def test_a_year_is_opened_once(connection: AsyncConnection) -> None:
    await connection.execute(text("DELETE FROM cycle"))
    assert await cycles.open_one(connection, OPENED)
    assert not await cycles.open_one(connection, OPENED)
    assert await cycles.counted(connection) == [
        {
            "year": 2023,
            "edition": "ha-tinh-2023",
            "opened_on": date(2023, 11, 21),
            "closed_on": None,
            "appraisals": 0,
        }
    ]
    assert await cycles.undecided(connection, 2023) == (0, 0)
    assert await cycles.hold(connection, 2024) is None


async def test_a_closing_of_a_year_waits_for_all_its_holders(
    committed: AsyncEngine,
) -> None:
    async with transaction(committed) as holder, transaction(committed) as other:
        assert await cycles.hold(holder, 2023) == OPENED
        assert await cycles.hold(await impatient(other), 2023) == OPENED
    async with transaction(committed) as holder:
        await cycles.hold(holder, 2023)
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with transaction(committed) as closing:
                await cycles.lock(await impatient(closing), 2023)


async def test_a_year_being_closed_cannot_be_held(committed: AsyncEngine) -> None:
    async with transaction(committed) as closing:
        assert await cycles.lock(closing, 2023) == OPENED
        await cycles.put(closing, CLOSED)
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with transaction(committed) as late:
                await cycles.hold(await impatient(late), 2023)
    async with transaction(committed) as late:
        assert await cycles.hold(late, 2023) == CLOSED
