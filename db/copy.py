"""Inserts many rows by COPY, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import driver_of


async def copy_records(connection: AsyncConnection, table: str, records: Sequence[Any]) -> None:
    """Insert frozen dataclasses, whose fields are named like the columns."""
    if records:
        columns = [field.name for field in fields(records[0])]
        rows = ([getattr(record, column) for column in columns] for record in records)
        await copy_rows(connection, table, columns, rows)


async def copy_rows(
    connection: AsyncConnection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Insert rows; a dict or a list is written as JSON.

    Raises:
        asyncpg.PostgresError: the driver's own errors; SQLAlchemy does not see this statement.
        DatabaseDownError: the connection was lost meanwhile.
    """
    records = ([_value(cell) for cell in row] for row in rows)
    async with driver_of(connection) as driver:
        await driver.copy_records_to_table(table, columns=columns, records=records)


async def analyze(connection: AsyncConnection) -> None:
    """Update the statistics of PostgreSQL after an insert; with old ones, a plan may take 100 times as long."""
    await connection.execute(text("ANALYZE"))


def _value(cell: object) -> object:
    return orjson.dumps(cell).decode() if isinstance(cell, dict | list | tuple) else cell
