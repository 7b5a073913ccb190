"""How long something may take: a time limit for what nearly always keeps it.

asyncio sets a timer for each limit, which takes longer than a short answer does otherwise. Here one timer
looks now and then whose time has come, while there is anybody to look after.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

CHECK_SECONDS = 0.05
"""So much later than its limit something may be ended."""


@dataclass(slots=True, eq=False)
class _Limit:
    """One limit of one task."""

    task: "asyncio.Task[object]"
    ends: float
    cancelled_before: int
    is_late: bool = False

    def end(self) -> None:
        self.is_late = True
        self.task.cancel()


@dataclass(slots=True)
class _TimeoutScheduler:
    """The limits that are kept in one event loop."""

    loop: asyncio.AbstractEventLoop
    limits: set[_Limit] = field(default_factory=set)

    def look(self) -> None:
        now = self.loop.time()
        for limit in [one for one in self.limits if one.ends <= now]:
            self.limits.discard(limit)
            limit.end()
        if self.limits:
            self.loop.call_later(CHECK_SECONDS, self.look)
        else:
            del _SCHEDULERS[self.loop]


_SCHEDULERS: dict[asyncio.AbstractEventLoop, _TimeoutScheduler] = {}


def _scheduler_of(loop: asyncio.AbstractEventLoop) -> _TimeoutScheduler:
    found = _SCHEDULERS.get(loop)
    if found is None:
        for gone in [one for one in _SCHEDULERS if one.is_closed()]:  # before its last look
            del _SCHEDULERS[gone]
        found = _SCHEDULERS[loop] = _TimeoutScheduler(loop)
        loop.call_later(CHECK_SECONDS, found.look)
    return found


async def with_timeout(awaitable: Awaitable[T], seconds: float) -> T:
    """What is awaited, within so many seconds, or little more.

    Raises:
        TimeoutError: it took longer, and was cancelled.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.current_task(loop)
    assert task is not None  # noqa: S101 -- coroutines are awaited in tasks
    limit = _Limit(task, loop.time() + seconds, task.cancelling())
    limits = _scheduler_of(loop).limits
    limits.add(limit)
    try:
        found = await awaitable
    except asyncio.CancelledError as cancelled:
        if limit.is_late and task.uncancel() <= limit.cancelled_before:
            raise TimeoutError from cancelled
        raise
    else:
        if limit.is_late:  # it would not be cancelled
            task.uncancel()
        return found
    finally:
        limits.discard(limit)
