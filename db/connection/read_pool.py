"""Statements that only read and give one text: each on a connection of its own, outside of a transaction."""

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
from db.connection.statement_batching import StatementBatcher
from db.connection.timeout import with_timeout
from db.errors import DatabaseDownError

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


DROP_UNNAMED = "SELECT"
"""Any statement of the simple protocol drops the unnamed one; asyncpg cannot read the answer to an empty one."""

TEXTS_REMEMBERED = 1_024
"""Of statements that came once, by their hashes: 64 bytes each."""


AGAIN_SECONDS = 0.25
"""A text that comes again within this time counts once: the roots of one operation may have the same text."""


class RecentTexts:
    """Which texts came of late, and when first: whoever asks with another text each time has none of them prepared."""

    def __init__(self, texts_max: int = TEXTS_REMEMBERED, again_seconds: float = 0) -> None:
        self._max, self._again_seconds = texts_max, again_seconds
        self._first_seconds: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._first_seconds)

    def __contains__(self, text: str) -> bool:
        return hash(text) in self._first_seconds

    def add(self, text: str) -> float:
        """It came, and later than all others; the second when it came first."""
        of_text = hash(text)
        first = self._first_seconds.pop(of_text, None)
        self._first_seconds[of_text] = first = time.monotonic() if first is None else first
        if len(self._first_seconds) > self._max:
            del self._first_seconds[next(iter(self._first_seconds))]
        return first

    def came_before(self, text: str) -> bool:
        """Whether it did, at least `again_seconds` ago; from now on it has."""
        is_new = text not in self
        first = self.add(text)
        return not is_new and time.monotonic() - first >= self._again_seconds


class ReadConnection(asyncpg.Connection):  # type: ignore[misc]  # it ships no types
    """A connection that is closed at a moment of its own: not all of them are renewed at once.

    `prepared` are the texts whose statements it keeps, as asyncpg drops them: the one not asked for longest goes.
    """

    __slots__ = ("ends", "prepared")

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - as the library makes it
        super().__init__(*arguments, **more)
        self.prepared = RecentTexts(STATEMENTS_CACHED)
        self.ends = time.monotonic() + CONNECTION_SECONDS_MAX * random.uniform(0.5, 1)  # noqa: S311 - no secret

    @property
    def is_usable(self) -> bool:
        return not self.is_closed() and time.monotonic() < self.ends


class ReadPool:
    """Connections that were set up once and never change their settings, each for one statement at a time.

    So nothing is to be reset when one comes back: asyncpg's own pool does that in a task of its own, which
    takes longer than a short statement (docs/speed.md). `is_pooled`: see `db.connection.engine.make_engine`.

    A statement is prepared when its text comes for the second time, and each connection keeps few of them. It goes
    to a connection that has prepared it, if such a one is idle: PostgreSQL keeps a plan of up to four megabytes
    for it on each connection that it came over.
    """

    def __init__(
        self,
        url: str,
        connections: int = CONNECTIONS,
        *,
        is_pooled: bool = False,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._url, self._is_pooled = driver_url(url), is_pooled
        self._idle: list[ReadConnection] = []
        self._recent = RecentTexts(again_seconds=again_seconds)
        self._places = asyncio.Semaphore(connections)
        self._together = StatementBatcher(self._texts)

    async def text(
        self, sql: str, values: Sequence[object], *, together: bool = False
    ) -> bytes | None:
        """The one text that the statement gives, as UTF-8; `together` with others who ask it now, if it is short.

        Raises:
            DatabaseDownError: there is no connection to be had, or it was lost on the way.
        """
        with count_statement(sql):
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
        await with_timeout(self._places.acquire(), POOL_WAIT_SECONDS)

    async def _asked(self, sql: str, asked: Sequence[Sequence[object]]) -> list[bytes | None]:
        connection = await self._connection(sql)
        try:
            found = await self._read(connection, sql, asked)
        except BaseException:
            await asyncio.shield(_left(connection))
            raise
        self._idle.append(connection)
        return found

    async def _connection(self, sql: str) -> ReadConnection:
        """One that has the statement prepared, else the one that was used last; closed ones are left out, and old ones."""
        while self._idle:
            connection = self._idle.pop(self._place_of(sql))
            if connection.is_usable:
                return connection
            await _left(connection)
        made: ReadConnection = await asyncpg.connect(
            **arguments(self._url),
            connection_class=ReadConnection,
            statement_cache_size=0 if self._is_pooled else STATEMENTS_CACHED,
            server_settings={"application_name": NAME} if self._is_pooled else READING,
            timeout=CONNECT_SECONDS_MAX,
        )
        await text_as_bytes(made)
        return made

    def _place_of(self, sql: str) -> int:
        for place in range(len(self._idle) - 1, -1, -1):
            if sql in self._idle[place].prepared:
                return place
        return -1

    async def _read(
        self, connection: ReadConnection, sql: str, asked: Sequence[Sequence[object]]
    ) -> list[bytes | None]:
        """Behind a pooler, the statement is prepared and run in one transaction: so on one server."""
        if not self._is_pooled:
            if not self._recent.came_before(sql):
                return await _run_once(connection, sql, asked)
            connection.prepared.add(sql)
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


async def _run_once(
    connection: asyncpg.Connection, sql: str, asked: Sequence[Sequence[object]]
) -> list[bytes | None]:
    """As the unnamed statement, dropped at once: PostgreSQL would keep its plan of some megabytes."""
    statement = await connection.prepare(sql, name="")
    texts = [text for (text,) in await statement.fetchmany(asked)]
    await connection.execute(DROP_UNNAMED)
    return texts


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
