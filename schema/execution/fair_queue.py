"""Turns of each caller, and rounds of the event loop: a crowd waits for itself, and hinders nobody else."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Queue:
    turns: asyncio.Semaphore
    callers: int = 0


class CallerTurns:
    """At most `each` at once for one caller; further ones wait, and hinder nobody else."""

    def __init__(self, each: int) -> None:
        self.each = each
        self._queues: dict[str, _Queue] = {}

    def turn(self, caller: str) -> "_Turn":
        """A context that is entered when it is this one's turn."""
        return _Turn(self._queues, caller, self.each)


class _Turn:
    """Written out, as each statement goes through it: `contextlib` would take three times as long."""

    __slots__ = ("_caller", "_each", "_queue", "_queues")

    def __init__(self, queues: dict[str, _Queue], caller: str, each: int) -> None:
        self._queues, self._caller, self._each = queues, caller, each

    async def __aenter__(self) -> None:
        queue = self._queues.get(self._caller)
        if queue is None:
            queue = self._queues[self._caller] = _Queue(asyncio.Semaphore(self._each))
        self._queue = queue
        queue.callers += 1
        try:
            await queue.turns.acquire()
        except BaseException:  # whoever waits no more leaves the queue
            self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._queue.turns.release()
        self._leave()

    def _leave(self) -> None:
        self._queue.callers -= 1
        if not self._queue.callers:
            del self._queues[self._caller]


class LoopRounds:
    """At most `each` calls in one round of the event loop; further ones wait for the next rounds, in order."""

    def __init__(self, each: int) -> None:
        self.each = each
        self._waiting: deque[Callable[[], None]] = deque()

    def call(self, work: Callable[[], None]) -> None:
        """Call it in this round or a later one."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._round)
        self._waiting.append(work)

    async def turn(self) -> None:
        """Wait for a round that has room."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def begin() -> None:
            if not future.done():  # else the caller has gone
                future.set_result(None)

        self.call(begin)
        await future

    def _round(self) -> None:
        now = [self._waiting.popleft() for _ in range(min(self.each, len(self._waiting)))]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._round)
        for work in now:
            work()
