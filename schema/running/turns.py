"""Turns of each caller: who asks for much at once waits for itself, and hinders nobody else."""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class _Queue:
    turns: asyncio.Semaphore
    callers: int = 0


class Turns:
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
