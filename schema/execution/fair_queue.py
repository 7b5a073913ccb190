"""Fair queues: per-caller concurrency limits, and limits on calls in one round of the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Queue:
    turns: asyncio.Semaphore
    callers: int = 0


class CallerTurns:
    """Lets at most `per_caller_max` tasks of one caller run concurrently; further ones wait in the caller's queue."""

    def __init__(self, per_caller_max: int) -> None:
        self.per_caller_max = per_caller_max
        self._queues: dict[str, _Queue] = {}

    def turn(self, caller: str) -> "_Turn":
        """A context manager that is entered when the caller has a free place."""
        return _Turn(self._queues, caller, self.per_caller_max)


class _Turn:
    """A class, because each statement passes it: `contextlib` would take three times as long."""

    __slots__ = ("_caller", "_per_caller_max", "_queue", "_queues")

    def __init__(self, queues: dict[str, _Queue], caller: str, per_caller_max: int) -> None:
        self._queues, self._caller, self._per_caller_max = queues, caller, per_caller_max

    async def __aenter__(self) -> None:
        queue = self._queues.get(self._caller)
        if queue is None:
            queue = self._queues[self._caller] = _Queue(asyncio.Semaphore(self._per_caller_max))
        self._queue = queue
        queue.callers += 1
        try:
            await queue.turns.acquire()
        except BaseException:  # a cancelled task leaves the queue
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
    """Makes at most `per_round_max` calls in one round of the event loop; further ones follow in order."""

    def __init__(self, per_round_max: int) -> None:
        self.per_round_max = per_round_max
        self._waiting: deque[Callable[[], None]] = deque()

    def call(self, work: Callable[[], None]) -> None:
        """Call `work` in this round or a later one."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._round)
        self._waiting.append(work)

    async def turn(self) -> None:
        """Wait for a free place in a round."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def begin() -> None:
            if not future.done():  # else the waiting task was cancelled
                future.set_result(None)

        self.call(begin)
        await future

    def _round(self) -> None:
        now = [self._waiting.popleft() for _ in range(min(self.per_round_max, len(self._waiting)))]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._round)
        for work in now:
            work()
