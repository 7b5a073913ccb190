"""Statements on the driver's connection: parameters, several results in one round trip, and lost connections."""

from typing import NamedTuple

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.driver import Select, fetch, fetch_one, read_together
from db.connection.engine import transaction
from db.connection.instrumentation import TALLY, StatementTally
from db.errors import DatabaseDownError

pytestmark = pytest.mark.anyio


class Row(NamedTuple):
    number: int
    words: list[str]


NUMBERS = Select(
    "SELECT n, ARRAY[': no', CAST(:word AS text)] FROM generate_series(1, CAST(:many AS integer)) n ORDER BY n DESC",
    Row,
)
DAYS = Select(
    "SELECT CAST(:word AS text) || '::' || (date '2023-12-31' + CAST(:many AS integer))::text", str
)


async def test_several_statements_are_one_with_parameters_of_their_own(
    connection: AsyncConnection,
) -> None:
    await connection.execute(text("SELECT"))
    tally = StatementTally()
    token = TALLY.set(tally)
    numbers, days, none = await read_together(
        connection,
        [
            (NUMBERS, {"word": "a", "many": 2}),
            (DAYS, {"word": "b", "many": 1, "unused": None}),
            (NUMBERS, {"word": "c", "many": 0}),
        ],
    )
    TALLY.reset(token)
    assert numbers == [Row(2, [": no", "a"]), Row(1, [": no", "a"])]
    assert (days, none) == (["b::2024-01-01"], [])
    assert tally.statements == 1


async def test_a_statement_is_part_of_the_transaction(engine: AsyncEngine) -> None:
    """Also as its first statement: SQLAlchemy has not begun it on the server by then."""
    async with engine.connect() as connection:
        await connection.begin()
        await fetch(connection, "CREATE TABLE left_behind ()", ())
        await connection.rollback()
        row = await fetch_one(connection, "SELECT to_regclass('left_behind') AS name", ())
        assert row["name"] is None


async def test_a_lost_connection_is_the_database_that_is_down(engine: AsyncEngine) -> None:
    with pytest.raises(DatabaseDownError, match="lost in a statement"):
        await _lose_a_connection(engine)
    async with transaction(engine) as connection:
        assert (await fetch_one(connection, "SELECT 1 AS one", ()))["one"] == 1


async def test_a_failed_statement_stays_the_drivers_error(connection: AsyncConnection) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        await fetch(connection, "SELECT 1 / $1::integer", (0,))


async def _lose_a_connection(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await fetch(connection, "SELECT pg_terminate_backend(pg_backend_pid())", ())
