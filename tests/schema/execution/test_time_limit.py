"""The time limit of an operation: its statement is broken off in PostgreSQL, and nothing is left behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
import strawberry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import load_policy
from db.connection import engine as engines
from db.connection.engine import transaction
from resolvers.authorization import policy as policies
from resolvers.authorization.principal import ServiceAccount
from resolvers.clock import moment
from schema.context import Context, Info
from schema.execution.graph_engine import Answer, Engine
from schema.operation.limit import Limits
from service.settings import DEMONSTRATION_DAY

pytestmark = pytest.mark.anyio

POLICY = load_policy()
SLEEPERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
)

OVER = asyncio.Event()
REFUSALS: asyncio.Queue[RuntimeError] = asyncio.Queue()


async def slept(info: Info, seconds: float) -> float:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})

    await info.context.loaders.run(work)
    return seconds


@strawberry.type
class Query:
    @strawberry.field
    async def sleep(self, info: Info, seconds: float) -> float | None:
        return await slept(info, seconds)

    @strawberry.field
    async def later(self, info: Info) -> float:
        """Goes on in the background when a field beside it fails at once."""
        await OVER.wait()
        try:
            return await slept(info, 0)
        except RuntimeError as refused:
            REFUSALS.put_nowait(refused)
            raise

    @strawberry.field
    def fail_at_once(self, info: Info) -> int:
        raise ValueError(info.field_name)

    @strawberry.field
    async def fail(self, info: Info) -> int:
        await asyncio.sleep(0)
        raise RuntimeError(info.field_name)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def keep(self, info: Info, seconds: float) -> float:
        await info.context.connection.execute(text("INSERT INTO kept VALUES (1)"))
        return await slept(info, seconds)


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:

    made = await engines.connect(database_url)
    yield made
    await made.dispose()


def asking(engine: AsyncEngine) -> Context:
    def transactions(*, writes: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:  # noqa: ARG001 -- there is no replica
        return transaction(engine)

    return Context(
        ServiceAccount("test", frozenset()),
        moment(DEMONSTRATION_DAY),
        POLICY,
        "en",
        transactions,
        b"secret",
    )


async def ask(engine: AsyncEngine, query: str, seconds: float) -> Answer:
    return await Engine(SCHEMA, Limits(seconds=seconds)).answer(query, None, {}, asking(engine))


async def sleepers(engine: AsyncEngine) -> int:
    async with transaction(engine) as connection:
        value: int = (await connection.execute(SLEEPERS)).scalar_one()
        return value


async def none_sleeps(engine: AsyncEngine) -> None:
    """Waits until PostgreSQL has cancelled the statement; the limit of the test ends the wait."""
    while await sleepers(engine):
        pass


@pytest.mark.parametrize(
    "query", ["{ sleep(seconds: 600) }", "{ a: sleep(seconds: 600) b: sleep(seconds: 600) }"]
)
async def test_a_statement_is_broken_off_in_the_database(engine: AsyncEngine, query: str) -> None:
    async with asyncio.timeout(60):
        answer = await ask(engine, query, 0.3)
        assert answer.codes == ["TIMED_OUT"]
        assert answer.errors[0]["extensions"]["max"] == 0.3
        assert (answer.status, answer.executed) == (504, False)
        await none_sleeps(engine)


async def test_a_request_in_time_is_answered(engine: AsyncEngine) -> None:
    answer = await ask(engine, "{ sleep(seconds: 0.01) }", 30)
    assert answer.data == {"sleep": 0.01}


async def test_the_connections_are_clean_afterwards(engine: AsyncEngine) -> None:
    for _ in range(engines.CONNECTIONS + 1):
        assert (await ask(engine, "{ sleep(seconds: 600) }", 0.02)).codes == ["TIMED_OUT"]
    result = await asyncio.gather(
        *(ask(engine, "{ sleep(seconds: 0) }", 30) for _ in range(engines.CONNECTIONS // 2))
    )
    assert [answer.data for answer in result] == [{"sleep": 0.0}] * (engines.CONNECTIONS // 2)
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a queue pool has it


async def test_a_command_that_takes_too_long_writes_nothing(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await policies.install(connection, POLICY.text, datetime.now(UTC))
        await connection.execute(text("CREATE TABLE kept (n integer)"))
    assert (await ask(engine, "mutation { keep(seconds: 600) }", 0.3)).codes == ["TIMED_OUT"]
    assert (await ask(engine, "mutation { keep(seconds: 0) }", 30)).data == {"keep": 0.0}
    async with transaction(engine) as connection:
        assert (await connection.execute(text("SELECT count(*) FROM kept"))).scalar_one() == 1


async def test_abandoned_work_is_within_the_limit_too(engine: AsyncEngine) -> None:
    """The data are null at once; the statement beside runs on, on the one connection."""
    answer = await ask(engine, "{ sleep(seconds: 600) fail }", 0.3)
    assert answer.codes == ["TIMED_OUT"]


async def test_background_work_starts_no_statement(engine: AsyncEngine) -> None:
    """The connection may be another's by then."""
    async with asyncio.timeout(60):
        answer = await ask(engine, "{ later failAtOnce }", 30)
        assert (answer.codes, answer.data) == (["INTERNAL"], None)
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a queue pool has it
        OVER.set()
        assert str(await REFUSALS.get()) == "the operation is over"
