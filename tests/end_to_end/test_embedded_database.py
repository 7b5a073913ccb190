"""The embedded PostgreSQL dies under a running service, and the service answers again by itself."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from db.embedded.server import EmbeddedServer, running
from service import embedded_watch
from service.embedded_watch import RESTARTS_MAX, EmbeddedWatch
from service.http.probe import READY_SECONDS
from tests.deploy.processes import until
from tests.end_to_end.conftest import Service

ROOT_BODY = '{ body(code: "ht") { name } }'


def kill_postmaster(data_dir: Path) -> int:
    """SIGKILL to the server of this directory alone; its process id."""
    server = running(data_dir / "postgres")
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: postmaster(data_dir) != server.pid, "the server is gone")
    return int(server.pid)


def postmaster(data_dir: Path) -> int | None:
    server = running(data_dir / "postgres")
    return None if server is None else int(server.pid)


def events(data_dir: Path) -> str:
    """What the service of this directory has logged."""
    return "".join(log.read_text(encoding="utf-8") for log in data_dir.glob("service-*.log"))


def test_the_service_answers_again_after_its_postgresql_was_killed(service: Service) -> None:
    token = service.token_of_post("ht.bi-thu")
    before = service.ask(ROOT_BODY, {}, token)
    assert before["data"]["body"]["name"]
    for times in (1, 2):
        killed = kill_postmaster(service.data_dir)
        until(lambda: postmaster(service.data_dir) is not None, "PostgreSQL runs again")
        time.sleep(READY_SECONDS)  # so long /readyz may tell what was so before
        until(lambda: is_ready(service), "the service is ready again")
        assert service.ask(ROOT_BODY, {}, token) == before
        assert postmaster(service.data_dir) not in {None, killed}
        assert not psutil.pid_exists(killed)  # no process is left waiting for us
        assert events(service.data_dir).count('"embedded_database_started_again"') == times
    assert httpx.get(f"{service.url}/livez").is_success


def is_ready(service: Service) -> bool:
    return httpx.get(f"{service.url}/readyz").is_success


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with TemporaryDirectory(prefix="xeploai-") as folder:
        embedded = EmbeddedServer(Path(folder))
        embedded.start({"fsync": "off"})
        yield embedded
        embedded.stop()


def test_a_server_that_cannot_start_is_tried_a_bounded_number_of_times(
    server: EmbeddedServer,
) -> None:
    control = server.pgdata / "global" / "pg_control"
    kill_postmaster(server.data_dir)
    control.rename(control.with_name("away"))
    watch = EmbeddedWatch(server, look_seconds=0.01, pause_seconds=0.001)
    watch.run()  # returns by itself
    assert watch.restarts == RESTARTS_MAX
    assert not server.is_running()
    control.with_name("away").rename(control)
    server.restart()
    assert server.is_running()
    server.restart()  # nothing to do
    assert server.is_running()


def test_a_server_that_ran_for_long_has_all_its_restarts_again(server: EmbeddedServer) -> None:
    watch = EmbeddedWatch(server, look_seconds=0.01, restarts=RESTARTS_MAX, steady_seconds=0.0)
    with embedded_watch.watching(watch):
        until(lambda: watch.restarts == 0, "the restarts are forgotten")
        kill_postmaster(server.data_dir)
        until(server.is_running, "the server runs again")
    assert watch.restarts <= 1
    assert server.is_running()


def test_nothing_is_started_once_the_watch_has_ended(server: EmbeddedServer) -> None:
    watch = EmbeddedWatch(server, look_seconds=0.01)
    with embedded_watch.watching(watch):
        pass
    kill_postmaster(server.data_dir)
    watch.run()
    assert not server.is_running()
