"""Batched requests: each gets its own answer, even if others fail or are cancelled."""

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
    """Answers each value with its text, after `turns` iterations of the loop; a batch with a bad value fails."""

    bad: frozenset[int] = frozenset()
    turns: int = 1
    batches: list[list[int]] = field(default_factory=list)
    running: int = 0
    running_max: int = 0

    async def execute(self, _: str, rows: Sequence[Sequence[object]]) -> list[bytes | None]:
        values = [value for (value,) in rows if isinstance(value, int)]
        self.batches.append(values)
        self.running += 1
        self.running_max = max(self.running_max, self.running)
        try:
            for _turn in range(self.turns):
                await asyncio.sleep(0)
        finally:
            self.running -= 1
        if self.bad.intersection(values):
            raise RefusedError(self.bad.intersection(values))
        return [text_of(value) for value in values]


def text_of(value: int) -> bytes | None:
    return b"%d" % value if value else None


async def test_a_single_request_is_sent_at_once() -> None:
    database = Database()
    batcher = StatementBatcher(database.execute)
    assert [await batcher.text(SQL, [value]) for value in (1, 0, 2)] == [b"1", None, b"2"]
    assert database.batches == [[1], [0], [2]]
    assert not batcher._queues


async def test_requests_during_a_batch_form_the_next_batch() -> None:
    database = Database(turns=5)
    batcher = StatementBatcher(database.execute)
    texts = await asyncio.gather(*(batcher.text(SQL, [value]) for value in range(12)))
    assert texts == [text_of(value) for value in range(12)]
    assert database.batches == [[0], list(range(1, 12))]
    assert not batcher._queues


async def test_another_text_goes_alone() -> None:
    database = Database(turns=5)
    batcher = StatementBatcher(database.execute)
    await asyncio.gather(*(batcher.text(f"{SQL} /* {value} */", [value]) for value in range(5)))
    assert database.batches == [[0], [1], [2], [3], [4]]


async def test_no_more_go_together_than_may_and_no_more_trips_are_running() -> None:
    database = Database(turns=20)
    batcher = StatementBatcher(database.execute)
    many = 3 * BATCH_SIZE_MAX + 2
    await asyncio.gather(*(batcher.text(SQL, [value]) for value in range(many)))
    assert [len(batch) for batch in database.batches] == [1, *[BATCH_SIZE_MAX] * 3, 1]
    assert database.running_max == CONCURRENT_BATCHES_MAX


async def test_only_whose_fault_it_is_hears_of_it() -> None:
    database = Database(frozenset({7}), turns=3)
    batcher = StatementBatcher(database.execute)
    answers = await asyncio.gather(
        *(batcher.text(SQL, [value]) for value in range(10)), return_exceptions=True
    )
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [RefusedError]
    assert [answer for answer in answers if not isinstance(answer, Exception)] == [
        text_of(value) for value in range(10) if value != 7
    ]
    assert not batcher._queues


async def test_a_leader_cancelled_before_its_turn_passes_the_lead_on() -> None:
    """A request becomes the leader while it is being cancelled: another request must lead."""
    database = Database(turns=3)
    batcher = StatementBatcher(database.execute)
    first, leads, other = (asyncio.ensure_future(batcher.text(SQL, [value])) for value in (1, 2, 3))
    await asyncio.sleep(0)  # the second one is the leader, and does not know it yet
    leads.cancel()
    assert (await first, await other) == (b"1", b"3")
    assert leads.cancelled()
    assert not batcher._queues


async def test_a_request_cancelled_during_a_batch_does_not_affect_the_others() -> None:
    database = Database(turns=30)
    batcher = StatementBatcher(database.execute)
    tasks = [asyncio.ensure_future(batcher.text(SQL, [value])) for value in range(6)]
    for _turn in range(5):
        await asyncio.sleep(0)
    assert database.batches[1] == [1, 2, 3, 4, 5]
    tasks[1].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answers[0], *answers[2:]] == [text_of(value) for value in (0, 2, 3, 4, 5)]
    assert not batcher._queues


Visit = tuple[int, int | None]
"""In which iteration of the loop a request starts, and after how many more it is cancelled, if it is."""

VISITS = st.lists(
    st.tuples(st.integers(0, 12), st.none() | st.integers(0, 12)), min_size=1, max_size=40
)


@given(visits=VISITS, bad=st.frozensets(st.integers(0, 39), max_size=3), turns=st.integers(0, 4))
def test_each_request_gets_its_own_answer_despite_arrivals_cancellations_and_failures(
    visits: list[Visit], bad: frozenset[int], turns: int
) -> None:
    asyncio.run(_visited(visits, Database(bad, turns)))


async def _visited(visits: list[Visit], database: Database) -> None:
    batcher = StatementBatcher(database.execute)

    async def visit(value: int, come: int, leave: int | None) -> object:
        for _turn in range(come):
            await asyncio.sleep(0)
        task = asyncio.ensure_future(batcher.text(SQL, [value]))
        for _turn in range(leave or 0):
            await asyncio.sleep(0)
        if leave is not None:
            task.cancel()
        (answer,) = await asyncio.gather(task, return_exceptions=True)
        return answer

    answers = await asyncio.gather(*(visit(n, *timing) for n, timing in enumerate(visits)))
    for value, ((_, leave), answer) in enumerate(zip(visits, answers, strict=True)):
        if leave is not None and isinstance(answer, asyncio.CancelledError):
            continue
        if value in database.bad:
            assert isinstance(answer, RefusedError)
        else:
            assert answer == text_of(value)
    assert not batcher._queues
