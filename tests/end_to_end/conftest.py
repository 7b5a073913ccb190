"""Fixtures of a running service: a real process with PostgreSQL and the demonstration, over HTTP."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url

from db.embedded.server import embedded_server
from demo.signing_key import demonstration_key, sign
from tests.conftest import XEPLOAI, copied

JOURNEYS = Path(__file__).parent / "journeys"
START_SECONDS_MAX = 300
"""Seconds; enough to load the demonstration first, on a busy machine."""
HOLDER = """SELECT person_id::text FROM membership WHERE post_code = $1 AND since <= '2023-12-11'
    AND (until IS NULL OR until >= '2023-12-11') ORDER BY since, id LIMIT 1"""


@dataclass(frozen=True)
class Service:
    """A running service, with requests to it, tokens, and SQL."""

    url: str
    data_dir: Path

    def token(self, post: str) -> str:
        return self.command("token", "--post", post)

    def token_of_post(self, post: str) -> str:
        """As `token`, but signed in this process."""
        return self.token_of_person(self.sql(HOLDER, post)[0])

    def token_of_person(self, person: str) -> str:
        """The token of a person by id, who may hold no post at all."""
        return sign(demonstration_key(self.data_dir), "xeploai", {"sub": person})

    def command(self, *words: str) -> str:
        completed = subprocess.run(
            [XEPLOAI, *words],
            env=environment(self.data_dir),
            capture_output=True,
            text=True,
            check=True,
        )
        return completed.stdout.strip()

    def post(self, query: str, variables: dict[str, Any], token: str | None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables}
        return httpx.post(f"{self.url}/graphql", json=body, headers=headers, timeout=60)

    def ask(self, query: str, variables: dict[str, Any], token: str | None) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(query, variables, token).json()
        return answer

    def sql(self, statement: str, *values: object) -> list[str]:
        """The first column of an SQL query."""
        with embedded_server(self.data_dir) as url:
            return asyncio.run(_first_column(url, statement, values))

    def journey(self, number: str, variables: dict[str, Any], token: str) -> dict[str, Any]:
        """The data of a journey's operation, which must have no errors."""
        (path,) = JOURNEYS.glob(f"{number}-*.graphql")
        answer = self.ask(path.read_text(encoding="utf-8"), variables, token)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


async def _first_column(url: str, statement: str, values: tuple[object, ...]) -> list[str]:
    address = make_url(url)
    connection = await asyncpg.connect(
        host=str(address.query["host"]), user=address.username, database=address.database
    )
    try:
        return [row[0] for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(data_dir), **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def service(demonstration_files: Path) -> Iterator[Service]:
    """A service with its own registry for each test module."""
    with copied(demonstration_files) as folder:
        yield from running(folder)


@pytest.fixture(scope="module")
def observed(service: Service) -> Iterator[Service]:
    """A second service on the same registry, with all of its statements logged by PostgreSQL."""
    (database,) = service.sql("SELECT current_database()::text")
    service.sql(f"ALTER DATABASE {database} SET log_statement = 'all'")
    try:
        yield from running(service.data_dir)
    finally:
        service.sql(f"ALTER DATABASE {database} RESET log_statement")


def running(data_dir: Path, port: int | None = None, **more: str) -> Iterator[Service]:
    """A service on a data directory, which several services may share, with more settings."""
    port = port or free_port()
    log = data_dir / f"service-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [XEPLOAI, "serve", "--demonstration"],
            env=environment(data_dir, PORT=str(port), **more),
            stdout=output,
            stderr=output,
        )
    try:
        until_ready(f"http://127.0.0.1:{port}", process, log)
        yield Service(f"http://127.0.0.1:{port}", data_dir)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            pytest.fail(f"the service ended: {log.read_text()}")
        try:
            if httpx.get(f"{url}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the service is not ready: {log.read_text()}")


@pytest.fixture(scope="module")
def token_of(service: Service) -> Callable[[str], str]:
    """The token of a post's holder, cached."""
    return cache(service.token_of_post)
