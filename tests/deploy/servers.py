"""PostgreSQL as in production: a primary with a synchronous replica, an archive, PgBouncer in front."""

import asyncio
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]  # ships no types

from db.embedded.directory import account_to_run_as, initialise
from db.embedded.server import MAJOR, binaries
from tests.deploy.processes import RunningProcess, own, run, until
from tests.end_to_end.conftest import free_port
from tests.house.tree import ROOT

DEPLOY = ROOT / "deploy"
SCRIPTS = DEPLOY / "postgresql"
DATABASE = "xeploai"
HBA = """\
local all postgres trust
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
"""
LOGGED = {
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}


def password_of() -> str:
    return secrets.token_urlsafe(18)


class Server:
    """One PostgreSQL server with its files below `folder`."""

    def __init__(self, name: str, folder: Path, archive: Path) -> None:
        self.name, self.folder, self.archive = name, folder, archive
        self.data, self.port = folder / name, free_port()
        self.process: RunningProcess | None = None
        self.socket = folder / f"{name}.socket"
        self.socket.mkdir(mode=0o755)
        own(self.socket)

    def create(self) -> None:
        initialise(self.data, binaries(), MAJOR, account_to_run_as())
        self.written("pg_hba.conf", HBA)

    def written(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        own(path)

    def configure(self, **settings: str) -> None:
        """The settings that deploy/ ships, then those of this machine."""
        archive = f"ARCHIVE={self.archive} {SCRIPTS / 'archive'} %p %f"
        own_settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.socket),
            "archive_command": archive,
            "max_connections": "60",
            **LOGGED,
            **settings,
        }
        lines = [f"{name} = '{value}'" for name, value in own_settings.items()]
        shipped = (SCRIPTS / "postgresql.conf").read_text(encoding="utf-8")
        self.written("postgresql.conf", shipped + "\n".join(lines) + "\n")

    def start(self) -> None:
        command: list[object] = [binaries() / "postgres", "-D", self.data]
        self.process = RunningProcess(self.name, command, self.folder)
        until(self.answers, f"{self.name} answers")

    @property
    def running(self) -> RunningProcess:
        assert self.process is not None
        return self.process

    def answers(self) -> bool:
        assert self.running.process.poll() is None, self.running.output()
        try:
            self.sql("SELECT 1", database="postgres")
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    def stop(self) -> None:
        """A fast shutdown, or nothing where it does not run."""
        if self.process is not None:
            self.process.end(signal.SIGINT)
            self.process = None

    def kill(self) -> None:
        """SIGKILL to the server; its children end by themselves."""
        left = children(self.running.pid)
        self.running.end(signal.SIGKILL)
        self.process = None
        until(lambda: not any(psutil.pid_exists(pid) for pid in left), "its children ended")

    def restart(self) -> None:
        self.stop()
        self.start()

    def sql(self, statement: str, *values: object, database: str = DATABASE) -> list[Any]:
        """The rows of a statement, as the superuser over the socket."""
        with ThreadPoolExecutor(1) as thread:  # the caller may run its own event loop
            return thread.submit(asyncio.run, self._sql(statement, values, database)).result()

    async def _sql(self, statement: str, values: tuple[object, ...], database: str) -> list[Any]:
        connection = await asyncpg.connect(
            host=str(self.socket), port=self.port, user="postgres", database=database, timeout=5
        )
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def tool(self, name: str, *words: str | Path, **environment: str) -> str:
        """Run a script of deploy/postgresql, with the tools of PostgreSQL in its path."""
        path = f"{binaries()}:{os.environ['PATH']}"
        command = [SCRIPTS / name, *words]
        here = {"PATH": path, "ARCHIVE": str(self.archive)}
        return run(command, self.folder, here | environment)

    @property
    def superuser(self) -> str:
        return f"host={self.socket} port={self.port} user=postgres dbname=postgres"


@contextmanager
def holding(server: Server, statement: str) -> Iterator[None]:
    """An open transaction that has run a statement, for the duration of the block."""
    words = ["-h", server.socket, "-p", str(server.port), "-U", "postgres", "-X", "-q", DATABASE]
    command = [str(word) for word in (binaries() / "psql", *words)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as psql:
        assert psql.stdin is not None
        assert psql.stdout is not None
        psql.stdin.write(f"BEGIN; {statement};\n\\echo holds\n")
        psql.stdin.flush()
        assert any("holds" in line for line in psql.stdout)
        yield
        psql.stdin.write("ROLLBACK;\n")
        psql.stdin.close()
        psql.wait(30)


def children(pid: int) -> list[int]:
    return [int(each.pid) for each in psutil.Process(pid).children(recursive=True)]


class Pooler:
    """PgBouncer as deploy/pgbouncer configures it, in front of a primary."""

    def __init__(self, folder: Path, users: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        self.ini, self.users = folder / "pgbouncer.ini", folder / "userlist.txt"
        listed = "".join(f'"{user}" "{password}"\n' for user, password in users.items())
        self.users.write_text(listed, encoding="utf-8")
        self.process: RunningProcess | None = None

    def start(self, server: Server) -> None:
        text = (DEPLOY / "pgbouncer" / "pgbouncer.ini").read_text(encoding="utf-8")
        replaced = {
            "host=postgresql port=5432": f"host=127.0.0.1 port={server.port}",
            "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1",
            "listen_port = 6432": f"listen_port = {self.port}\nunix_socket_dir =",
            "/etc/pgbouncer/userlist.txt": str(self.users),
        }
        for old, new in replaced.items():
            assert old in text, old
            text = text.replace(old, new)
        self.ini.write_text(text, encoding="utf-8")
        own(self.ini, self.users)
        self.process = RunningProcess("pgbouncer", ["/usr/sbin/pgbouncer", self.ini], self.folder)
        until(lambda: "process up" in self.process.output() if self.process else False, "PgBouncer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.end(signal.SIGINT)

    def url(self, user: str, password: str) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{DATABASE}"
