"""The demonstration, for each test as it was loaded."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.engine import connect


@pytest.fixture
async def registry(demonstration_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection whose changes are rolled back after the test."""
    engine = await connect(demonstration_url)
    async with engine.connect() as opened:
        await opened.begin()
        locks.alone(opened)  # a test carries out several commands
        yield opened
        await opened.rollback()
    await engine.dispose()
