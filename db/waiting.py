"""How long something may take: asyncio's own time limit, for what nearly always keeps it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def in_time(awaitable: Awaitable[T], seconds: float) -> T:
    """What is awaited, within so many seconds.

    As `asyncio.timeout` has it, whose context manager takes twice as long; a short answer passes two of them.

    Raises:
        TimeoutError: it took longer, and was cancelled.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 -- coroutines are awaited in tasks
    cancelled_before, is_late = task.cancelling(), False

    def end() -> None:
        nonlocal is_late
        is_late = True
        task.cancel()

    timer = asyncio.get_running_loop().call_later(seconds, end)
    try:
        found = await awaitable
    except asyncio.CancelledError as cancelled:
        if is_late and task.uncancel() <= cancelled_before:
            raise TimeoutError from cancelled
        raise
    else:
        if is_late:  # it would not be cancelled
            task.uncancel()
        return found
    finally:
        timer.cancel()
