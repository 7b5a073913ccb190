"""Who asks the same at the same time: each gets its own answer, whoever else fails or leaves on the way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from db.connection.statement_batching import (
    BATCH_SIZE_MAX,
    CONCURRENT_BATCHES_MAX,
    StatementBatcher,
)

pytestmark = pytest.mark.anyio

SQL = "SELECT $1"


class RefusedError(Exception):
    pass


@dataclass
class Database:
    """Answers each value with its text, after so many turns of the loop; refuses the bad ones, and all with them."""

    bad: frozenset[int] = frozenset()
    turns: int = 1
    trips: list[list[int]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def ask(self, _: str, asked: Sequence[Sequence[object]]) -> list[bytes | None]:
        values = [value for (value,) in asked if isinstance(value, int)]
        self.trips.append(values)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            for _turn in range(self.turns):
                await asyncio.sleep(0)
        finally:
            self.under_way -= 1
        if self.bad.intersection(values):
            raise RefusedError(self.bad.intersection(values))
        return [text_of(value) for value in values]


def text_of(value: int) -> bytes | None:
    return b"%d" % value if value else None


async def test_whoever_is_alone_goes_at_once() -> None:
    database = Database()
    asked = StatementBatcher(database.ask)
    assert [await asked.text(SQL, [value]) for value in (1, 0, 2)] == [b"1", None, b"2"]
    assert database.trips == [[1], [0], [2]]
    assert not asked._queues


async def test_whoever_comes_meanwhile_goes_along() -> None:
    database = Database(turns=5)
    asked = StatementBatcher(database.ask)
    found = await asyncio.gather(*(asked.text(SQL, [value]) for value in range(12)))
    assert found == [text_of(value) for value in range(12)]
    assert database.trips == [[0], list(range(1, 12))]
    assert not asked._queues


async def test_another_text_goes_alone() -> None:
    database = Database(turns=5)
    asked = StatementBatcher(database.ask)
    await asyncio.gather(*(asked.text(f"{SQL} /* {value} */", [value]) for value in range(5)))
    assert database.trips == [[0], [1], [2], [3], [4]]


async def test_no_more_go_together_than_may_and_no_more_trips_are_under_way() -> None:
    database = Database(turns=20)
    asked = StatementBatcher(database.ask)
    many = 3 * BATCH_SIZE_MAX + 2
    await asyncio.gather(*(asked.text(SQL, [value]) for value in range(many)))
    assert [len(each) for each in database.trips] == [1, *[BATCH_SIZE_MAX] * 3, 1]
    assert database.most_under_way == CONCURRENT_BATCHES_MAX


async def test_only_whose_fault_it_is_hears_of_it() -> None:
    database = Database(frozenset({7}), turns=3)
    asked = StatementBatcher(database.ask)
    found = await asyncio.gather(
        *(asked.text(SQL, [value]) for value in range(10)), return_exceptions=True
    )
    assert [type(one) for one in found if isinstance(one, Exception)] == [RefusedError]
    assert [one for one in found if not isinstance(one, Exception)] == [
        text_of(value) for value in range(10) if value != 7
    ]
    assert not asked._queues


async def test_whoever_leaves_before_the_turn_comes_hands_it_on() -> None:
    """The lead is given while its owner is being cancelled: somebody else must go."""
    database = Database(turns=3)
    asked = StatementBatcher(database.ask)
    first, leads, other = (asyncio.ensure_future(asked.text(SQL, [value])) for value in (1, 2, 3))
    await asyncio.sleep(0)  # the lead was given to the second, who has not heard of it yet
    leads.cancel()
    assert (await first, await other) == (b"1", b"3")
    assert leads.cancelled()
    assert not asked._queues


async def test_whoever_leaves_on_the_way_leaves_no_one_behind() -> None:
    database = Database(turns=30)
    asked = StatementBatcher(database.ask)
    tasks = [asyncio.ensure_future(asked.text(SQL, [value])) for value in range(6)]
    for _turn in range(5):
        await asyncio.sleep(0)
    assert database.trips[1] == [1, 2, 3, 4, 5]
    tasks[1].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [found[0], *found[2:]] == [text_of(value) for value in (0, 2, 3, 4, 5)]
    assert not asked._queues


Visit = tuple[int, int | None]
"""In which turn of the loop somebody comes, and after how many more it leaves, if it does."""

VISITS = st.lists(
    st.tuples(st.integers(0, 12), st.none() | st.integers(0, 12)), min_size=1, max_size=40
)


@given(visits=VISITS, bad=st.frozensets(st.integers(0, 39), max_size=3), turns=st.integers(0, 4))
def test_each_gets_its_own_whoever_comes_leaves_or_fails(
    visits: list[Visit], bad: frozenset[int], turns: int
) -> None:
    asyncio.run(_visited(visits, Database(bad, turns)))


async def _visited(visits: list[Visit], database: Database) -> None:
    asked = StatementBatcher(database.ask)

    async def visit(value: int, come: int, leave: int | None) -> object:
        for _turn in range(come):
            await asyncio.sleep(0)
        task = asyncio.ensure_future(asked.text(SQL, [value]))
        for _turn in range(leave or 0):
            await asyncio.sleep(0)
        if leave is not None:
            task.cancel()
        (found,) = await asyncio.gather(task, return_exceptions=True)
        return found

    found = await asyncio.gather(*(visit(n, *each) for n, each in enumerate(visits)))
    for value, ((_, leave), one) in enumerate(zip(visits, found, strict=True)):
        if leave is not None and isinstance(one, asyncio.CancelledError):
            continue
        if value in database.bad:
            assert isinstance(one, RefusedError)
        else:
            assert one == text_of(value)
    assert not asked._queues
