"""A burst of connections, clients that never finish, a jumping clock, bytes of files that were not opened."""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from db.embedded.server import binaries
from tests.deploy.cluster import Cluster, Instance, ask
from tests.deploy.load import loaded
from tests.deploy.papers import OFFICE, put
from tests.deploy.processes import run, until
from tests.house.tree import ROOT

STORM = 300
SLOW = 60
QUERY = "{ cycles { year } }"
OF_THE_SERVICE = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'xeploai_app'"


def test_bytes_are_read_only_after_the_file_was_opened(cluster: Cluster) -> None:
    """Row-level security: a transaction that did not check the file finds no bytes."""
    kept = put(cluster, b"%PDF- of row-level security")
    where = cluster.url + kept.headers["Location"]
    headers = {"Authorization": f"Bearer {cluster.token(OFFICE)}"}
    read = httpx.get(where, headers=headers, verify=cluster.tls)
    assert read.content == b"%PDF- of row-level security"
    url = cluster.primary.url("xeploai_app", cluster.passwords["xeploai_app"])
    shown = [binaries() / "psql", url, "-X", "-A", "-t", "-c"]
    count = "SELECT count(*) FROM document_bytes"
    assert run([*shown, count], cluster.folder).strip() == "0"
    opened = (
        "BEGIN; SELECT set_config('xeploai.document', id::text, true) FROM document LIMIT 1;"
        f" {count}; COMMIT; {count}"
    )
    _, in_it, _, after = run([*shown, opened], cluster.folder).split()[-4:]
    assert in_it == "1"
    assert after == "0"


async def storm(cluster: Cluster, token: str) -> Counter[int]:
    """Concurrent clients, each with its own connection."""

    async def connect_once() -> int:
        async with httpx.AsyncClient(verify=tls, timeout=60) as http:
            answer = await http.post(
                f"{cluster.url}/graphql", json={"query": QUERY}, headers=request_headers
            )
            return answer.status_code

    tls, request_headers = cluster.tls, {"Authorization": f"Bearer {token}"}
    return Counter(await asyncio.gather(*(connect_once() for _ in range(STORM))))


def test_a_storm_of_connections_passes(cluster: Cluster) -> None:
    """The pooler limits server connections, and no client is refused."""
    statuses = asyncio.run(storm(cluster, cluster.token("ht.ubnd.ct")))
    assert statuses == {200: STORM}
    ((connected,),) = cluster.primary.sql(OF_THE_SERVICE)
    assert connected <= 25 + 2 * len(cluster.instances)


def slow_clients(cluster: Cluster, opened: ExitStack) -> list[ssl.SSLSocket]:
    """Clients that stop within a request: half of them in its head, half in its body."""
    sockets = []
    for number in range(SLOW):
        plain = socket.create_connection(("127.0.0.1", cluster.port), timeout=60)
        caller = opened.enter_context(cluster.tls.wrap_socket(plain, server_hostname="127.0.0.1"))
        head = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        rest = b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        caller.sendall(head + rest * (number % 2))
        sockets.append(caller)
    return sockets


def test_slow_clients_are_disconnected_and_delay_no_other(cluster: Cluster) -> None:
    token = cluster.token("ht.ubnd.ct")
    with ExitStack() as opened:
        callers = slow_clients(cluster, opened)
        assert ask(cluster, token, QUERY).status_code == 200
        for caller in callers:
            assert b"200 OK" not in read_to_the_end(caller)


def read_to_the_end(caller: ssl.SSLSocket) -> bytes:
    """The bytes received until the connection was closed."""
    received = b""
    with suppress(ConnectionError, ssl.SSLError):
        while got := caller.recv(1024):
            received += got
    return received


@pytest.fixture
def jumping(cluster: Cluster) -> Iterator[Instance]:
    """An instance with a clock set by a file; its monotonic clock is the machine's."""
    instance = Instance(4, cluster)
    clock = cluster.folder / "clock"
    clock.write_text("+0\n", encoding="utf-8")
    instance.start(
        LD_PRELOAD=library(),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        DONT_FAKE_MONOTONIC="1",
    )
    yield instance
    instance.stop()


def library() -> str:
    listed = run(["dpkg", "-L", "libfaketime"], ROOT).split()
    (library_path,) = [path for path in listed if "faketimeMT.so" in path]
    return library_path


def test_a_clock_that_jumps_breaks_no_chain(cluster: Cluster, jumping: Instance) -> None:
    clock = cluster.folder / "clock"
    headers = {"Authorization": f"Bearer {cluster.token('ht.ubnd.ct')}"}

    def status() -> int:
        return httpx.post(
            f"{jumping.url}/graphql", json={"query": QUERY}, headers=headers
        ).status_code

    assert status() == 200
    for jump, expected in [("+2d", 401), ("+1h", 200), ("-10s", 200)]:
        clock.write_text(f"{jump}\n", encoding="utf-8")
        until(lambda expected=expected: status() == expected, f"a clock at {jump}")  # type: ignore[misc]  # mypy cannot infer a default
        if expected == 200:
            with loaded(cluster, jumping.url, clients=1) as load:
                load.until_acknowledged(2, f"at {jump}")
            assert load.report.failed == []
    assert "everything fits" in cluster.command("verify", **cluster.as_owner)
