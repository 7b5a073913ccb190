"""Time limits that are seldom exceeded, checked by one coarse timer for each event loop.

asyncio sets a timer for each limit, which takes longer than the rest of a short answer. Here one timer checks
all limits every `CHECK_SECONDS`, and stops when no limit is left.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

CHECK_SECONDS = 0.05
"""Seconds between two checks; a task is cancelled at most this much after its limit."""


@dataclass(slots=True, eq=False)
class _Limit:
    """One time limit of one task; `ends` is in seconds on the clock of the loop."""

    task: "asyncio.Task[object]"
    ends: float
    cancelled_before: int
    is_late: bool = False

    def cancel_task(self) -> None:
        self.is_late = True
        self.task.cancel()


@dataclass(slots=True)
class _TimeoutScheduler:
    """The active limits of one event loop."""

    loop: asyncio.AbstractEventLoop
    limits: set[_Limit] = field(default_factory=set)

    def check(self) -> None:
        now = self.loop.time()
        for limit in [limit for limit in self.limits if limit.ends <= now]:
            self.limits.discard(limit)
            limit.cancel_task()
        if self.limits:
            self.loop.call_later(CHECK_SECONDS, self.check)
        else:
            del _SCHEDULERS[self.loop]


_SCHEDULERS: dict[asyncio.AbstractEventLoop, _TimeoutScheduler] = {}


def _scheduler_of(loop: asyncio.AbstractEventLoop) -> _TimeoutScheduler:
    scheduler = _SCHEDULERS.get(loop)
    if scheduler is None:
        for closed in [loop for loop in _SCHEDULERS if loop.is_closed()]:  # before its last check
            del _SCHEDULERS[closed]
        scheduler = _SCHEDULERS[loop] = _TimeoutScheduler(loop)
        loop.call_later(CHECK_SECONDS, scheduler.check)
    return scheduler


async def with_timeout(awaitable: Awaitable[T], seconds: float) -> T:
    """Await with a time limit in seconds; it may be exceeded by `CHECK_SECONDS`.

    Raises:
        TimeoutError: the limit was exceeded; what was awaited is cancelled.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.current_task(loop)
    assert task is not None  # noqa: S101 -- coroutines are awaited in tasks
    limit = _Limit(task, loop.time() + seconds, task.cancelling())
    limits = _scheduler_of(loop).limits
    limits.add(limit)
    try:
        result = await awaitable
    except asyncio.CancelledError as cancelled:
        if limit.is_late and task.uncancel() <= limit.cancelled_before:
            raise TimeoutError from cancelled
        raise
    else:
        if limit.is_late:  # it finished in spite of the cancellation
            task.uncancel()
        return result
    finally:
        limits.discard(limit)
