"""Listens for notifications of other database sessions (LISTEN) on a dedicated connection."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.connection.engine import CONNECT_SECONDS_MAX, driver_url
from db.errors import DatabaseDownError

SILENCE_SECONDS_MAX = 60
"""Seconds without a notification after which the connection is tested."""


async def listen(
    url: str,
    channel: str,
    on_notice: Callable[[], Awaitable[object]],
    silence_seconds: float = SILENCE_SECONDS_MAX,
) -> NoReturn:
    """Call `on_notice` when listening begins, at every notification, and after `silence_seconds` without one.

    The first call covers notifications that were sent before. A silence may also be a lost connection, so the
    connection is tested then.

    Raises:
        DatabaseDownError: no connection is available, or it was lost.
    """
    try:
        async with _connected(url) as connection:
            notices: asyncio.Queue[str] = asyncio.Queue()
            connection.add_termination_listener(lambda _: notices.put_nowait(""))
            await connection.add_listener(
                channel, lambda *arguments: notices.put_nowait(arguments[-1])
            )
            while not connection.is_closed():
                await on_notice()
                try:
                    await asyncio.wait_for(notices.get(), silence_seconds)
                except TimeoutError:
                    await connection.fetchval("SELECT 1", timeout=CONNECT_SECONDS_MAX)
                while not notices.empty():  # many commits are one change
                    notices.get_nowait()
            raise DatabaseDownError("the database cannot be listened to: the connection was lost")
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
        raise DatabaseDownError(
            f"the database cannot be listened to: {type(fault).__name__}"
        ) from fault


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    """The driver's connection, outside of any pool, which would lend it to others while it listens."""
    engine = create_async_engine(
        driver_url(url), poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS_MAX}
    )
    async with engine.connect() as connection:
        yield (await connection.get_raw_connection()).driver_connection
