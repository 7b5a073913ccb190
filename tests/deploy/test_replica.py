"""Routing of reads: a client reads its own writes, a lagging replica is avoided, a missing one is no error."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import text

from db.connection.engine import make_engine
from db.connection.replica import POSITIONS, Databases, Positions
from tests.deploy.cluster import Address, Cluster, ask
from tests.deploy.commands import DONE, SUBJECTS, Json, command, in_groups
from tests.deploy.processes import until

pytestmark = pytest.mark.anyio

IS_REPLICA = text("SELECT pg_is_in_recovery()")
WRITE = text("INSERT INTO deployment VALUES ('a word', '') ON CONFLICT (key) DO NOTHING")


@pytest.fixture
async def databases(cluster: Cluster) -> AsyncIterator[Databases]:
    password = cluster.passwords["xeploai_app"]
    primary, replica = (
        make_engine(server.url("xeploai_app", password))
        for server in (cluster.primary, cluster.replica)
    )
    yield Databases(primary, replica, stale_seconds_max=1)
    await primary.dispose()
    await replica.dispose()


@contextmanager
def replay_paused(cluster: Cluster) -> Iterator[None]:
    cluster.replica.sql("SELECT pg_wal_replay_pause()")
    paused = "SELECT pg_get_wal_replay_pause_state()"
    until(lambda: cluster.replica.sql(paused) == [("paused",)], "the replica stands still")
    try:
        yield
    finally:
        cluster.replica.sql("SELECT pg_wal_replay_resume()")


async def reads_replica(databases: Databases, needed: str | None = None) -> bool:
    before = POSITIONS.set(Positions(needed=needed))
    try:
        async with databases.transaction(writes=False) as connection:
            return bool((await connection.execute(IS_REPLICA)).scalar_one())
    finally:
        POSITIONS.reset(before)


async def write(databases: Databases) -> str:
    """Write a change; returns the position for the next request."""
    positions = Positions()
    before = POSITIONS.set(positions)
    try:
        async with databases.transaction() as connection:
            assert not (await connection.execute(IS_REPLICA)).scalar_one()
            await connection.execute(WRITE)
    finally:
        POSITIONS.reset(before)
    assert positions.written
    return positions.written


async def test_the_replica_is_read_from_once_it_was_looked_at(databases: Databases) -> None:
    assert not await reads_replica(databases)
    await databases.measure_lag()
    assert await reads_replica(databases)


async def test_a_client_reads_its_own_writes(cluster: Cluster, databases: Databases) -> None:
    await databases.measure_lag()
    with replay_paused(cluster):
        old = await write(databases)
        await databases.measure_lag()
        assert await reads_replica(databases)
        assert await reads_replica(databases, "0/1")
        assert not await reads_replica(databases, old)
        assert not await reads_replica(databases, "FFFFFFFF/FFFFFFFF")
        assert not await reads_replica(databases, "what a client makes up")
    while not await reads_replica(databases, old):
        await databases.measure_lag()


async def test_the_primary_takes_over_when_the_replica_lags(
    cluster: Cluster, databases: Databases
) -> None:
    await databases.measure_lag()
    with replay_paused(cluster):
        await write(databases)
        while await reads_replica(databases):
            await databases.measure_lag()
        assert databases._is_stale()
    while not await reads_replica(databases):
        await databases.measure_lag()


async def test_a_replica_that_is_gone_is_no_fault(cluster: Cluster, databases: Databases) -> None:
    await databases.measure_lag()
    assert await reads_replica(databases)
    cluster.primary.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
    cluster.primary.sql("SELECT pg_reload_conf()")
    cluster.replica.stop()
    try:
        await databases.measure_lag()
        assert not await reads_replica(databases)
        assert await write(databases)
    finally:
        cluster.follow(cluster.replica)
    while not await reads_replica(databases):
        await databases.measure_lag()


def test_a_write_of_a_command_is_read_over_the_whole_path(cluster: Cluster) -> None:
    """The replica is paused; a client that sends the position reads its own write."""
    token = cluster.token("ht.ubnd.ct")
    nodes = in_groups(ask(cluster, token, SUBJECTS).json())
    with replay_paused(cluster):
        answer, changed = carried_out(cluster, token, nodes)
        position = {"Xeploai-Position": answer.headers["Xeploai-Position"]}
        (before,) = {one["version"] for one in nodes if one["id"] == changed}
        query = f'{{ appraisal(id: "{changed}") {{ version }} }}'
        read = ask(cluster, token, query, headers=position).json()["data"]["appraisal"]["version"]
        assert read > before


def carried_out(at: Cluster | Address, token: str, nodes: list[Json]) -> tuple[httpx.Response, str]:
    """A command that was not refused, and the appraisal that it changed."""
    chance = random.Random(8)  # noqa: S311 -- the same choices every time
    while True:
        query, variables, _, changed = command(chance, nodes)
        answer = ask(at, token, query, variables)
        (result,) = answer.json()["data"].values()
        if result["__typename"] in DONE:
            return answer, changed
