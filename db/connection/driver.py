"""Statements on the driver's own connection, inside the transaction that SQLAlchemy began.

SQLAlchemy takes about 0.3 ms of the processor for each statement, the driver 0.05 ms. The statements of a command, for
which other commands wait, are executed here.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.instrumentation import count_statement
from db.errors import DatabaseDownError
from db.library_internals import begin_on_server

PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
"""A named parameter, as SQLAlchemy writes it; not a cast, which is written `::`."""

TEXTS_CACHED = 256
"""Texts of statements, which are those of this code: they do not depend on values."""


@dataclass(frozen=True, slots=True)
class Select:
    """A statement that reads: its SQL with named parameters, and what makes an object of the columns of each row."""

    sql: str
    row: Callable[..., Any]


Read = tuple[Select, Mapping[str, object]]
"""A statement and its parameters."""


async def fetch_one(connection: AsyncConnection, sql: str, values: Sequence[object]) -> Any:  # noqa: ANN401 - a record
    """The one row of a statement with the parameters $1, $2, ….

    Raises:
        DatabaseDownError: the connection was lost meanwhile.
        asyncpg.PostgresError: the driver's own errors; SQLAlchemy does not see this statement.
    """
    (row,) = await fetch(connection, sql, values)
    return row


async def fetch(
    connection: AsyncConnection, sql: str, values: Sequence[object]
) -> list[asyncpg.Record]:
    """The rows of a statement with the parameters $1, $2, …. Raises as `fetch_one`."""
    async with driver_of(connection) as driver:
        with count_statement(sql):
            rows: list[asyncpg.Record] = await driver.fetch(sql, *values)
    return rows


async def execute_script(connection: AsyncConnection, sql: str) -> None:
    """Execute several statements without parameters as one message. Raises as `fetch_one`."""
    async with driver_of(connection) as driver:
        with count_statement(sql):
            await driver.execute(sql)


async def read_together(connection: AsyncConnection, reads: Sequence[Read]) -> list[list[Any]]:
    """The rows of several statements in one round trip, all from one snapshot. Raises as `fetch_one`."""
    sql, names = _combined(tuple(select.sql for select, _ in reads))
    values = [reads[place][1][name] for place, name in names]
    columns = await fetch_one(connection, sql, values)
    return [
        [select.row(*row) for row in rows] for (select, _), rows in zip(reads, columns, strict=True)
    ]


@lru_cache(TEXTS_CACHED)
def _combined(statements: tuple[str, ...]) -> tuple[str, list[tuple[int, str]]]:
    """One statement that gives an array of rows for each, and where its parameters come from: statement and name."""
    parameters: dict[tuple[int, str], int] = {}
    columns = []
    for place, statement in enumerate(statements):

        def numbered(match: re.Match[str], place: int = place) -> str:
            return f"${parameters.setdefault((place, match[1]), len(parameters) + 1)}"

        columns.append(f"ARRAY(SELECT q FROM ({PARAMETER.sub(numbered, statement)}) q)")
    return f"SELECT {', '.join(columns)}", list(parameters)


@asynccontextmanager
async def driver_of(connection: AsyncConnection) -> AsyncIterator[Any]:
    """The driver's connection, in the transaction of SQLAlchemy, which is begun.

    Raises:
        DatabaseDownError: the connection was lost.
    """
    opened = connection.sync_connection
    assert opened is not None  # noqa: S101 -- it was connected
    driver = opened.connection.driver_connection
    assert driver is not None  # noqa: S101 -- an open connection has one
    try:
        yield await begin_on_server(connection)
    except Exception as fault:
        if not driver.is_closed():
            raise
        await _drop(connection)
        raise DatabaseDownError(f"the connection was lost in a statement: {fault}") from fault


async def _drop(connection: AsyncConnection) -> None:
    """Drop a lost connection, and the idle ones of its pool, as SQLAlchemy does when a statement of its own fails."""
    await connection.invalidate()
    await connection.engine.dispose()
