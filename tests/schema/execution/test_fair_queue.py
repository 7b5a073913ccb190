"""A crowd waits for itself: so many calls in one round of the event loop."""

import asyncio

import pytest

from schema.execution.fair_queue import LoopRounds

pytestmark = pytest.mark.anyio


async def test_a_round_has_so_many_calls_in_their_order() -> None:
    rounds, now, called = LoopRounds(8), 0, list[tuple[int, int]]()

    def call(number: int) -> None:
        called.append((now, number))

    for number in range(20):
        rounds.call(lambda number=number: call(number))  # type: ignore[misc]  # bound at once
    while len(called) < 20:
        await asyncio.sleep(0)
        now += 1
    assert [number for _, number in called] == list(range(20))
    assert [[at for at, _ in called].count(each) for each in sorted({at for at, _ in called})] == [
        8,
        8,
        4,
    ]


async def test_a_request_that_left_delays_no_other() -> None:
    rounds = LoopRounds(1)
    tasks = [asyncio.create_task(rounds.turn()) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert [task.cancelled() for task in tasks] == [True, False, False]
    await rounds.turn()
