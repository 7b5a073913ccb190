"""A database with the whole demonstration, loaded once for this folder."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import connect, transaction
from service.wiring import load_demonstration
from tests.conftest import run_outside_transaction, with_database

NAME = "demonstration"


@pytest.fixture(scope="session")
def demonstration_url(server_url: str, migrated_template: str) -> Iterator[str]:
    asyncio.run(
        run_outside_transaction(server_url, f"CREATE DATABASE {NAME} TEMPLATE {migrated_template}")
    )
    url = with_database(server_url, NAME)
    asyncio.run(_load(url))
    yield url
    asyncio.run(run_outside_transaction(server_url, f"DROP DATABASE {NAME} WITH (FORCE)"))


async def _load(url: str) -> None:
    engine = await connect(url)
    async with transaction(engine) as connection:
        await load_demonstration(connection)
    await engine.dispose()


@pytest.fixture
async def registry(demonstration_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection whose changes are rolled back after the test."""
    engine = await connect(demonstration_url)
    async with engine.connect() as opened:
        yield opened
        await opened.rollback()
    await engine.dispose()
