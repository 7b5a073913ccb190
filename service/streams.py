"""Who is subscribed here: bounded in number, woken by the database, ended when the service stops."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import structlog

from db.changes import CHANNEL
from db.errors import UnavailableError
from db.listening import listen

log = structlog.get_logger()

STREAMS_MAX = 100
KEEP_ALIVE_SECONDS = 15
SLOW_SECONDS = 10
PULLS_AT_ONCE = 4  # of the connections of the pool; the others are for whoever asks once
RETRY_SECONDS = 5


class FullError(Exception):
    """As many are subscribed as may be."""


class Streams:
    """The subscribers of this instance, and what they wait for."""

    def __init__(
        self,
        most: int = STREAMS_MAX,
        keep_alive_seconds: float = KEEP_ALIVE_SECONDS,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self.most, self.keep_alive_seconds, self.slow_seconds = (
            most,
            keep_alive_seconds,
            slow_seconds,
        )
        self.stopping = asyncio.Event()
        self.pulls = asyncio.Semaphore(PULLS_AT_ONCE)
        self.heard = 0
        self.open = 0
        self._told = asyncio.Event()

    async def tell(self) -> None:
        """Something was committed, or may have been."""
        self.heard += 1
        self._told.set()
        self._told = asyncio.Event()

    async def beyond(self, heard: int) -> None:
        while self.heard == heard:
            await self._told.wait()

    def stop(self) -> None:
        """End every stream, each with an event that says so."""
        self.stopping.set()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Raises FullError where there is none."""
        if self.open >= self.most:
            raise FullError
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


async def follow(streams: Streams, url: str, retry_seconds: float = RETRY_SECONDS) -> NoReturn:
    """Tell the streams of every commit; while the database cannot be heard, they wait."""
    while True:
        try:
            await listen(url, CHANNEL, streams.tell)
        except UnavailableError as fault:
            log.warning("changes_not_followed", reason=str(fault))
        await asyncio.sleep(retry_seconds)
