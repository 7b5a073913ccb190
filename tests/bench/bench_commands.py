"""How fast commands are, beside one hand-written function that writes the same rows under the same locks, and pgbench.

One run on one machine: one PostgreSQL with the data of a province, one process of the service, 1, 8 and 32 clients on
different subjects. What matters are the ratios.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import asyncpg
import httpx
import orjson
from sqlalchemy import make_url

from db.connection.engine import connect, driver_url, transaction
from db.connection.lock import ADVISORY, Lock
from db.connection.read_pool import arguments
from db.embedded.server import embedded_server
from demo.signing_key import demonstration_key, sign
from service import maintenance
from tests.bench.command.measured import STATES, Measured, commands
from tests.bench.command.subjects import State, Subjects, prepare
from tests.bench.graph import servers
from tests.bench.province import fill
from tests.end_to_end.conftest import free_port

CLIENTS = (1, 8, 32)
MEASURED = [
    *(
        (title, clients)
        for title in ("a self-rating", "facts", "a decision")
        for clients in CLIENTS
    ),
    *(("a list of 22", clients) for clients in (1, 8)),
]
FUNCTIONS = Path(__file__).parent / "command" / "functions.sql"
PGBENCH_SCALE = 10
RATE_MAX = 700
"""Commands a second that the service will not exceed here."""
SAMPLE_SECONDS = 0.002


async def filled(url: str) -> None:
    """Fill the database, unless it has the data already."""
    await maintenance.migrate(url)
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            rows = await connection.exec_driver_sql(
                "SELECT 1 FROM body WHERE source = 'bench' LIMIT 1"
            )
            if rows.first() is None:
                await fill(connection)
        driver = await asyncpg.connect(**arguments(driver_url(url)))
        await driver.execute(FUNCTIONS.read_text(encoding="utf-8"))
        await driver.execute("VACUUM ANALYZE")
        await driver.close()
    finally:
        await engine.dispose()


async def prepared(url: str, state: State) -> Subjects:
    """The subjects, each in the state that its command needs."""
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            return await prepare(connection, state)
    finally:
        await engine.dispose()


@dataclass
class CommandRace:
    url: str
    port: int
    folder: Path
    client: subprocess.Popen[str]
    log: Path
    tokens: "Tokens"
    used: Counter[str] = field(default_factory=Counter)
    """How many pieces of work each kind has taken; each is carried out once. The function takes them from the end."""

    def run(self, command: Measured, kind: str, connections: int, seconds: float) -> dict[str, Any]:
        work = self.folder / f"{command.operation}.{kind}"
        parameters: dict[str, Any] = {
            "work": str(work),
            "from_end": kind == "function",
            "start": self.used[kind],
            "connections": connections,
            "seconds": seconds,
        }
        if kind == "ours":
            parameters["port"] = self.port
        else:
            parameters |= {"dsn": arguments(driver_url(self.url)), "sql": command.call}
        assert self.client.stdin is not None
        assert self.client.stdout is not None
        self.client.stdin.write(orjson.dumps(parameters).decode() + "\n")
        self.client.stdin.flush()
        result: dict[str, Any] = orjson.loads(self.client.stdout.readline())
        self.used[kind] += result["used"]
        return result

    def show_tokens(self, command: Measured, count: int) -> None:
        """Let the service see the tokens of the first callers, who have opened their page before they send a command."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}") as client:
            for caller in list(dict.fromkeys(caller for caller, _ in command.requests[:count])):
                headers = {"Authorization": f"Bearer {self.tokens.of(caller)}"}
                client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)

    def write_work(self, command: Measured) -> None:
        self.used.clear()
        requests = [
            orjson.dumps(_request(self.port, self.tokens.of(caller), body))
            for caller, body in command.requests
        ]
        (self.folder / f"{command.operation}.ours").write_bytes(b"\n".join(requests))
        values = [orjson.dumps(values) for values in command.values]
        (self.folder / f"{command.operation}.function").write_bytes(b"\n".join(values))


def _request(port: int, token: str, body: dict[str, Any]) -> str:
    content = orjson.dumps(body).decode()
    return (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(content.encode())}\r\n\r\n{content}"
    )


