"""The event streams of one worker: limited in number, notified by the database, ended when the service stops."""

import asyncio
from contextlib import AbstractContextManager
from typing import NoReturn

import structlog

from db.connection.notification import listen
from db.errors import UnavailableError
from db.repositories.change import CHANNEL
from service.http.caller_share import Shares

log = structlog.get_logger()

STREAMS_MAX, STREAMS_PER_CALLER_MAX = 100, 10
"""Open streams of one worker, and of one caller (MAX_STREAMS, MAX_STREAMS_PER_CALLER)."""

KEEP_ALIVE_SECONDS = 15
SLOW_SECONDS = 10
CONCURRENT_PULLS_MAX = 4  # connections of the pool that streams may use; the others serve requests
RETRY_SECONDS = 5


class Streams:
    """The open streams of this worker, and the notifications that they wait for."""

    def __init__(
        self,
        streams_max: int = STREAMS_MAX,
        keep_alive_seconds: float = KEEP_ALIVE_SECONDS,
        slow_seconds: float = SLOW_SECONDS,
        per_caller_max: int = STREAMS_PER_CALLER_MAX,
    ) -> None:
        self.keep_alive_seconds, self.slow_seconds = keep_alive_seconds, slow_seconds
        self._places = Shares(streams_max, per_caller_max)
        self.stopping = asyncio.Event()
        self.pulls = asyncio.Semaphore(CONCURRENT_PULLS_MAX)
        self.notifications = 0
        self._notified = asyncio.Event()

    async def notify(self) -> None:
        """Wake all streams: something was committed, or may have been."""
        self.notifications += 1
        self._notified.set()
        self._notified = asyncio.Event()

    async def wait_beyond(self, notifications: int) -> None:
        while self.notifications == notifications:
            await self._notified.wait()

    def stop(self) -> None:
        """End every stream; each sends a last event with the code STOPPING."""
        self.stopping.set()

    @property
    def open(self) -> int:
        return self._places.in_use

    def place(self, caller: str) -> AbstractContextManager[None]:
        """A place for one stream. Raises ShareTakenError, FullError; see `Shares.place`."""
        return self._places.place(caller)


async def follow(streams: Streams, url: str, retry_seconds: float = RETRY_SECONDS) -> NoReturn:
    """Notify the streams of every commit; while the database is unavailable, they wait."""
    while True:
        try:
            await listen(url, CHANNEL, streams.notify)
        except UnavailableError as fault:
            log.warning("changes_not_followed", reason=str(fault))
        await asyncio.sleep(retry_seconds)
