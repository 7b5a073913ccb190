"""Instances are replaced while people work: nothing that was asked fails."""

import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import httpx
import psutil  # type: ignore[import-untyped]  # ships no types

from db.connection.lock import ADVISORY, Lock
from tests.deploy.cluster import Cluster, Instance
from tests.deploy.load import loaded
from tests.deploy.processes import Running, until
from tests.deploy.servers import holding

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
COMPLETE = 'mutation { completeFile(appraisal: "%s") { __typename } }'


def workers_of(process: Running) -> set[int]:
    """The processes that answer; multiprocessing has one more, which tracks resources."""
    found = set()
    for one in psutil.Process(process.pid).children():
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # it ends just now
            if "resource_tracker" not in " ".join(one.cmdline()):
                found.add(one.pid)
    return found


def listens(one: Instance) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", one.port)) == 0


def test_a_rolling_restart_under_load_fails_no_request(cluster: Cluster) -> None:
    before = [one.process for one in cluster.instances]
    with loaded(cluster) as load:
        load.until_told(5, "before the restart")
        for one in cluster.instances:
            cluster.roll(one)
            load.until_told(5, f"after the restart of {one.number}")
    assert load.told.failed == []
    for old, one in zip(before, cluster.instances, strict=True):
        assert old is not None
        assert old.process.returncode == 0
        assert one.process is not old


def test_what_is_on_the_way_is_answered_before_the_instance_ends(cluster: Cluster) -> None:
    one = cluster.instances[0]
    running = one.running
    headers = {"Authorization": f"Bearer {cluster.token('ht.ubnd.ct')}"}
    query = {"query": COMPLETE % uuid4()}
    where = f"{one.url}/graphql"
    with ThreadPoolExecutor() as threads:
        with holding(cluster.primary, f"SELECT pg_advisory_xact_lock({ADVISORY[Lock.POLICY]})"):
            answer = threads.submit(httpx.post, where, json=query, headers=headers, timeout=30)
            until(lambda: cluster.primary.sql(WAITING) == [(1,)], "the command waits")
            running.signal(signal.SIGTERM)
            until(lambda: not listens(one), "the instance takes nobody any more")
            assert running.process.poll() is None
        (error,) = answer.result().json()["errors"]
        assert error["extensions"]["code"] == "NOT_FOUND"
    assert running.process.wait(30) == 0
    one.start()


def test_workers_share_a_port_and_are_replaced_one_by_one(cluster: Cluster) -> None:
    one = Instance(3, cluster)
    one.start(WORKERS="2")
    running = one.running
    try:
        first = workers_of(running)
        assert len(first) == 2
        with loaded(cluster, one.url, clients=2) as load:
            load.until_told(3, "by two workers")
            running.signal(signal.SIGHUP)
            until(lambda: not first & workers_of(running), "both workers are new")
            load.until_told(3, "by new workers")
        assert load.told.failed == []
        gone = min(workers_of(running))
        psutil.Process(gone).kill()
        until(lambda: len(workers_of(running) - {gone}) == 2, "the dead worker is replaced")
        until(one.is_ready, "the new worker answers")
    finally:
        assert one.stop() == 0
