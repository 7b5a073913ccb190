"""Changes with a replica: none is lost by its lag, by open transactions or by a takeover."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest

from tests.deploy.cluster import Cluster, ask
from tests.deploy.processes import until
from tests.deploy.servers import Server
from tests.deploy.test_replica import replay_paused

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
SEEN = "SELECT pg_visible_in_snapshot(CAST(CAST($1 AS text) AS xid8), pg_current_snapshot())"
SOME = """SELECT CAST(id AS text) FROM appraisal WHERE year = 2023 AND body_code LIKE 'ht.thach-ha.%'
ORDER BY id LIMIT 2"""
WRITE = "UPDATE appraisal SET changed_in = pg_current_xact_id() WHERE CAST(id AS text) = $1"
"""Notes a change as the trigger does, of a row that stays as its last act left it: the registry is the other tests' too,
and the ledger would have what no act covers."""
LIST = """query ($since: String) { evaluations(under: "ht.thach-ha", year: 2023, first: 500,
    changedSince: $since) { totalCount cursorForChanges edges { node { id } } } }"""


def ask_since(cluster: Cluster, since: str | None) -> Json:
    answer: Json = ask(cluster, cluster.token("ht.ubnd.ct"), LIST, {"since": since}).json()
    return answer


def pulled(cluster: Cluster, since: str | None) -> tuple[list[str], str]:
    """The changes, and the cursor to continue from."""
    page = ask_since(cluster, since)["data"]["evaluations"]
    ids = [edge["node"]["id"] for edge in page["edges"]]
    assert page["totalCount"] == len(ids)
    return ids, page["cursorForChanges"]


def write(server: Server, key: str) -> None:
    """Note a change of one appraisal, in a transaction of its own."""

    async def connected() -> None:
        connection = await superuser(server)
        try:
            await connection.execute(WRITE, key)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:  # the caller may run its own event loop
        thread.submit(asyncio.run, connected()).result()


async def superuser(server: Server) -> asyncpg.Connection:
    """A connection that calls no triggers."""
    return await asyncpg.connect(
        host=str(server.socket),
        port=server.port,
        user="postgres",
        database="xeploai",
        server_settings={"session_replication_role": "replica"},
    )


async def test_a_standby_takes_open_transactions_for_ended_ones(cluster: Cluster) -> None:
    """Why only the primary names moments: a standby would name a moment before its changes are visible."""
    first, second = (row[0] for row in cluster.primary.sql(SOME))
    primary, replica = cluster.primary, cluster.replica
    slow = await superuser(primary)
    try:
        async with slow.transaction():
            await slow.execute(WRITE, first)
            number = await slow.fetchval("SELECT CAST(pg_current_xact_id() AS text)")
            await asyncio.to_thread(write, primary, second)
            assert primary.sql(SEEN, number) == [(False,)]
            until(lambda: replica.sql(SEEN, number) == [(True,)], "the replica is wrong")
            _, cursor = pulled(cluster, None)
        assert pulled(cluster, cursor)[0] == [first]
    finally:
        await slow.close()


def test_a_replica_that_lags_hides_no_change(cluster: Cluster) -> None:
    (key,), _ = cluster.primary.sql(SOME)
    _, cursor = pulled(cluster, None)
    with replay_paused(cluster):
        write(cluster.primary, key)
        changes, after = pulled(cluster, cursor)
        assert changes == [key]
        assert pulled(cluster, after)[0] == []


def test_after_a_takeover_everything_is_pulled_anew(cluster: Cluster) -> None:
    (key,), _ = cluster.primary.sql(SOME)
    everything, cursor = pulled(cluster, None)
    cluster.primary.stop()
    cluster.fail_over()
    until(lambda: "data" in ask_since(cluster, None), "the new primary answers")
    errors = ask_since(cluster, cursor)["errors"]
    assert [each["extensions"]["code"] for each in errors] == ["PULL_ANEW"]
    again, cursor = pulled(cluster, None)
    assert again == everything
    write(cluster.primary, key)
    assert pulled(cluster, cursor)[0] == [key]
    cluster.rejoin()