CHAIN_IS_HELD = f"""
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = {ADVISORY[Lock.CHAIN]}
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def chain_held_share(url: str, seconds: float) -> float:
    """The share of the time in which a transaction held the lock of the chain, by samples."""
    connection = await asyncpg.connect(**arguments(driver_url(url)))
    statement = await connection.prepare(CHAIN_IS_HELD)
    held, samples, ends = 0, 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        held += await statement.fetchval()
        samples += 1
        await asyncio.sleep(SAMPLE_SECONDS)
    await connection.close()
    return held / samples


def print_hold(race: CommandRace, command: Measured, clients: int, seconds: float) -> None:
    """How long one command holds the lock of the chain: its share of the time, divided by the rate."""
    with ThreadPoolExecutor() as pool:
        share = pool.submit(asyncio.run, chain_held_share(race.url, seconds))
        result = race.run(command, "ours", clients, seconds)
        milliseconds = share.result() / result["rate"] * 1000
    print(
        f"  the lock of the chain is held {milliseconds:.2f} ms on average (at most 1)", flush=True
    )


def statements(log: Path, operation: str) -> int:
    """The number of statements of the last such operation, as the service counted it."""
    lines = (orjson.loads(line) for line in log.read_bytes().splitlines() if b'"operation"' in line)
    return [int(line["statements"]) for line in lines if line.get("name") == operation][-1]


async def create_database(url: str, name: str) -> None:
    connection = await asyncpg.connect(**arguments(driver_url(url)))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()


def pgbench_rate(url: str, folder: Path, clients: int, seconds: int) -> float:
    """Transactions a second of pgbench's TPC-B, in a database of its own on the same server."""
    where = make_url(url)
    program = next(
        iter(Path(sys.prefix).glob("lib/python3*/site-packages/*/pginstall18/bin/pgbench"))
    )
    words = [str(program), "-h", str(where.query["host"]), "-U", str(where.username)]
    if not (folder / "pgbench").exists():
        asyncio.run(create_database(url, "pgbench"))
        subprocess.run(
            [*words[:1], *words[1:], "-i", "-q", "-s", str(PGBENCH_SCALE), "pgbench"],
            check=True,
            capture_output=True,
        )
        (folder / "pgbench").touch()
    ran = subprocess.run(
        [*words, "-c", str(clients), "-T", str(seconds), "-n", "-M", "prepared", "pgbench"],
        check=True,
        capture_output=True,
        text=True,
    )
    rate = re.search(r"tps = ([\d.]+)", ran.stdout)
    assert rate is not None
    return float(rate[1])


def report(race: CommandRace, command: Measured, clients: int, options: argparse.Namespace) -> None:
    seconds = options.seconds * command.part_of_seconds
    ratios, runs = list[float](), defaultdict[str, list[dict[str, Any]]](list)
    for turn in range(options.rounds + 1):
        for kind in ("ours", "function"):
            result = race.run(command, kind, clients, seconds if turn else seconds / 3)
            assert result["rate"], f"{kind} carried out nothing: {result}"
            if turn:
                runs[kind].append(result)
        if turn:
            ratios.append(runs["ours"][-1]["rate"] / runs["function"][-1]["rate"])
    for kind, results in runs.items():
        rate, p50, p99 = (
            median(result[name] for result in results) for name in ("rate", "p50", "p99")
        )
        refused = sum(result["refused"] for result in results)
        print(
            f"  {kind:<9}{rate:>8.0f} a second  p50 {p50:>7.2f} ms  p99 {p99:>7.2f} ms"
            + (f"  {refused} REFUSED {results[0]['refusal']}" if refused else "")
        )
    ratio, bar = median(ratios), command.bars[clients]
    reached = "reached" if ratio >= bar else "NOT reached"
    print(
        f"  {command.title}, {clients}: {ratio:.2f} of the function (at least {bar:g}: {reached});"
        f" {statements(race.log, command.operation)} statements (at most 8)",
        flush=True,
    )


@contextmanager
def client_process() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.command.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def measure(url: str, data_dir: Path, options: argparse.Namespace) -> None:
    asyncio.run(filled(url))
    log, port = data_dir / "ours.log", free_port()
    words = (options.kind, str(port), url, str(data_dir), *options.profile)
    with servers.started(log, *words), client_process() as client:
        servers.wait_until_ready(port, log)
        race = CommandRace(url, port, data_dir, client, log, Tokens(data_dir))
        for title, clients in MEASURED:
            if options.only not in f"{title}, {clients}":
                continue
            command = commands(asyncio.run(prepared(url, STATES[title])))[title]
            race.write_work(command)
            race.show_tokens(command, round((options.rounds + 1) * options.seconds * RATE_MAX))
            print(f"{title}, {clients} client{'s' * (clients > 1)}")
            report(race, command, clients, options)
            print_hold(race, command, clients, options.seconds * command.part_of_seconds)
    if options.pgbench:
        for clients in CLIENTS:
            print(
                f"pgbench TPC-B, {clients}: {pgbench_rate(url, data_dir, clients, 3):.0f} a second"
            )


class Tokens:
    """Tokens of the demonstration, signed when they are needed."""

    def __init__(self, data_dir: Path) -> None:
        self._key, self._signed = demonstration_key(data_dir), dict[UUID, str]()

    def of(self, caller: UUID) -> str:
        if caller not in self._signed:
            self._signed[caller] = sign(self._key, "xeploai", {"sub": str(caller)})
        return self._signed[caller]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, help="keep the data here, for another run")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--seconds", type=float, default=1.5)
    reader.add_argument("--only", default="", help="commands whose title holds this")
    reader.add_argument(
        "--kind", default="ours", help="the kind of server (tests/bench/graph/servers.py)"
    )
    reader.add_argument("--profile", nargs="*", default=[], help="the file for a profiled server")
    reader.add_argument("--pgbench", action=argparse.BooleanOptionalAction, default=True)
    options = reader.parse_args()
    with TemporaryDirectory(prefix="xeploai-") as folder:
        data_dir = options.data or Path(folder)
        with embedded_server(data_dir, {"max_connections": "200"}) as url:
            print(f"{os.cpu_count()} cores for everything; one process of the service")
            measure(url, data_dir, options)


if __name__ == "__main__":
    main()
