"""Statements that only read and give one text: each on a connection of its own, outside of a transaction."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import URL

from db.engine import (
    CONNECT_SECONDS_MAX,
    CONNECTIONS,
    NAME,
    POOL_WAIT_SECONDS,
    SERVER_SETTINGS,
    STATEMENTS_CACHED,
    driver_url,
)
from db.errors import DatabaseDownError
from db.statements import counted

READING = SERVER_SETTINGS | {"default_transaction_read_only": "on", "datestyle": "ISO"}


# The last is a replica's, whose replay had to go on over what was being read.
LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.SerializationError,
)


class Reader:
    """A pool of connections that were set up once and never change their settings.

    So nothing is to be reset when one comes back, which would cost a round trip for each statement.
    `is_pooled`: see `db.engine.make_engine`.
    """

    def __init__(
        self, url: str, connections: int = CONNECTIONS, *, is_pooled: bool = False
    ) -> None:
        self._url, self._connections, self._is_pooled = driver_url(url), connections, is_pooled
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def text(self, sql: str, values: Sequence[object]) -> bytes | None:
        """The one text that the statement gives, as UTF-8.

        Raises:
            DatabaseDownError: there is no connection to be had, or it was lost on the way.
        """
        try:
            pool = self._pool or await self._open()
            async with pool.acquire(timeout=POOL_WAIT_SECONDS) as connection:
                with counted(sql):
                    found: bytes | None = await self._read(connection, sql, values)
                return found
        except LOST as fault:
            raise DatabaseDownError(f"the database does not answer: {fault}") from fault

    async def _read(
        self, connection: asyncpg.Connection, sql: str, values: Sequence[object]
    ) -> bytes | None:
        """Behind a pooler, the statement is prepared and run in one transaction: so on one server."""
        if not self._is_pooled:
            return await _one_text(connection, sql, values)
        async with connection.transaction(readonly=True):
            return await _one_text(connection, sql, values)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    **_arguments(self._url),
                    min_size=0,
                    max_size=self._connections,
                    statement_cache_size=0 if self._is_pooled else STATEMENTS_CACHED,
                    server_settings={"application_name": NAME} if self._is_pooled else READING,
                    timeout=CONNECT_SECONDS_MAX,
                    init=_text_as_bytes,
                    reset=_nothing_to_reset,
                )
            return self._pool


async def _one_text(
    connection: asyncpg.Connection, sql: str, values: Sequence[object]
) -> bytes | None:
    found: bytes | None = await connection.fetchval(sql, *values)
    return found


def _arguments(url: URL) -> dict[str, Any]:
    """An address as asyncpg takes it, with what stands in its query, like a socket's folder."""
    found: dict[str, Any] = dict(url.query)
    named = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
    }
    return found | {name: value for name, value in named.items() if value is not None}


async def _text_as_bytes(connection: asyncpg.Connection) -> None:
    """The answer leaves as it came, without becoming a string in between."""
    await connection.set_type_codec(
        "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
    )


async def _nothing_to_reset(_: asyncpg.Connection) -> None:
    """See `Reader`."""
