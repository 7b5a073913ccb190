"""Executes read-only statements that return one text, each on a pooled connection, outside of a transaction."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy import URL

from db.connection.engine import (
    CONNECT_SECONDS_MAX,
    CONNECTION_SECONDS_MAX,
    CONNECTIONS,
    NAME,
    POOL_WAIT_SECONDS,
    SERVER_SETTINGS,
    STATEMENTS_CACHED,
    driver_url,
)
from db.connection.instrumentation import count_statement
from db.connection.recent_text import RecentTexts
from db.connection.statement_batching import StatementBatcher, Values
from db.connection.timeout import with_timeout
from db.errors import DatabaseDownError

READ_ONLY_SETTINGS = SERVER_SETTINGS | {"default_transaction_read_only": "on", "datestyle": "ISO"}

CONNECTION_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.SerializationError,  # of a replica: its replay conflicted with the statement
)
"""The exceptions by which a lost connection shows."""

DROP_UNNAMED = "SELECT"
"""Any statement of the simple protocol drops the unnamed prepared statement; asyncpg cannot read the answer to an empty text."""

REPEAT_SECONDS_MIN = 0.25
"""Seconds. Executions of one text within this time count as one: the root fields of one operation may have the same text."""


class ReadConnection(asyncpg.Connection):  # type: ignore[misc]  # it ships no types
    """A connection with an end time of its own, so that the connections are not all renewed at once.

    `prepared` are the texts whose prepared statements it holds, dropped as asyncpg drops them: the least recently
    used first. `ends` is in seconds of the monotonic clock.
    """

    __slots__ = ("ends", "prepared")

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as the library makes it
        super().__init__(*arguments, **options)
        self.prepared = RecentTexts(STATEMENTS_CACHED)
        self.ends = time.monotonic() + CONNECTION_SECONDS_MAX * random.uniform(0.5, 1)  # noqa: S311 - no secret

    @property
    def is_usable(self) -> bool:
        return not self.is_closed() and time.monotonic() < self.ends


class ReadPool:
    """A pool of connections whose settings never change; each executes one statement at a time.

    A returned connection therefore needs no reset. asyncpg's own pool resets it in a separate task, which
    takes longer than a short statement (docs/speed.md). `is_pooled`: see `db.connection.engine.make_engine`.

    A statement is prepared at the second execution of its text, and each connection keeps few prepared statements.
    An idle connection that has prepared the statement is preferred: PostgreSQL keeps a plan of up to 4 MB for it
    on each connection that executed it.
    """

    def __init__(
        self,
        url: str,
        connections: int = CONNECTIONS,
        *,
        is_pooled: bool = False,
        repeat_seconds_min: float = REPEAT_SECONDS_MIN,
    ) -> None:
        self._url, self._is_pooled = driver_url(url), is_pooled
        self._idle: list[ReadConnection] = []
        self._recent = RecentTexts(repeat_seconds_min=repeat_seconds_min)
        self._permits = asyncio.Semaphore(connections)
        self._batcher = StatementBatcher(self._execute)

    async def text(self, sql: str, values: Values, *, batched: bool = False) -> bytes | None:
        """The one text that the statement returns, as UTF-8.

        `batched`: together with concurrent executions of the same SQL text; for short statements.

        Raises:
            DatabaseDownError: no connection is available, or it was lost during the statement.
        """
        with count_statement(sql):
            if batched:
                return await self._batcher.text(sql, values)
            (text,) = await self._execute(sql, [values])
            return text

    async def _execute(self, sql: str, rows: Sequence[Values]) -> list[bytes | None]:
        try:
            await self._acquire_permit()
            try:
                return await self._execute_on_connection(sql, rows)
            finally:
                self._permits.release()
        except CONNECTION_LOST as fault:
            raise DatabaseDownError(f"the database does not answer: {fault}") from fault

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _acquire_permit(self) -> None:
        if not self._permits.locked():
            await self._permits.acquire()
            return
        await with_timeout(self._permits.acquire(), POOL_WAIT_SECONDS)

    async def _execute_on_connection(self, sql: str, rows: Sequence[Values]) -> list[bytes | None]:
        connection = await self._connection(sql)
        try:
            texts = await self._read(connection, sql, rows)
        except BaseException:
            await asyncio.shield(_discard(connection))
            raise
        self._idle.append(connection)
        return texts

    async def _connection(self, sql: str) -> ReadConnection:
        """An idle connection that has prepared the statement, else the last used one, else a new one.

        Closed and expired connections are discarded.
        """
        while self._idle:
            idle = self._idle.pop(self._idle_index(sql))
            if idle.is_usable:
                return idle
            await _discard(idle)
        connection: ReadConnection = await asyncpg.connect(
            **arguments(self._url),
            connection_class=ReadConnection,
            statement_cache_size=0 if self._is_pooled else STATEMENTS_CACHED,
            server_settings={"application_name": NAME} if self._is_pooled else READ_ONLY_SETTINGS,
            timeout=CONNECT_SECONDS_MAX,
        )
        await text_as_bytes(connection)
        return connection

    def _idle_index(self, sql: str) -> int:
        for index in range(len(self._idle) - 1, -1, -1):
            if sql in self._idle[index].prepared:
                return index
        return -1

    async def _read(
        self, connection: ReadConnection, sql: str, rows: Sequence[Values]
    ) -> list[bytes | None]:
        """Behind a pooler, the statement is prepared and executed in one transaction, and so on one server."""
        if not self._is_pooled:
            if sql not in connection.prepared and not self._recent.is_repeated(sql):
                return await _run_once(connection, sql, rows)
            connection.prepared.add(sql)
            return await _run(connection, sql, rows)
        async with connection.transaction(readonly=True):
            return await _run(connection, sql, rows)


async def _discard(connection: asyncpg.Connection) -> None:
    """Close a connection whose state is unknown; a statement that still runs on it is cancelled first."""
    with suppress(*CONNECTION_LOST):
        await connection.close(timeout=CONNECT_SECONDS_MAX)


async def _run(
    connection: asyncpg.Connection, sql: str, rows: Sequence[Values]
) -> list[bytes | None]:
    if len(rows) == 1:
        return [await connection.fetchval(sql, *rows[0])]
    return [text for (text,) in await connection.fetchmany(sql, rows)]


async def _run_once(
    connection: asyncpg.Connection, sql: str, rows: Sequence[Values]
) -> list[bytes | None]:
    """Executes the unnamed prepared statement and drops it at once: PostgreSQL would keep its plan of some megabytes."""
    statement = await connection.prepare(sql, name="")
    texts = [text for (text,) in await statement.fetchmany(rows)]
    await connection.execute(DROP_UNNAMED)
    return texts


def arguments(url: URL) -> dict[str, Any]:
    """The URL as arguments of `asyncpg.connect`, with the parameters of its query, like a socket's directory."""
    from_query: dict[str, Any] = dict(url.query)
    named = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
    }
    return from_query | {name: value for name, value in named.items() if value is not None}


async def text_as_bytes(connection: asyncpg.Connection) -> None:
    """Texts are returned as the bytes that were received, without decoding and encoding them again."""
    await connection.set_type_codec(
        "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
    )
