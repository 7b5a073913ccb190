"""The previous version keeps working on the new schema: its own statements are tried on it.

Each is prepared by PostgreSQL itself, so that every table, column and function it names must be there and fit;
whatever it adds must be complete; and every column that there was is there still, of the same type. A new check
or trigger that refuses old values is not seen here.
"""

import re
from collections.abc import Sequence

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate
from tests.deploy.recording import FOLDER, columns, columns_then, statements_of

pytestmark = pytest.mark.anyio

ADDS = re.compile(r"(?:INSERT INTO|COPY) (\w+) ?\(([^)]*)\)")
NEEDED = """
SELECT a.attname FROM pg_attribute a
WHERE a.attrelid = to_regclass(:table) AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
  AND NOT EXISTS ( -- one that a trigger fills in before the row is added
      SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
      WHERE t.tgrelid = a.attrelid AND t.tgtype & 7 = 7
        AND p.prosrc ~* ('NEW[.]' || a.attname || ' *:='))
"""
THERE = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:table) AND NOT attisdropped"
BREAKING = [
    ("ALTER TABLE cycle RENAME COLUMN opened_on TO opened", "opened_on"),
    ("ALTER TABLE command ALTER COLUMN key TYPE text", "key"),
    ("DROP VIEW listed_appraisal", "listed_appraisal"),
    (
        "ALTER TABLE act ADD COLUMN place text; ALTER TABLE act ALTER COLUMN place SET NOT NULL",
        "place",
    ),
    ("ALTER TABLE document_bytes RENAME COLUMN content TO bytes", "content"),
]


async def broken(connection: AsyncConnection, statements: Sequence[str]) -> list[str]:
    """What would fail on this schema, each with its reason."""
    faults = []
    for statement in statements:
        if not statement.startswith("COPY"):
            faults += await not_prepared(connection, statement)
        faults += await incomplete(connection, statement)
    return faults


async def not_prepared(connection: AsyncConnection, statement: str) -> list[str]:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    try:
        async with connection.begin_nested():
            await connection.execute(text("SELECT"))
            await driver.prepare(statement)
    except (DBAPIError, asyncpg.PostgresError) as fault:
        return [f"{fault}: {statement}"]
    return []


async def incomplete(connection: AsyncConnection, statement: str) -> list[str]:
    faults = []
    for table, named_columns in ADDS.findall(statement):
        named = {column.strip().strip('"') for column in named_columns.split(",")}
        needed = set((await connection.execute(text(NEEDED), {"table": table})).scalars())
        existing = set((await connection.execute(text(THERE), {"table": table})).scalars())
        faults += [
            f"{table}.{column} is not given: {statement}" for column in sorted(needed - named)
        ]
        faults += [
            f"{table}.{column} is not there: {statement}" for column in sorted(named - existing)
        ]
    return faults


def test_every_version_that_is_served_has_its_statements() -> None:
    for kind in ("sql", "columns"):
        assert set(migrate.SERVED) == {path.stem for path in FOLDER.glob(f"*.{kind}")}


@pytest.mark.parametrize("version", migrate.SERVED)
async def test_the_statements_of_a_version_work_on_this_schema(
    connection: AsyncConnection, version: str
) -> None:
    statements = statements_of(version)
    assert len(statements) > 80
    assert await broken(connection, statements) == []
    assert columns_then(version) - set(await columns(connection)) == set()


@pytest.mark.parametrize(("change", "word"), BREAKING)
async def test_a_schema_that_breaks_the_version_before_is_seen(
    connection: AsyncConnection, change: str, word: str
) -> None:
    for statement in change.split("; "):
        await connection.execute(text(statement))
    version = migrate.SERVED[-1]
    faults = await broken(connection, statements_of(version))
    faults += columns_then(version) - set(await columns(connection))
    assert any(word in each for each in faults)
