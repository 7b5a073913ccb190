"""How fast the graph is read: beside what is possible at all, graphql-core, and PostGraphile 5.

One run on one machine: one PostgreSQL with the data of a province, authorisation on, 1 and 32 connections.
All contestants take turns, so that what else the machine does hits them alike; what matters are the ratios.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import IO, Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import asyncpg
import httpx
import orjson
from sqlalchemy import make_url

from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from demo.signing_key import demonstration_key, sign
from service import maintenance
from tests.bench.graph import postgraphile, servers
from tests.bench.graph.operations import POINT_PERSON, Operation, operations
from tests.bench.province import fill
from tests.end_to_end.conftest import free_port

CONNECTIONS = (1, 32)
START_SECONDS_MAX = 60
UNSIGNED = ("endCursor", "cursorForChanges")
"""Fields that the limit does not seal."""
NAMES = {
    "limit": "limit",
    "ours": "ours",
    "core": "on graphql-core",
    "postgraphile": "PostGraphile 5",
}

Json = Any


@dataclass(frozen=True)
class Contestant:
    kind: str
    port: int
    log: Path


@dataclass
class Race:
    """The servers compared, the tokens, and the results of the runs."""

    contestants: Sequence[Contestant]
    tokens: Mapping[bool, str]
    """By whether the caller is a service account."""
    rounds: int
    seconds: float
    client: subprocess.Popen[str]
    runs: dict[tuple[str, int, str], list[dict[str, float]]] = field(default_factory=dict)

    def body(self, kind: str, operation: Operation) -> dict[str, Json]:
        if kind == "limit":
            return {"variables": operation.variables}
        query = postgraphile.query(operation.name) if kind == "postgraphile" else operation.query
        return {"query": query, "variables": operation.variables}

    def request(self, contestant: Contestant, operation: Operation) -> str:
        """The complete bytes of the request; the client only sends them."""
        path = f"/{operation.name}" if contestant.kind == "limit" else "/graphql"
        variables = self.body(contestant.kind, operation)
        body = orjson.dumps(variables).decode()
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{contestant.port}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {self.tokens[operation.by_service_account]}\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
        )

    def answer(self, contestant: Contestant, operation: Operation) -> bytes:
        """The body of the answer. Raises AssertionError for an error."""
        path = f"/{operation.name}" if contestant.kind == "limit" else "/graphql"
        token = f"Bearer {self.tokens[operation.by_service_account]}"
        response = httpx.post(
            f"http://127.0.0.1:{contestant.port}{path}",
            json=self.body(contestant.kind, operation),
            headers={"Authorization": token, "Accept-Encoding": "identity"},
            timeout=60,
        )
        assert response.status_code == httpx.codes.OK, response.text
        assert "errors" not in response.json(), response.json()["errors"]
        return response.content

    def compare(self, operation: Operation) -> None:
        """Checks, before the measurement, that the limit, our service and graphql-core give the same data."""
        answers = {one.kind: self.answer(one, operation) for one in self.contestants}
        ours, core = (orjson.loads(answers[kind])["data"] for kind in ("ours", "core"))
        assert _unsigned(orjson.loads(answers["limit"])["data"]) == _unsigned(ours), operation.title
        assert _unsigned(ours) == _unsigned(core), operation.title
        sizes = ", ".join(f"{NAMES[kind]} {len(answer)}" for kind, answer in answers.items())
        print(f"  {operation.title}: the same data; bytes: {sizes}")

    def measure(self, operation: Operation, connections: int) -> None:
        for turn in range(self.rounds + 1):
            for contestant in self.contestants:
                seconds = self.seconds if turn else self.seconds / 2  # at first to warm up
                run = self.run(contestant, operation, connections, seconds)
                if turn:
                    key = (operation.title, connections, contestant.kind)
                    self.runs.setdefault(key, []).append(run)

    def run(
        self, contestant: Contestant, operation: Operation, connections: int, seconds: float
    ) -> dict[str, float]:
        parameters = {"port": contestant.port, "connections": connections, "seconds": seconds}
        assert self.client.stdin is not None
        assert self.client.stdout is not None
        self.client.stdin.write(
            orjson.dumps(parameters | {"request": self.request(contestant, operation)}).decode()
            + "\n"
        )
        self.client.stdin.flush()
        result: dict[str, float] = orjson.loads(self.client.stdout.readline())
        return result

    def rate(self, operation: Operation, connections: int, kind: str) -> float:
        return median(run["rate"] for run in self.runs[operation.title, connections, kind])

    def ratio(self, operation: Operation, connections: int, kind: str, to: str) -> float:
        """The ratio of the rates in each round, as other load on the machine affects both equally."""
        runs, others = (self.runs[operation.title, connections, each] for each in (kind, to))
        rates = zip(runs, others, strict=True)
        return median(run["rate"] / other["rate"] for run, other in rates)

    def report(self, operation: Operation, connections: int) -> None:
        print(f"{operation.title}, {connections} connection{'s' * (connections > 1)}")
        for contestant in self.contestants:
            runs = self.runs[operation.title, connections, contestant.kind]
            rate = self.rate(operation, connections, contestant.kind)
            p50, p99 = (median(run[each] for run in runs) for each in ("p50", "p99"))
            refused = sum(int(run["refused"]) for run in runs)
            print(
                f"  {NAMES[contestant.kind]:<16}{rate:>9.1f} requests/s  p50 {p50:>8.2f} ms"
                f"  p99 {p99:>8.2f} ms  {self.ratio(operation, connections, contestant.kind, 'limit'):>6.3f} of the limit"
                + (f"  {refused} refused" if refused else "")
            )

    def judge(self, operation: Operation, connections: int) -> None:
        bars = [("of the limit", "limit", operation.of_limit)]
        if (operation.title, connections, "postgraphile") in self.runs:
            bars.append(("times PostGraphile", "postgraphile", operation.times_postgraphile))
        results = []
        for name, kind, bar in bars:
            ratio = self.ratio(operation, connections, "ours", kind)
            reached = "reached" if ratio >= bar else "NOT reached"
            results.append(f"{ratio:.2f} {name} (at least {bar:g}: {reached})")
        print(f"  {operation.title}, {connections}: {'; '.join(results)}")


def _unsigned(data: Json) -> Json:
    if isinstance(data, dict):
        return {name: _unsigned(one) for name, one in data.items() if name not in UNSIGNED}
    return [_unsigned(one) for one in data] if isinstance(data, list) else data


def statements(log: Path, operation: Operation) -> int:
    """The number of statements that the service counted for the last run of the operation."""
    name = operation.query.partition("query ")[2].partition("(")[0]
    lines = (orjson.loads(line) for line in log.read_bytes().splitlines() if b'"operation"' in line)
    counted = [int(line["statements"]) for line in lines if line.get("name") == name]
    return counted[-1]


async def filled(url: str) -> None:
    """Fills the database, unless it has the data already."""
    await maintenance.migrate(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        rows = await connection.exec_driver_sql("SELECT 1 FROM body WHERE source = 'bench' LIMIT 1")
        if rows.first() is None:
            began = time.perf_counter()
            await fill(connection)
            print(f"the data of a province: {time.perf_counter() - began:.0f} s")
    await engine.dispose()


async def people(url: str) -> tuple[str, str]:
    """The ids of two persons: the subject of the point query, and the caller."""
    where = make_url(url)
    connection = await asyncpg.connect(
        host=str(where.query["host"]), user=where.username, database=where.database
    )
    asking = "SELECT CAST(person_id AS text) FROM membership WHERE post_code = 'ht.thach-ha.bi-thu'"
    try:
        return await connection.fetchval(POINT_PERSON), await connection.fetchval(asking)
    finally:
        await connection.close()


def _ready(contestant: Contestant) -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            httpx.post(f"http://127.0.0.1:{contestant.port}/point", json={}, timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < ends, contestant.log.read_text(errors="replace")
            time.sleep(0.1)
        else:
            return


@contextmanager
def contestants(url: str, data_dir: Path, folder: Path) -> Iterator[list[Contestant]]:
    """Starts all contestants; PostGraphile only if npm can install it."""
    where = make_url(url)
    installed = postgraphile.installed()
    if installed is None:
        print("PostGraphile is left out: npm does not bring it")
    with ExitStack() as stack:
        servers_started = []
        for kind in NAMES:
            contestant = Contestant(kind, free_port(), folder / f"{kind}.log")
            if kind == "postgraphile":
                if installed is None:
                    continue
                socket_dir, user, name = str(where.query["host"]), where.username, where.database
                program = postgraphile.program(installed, socket_dir, str(user), str(name))
                stack.enter_context(
                    servers.started(contestant.log, str(contestant.port), program=program)
                )
            else:
                words = [kind, str(contestant.port), url]
                words += [] if kind == "limit" else [str(data_dir)]
                stack.enter_context(servers.started(contestant.log, *words))
            servers_started.append(contestant)
        for contestant in servers_started:
            _ready(contestant)
        yield servers_started


@contextmanager
def client() -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "tests.bench.graph.load"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        yield process
        stdin: IO[str] | None = process.stdin
        assert stdin is not None
        stdin.close()


def tokens(data_dir: Path, person: str) -> dict[bool, str]:
    key = demonstration_key(data_dir)
    service = {"sub": "bench", "client_id": "bench", "scope": "read_level"}
    return {False: sign(key, "xeploai", {"sub": person}), True: sign(key, "xeploai", service)}


def race(url: str, data_dir: Path, arguments: argparse.Namespace) -> None:
    asyncio.run(filled(url))
    about, asking = asyncio.run(people(url))
    with contestants(url, data_dir, data_dir) as running, client() as asks:
        run = Race(running, tokens(data_dir, asking), arguments.rounds, arguments.seconds, asks)
        all_operations = operations(about)
        print("before measuring:")
        for operation in all_operations:
            run.compare(operation)
        ours = next(one for one in running if one.kind == "ours")
        statements_by_title = {
            operation.title: statements(ours.log, operation)
            for operation in _counted(run, ours, all_operations)
        }
        for operation in all_operations:
            for connections in CONNECTIONS:
                run.measure(operation, connections)
                run.report(operation, connections)
        print("reached (32 connections, and 1):")
        for operation in all_operations:
            for connections in reversed(CONNECTIONS):
                run.judge(operation, connections)
        for title, many in statements_by_title.items():
            print(f"  {title}: {many} SQL statement{'s' * (many > 1)} for its one root field")


def _counted(
    run: Race, ours: Contestant, all_operations: Sequence[Operation]
) -> Iterator[Operation]:
    """Repeats each operation, so that its line is the last of its name in the log."""
    for operation in all_operations:
        run.answer(ours, operation)
        yield operation


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, help="keep the data here, for another run")
    reader.add_argument("--rounds", type=int, default=7)
    reader.add_argument("--seconds", type=float, default=1.5)
    arguments = reader.parse_args()
    with TemporaryDirectory(prefix="xeploai-") as folder:
        data_dir = arguments.data or Path(folder)
        with embedded_server(data_dir, {"max_connections": "300"}) as url:  # of all contestants
            print(f"{os.cpu_count()} cores for everything; one process of each contestant")
            race(url, data_dir, arguments)


if __name__ == "__main__":
    main()
