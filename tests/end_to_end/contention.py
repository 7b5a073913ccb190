"""Many raters at once on the same groups, with kills in between: nothing lost, nothing twice, no quota broken."""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from sqlalchemy import make_url

from tests.end_to_end.conftest import XEPLOAI, Service, environment, free_port, until_ready

Json = dict[str, Any]
CHAIRS = (
    "ht.ubnd.ct",
    "ht.pbt-tt",
    "ht.hdnd.pct-tt",
    "ht.cam-xuyen.bi-thu",
    "ht.thach-ha.bi-thu",
    "ht.ky-anh.bi-thu",
)
SUBJECTS = """{ me { subjects(act: RATE, year: 2023, first: 500) { edges { node {
    id version rating { level } computed { level } peerGroup { code } } } } } }"""
CONCLUDE = """mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename
    ... on Conclusion { receipt { sequence hash } } ... on Refusal { code } } }"""
ANNUL = """mutation ($target: TargetInput!, $document: DocumentInput!) {
    annul(target: $target, reason: "thử tải", document: $document) { __typename
    ... on Appraisal { id version } ... on Refusal { code } } }"""
PAPER = {"number": "1-TT", "date": "2023-12-11"}
LEVELS = ["NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT"]
BROKEN_QUOTA = """SELECT q.peer_group_code FROM quota q JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.level = 'EXCELLENT') AS excellent,
           count(*) FILTER (WHERE a.level = 'GOOD') AS good
    FROM appraisal a WHERE a.peer_group_code = q.peer_group_code AND a.year = q.year) c ON true
    WHERE q.year = 2023 AND (c.excellent <> q.excellent OR c.good <> q.good
        OR (NOT q.over_quota AND 5 * c.excellent > c.good))"""


@dataclass
class Report:
    """What happened: acknowledged commands, answers by kind, times in milliseconds, kills."""

    done: dict[str, Json] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    kills: int = 0
    broken: list[str] = field(default_factory=list)
    looks: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        times = sorted(self.times)
        p99 = times[int(len(times) * 0.99)] if times else 0.0
        return [
            f"  {len(self.done)} commands done, {len(self.done) / self.seconds:.0f} a second, p99 {p99:.0f} ms",
            f"  answers: {dict(self.answers)}",
            f"  kills survived: {self.kills}; a second reader looked {self.looks} times",
        ]


