"""Who is subscribed here: bounded in number, woken by the database, ended when the service stops."""

import asyncio
from contextlib import AbstractContextManager
from typing import NoReturn

import structlog

from db.connection.notification import listen
from db.errors import UnavailableError
from db.repositories.change import CHANNEL
from service.http.caller_share import Shares

log = structlog.get_logger()

STREAMS_MAX, STREAMS_EACH = 100, 10
"""Open at once in one worker, and of one caller (MAX_STREAMS, MAX_STREAMS_PER_CALLER)."""

KEEP_ALIVE_SECONDS = 15
SLOW_SECONDS = 10
PULLS_AT_ONCE = 4  # of the connections of the pool; the others are for whoever asks once
RETRY_SECONDS = 5


class Streams:
    """The subscribers of this instance, and what they wait for."""

    def __init__(
        self,
        most: int = STREAMS_MAX,
        keep_alive_seconds: float = KEEP_ALIVE_SECONDS,
        slow_seconds: float = SLOW_SECONDS,
        each: int = STREAMS_EACH,
    ) -> None:
        self.keep_alive_seconds, self.slow_seconds = keep_alive_seconds, slow_seconds
        self._places = Shares(most, each)
        self.stopping = asyncio.Event()
        self.pulls = asyncio.Semaphore(PULLS_AT_ONCE)
        self.heard = 0
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

    @property
    def open(self) -> int:
        return self._places.taken

    def place(self, caller: str) -> AbstractContextManager[None]:
        """Raises ShareTakenError, FullError where there is none; see `Shares.place`."""
        return self._places.place(caller)


async def follow(streams: Streams, url: str, retry_seconds: float = RETRY_SECONDS) -> NoReturn:
    """Tell the streams of every commit; while the database cannot be heard, they wait."""
    while True:
        try:
            await listen(url, CHANNEL, streams.tell)
        except UnavailableError as fault:
            log.warning("changes_not_followed", reason=str(fault))
        await asyncio.sleep(retry_seconds)
