"""Single statements for plans: what they give, how they end, and what is left of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import transaction
from db.errors import DatabaseDownError
from db.reading import Reader
from db.statements import TALLY, Tally

pytestmark = pytest.mark.anyio

SLEEPING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[Reader]:
    made = Reader(database_url, connections=2)
    yield made
    await made.close()


async def test_one_text_comes_as_bytes(reader: Reader) -> None:
    assert await reader.text("SELECT 'Hà ' || $1", ["Tĩnh"]) == "Hà Tĩnh".encode()
    assert await reader.text("SELECT CAST(NULL AS text)", []) is None


async def test_it_only_reads(reader: Reader) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        await reader.text("INSERT INTO deployment VALUES ('x', 'y') RETURNING key", [])


async def test_each_statement_is_counted(reader: Reader) -> None:
    token = TALLY.set(Tally())
    try:
        await reader.text("SELECT 'x'", [])
        await reader.text("SELECT 'y'", [])
        tally = TALLY.get()
        assert tally is not None
        assert tally.statements == 2
    finally:
        TALLY.reset(token)


async def test_a_statement_that_takes_too_long_ends_in_the_database(
    reader: Reader, engine: AsyncEngine
) -> None:
    for _ in range(3):  # more often than there are connections
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reader.text("SELECT pg_sleep(600)::text", [])
    assert await reader.text("SELECT 'x'", []) == b"x"
    async with transaction(engine) as connection:
        assert (await connection.execute(SLEEPING)).scalar_one() == 0


async def test_where_nobody_answers_is_said_so() -> None:
    reader = Reader("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseDownError):
        await reader.text("SELECT 'x'", [])
