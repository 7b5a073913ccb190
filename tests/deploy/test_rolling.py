"""Replaces instances under load: no request fails."""

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
from tests.deploy.processes import RunningProcess, until
from tests.deploy.servers import holding

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
COMPLETE = 'mutation { completeFile(appraisal: "%s") { __typename } }'


def workers_of(process: RunningProcess) -> set[int]:
    """The worker processes; multiprocessing has another process that tracks resources."""
    workers = set()
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # it ends just now
            if "resource_tracker" not in " ".join(child.cmdline()):
                workers.add(child.pid)
    return workers


def listens(instance: Instance) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", instance.port)) == 0


def test_a_rolling_restart_under_load_fails_no_request(cluster: Cluster) -> None:
    before = [instance.process for instance in cluster.instances]
    with loaded(cluster) as load:
        load.until_acknowledged(5, "before the restart")
        for instance in cluster.instances:
            cluster.roll(instance)
            load.until_acknowledged(5, f"after the restart of {instance.number}")
    assert load.report.failed == []
    for old, instance in zip(before, cluster.instances, strict=True):
        assert old is not None
        assert old.process.returncode == 0
        assert instance.process is not old


def test_running_requests_are_answered_before_the_instance_ends(cluster: Cluster) -> None:
    instance = cluster.instances[0]
    running = instance.running
    headers = {"Authorization": f"Bearer {cluster.token('ht.ubnd.ct')}"}
    query = {"query": COMPLETE % uuid4()}
    where = f"{instance.url}/graphql"
    with ThreadPoolExecutor() as threads:
        with holding(cluster.primary, f"SELECT pg_advisory_xact_lock({ADVISORY[Lock.POLICY]})"):
            answer = threads.submit(httpx.post, where, json=query, headers=headers, timeout=30)
            until(lambda: cluster.primary.sql(WAITING) == [(1,)], "the command waits")
            running.signal(signal.SIGTERM)
            until(lambda: not listens(instance), "the instance accepts no connection any more")
            assert running.process.poll() is None
        (error,) = answer.result().json()["errors"]
        assert error["extensions"]["code"] == "NOT_FOUND"
    assert running.process.wait(30) == 0
    instance.start()


def test_workers_share_a_port_and_are_replaced_one_by_one(cluster: Cluster) -> None:
    instance = Instance(3, cluster)
    instance.start(WORKERS="2")
    running = instance.running
    try:
        first = workers_of(running)
        assert len(first) == 2
        with loaded(cluster, instance.url, clients=2) as load:
            load.until_acknowledged(3, "by two workers")
            running.signal(signal.SIGHUP)
            until(lambda: not first & workers_of(running), "both workers are new")
            load.until_acknowledged(3, "by new workers")
        assert load.report.failed == []
        gone = min(workers_of(running))
        psutil.Process(gone).kill()
        until(lambda: len(workers_of(running) - {gone}) == 2, "the dead worker is replaced")
        until(instance.is_ready, "the new worker answers")
    finally:
        assert instance.stop() == 0
