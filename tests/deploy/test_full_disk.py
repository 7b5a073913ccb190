"""Full disks: what is refused, what continues, and that no acknowledged command is lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from tests.deploy.cluster import Address, Cluster, Instance, ask
from tests.deploy.disks import MEBIBYTE, disk
from tests.deploy.load import loaded, lost
from tests.deploy.papers import OFFICE, put
from tests.deploy.processes import own, run, until
from tests.deploy.servers import Server

QUERY = "{ cycles { year } }"
DOCUMENTS = "SELECT count(*) FROM document"
NO_SPACE = "No space left on device"


@dataclass
class SingleServer:
    """A server without a replica, with a copy of the cluster's registry, and a service for it."""

    cluster: Cluster
    server: Server
    instance: Instance
    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 -- the same every time

    @property
    def address(self) -> Address:
        return Address(self.instance.url, self.cluster.tls)

    def document(self, mebibytes: int) -> bytes:
        """A unique document that cannot be compressed."""
        return b"%PDF-" + self.chance.randbytes(mebibytes * MEBIBYTE)

    def put(self, content: bytes) -> httpx.Response:
        return put(self.cluster, content, self.address)

    def ask(self) -> httpx.Response:
        return ask(self.address, self.cluster.token(OFFICE), QUERY)

    def output(self) -> str:
        """The log of PostgreSQL."""
        return self.server.running.output()

    def verified(self) -> str:
        url = self.server.url("xeploai_owner", self.cluster.passwords["xeploai_owner"])
        return self.cluster.command("verify", **self.cluster.as_owner | {"DATABASE_URL": url})


@contextmanager
def alone(cluster: Cluster, number: int, data: Path, log: Path) -> Iterator[SingleServer]:
    """A server with its tables in `data` and its log in `log`; its archive is missing."""
    name = f"alone-{number}"
    server = Server(name, cluster.folder, cluster.folder / f"{name}.archive")
    server.data = data
    cluster.primary.tool("backup", data, cluster.following)
    run(["mv", data / "pg_wal", log], cluster.folder)
    run(["ln", "-s", log, data / "pg_wal"], cluster.folder)
    server.written("postgresql.auto.conf", "")
    server.configure()
    instance = Instance(number, cluster)
    url = server.url("xeploai_app", cluster.passwords["xeploai_app"])
    try:
        server.start()
        instance.start(DATABASE_URL=url, DIRECT_URL="", REPLICA_URL="")
        yield SingleServer(cluster, server, instance)
    finally:
        if instance.process is not None:
            instance.stop()
        server.stop()


def test_tables_without_room_refuse_what_is_written_whole_and_reading_goes_on(
    cluster: Cluster,
) -> None:
    with (
        disk(cluster.folder / "tables") as small,
        alone(cluster, 5, small.where / "data", cluster.folder / "5.wal") as alone_server,
    ):
        before = alone_server.server.sql(DOCUMENTS)
        too_much = alone_server.document(19)
        small.leave(8 * MEBIBYTE)
        refused = alone_server.put(too_much)
        assert refused.status_code == 500
        assert refused.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert NO_SPACE in alone_server.output()
        assert alone_server.server.sql(DOCUMENTS) == before

        with loaded(cluster, alone_server.instance.url, clients=2) as load:
            until(lambda: len(load.report.failed) > 0, "an act that finds no room")
            assert alone_server.ask().json()["data"]["cycles"]
            assert alone_server.instance.is_ready()
            small.enlarge()
            load.until_acknowledged(5, "when there is room")
        assert all('"code":"INTERNAL"' in each for each in load.report.failed)
        assert alone_server.put(too_much).status_code == 201
        assert alone_server.server.sql(DOCUMENTS) == [(before[0][0] + 1,)]
        assert lost(alone_server.server, load.report) == []
        assert "everything fits" in alone_server.verified()


def test_a_log_without_room_stops_postgresql_and_nothing_acknowledged_is_lost(
    cluster: Cluster,
) -> None:
    """Without an archive the log is kept; documents are uploaded until its disk is full."""
    with (
        disk(cluster.folder / "log") as small,
        alone(cluster, 6, cluster.folder / "6.data", small.where / "wal") as alone_server,
    ):
        kept: dict[str, bytes] = {}

        def stopped() -> bool:
            content = alone_server.document(9)
            answer = alone_server.put(content)
            if answer.status_code == 201:
                kept[answer.headers["Location"]] = content
            else:
                assert answer.status_code in {500, 503}, answer.text
            return alone_server.server.running.process.poll() is not None

        with loaded(cluster, alone_server.instance.url, clients=2) as load:
            load.until_acknowledged(3, "before")
            small.leave(24 * MEBIBYTE)
            until(stopped, "PostgreSQL stops")
            assert re.search(f"PANIC: .*{NO_SPACE}", alone_server.output())
            answer = alone_server.ask()
            assert answer.status_code == 503
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
            assert not alone_server.instance.is_ready()

            small.enlarge()
            alone_server.server.archive.mkdir()
            own(alone_server.server.archive)
            alone_server.server.start()
            load.until_acknowledged(5, "when there is room")
            until(alone_server.instance.is_ready, "the service is ready again")
        until(lambda: any(alone_server.server.archive.iterdir()), "the log is archived again")
        assert kept
        for where, content in kept.items():
            assert read(alone_server, where) == content
        assert lost(alone_server.server, load.report) == []
        assert "everything fits" in alone_server.verified()


def read(server: SingleServer, where: str) -> bytes:
    headers = {"Authorization": f"Bearer {server.cluster.token(OFFICE)}"}
    return httpx.get(server.instance.url + where, headers=headers, timeout=60).content
