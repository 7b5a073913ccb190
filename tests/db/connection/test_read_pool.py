"""Single statements for plans: what they give, how they end, and what is left of them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.connection import read_pool
from db.connection.engine import transaction
from db.connection.instrumentation import TALLY, StatementTally
from db.connection.read_pool import ReadPool
from db.connection.recent_text import RecentTexts
from db.errors import DatabaseDownError

pytestmark = pytest.mark.anyio

SLEEPING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(%' AND state = 'active' AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[ReadPool]:
    made = ReadPool(database_url, connections=2, repeat_seconds_min=0)
    yield made
    await made.close()


async def test_one_text_comes_as_bytes(reader: ReadPool) -> None:
    assert await reader.text("SELECT 'Hà ' || $1", ["Tĩnh"]) == "Hà Tĩnh".encode()
    assert await reader.text("SELECT CAST(NULL AS text)", []) is None


async def test_a_connection_is_renewed_after_its_time(reader: ReadPool) -> None:
    pid = "SELECT pg_backend_pid()::text"
    first = await reader.text(pid, [])
    assert await reader.text(pid, []) == first
    reader._idle[0].ends = 0
    second = await reader.text(pid, [])
    assert second != first
    assert await reader.text(pid, []) == second


async def test_a_statement_goes_to_a_connection_that_has_prepared_it(reader: ReadPool) -> None:
    """Else each connection would come to keep the plans of all statements."""
    own, others = "SELECT 'own ' || pg_backend_pid()", "SELECT 'other ' || pg_backend_pid()"
    await reader.text(own, [])  # of which the first time keeps nothing
    of_own = await reader.text(own, [])
    sleeping = asyncio.create_task(reader.text("SELECT pg_sleep(0.2)::text", []))
    await asyncio.sleep(0.05)  # on the only connection there is
    for _ in range(2):
        of_others = await reader.text(others, [])
    await sleeping
    assert of_own is not None
    assert of_others is not None
    assert of_own.split()[-1] != of_others.split()[-1]
    for _ in range(3):
        assert [await reader.text(sql, []) for sql in (own, others, others, own)] == [
            of_own,
            of_others,
            of_others,
            of_own,
        ]


def test_texts_that_came_once_are_remembered_in_bounds() -> None:
    recent = RecentTexts(3)
    assert [recent.is_repeated(each) for each in "aabcdba"] == [
        False,
        True,
        False,
        False,
        False,
        True,
        False,
    ]
    assert len(recent) == 3


@pytest.mark.parametrize(("repeat_seconds_min", "prepared"), [(0, 1), (60, 0)])
async def test_a_repeated_text_within_a_moment_counts_once(
    database_url: str, repeat_seconds_min: float, prepared: int
) -> None:
    """The roots of one operation may have the same text: it need not come a second time."""
    reader = ReadPool(database_url, connections=1, repeat_seconds_min=repeat_seconds_min)
    for _ in range(3):
        await reader.text("SELECT 'x' || $1", ["y"])
    (connection,) = reader._idle
    kept = (
        "SELECT count(*) FROM pg_prepared_statements WHERE name <> '' AND statement LIKE '%|| $1'"
    )
    assert await connection.fetchval(kept) == prepared
    await reader.close()


async def test_it_only_reads(reader: ReadPool) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        await reader.text("INSERT INTO deployment VALUES ('x', 'y') RETURNING key", [])


async def test_each_statement_is_counted(reader: ReadPool) -> None:
    token = TALLY.set(StatementTally())
    try:
        await reader.text("SELECT 'x'", [])
        await reader.text("SELECT 'y'", [])
        tally = TALLY.get()
        assert tally is not None
        assert tally.statements == 2
    finally:
        TALLY.reset(token)


async def test_a_statement_that_takes_too_long_ends_in_the_database(
    reader: ReadPool, engine: AsyncEngine
) -> None:
    for _ in range(3):  # more often than there are connections
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reader.text("SELECT pg_sleep(600)::text", [])
    assert await reader.text("SELECT 'x'", []) == b"x"
    async with transaction(engine) as connection:
        assert (await connection.execute(SLEEPING)).scalar_one() == 0


@pytest.mark.parametrize("is_pooled", [False, True])
async def test_each_of_those_who_ask_together_gets_its_own(
    database_url: str, *, is_pooled: bool
) -> None:
    """Values of any type; a value that the database or the driver rejects fails only its own request."""
    reader = ReadPool(database_url, connections=2, is_pooled=is_pooled)
    sql = "SELECT $1 || ' ' || (100 / $2::int) || ' ' || array_length($3::text[], 1)"
    rows = [(str(number), number, ["x"] * (number + 1)) for number in range(40)]
    rows[20] = ("20", 1 << 40, ["x"])
    answers = await asyncio.gather(
        *(reader.text(sql, each, batched=True) for each in rows), return_exceptions=True
    )
    assert isinstance(answers[0], asyncpg.DivisionByZeroError)
    assert isinstance(answers[20], asyncpg.DataError)
    for number, answer in enumerate(answers):
        if number not in (0, 20):
            assert answer == b"%d %d %d" % (number, 100 // number, number + 1)
    assert len(reader._idle) <= 2
    await reader.close()


async def test_a_slow_statement_is_cancelled_and_the_others_are_answered(
    reader: ReadPool, engine: AsyncEngine
) -> None:
    sql = "SELECT pg_sleep($1) || $2"

    async def sleep(seconds: float, name: str) -> bytes | None:
        return await reader.text(sql, [seconds, name], batched=True)

    async def asked_in_vain() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await sleep(600, "leads the second trip")

    answers = await asyncio.gather(
        sleep(0.01, "goes at once"), asked_in_vain(), *(sleep(0, f"goes along {n}") for n in "abc")
    )
    assert answers == [b"goes at once", None, *(b"goes along %c" % n for n in b"abc")]
    async with transaction(engine) as connection:
        assert (await connection.execute(SLEEPING)).scalar_one() == 0


async def test_those_who_ask_together_are_counted_each(reader: ReadPool) -> None:
    async def counted_read() -> StatementTally:
        tally = StatementTally()
        TALLY.set(tally)  # of this task alone
        await reader.text("SELECT 'x'", [], batched=True)
        return tally

    tallies = await asyncio.gather(*(asyncio.create_task(counted_read()) for _ in range(10)))
    assert [tally.statements for tally in tallies] == [1] * 10
    assert all(tally.seconds > 0 for tally in tallies)


async def test_batched_requests_are_refused_if_the_database_is_unreachable() -> None:
    reader = ReadPool("postgresql://nobody@127.0.0.1:1/nothing")
    answers = await asyncio.gather(
        *(reader.text("SELECT 'x'", [], batched=True) for _ in range(5)), return_exceptions=True
    )
    assert [type(one) for one in answers] == [DatabaseDownError] * 5


OWN = "SELECT pg_backend_pid()::text"
END = text("SELECT pg_terminate_backend(CAST(:pid AS integer))")


async def test_connections_are_limited_and_all_requests_are_answered(
    reader: ReadPool,
) -> None:
    pids = await asyncio.gather(*(reader.text(OWN, []) for _ in range(20)))
    assert len(pids) == 20
    assert len(set(pids)) == 2


async def test_a_connection_that_the_database_ended_is_replaced(
    reader: ReadPool, engine: AsyncEngine
) -> None:
    before = await reader.text(OWN, [])
    assert await reader.text(OWN, []) == before
    (held,) = reader._idle
    ended = asyncio.Event()
    held.add_termination_listener(lambda _: ended.set())
    async with transaction(engine) as connection:
        await connection.execute(END, {"pid": int(before or b"")})
    await ended.wait()
    assert await reader.text(OWN, []) != before


async def test_a_request_without_a_free_connection_in_time_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_pool, "POOL_WAIT_SECONDS", 0.05)
    reader = ReadPool(database_url, connections=1)
    slow = asyncio.create_task(reader.text("SELECT pg_sleep(600)::text", []))
    await asyncio.sleep(0)
    assert reader._permits.locked()
    with pytest.raises(DatabaseDownError):
        await reader.text(OWN, [])
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    await reader.close()


async def test_an_unreachable_database_is_reported() -> None:
    reader = ReadPool("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseDownError):
        await reader.text("SELECT 'x'", [])
