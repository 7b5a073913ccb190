"""A deployment on loopback: primary, replica, PgBouncer, two instances of the service, nginx with TLS."""

import os
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from db.embedded.directory import account_to_run_as, make_reachable
from db.embedded.server import binaries
from demo.signing_key import demonstration_key, sign
from service.settings import DEMONSTRATION_DAY, Settings
from tests.deploy.processes import WAIT_SECONDS_MAX, RunningProcess, own, run, until
from tests.deploy.servers import DATABASE, DEPLOY, SCRIPTS, Pooler, Server, password_of
from tests.end_to_end.conftest import free_port

XEPLOAI = Path(sys.executable).with_name("xeploai")
USERS = ("xeploai_owner", "xeploai_app", "xeploai_reader", "replicator")


class Instance:
    """One instance of the service, in its own process."""

    def __init__(self, number: int, cluster: "Cluster") -> None:
        self.number, self.cluster, self.port = number, cluster, free_port()
        self.process: RunningProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> RunningProcess:
        assert self.process is not None
        return self.process

    def start(self, **settings: str) -> None:
        self.launch(**settings)
        until(self.is_ready, f"instance {self.number} is ready")

    def launch(self, **settings: str) -> None:
        """Start the instance without waiting until it is ready."""
        environment = self.cluster.environment(PORT=str(self.port), **settings)
        name, words = f"xeploai-{self.number}", [XEPLOAI, "serve"]
        self.process = RunningProcess(
            name, words, self.cluster.folder, environment, as_server=False
        )

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.process.poll() is None, self.process.output()
        try:
            return httpx.get(f"{self.url}/readyz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        assert self.process is not None
        return self.process.end()


class Cluster:
    """All processes of the deployment, and their addresses."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.archive = folder, folder / "archive"
        self.drain = folder / "drain"
        for made in (self.archive, self.drain, folder / "data"):
            made.mkdir()
        make_reachable([folder, binaries(), SCRIPTS], account_to_run_as())
        own(folder, self.archive, self.drain)
        self.passwords = {user: password_of() for user in USERS}
        self.primary = Server("one", folder, self.archive)
        self.replica = Server("two", folder, self.archive)
        self.pooler = Pooler(folder, {"xeploai_app": self.passwords["xeploai_app"]})
        self.instances = [Instance(1, self), Instance(2, self)]
        self.proxy: RunningProcess | None = None
        self.port = free_port()
        self.tokens: dict[str, str] = {}

    def start(self) -> None:
        self.primary.create()
        self.primary.configure()
        self.primary.start()
        self.make_roles()
        self.command("demo", MIGRATE_AT_START="true", **self.as_owner)
        self.add_replica(self.replica)
        self.pooler.start(self.primary)
        for instance in self.instances:
            instance.launch()
        for instance in self.instances:
            until(instance.is_ready, f"instance {instance.number} is ready")
        self.start_proxy()

    def stop(self) -> None:
        for process in (self.proxy, *(one.process for one in self.instances)):
            if process is not None:
                process.end()
        self.pooler.stop()
        self.replica.stop()
        self.primary.stop()

    def make_roles(self) -> None:
        """Run deploy/postgresql/roles.sql, and add a role for replication."""
        variables = {
            "database": DATABASE,
            "owner_password": self.passwords["xeploai_owner"],
            "service_password": self.passwords["xeploai_app"],
            "reports_password": self.passwords["xeploai_reader"],
        }
        words = [f"--set={name}={value}" for name, value in variables.items()]
        where = ["-h", self.primary.socket, "-p", str(self.primary.port), "-U", "postgres"]
        script = ["--set=ON_ERROR_STOP=1", "-X", "-q", "-f", SCRIPTS / "roles.sql"]
        for _ in range(2):
            run([binaries() / "psql", *where, *words, *script, "postgres"], self.folder)
        password = self.passwords["replicator"]
        self.primary.sql(f"CREATE ROLE replicator REPLICATION LOGIN PASSWORD '{password}'")

    def add_replica(self, server: Server) -> None:
        """A synchronous replica, made by a base backup of the primary."""
        self.primary.tool("backup", server.data, f"{self.following} application_name={server.name}")
        server.configure()
        self.follow(server)

    def follow(self, server: Server) -> None:
        follows = f"primary_conninfo = '{self.following} application_name={server.name}'\n"
        server.written("postgresql.auto.conf", follows)
        server.written("standby.signal", "")
        server.start()
        self.primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 ({server.name})'")
        self.primary.sql("SELECT pg_reload_conf()")
        until(lambda: self.primary.sql(IN_STEP) == [(True,)], "the replica follows")

    def fail_over(self) -> None:
        """deploy/postgresql/promote: the replica is the primary from now on, for PgBouncer too."""
        assert self.pooler.process is not None
        where = ["127.0.0.1", str(self.replica.port)]
        pooler = {
            "PGBOUNCER_INI": str(self.pooler.ini),
            "PGBOUNCER_PID": str(self.pooler.process.pid),
        }
        self.replica.tool("promote", self.replica.data, *where, **pooler)
        self.primary, self.replica = self.replica, self.primary

    def rejoin(self) -> None:
        """deploy/postgresql/rejoin: the former primary follows; the instances learn of it one by one."""
        self.replica.tool("rejoin", self.replica.data, self.primary.superuser, self.replica.name)
        self.replica.configure()
        self.follow(self.replica)
        for instance in self.instances:
            self.roll(instance)

    def roll(self, instance: Instance, **settings: str) -> None:
        """deploy/proxy/roll: restart an instance while the other answers."""
        assert instance.process is not None
        drain = self.drain / str(instance.number)
        stop = f"kill {instance.process.pid}; tail --pid={instance.process.pid} -f /dev/null"
        words = [DEPLOY / "proxy" / "roll", drain, f"{instance.url}/readyz", "bash", "-c", stop]
        less = {"DRAIN_SECONDS": "0.5"}
        rolled = RunningProcess(
            f"roll-{instance.number}", words, self.folder, less, as_server=False
        )
        instance.process.process.wait(WAIT_SECONDS_MAX)
        instance.launch(**settings)
        assert rolled.process.wait(WAIT_SECONDS_MAX) == 0, rolled.output()

    @property
    def following(self) -> str:
        password = self.passwords["replicator"]
        return f"host=127.0.0.1 port={self.primary.port} user=replicator password={password}"

    def start_proxy(self) -> None:
        """Nginx by deploy/proxy/nginx.conf, with the addresses of this machine."""
        subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        files = ["-keyout", self.folder / "tls.key", "-out", self.folder / "tls.crt"]
        run(["openssl", "req", "-x509", "-days", "2", *key, *subject, *files], self.folder)
        text = (DEPLOY / "proxy" / "nginx.conf").read_text(encoding="utf-8")
        replaced = {
            "listen 8443": f"listen 127.0.0.1:{self.port}",
            "/run/xeploai/drain": str(self.drain),
            "worker_processes auto": "worker_processes 1",
        }
        for instance in self.instances:
            replaced[f"xeploai-{instance.number}:8000"] = f"127.0.0.1:{instance.port}"
        for old, new in replaced.items():
            assert old in text, old
            text = text.replace(old, new)
        (self.folder / "nginx.conf").write_text(text, encoding="utf-8")
        own(self.folder / "nginx.conf")
        where = ["-p", self.folder, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]
        self.proxy = RunningProcess("nginx", ["/usr/sbin/nginx", *where], self.folder)
        until(self.proxy_answers, "nginx answers")

    def proxy_answers(self) -> bool:
        assert self.proxy is not None
        assert self.proxy.process.poll() is None, self.proxy.output()
        try:
            return httpx.get(f"{self.url}/schema.graphql", verify=self.tls).is_success
        except httpx.TransportError:
            return False

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "tls.crt"))

    @property
    def as_owner(self) -> dict[str, str]:
        """The settings by which the step of migration runs: the owner, at PostgreSQL itself."""
        url = self.primary.url("xeploai_owner", self.passwords["xeploai_owner"])
        return {"DATABASE_URL": url, "DIRECT_URL": "", "REPLICA_URL": ""}

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of an instance, and nothing of the machine that runs the tests."""
        password = self.passwords["xeploai_app"]
        ours = {name.upper() for name in Settings.model_fields}
        both = ",".join(f"127.0.0.1:{one.port}" for one in (self.primary, self.replica))
        own_settings = {
            "DATABASE_URL": self.pooler.url("xeploai_app", password),
            "DIRECT_URL": f"postgresql://xeploai_app:{password}@/{DATABASE}?{hosts(both)}",
            "REPLICA_URL": self.replica.url("xeploai_app", password),
            "REPLICA_STALE_SECONDS_MAX": "2",
            "MIGRATE_AT_START": "false",
            "DEMONSTRATION": "true",
            "DATA_DIR": str(self.folder / "data"),
        }
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        return kept | own_settings | more

    def command(self, *words: str, **settings: str) -> str:
        """What a command of the service prints."""
        environment = self.environment(**settings)
        return run([XEPLOAI, *words], self.folder, environment, as_server=False).strip()

    def token(self, post: str) -> str:
        """The token of the holder of a post on the day of the demonstration."""
        if post not in self.tokens:
            (person,) = self.primary.sql(HOLDER, post, DEMONSTRATION_DAY)
            key = demonstration_key(self.folder / "data")
            self.tokens[post] = sign(key, "xeploai", {"sub": str(person[0])})
        return self.tokens[post]


HOLDER = """SELECT person_id FROM membership
WHERE post_code = $1 AND since <= $2 AND (until IS NULL OR until >= $2)
ORDER BY person_id LIMIT 1"""
IN_STEP = """SELECT count(*) = 1 FROM pg_stat_replication
WHERE sync_state = 'quorum' AND replay_lsn = pg_current_wal_lsn()"""


def hosts(both: str) -> str:
    """Both servers as hosts of one address; the driver selects the one that accepts writes."""
    named = "&".join(f"host={each}" for each in both.split(","))
    return f"{named}&target_session_attrs=read-write"


@contextmanager
def running() -> Iterator[Cluster]:
    with TemporaryDirectory(prefix="xeploai-") as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@dataclass(frozen=True)
class Address:
    """Another address than the proxy for requests: an instance or a gateway."""

    url: str
    tls: ssl.SSLContext


def ask(
    at: Cluster | Address,
    token: str,
    query: str,
    variables: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """One operation through the proxy, or at another address."""
    request_headers = {"Authorization": f"Bearer {token}"} | (headers or {})
    body = {"query": query, "variables": variables or {}}
    where = f"{at.url}/graphql"
    return httpx.post(where, json=body, headers=request_headers, verify=at.tls, timeout=60)
