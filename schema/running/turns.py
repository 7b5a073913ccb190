"""Turns of each caller: who asks for much at once waits for itself, and hinders nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[None]:
        """Wait until it is this one's turn."""
        queue = self._queues.setdefault(caller, _Queue(asyncio.Semaphore(self.each)))
        queue.callers += 1
        try:
            async with queue.turns:
                yield
        finally:
            queue.callers -= 1
            if not queue.callers:
                del self._queues[caller]
