"""Statements that only read and give one text: each on a connection of its own, outside of a transaction."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
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
from db.together import Together
from db.waiting import in_time

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
    """Connections that were set up once and never change their settings, each for one statement at a time.

    So nothing is to be reset when one comes back: asyncpg's own pool does that in a task of its own, which
    takes longer than a short statement (docs/speed.md). `is_pooled`: see `db.engine.make_engine`.
    """

    def __init__(
        self, url: str, connections: int = CONNECTIONS, *, is_pooled: bool = False
    ) -> None:
        self._url, self._is_pooled = driver_url(url), is_pooled
        self._idle: list[asyncpg.Connection] = []
        self._places = asyncio.Semaphore(connections)
        self._together = Together(self._texts)

    async def text(
        self, sql: str, values: Sequence[object], *, together: bool = False
    ) -> bytes | None:
        """The one text that the statement gives, as UTF-8; `together` with others who ask it now, if it is short.

        Raises:
            DatabaseDownError: there is no connection to be had, or it was lost on the way.
        """
        with counted(sql):
            if together:
                return await self._together.text(sql, values)
            (found,) = await self._texts(sql, [values])
            return found

    async def _texts(self, sql: str, asked: Sequence[Sequence[object]]) -> list[bytes | None]:
        try:
            await self._place()
            try:
                return await self._asked(sql, asked)
            finally:
                self._places.release()
        except LOST as fault:
            raise DatabaseDownError(f"the database does not answer: {fault}") from fault

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        await in_time(self._places.acquire(), POOL_WAIT_SECONDS)

    async def _asked(self, sql: str, asked: Sequence[Sequence[object]]) -> list[bytes | None]:
        connection = await self._connection()
        try:
            found = await self._read(connection, sql, asked)
        except BaseException:
            await asyncio.shield(_left(connection))
            raise
        self._idle.append(connection)
        return found

    async def _connection(self) -> asyncpg.Connection:
        """The one that was used last; those that the database has closed meanwhile are left out."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        connection = await asyncpg.connect(
            **arguments(self._url),
            statement_cache_size=0 if self._is_pooled else STATEMENTS_CACHED,
            server_settings={"application_name": NAME} if self._is_pooled else READING,
            timeout=CONNECT_SECONDS_MAX,
        )
        await text_as_bytes(connection)
        return connection

    async def _read(
        self, connection: asyncpg.Connection, sql: str, asked: Sequence[Sequence[object]]
    ) -> list[bytes | None]:
        """Behind a pooler, the statement is prepared and run in one transaction: so on one server."""
        if not self._is_pooled:
            return await _run(connection, sql, asked)
        async with connection.transaction(readonly=True):
            return await _run(connection, sql, asked)


async def _left(connection: asyncpg.Connection) -> None:
    """Let go of a connection whose state nobody knows; what still runs on it is broken off first."""
    with suppress(*LOST):
        await connection.close(timeout=CONNECT_SECONDS_MAX)


async def _run(
    connection: asyncpg.Connection, sql: str, asked: Sequence[Sequence[object]]
) -> list[bytes | None]:
    if len(asked) == 1:
        return [await connection.fetchval(sql, *asked[0])]
    return [text for (text,) in await connection.fetchmany(sql, asked)]


def arguments(url: URL) -> dict[str, Any]:
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


async def text_as_bytes(connection: asyncpg.Connection) -> None:
    """The answer leaves as it came, without becoming a string in between."""
    await connection.set_type_codec(
        "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
    )
