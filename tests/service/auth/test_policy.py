"""A running instance goes by the active policy, and hears of another one whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from authz.policy_file import load_policy, policy_of, revision_of
from db.connection import engine as engines
from db.connection.engine import transaction
from db.errors import DatabaseDownError
from db.repositories import policy as policies
from resolvers.errors import NotFound
from service.auth.policy import CurrentPolicy, follow
from service.bootstrap import build
from service.maintenance import migrate
from service.settings import Settings
from tests.service.auth.test_identity import IDENTITY, token
from tests.service.living import living

pytestmark = pytest.mark.anyio

SHIPPED = load_policy()
OTHER = "".join(
    line for line in SHIPPED.text.splitlines(keepends=True) if "district_vice_chair" not in line
)
WHO_RATES = '{ authority(subject: {post: "ht.cam-xuyen.ubnd.pct"}, year: 2023) { act granted } }'
END_LISTENING = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')
"""


@pytest.fixture
async def engine(migrated_copy: str) -> AsyncIterator[AsyncEngine]:
    """A database of this test alone, with the shipped policy."""
    await migrate(migrated_copy)
    made = await engines.connect(migrated_copy)
    yield made
    await made.dispose()


@pytest.fixture
async def current(engine: AsyncEngine, migrated_copy: str) -> AsyncIterator[CurrentPolicy]:
    """A policy that is followed while the test runs."""
    made = CurrentPolicy(engine)
    following = asyncio.create_task(follow(made, migrated_copy, retry_seconds=0.01))
    yield made
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def activate(engine: AsyncEngine, content: str) -> None:
    at = datetime.now(UTC)
    async with transaction(engine) as connection:
        await policies.record(connection, revision_of(content), content, at)
        await policies.activate(connection, revision_of(content), at)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.01)


async def until_it_is(current: CurrentPolicy, content: str) -> None:
    async def holds() -> bool:
        return (await current.get()).text == content

    await until(holds)


async def test_an_instance_hears_of_every_activation(
    engine: AsyncEngine, current: CurrentPolicy
) -> None:
    await until_it_is(current, SHIPPED.text)
    await activate(engine, OTHER)
    await until_it_is(current, OTHER)
    await activate(engine, SHIPPED.text)
    await until_it_is(current, SHIPPED.text)


async def test_an_activation_during_a_lost_connection_is_seen_afterwards(
    engine: AsyncEngine, current: CurrentPolicy
) -> None:
    async def ended() -> bool:
        async with transaction(engine) as connection:
            rows = await connection.execute(text(END_LISTENING))
            return bool(rows.scalar_one())

    await until(ended)
    await activate(engine, OTHER)
    await until_it_is(current, OTHER)


async def test_a_policy_that_this_version_cannot_read_leaves_the_one_of_before(
    engine: AsyncEngine, current: CurrentPolicy
) -> None:
    await current.get()
    with capture_logs() as logs:
        await activate(engine, "p, a_rater_of_the_next_version\n")

        async def logged() -> bool:
            return any(line["event"] == "policy_not_followed" for line in logs)

        await until(logged)
    assert await current.get() is not None
    assert (await current.get()).revision == SHIPPED.revision
    await activate(engine, OTHER)
    await until_it_is(current, OTHER)


async def test_a_policy_is_read_once_until_something_is_heard(engine: AsyncEngine) -> None:
    current = CurrentPolicy(engine)
    first = await current.get()
    await activate(engine, OTHER)
    assert await current.get() is first
    assert (await current.reload()).revision == policy_of(OTHER).revision


async def test_without_a_policy_or_a_database_no_policy_is_loaded(
    empty_policies: AsyncEngine,
) -> None:
    with pytest.raises(NotFound):
        await CurrentPolicy(empty_policies).get()
    with pytest.raises(DatabaseDownError):
        await CurrentPolicy(engines.make_engine("postgresql://u@127.0.0.1:1/x")).get()


@pytest.fixture
async def empty_policies(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = await engines.connect(database_url)
    yield made
    await made.dispose()


async def test_a_running_service_decides_by_the_policy_that_is_active(
    demonstration_copy: str,
) -> None:
    app = build(Settings(demonstration=True), IDENTITY, demonstration_copy)
    transport = httpx.ASGITransport(app)
    async with (
        living(app),
        httpx.AsyncClient(transport=transport, base_url="http://door") as door,
    ):

        async def may_be_rated() -> bool:
            headers = {"Authorization": f"Bearer {token()}"}
            answer = await door.post("/graphql", json={"query": WHO_RATES}, headers=headers)
            data = {one["act"]: one["granted"] for one in answer.json()["data"]["authority"]}
            return bool(data["RATE"])

        assert await may_be_rated()
        engine = await engines.connect(demonstration_copy)
        await activate(engine, OTHER)
        await engine.dispose()

        async def may_not_be_rated() -> bool:
            return not await may_be_rated()

        await until(may_not_be_rated)
