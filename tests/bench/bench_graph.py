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
"""What the limit does not seal."""
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
    """Who runs, what is asked, and who asks."""

    contestants: Sequence[Contestant]
    tokens: Mapping[bool, str]
    """By whether a service account asks."""
    rounds: int
    seconds: float
    client: subprocess.Popen[str]
    found: dict[tuple[str, int, str], list[dict[str, float]]] = field(default_factory=dict)

    def body(self, kind: str, asked: Operation) -> dict[str, Json]:
        if kind == "limit":
            return {"variables": asked.variables}
        query = postgraphile.query(asked.name) if kind == "postgraphile" else asked.query
        return {"query": query, "variables": asked.variables}

    def request(self, one: Contestant, asked: Operation) -> str:
        """Its bytes, whole: the client does nothing but send them."""
        path = f"/{asked.name}" if one.kind == "limit" else "/graphql"
        variables = self.body(one.kind, asked)
        body = orjson.dumps(variables).decode()
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {self.tokens[asked.by_service_account]}\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
        )

    def answer(self, one: Contestant, asked: Operation) -> bytes:
        """The answer itself. Raises AssertionError where it is none."""
        path = f"/{asked.name}" if one.kind == "limit" else "/graphql"
        token = f"Bearer {self.tokens[asked.by_service_account]}"
        response = httpx.post(
            f"http://127.0.0.1:{one.port}{path}",
            json=self.body(one.kind, asked),
            headers={"Authorization": token, "Accept-Encoding": "identity"},
            timeout=60,
        )
        assert response.status_code == httpx.codes.OK, response.text
        assert "errors" not in response.json(), response.json()["errors"]
        return response.content

    def compare(self, asked: Operation) -> None:
        """Limit, ours and graphql-core must say the same, before anybody is measured."""
        answers = {one.kind: self.answer(one, asked) for one in self.contestants}
        ours, core = (orjson.loads(answers[kind])["data"] for kind in ("ours", "core"))
        assert _unsigned(orjson.loads(answers["limit"])["data"]) == _unsigned(ours), asked.title
        assert _unsigned(ours) == _unsigned(core), asked.title
        sizes = ", ".join(f"{NAMES[kind]} {len(answer)}" for kind, answer in answers.items())
        print(f"  {asked.title}: the same data; bytes: {sizes}")

    def measure(self, asked: Operation, connections: int) -> None:
        for turn in range(self.rounds + 1):
            for one in self.contestants:
                seconds = self.seconds if turn else self.seconds / 2  # at first to warm up
                run = self.run(one, asked, connections, seconds)
                if turn:
                    key = (asked.title, connections, one.kind)
                    self.found.setdefault(key, []).append(run)

    def run(
        self, one: Contestant, asked: Operation, connections: int, seconds: float
    ) -> dict[str, float]:
        given = {"port": one.port, "connections": connections, "seconds": seconds}
        assert self.client.stdin is not None
        assert self.client.stdout is not None
        self.client.stdin.write(
            orjson.dumps(given | {"request": self.request(one, asked)}).decode() + "\n"
        )
        self.client.stdin.flush()
        found: dict[str, float] = orjson.loads(self.client.stdout.readline())
        return found

    def rate(self, asked: Operation, connections: int, kind: str) -> float:
        return median(run["rate"] for run in self.found[asked.title, connections, kind])

    def ratio(self, asked: Operation, connections: int, kind: str, to: str) -> float:
        """How many times as fast, round by round: what else the machine does in a round hits both."""
        runs, others = (self.found[asked.title, connections, each] for each in (kind, to))
        rates = zip(runs, others, strict=True)
        return median(run["rate"] / other["rate"] for run, other in rates)

    def report(self, asked: Operation, connections: int) -> None:
        print(f"{asked.title}, {connections} connection{'s' * (connections > 1)}")
        for one in self.contestants:
            runs = self.found[asked.title, connections, one.kind]
            rate = self.rate(asked, connections, one.kind)
            p50, p99 = (median(run[each] for run in runs) for each in ("p50", "p99"))
            refused = sum(int(run["refused"]) for run in runs)
            print(
                f"  {NAMES[one.kind]:<16}{rate:>9.1f} requests/s  p50 {p50:>8.2f} ms"
                f"  p99 {p99:>8.2f} ms  {self.ratio(asked, connections, one.kind, 'limit'):>6.3f} of the limit"
                + (f"  {refused} refused" if refused else "")
            )

    def judge(self, asked: Operation, connections: int) -> None:
        bars = [("of the limit", "limit", asked.of_limit)]
        if (asked.title, connections, "postgraphile") in self.found:
            bars.append(("times PostGraphile", "postgraphile", asked.times_postgraphile))
        said = []
        for name, kind, bar in bars:
            ratio = self.ratio(asked, connections, "ours", kind)
            reached = "reached" if ratio >= bar else "NOT reached"
            said.append(f"{ratio:.2f} {name} (at least {bar:g}: {reached})")
        print(f"  {asked.title}, {connections}: {'; '.join(said)}")


