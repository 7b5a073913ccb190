"""Reads from a replica if it has replayed the caller's own writes, and is not too old."""

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NoReturn

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.engine import transaction
from db.connection.read_pool import ReadPool
from db.errors import UnavailableError

LAG_CHECK_SECONDS = 1.0
"""Seconds between two measurements of the replica's lag."""

POSITION = re.compile(r"([0-9A-F]{1,8})/([0-9A-F]{1,8})")
BEYOND_ANY_REPLICA = "FFFFFFFF/FFFFFFFF"
_WRITTEN = "SELECT CAST(pg_current_wal_insert_lsn() AS text)"
_REPLAYED = "SELECT CAST(pg_last_wal_replay_lsn() AS text)"


@dataclass(slots=True)
class Positions:
    """Positions in the write-ahead log of one request: the least that it must read, and what it has written."""

    needed: str | None = None
    written: str | None = None


POSITIONS: ContextVar[Positions | None] = ContextVar("positions", default=None)


def read_from_primary() -> None:
    """Let the request read from the primary from now on."""
    positions = POSITIONS.get() or Positions()
    positions.needed = BEYOND_ANY_REPLICA
    POSITIONS.set(positions)


def position_number(position: str) -> int | None:
    """A position as PostgreSQL writes it (16/B374D848), as a number; None for any other text."""
    match = POSITION.fullmatch(position.upper())
    return int(match[1], 16) << 32 | int(match[2], 16) if match else None


@dataclass(slots=True)
class Databases:
    """The primary, and a replica for transactions that only read, if it is configured and not too old.

    The lag is measured without comparing clocks: the position that the replica has replayed is compared with
    positions of the primary, each noted with the time of this process (`measure_lag`).
    """

    primary: AsyncEngine
    replica: AsyncEngine | None = None
    stale_seconds_max: float = 5.0
    read_pools: dict[AsyncEngine, ReadPool] = field(default_factory=dict)
    _replayed: int | None = field(default=None, init=False)
    _measured_at: float = field(default=0.0, init=False)
    _not_replayed: deque[tuple[float, int]] = field(default_factory=deque, init=False)
    """Positions of the primary that the replica has not replayed, with the time of each; oldest first."""

    @asynccontextmanager
    async def transaction(self, *, writes: bool = True) -> AsyncIterator[AsyncConnection]:
        """One transaction, on the replica if that may be read.

        Raises:
            DatabaseDownError: see `db.connection.engine.transaction`; if the replica is down, the primary is used.
        """
        positions = POSITIONS.get() or Positions()
        engine = self.primary if writes else self._for_reading(positions.needed)
        async with AsyncExitStack() as stack:
            yield await self._open_transaction(stack, engine)
        if writes and self.replica is not None:
            positions.written = await self._position(self.primary, _WRITTEN)

    async def text(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None:
        """The one text of a read-only statement, on the replica if that may be read (db/connection/read_pool.py).

        Raises:
            DatabaseDownError: the primary does not answer; if the replica is down, the primary is used.
        """
        engine = self._for_reading((POSITIONS.get() or Positions()).needed)
        try:
            return await self.read_pools[engine].text(sql, values, batched=batched)
        except UnavailableError:
            if engine is self.primary:
                raise
            self._replayed = None
            return await self.read_pools[self.primary].text(sql, values, batched=batched)

    async def reading(self) -> NoReturn:
        """Keep the read pools open until this task is cancelled, then close them."""
        try:
            await asyncio.Future()
        finally:
            for pool in self.read_pools.values():
                await pool.close()
        raise AssertionError("nothing ends the future but a cancellation")

    async def _open_transaction(
        self, stack: AsyncExitStack, engine: AsyncEngine
    ) -> AsyncConnection:
        try:
            return await stack.enter_async_context(transaction(engine))
        except UnavailableError:
            if engine is self.primary:
                raise
            self._replayed = None
            return await stack.enter_async_context(transaction(self.primary))

    def _for_reading(self, needed: str | None) -> AsyncEngine:
        if self.replica is None or self._replayed is None or self._is_stale():
            return self.primary
        if needed is None:
            return self.replica
        order = position_number(needed)
        return self.replica if order is not None and order <= self._replayed else self.primary

    def _is_stale(self) -> bool:
        """Whether the replica lacks something that the primary wrote more than `stale_seconds_max` ago.

        While the primary does not answer, the result of the last measurement stays.
        """
        since = self._not_replayed[0][0] if self._not_replayed else self._measured_at
        return self._measured_at - since > self.stale_seconds_max

    async def follow(self) -> NoReturn:
        """Measure the lag every `LAG_CHECK_SECONDS` until this task is cancelled."""
        assert self.replica is not None  # noqa: S101 -- only called with a replica
        try:
            while True:
                await self.measure_lag()
                await asyncio.sleep(LAG_CHECK_SECONDS)
        finally:
            await self.replica.dispose()

    async def measure_lag(self) -> None:
        """Measure the positions of the primary and of the replica; a replica that does not answer is not read."""
        assert self.replica is not None  # noqa: S101 -- only called with a replica
        try:
            written = position_number(await self._position(self.primary, _WRITTEN) or "")
        except UnavailableError:
            written = None
        try:
            self._replayed = position_number(await self._position(self.replica, _REPLAYED) or "")
        except UnavailableError:
            self._replayed = None
            await self.replica.dispose()  # the connections of its pool are lost, too
        if written is not None:
            self._record_position(time.monotonic(), written)

    def _record_position(self, at: float, written: int) -> None:
        """Note a position of the primary and its time; drop those that the replica has replayed since."""
        while self._not_replayed and self._not_replayed[0][1] <= (self._replayed or 0):
            self._not_replayed.popleft()
        if not self._is_stale() and written > (self._replayed or 0):
            self._not_replayed.append((at, written))
        self._measured_at = at

    @staticmethod
    async def _position(engine: AsyncEngine, statement: str) -> str | None:
        """A position in the log; None from a replica that was promoted, which replays nothing."""
        async with transaction(engine) as connection:
            position: str | None = (await connection.execute(text(statement))).scalar_one()
            return position
