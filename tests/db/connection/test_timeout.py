"""The time limit: late requests are cancelled, others are answered, and a cancellation from outside is not a timeout."""

import asyncio
from contextlib import suppress

import pytest

from db.connection.timeout import with_timeout

pytestmark = pytest.mark.anyio
LONG, SHORT = 30.0, 0.01


async def answered() -> str:
    await asyncio.sleep(0)
    return "answered"


async def for_ever() -> None:
    await asyncio.Future()


async def not_cancelled() -> str:
    with suppress(asyncio.CancelledError):
        await for_ever()
    return "went on"


def own_task() -> "asyncio.Task[object]":
    task = asyncio.current_task()
    assert task is not None
    return task


async def test_a_request_in_time_is_answered() -> None:
    assert await with_timeout(answered(), LONG) == "answered"


async def test_a_late_request_is_cancelled() -> None:
    waiting = asyncio.ensure_future(for_ever())
    with pytest.raises(TimeoutError):
        await with_timeout(waiting, SHORT)
    assert waiting.cancelled()
    assert own_task().cancelling() == 0


async def test_a_request_that_resists_cancellation_is_answered() -> None:
    assert await with_timeout(not_cancelled(), SHORT) == "went on"
    assert own_task().cancelling() == 0


async def test_an_exception_passes_unchanged() -> None:
    async def fails() -> None:
        raise LookupError("of its own")

    with pytest.raises(LookupError, match="of its own"):
        await with_timeout(fails(), LONG)


async def test_a_cancellation_from_outside_is_not_a_timeout() -> None:
    task = asyncio.ensure_future(with_timeout(for_ever(), LONG))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_nearest_limit_counts() -> None:
    with pytest.raises(TimeoutError):
        await with_timeout(with_timeout(for_ever(), LONG), SHORT)
    with pytest.raises(TimeoutError):
        await with_timeout(with_timeout(for_ever(), SHORT), LONG)
    assert own_task().cancelling() == 0
