"""Requests that begin in rounds of the event loop."""

import asyncio

import pytest

from service.rounds import Rounds

pytestmark = pytest.mark.anyio


async def test_few_begin_in_each_round_in_the_order_in_which_they_came() -> None:
    loop, rounds, begun = asyncio.get_running_loop(), Rounds(2), []
    for number in range(5):
        rounds.begin(loop, lambda number=number: begun.append(number))  # type: ignore[misc]  # mypy infers no default of a lambda
    seen = [list(begun)]
    while len(begun) < 5:
        await asyncio.sleep(0)
        seen.append(list(begun))
    assert seen == [[0, 1], [0, 1, 2, 3], [0, 1, 2, 3, 4]]


async def test_whoever_comes_later_does_not_overtake_who_waits() -> None:
    loop, rounds, begun = asyncio.get_running_loop(), Rounds(1), []
    rounds.begin(loop, lambda: begun.append("first"))
    rounds.begin(loop, lambda: begun.append("second"))
    rounds.begin(loop, lambda: begun.append("third"))
    await asyncio.sleep(0)
    rounds.begin(loop, lambda: begun.append("fourth"))
    assert begun == ["first", "second"]
    for _ in range(3):
        await asyncio.sleep(0)
    assert begun == ["first", "second", "third", "fourth"]


async def test_a_round_ends_and_the_next_has_room_again() -> None:
    loop, rounds, begun = asyncio.get_running_loop(), Rounds(1), []
    for number in range(3):
        rounds.begin(loop, lambda number=number: begun.append(number))  # type: ignore[misc]  # mypy infers no default of a lambda
        assert begun[-1] == number
        await asyncio.sleep(0)
        await asyncio.sleep(0)