def _unsigned(data: Json) -> Json:
    if isinstance(data, dict):
        return {name: _unsigned(one) for name, one in data.items() if name not in UNSIGNED}
    return [_unsigned(one) for one in data] if isinstance(data, list) else data


def statements(log: Path, asked: Operation) -> int:
    """How many the service itself counted for the operation's last run."""
    name = asked.query.partition("query ")[2].partition("(")[0]
    lines = (orjson.loads(line) for line in log.read_bytes().splitlines() if b'"operation"' in line)
    counted = [int(line["statements"]) for line in lines if line.get("name") == name]
    return counted[-1]


async def filled(url: str) -> None:
    """The data, unless they are there already."""
    await maintenance.migrate(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        found = await connection.exec_driver_sql(
            "SELECT 1 FROM body WHERE source = 'bench' LIMIT 1"
        )
        if found.first() is None:
            began = time.perf_counter()
            await fill(connection)
            print(f"the data of a province: {time.perf_counter() - began:.0f} s")
    await engine.dispose()


async def people(url: str) -> tuple[str, str]:
    """Whom the point query is about, and who asks: the ids of two persons."""
    where = make_url(url)
    connection = await asyncpg.connect(
        host=str(where.query["host"]), user=where.username, database=where.database
    )
    asking = "SELECT CAST(person_id AS text) FROM membership WHERE post_code = 'ht.thach-ha.bi-thu'"
    try:
        return await connection.fetchval(POINT_PERSON), await connection.fetchval(asking)
    finally:
        await connection.close()


def _ready(one: Contestant) -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            httpx.post(f"http://127.0.0.1:{one.port}/point", json={}, timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < ends, one.log.read_text(errors="replace")
            time.sleep(0.1)
        else:
            return


@contextmanager
def contestants(url: str, data_dir: Path, folder: Path) -> Iterator[list[Contestant]]:
    """All of them, answering; PostGraphile where it can be had."""
    where = make_url(url)
    installed = postgraphile.installed()
    if installed is None:
        print("PostGraphile is left out: npm does not bring it")
    with ExitStack() as stack:
        found = []
        for kind in NAMES:
            one = Contestant(kind, free_port(), folder / f"{kind}.log")
            if kind == "postgraphile":
                if installed is None:
                    continue
                socket_dir, user, name = str(where.query["host"]), where.username, where.database
                program = postgraphile.program(installed, socket_dir, str(user), str(name))
                stack.enter_context(servers.started(one.log, str(one.port), program=program))
            else:
                words = [kind, str(one.port), url]
                words += [] if kind == "limit" else [str(data_dir)]
                stack.enter_context(servers.started(one.log, *words))
            found.append(one)
        for one in found:
            _ready(one)
        yield found


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
    with contestants(url, data_dir, data_dir) as found, client() as asks:
        run = Race(found, tokens(data_dir, asking), arguments.rounds, arguments.seconds, asks)
        all_asked = operations(about)
        print("before measuring:")
        for asked in all_asked:
            run.compare(asked)
        ours = next(one for one in found if one.kind == "ours")
        told = {
            asked.title: statements(ours.log, asked) for asked in _counted(run, ours, all_asked)
        }
        for asked in all_asked:
            for connections in CONNECTIONS:
                run.measure(asked, connections)
                run.report(asked, connections)
        print("reached (32 connections, and 1):")
        for asked in all_asked:
            for connections in reversed(CONNECTIONS):
                run.judge(asked, connections)
        for title, many in told.items():
            print(f"  {title}: {many} SQL statement{'s' * (many > 1)} for its one root field")


def _counted(run: Race, ours: Contestant, all_asked: Sequence[Operation]) -> Iterator[Operation]:
    """Each operation, once it was asked anew: its line is the last of its name in the log."""
    for asked in all_asked:
        run.answer(ours, asked)
        yield asked


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
