"""Reading from a replica: whoever wrote reads what was written, and nobody reads what is too old."""

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

LOOK_SECONDS = 1.0
POSITION = re.compile(r"([0-9A-F]{1,8})/([0-9A-F]{1,8})")
BEYOND = "FFFFFFFF/FFFFFFFF"
_WRITTEN = "SELECT CAST(pg_current_wal_insert_lsn() AS text)"
_REPLAYED = "SELECT CAST(pg_last_wal_replay_lsn() AS text)"


@dataclass(slots=True)
class Positions:
    """Of one request: the position in the log that must be read at least, and the one it has written."""

    needed: str | None = None
    written: str | None = None


POSITIONS: ContextVar[Positions | None] = ContextVar("positions", default=None)


def read_from_primary() -> None:
    """What the request reads from now on is beyond what any replica has replayed."""
    positions = POSITIONS.get() or Positions()
    positions.needed = BEYOND
    POSITIONS.set(positions)


def order_of(position: str) -> int | None:
    """A position as PostgreSQL writes it (16/B374D848), as a number; None when it is none."""
    found = POSITION.fullmatch(position.upper())
    return int(found[1], 16) << 32 | int(found[2], 16) if found else None


@dataclass(slots=True)
class Databases:
    """The primary, and the replica for whoever only reads, if there is one and it is not too old.

    How old it is nobody asks the clock of another machine: what it has replayed is compared with where
    the primary was at moments of our own (`look`).
    """

    primary: AsyncEngine
    replica: AsyncEngine | None = None
    stale_seconds_max: float = 5.0
    readers: dict[AsyncEngine, ReadPool] = field(default_factory=dict)
    _replayed: int | None = field(default=None, init=False)
    _looked_at: float = field(default=0.0, init=False)
    _not_replayed: deque[tuple[float, int]] = field(default_factory=deque, init=False)
    """When the primary was seen at a position that the replica has not reached, oldest first."""

    @asynccontextmanager
    async def transaction(self, *, writes: bool = True) -> AsyncIterator[AsyncConnection]:
        """One transaction, on the replica where that will do.

        Raises:
            DatabaseDownError: see `db.connection.engine.transaction`; a replica that is down is left out instead.
        """
        positions = POSITIONS.get() or Positions()
        engine = self.primary if writes else self._for_reading(positions.needed)
        async with AsyncExitStack() as stack:
            yield await self._begun(stack, engine)
        if writes and self.replica is not None:
            positions.written = await self._position(self.primary, _WRITTEN)

    async def text(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None:
        """The one text of a statement that only reads, on the replica where that will do (db/connection/read_pool.py).

        Raises:
            DatabaseDownError: the primary does not answer; a replica that is down is left out instead.
        """
        engine = self._for_reading((POSITIONS.get() or Positions()).needed)
        try:
            return await self.readers[engine].text(sql, values, batched=batched)
        except UnavailableError:
            if engine is self.primary:
                raise
            self._replayed = None
            return await self.readers[self.primary].text(sql, values, batched=batched)

    async def reading(self) -> NoReturn:
        """Keep the readers' connections as long as the service runs."""
        try:
            await asyncio.Future()
        finally:
            for reader in self.readers.values():
                await reader.close()
        raise AssertionError("nothing ends the future but a cancellation")

    async def _begun(self, stack: AsyncExitStack, engine: AsyncEngine) -> AsyncConnection:
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
        order = order_of(needed)
        return self.replica if order is not None and order <= self._replayed else self.primary

    def _is_stale(self) -> bool:
        """Whether it lacks something that the primary had written so long ago.

        While the primary does not answer, nothing new is known, and the last judgement stands.
        """
        since = self._not_replayed[0][0] if self._not_replayed else self._looked_at
        return self._looked_at - since > self.stale_seconds_max

    async def follow(self) -> NoReturn:
        """Look again and again, as long as the service runs."""
        assert self.replica is not None  # noqa: S101 -- nobody looks where there is none
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self.replica.dispose()

    async def look(self) -> None:
        """See how far the primary and the replica are; one that does not answer is not read from."""
        assert self.replica is not None  # noqa: S101 -- nobody looks where there is none
        try:
            written = order_of(await self._position(self.primary, _WRITTEN) or "")
        except UnavailableError:
            written = None
        try:
            self._replayed = order_of(await self._position(self.replica, _REPLAYED) or "")
        except UnavailableError:
            self._replayed = None
            await self.replica.dispose()  # what is left in its pool is dead, too
        if written is not None:
            self._note(time.monotonic(), written)

    def _note(self, at: float, written: int) -> None:
        """What the primary had written at a moment; what was replayed since is forgotten."""
        while self._not_replayed and self._not_replayed[0][1] <= (self._replayed or 0):
            self._not_replayed.popleft()
        if not self._is_stale() and written > (self._replayed or 0):
            self._not_replayed.append((at, written))
        self._looked_at = at

    @staticmethod
    async def _position(engine: AsyncEngine, statement: str) -> str | None:
        """None where the question has no answer: a replica that was promoted has replayed nothing."""
        async with transaction(engine) as connection:
            found: str | None = (await connection.execute(text(statement))).scalar_one()
            return found
