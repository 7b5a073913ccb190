"""Hearing what other sessions of the database tell (LISTEN), over a connection of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.connection.engine import CONNECT_SECONDS_MAX, driver_url
from db.errors import DatabaseDownError

SILENCE_SECONDS_MAX = 60


async def listen(
    url: str,
    channel: str,
    on_notice: Callable[[], Awaitable[object]],
    silence_seconds: float = SILENCE_SECONDS_MAX,
) -> NoReturn:
    """Calls once it listens (for what was told before), at every notice, and after so long a silence.

    A silence may also be a connection that was lost without a word, so it is tried then.

    Raises:
        DatabaseDownError: there is no connection to be had, or it was lost.
    """
    try:
        async with _connected(url) as connection:
            notices: asyncio.Queue[str] = asyncio.Queue()
            connection.add_termination_listener(lambda _: notices.put_nowait(""))
            await connection.add_listener(channel, lambda *said: notices.put_nowait(said[-1]))
            while True:
                await connection.fetchval("SELECT 1", timeout=CONNECT_SECONDS_MAX)
                await on_notice()
                with suppress(TimeoutError):
                    await asyncio.wait_for(notices.get(), silence_seconds)
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
        raise DatabaseDownError(
            f"the database cannot be listened to: {type(fault).__name__}"
        ) from fault


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    """The driver's connection, outside of any pool: that would hand it on while it listens."""
    engine = create_async_engine(
        driver_url(url), poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS_MAX}
    )
    async with engine.connect() as connection:
        yield (await connection.get_raw_connection()).driver_connection