class Door:
    """A service of its own that can be killed with its PostgreSQL, and started again."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def service(self) -> Service:
        return Service(f"http://127.0.0.1:{self.port}", self.data_dir)

    def start(self) -> None:
        log = self.data_dir / "service.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [XEPLOAI, "serve", "--demonstration"],
                env=environment(self.data_dir, PORT=str(self.port)),
                stdout=output,
                stderr=output,
            )
        until_ready(self.service.url, self.process, log)

    def kill(self) -> None:
        """SIGKILL to the service and to PostgreSQL, both without a word."""
        assert self.process is not None
        postmaster = (self.data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0]
        self.process.kill()
        os.kill(int(postmaster), signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@contextmanager
def opened(data_dir: Path) -> Iterator[Door]:
    door = Door(data_dir)
    door.start()
    try:
        yield door
    finally:
        door.stop()


async def contend(door: Door, *, clients: int, seconds: float, kills: int, seed: int) -> Report:
    """Let clients act at random for a while; every command is sent again until it is answered."""
    tokens = {post: door.service.token(post) for post in CHAIRS}
    report = Report()
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=door.service.url, timeout=30, limits=limits) as http:
        workers = [
            _client(http, random.Random(seed + number), list(tokens.values()), until, report)  # noqa: S311 -- the same acts every time
            for number in range(clients)
        ]
        reader = asyncio.create_task(_reader(door, until, report))
        killer = asyncio.create_task(_killer(door, seconds, kills, report))
        await asyncio.gather(*workers)
        await asyncio.gather(reader, killer)
    report.seconds = seconds
    return report


async def _killer(door: Door, seconds: float, kills: int, report: Report) -> None:
    for _ in range(kills):
        await asyncio.sleep(seconds / (kills + 1))
        await asyncio.to_thread(door.kill)
        await asyncio.to_thread(door.start)
        report.kills += 1


async def _reader(door: Door, until: float, report: Report) -> None:
    """Looks at committed states alone, over a connection of its own."""
    while time.monotonic() < until:
        try:
            connection = await _connected(door.data_dir)
            while time.monotonic() < until:
                report.broken += [row[0] for row in await connection.fetch(BROKEN_QUOTA)]
                report.looks += 1
                await asyncio.sleep(0.02)
            await connection.close()
        except (
            OSError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
        ):
            await asyncio.sleep(0.1)


async def _connected(data_dir: Path) -> asyncpg.Connection:
    found = make_url(f"postgresql://postgres@/postgres?host={data_dir / 'postgres'}")
    return await asyncpg.connect(
        host=str(found.query["host"]), user=found.username, database=found.database
    )


async def _client(
    http: httpx.AsyncClient, chance: random.Random, tokens: list[str], until: float, report: Report
) -> None:
    while time.monotonic() < until:
        token = chance.choice(tokens)
        answer = await _ask(http, token, {"query": SUBJECTS})
        nodes = [edge["node"] for edge in answer["data"]["me"]["subjects"]["edges"]]
        query, variables, key = _command(chance, [one for one in nodes if one["peerGroup"]])
        began = time.monotonic()
        found = await _ask(http, token, {"query": query, "variables": variables})
        report.times.append((time.monotonic() - began) * 1000)
        (result,) = found["data"].values()
        report.answers[result["__typename"]] += 1
        if result["__typename"] in {"Conclusion", "Appraisal"}:
            report.done[key] = result


def _command(chance: random.Random, nodes: list[Json]) -> tuple[str, Json, str]:
    key, one = str(uuid4()), chance.choice(nodes)
    if one["rating"]:
        target = {"appraisal": one["id"], "expectedVersion": one["version"], "idempotencyKey": key}
        return ANNUL, {"target": target, "document": PAPER}, key
    group = one["peerGroup"]["code"]
    peers = [node for node in nodes if node["peerGroup"]["code"] == group and not node["rating"]]
    chosen = chance.sample(peers, min(len(peers), chance.randint(1, 6)))
    given = {
        "year": 2023,
        "group": group,
        "document": PAPER,
        "idempotencyKey": key,
        "decisions": [_decision(chance, node) for node in chosen],
    }
    return CONCLUDE, {"input": given}, key


def _decision(chance: random.Random, node: Json) -> Json:
    computed = (node["computed"] or {}).get("level")
    highest = LEVELS.index(computed) if computed in LEVELS else 1
    return {
        "appraisal": node["id"],
        "expectedVersion": node["version"],
        "level": LEVELS[highest] if chance.random() < 0.8 else LEVELS[chance.randint(0, highest)],
        "reason": "thử tải",
    }


async def _ask(http: httpx.AsyncClient, token: str, body: Json) -> Json:
    """The answer, however often it must be asked for: a command has its key."""
    headers = {"Authorization": f"Bearer {token}"}
    while True:
        try:
            response = await http.post("/graphql", json=body, headers=headers)
            answer: Json = response.json()
            if answer.get("data") and not answer.get("errors"):
                return answer
        except (httpx.TransportError, ValueError):
            pass
        await asyncio.sleep(0.1)


async def lost(door: Door, report: Report) -> list[str]:
    """Acknowledged commands of which no trace is left, and commands that were carried out unasked."""
    connection = await _connected(door.data_dir)
    keys = {str(row[0]) for row in await connection.fetch("SELECT key FROM command")}
    acts = {
        (row[0], row[1])
        for row in await connection.fetch("SELECT sequence, encode(hash, 'hex') FROM act")
    }
    await connection.close()
    gone = [key for key in report.done if key not in keys]
    gone += [f"unasked {key}" for key in keys - report.done.keys()]
    for key, result in report.done.items():
        receipt = result.get("receipt")
        if receipt and (receipt["sequence"], receipt["hash"]) not in acts:
            gone.append(f"{key}: act {receipt['sequence']}")
    return gone
