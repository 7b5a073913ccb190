"""Concurrent raters on the same groups, with kills: no command is lost or executed twice, no quota is exceeded."""

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

from tests.conftest import XEPLOAI
from tests.end_to_end.conftest import Service, environment, free_port, until_ready

Json = dict[str, Any]
CELLS = ("ht.so-tnmt.cb", "ht.so-y-te.cb", "ht.so-tu-phap.cb")
"""Between these members are transferred; a cell has as many seats as it has members."""
CHAIRS = (
    "ht.ubnd.ct",
    "ht.pbt-tt",
    "ht.hdnd.pct-tt",
    "ht.cam-xuyen.bi-thu",
    "ht.thach-ha.bi-thu",
    "ht.ky-anh.bi-thu",
    *(f"{cell}.bi-thu" for cell in CELLS),
)
OFFICES = tuple(f"{cell}.pbt" for cell in CELLS)
SUBJECTS = """query ($act: Act!) { me { subjects(act: $act, year: 2023, first: 500) { edges { node {
    id version rating { level } computed { level } peerGroup { code } } } } } }"""
CONCLUDE = """mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename
    ... on Conclusion { receipt { sequence hash } } ... on Refusal { code } } }"""
ANNUL = """mutation ($target: TargetInput!, $document: DocumentInput!) {
    annul(target: $target, reason: "thử tải", document: $document) { __typename
    ... on Appraisal { id version } ... on Refusal { code } } }"""
TRANSFER = """mutation ($target: TargetInput!, $to: ID!, $document: DocumentInput!) {
    transfer(target: $target, to: $to, on: "2023-12-11", document: $document) { __typename
    ... on Appraisal { id version } ... on Refusal { code } } }"""
PAPER = {"number": "1-TT", "date": "2023-12-11"}
COMMANDS_ON_A_LIST = 6
LEVELS = ["NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT"]
BROKEN_QUOTA = """SELECT q.peer_group_code FROM quota q JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.level = 'EXCELLENT') AS excellent,
           count(*) FILTER (WHERE a.level = 'GOOD') AS good
    FROM appraisal a WHERE a.peer_group_code = q.peer_group_code AND a.year = q.year) c ON true
    WHERE q.year = 2023 AND (c.excellent <> q.excellent OR c.good <> q.good
        OR (NOT q.over_quota AND 5 * c.excellent > c.good))"""


@dataclass
class Report:
    """What happened: acknowledged commands, answers by command and kind, times in milliseconds, kills.

    `down` are the seconds from each kill until the service was ready again; `hit` are the times of the
    commands that one of them fell into. `before` are the keys of the commands that made the demonstration.
    """

    done: dict[str, Json] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    hit: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    down: float = 0.0
    kills: int = 0
    broken: list[str] = field(default_factory=list)
    looks: int = 0
    seconds: float = 0.0
    before: frozenset[str] = frozenset()

    def lines(self) -> list[str]:
        done, up = len(self.done), self.seconds - self.down
        requests_count = len(self.times) + len(self.hit)
        return [
            f"  {done} commands done, {done / self.seconds:.0f} a second, {requests_count} answered",
            f"  in the {up:.0f} s of service: {done / up:.0f} done a second, {requests_count / up:.0f} answered",
            f"  a command took {_times(self.times)}; with a kill meanwhile {_times(self.hit)}",
            f"  {len(self.reads)} lists of up to 500 were read, {_times(self.reads)}",
            f"  answers: {dict(self.answers.most_common())}",
            f"  kills survived: {self.kills}, down for {self.down:.1f} s; a second reader looked {self.looks} times",
        ]


def _times(rows: list[float]) -> str:
    if not rows:
        return "nothing"
    ordered = sorted(rows)
    return f"p50 {ordered[len(rows) // 2]:.0f} ms, p99 {ordered[int(len(rows) * 0.99)]:.0f} ms"


class KillableService:
    """A service of its own that can be killed with its PostgreSQL, and started again."""

    def __init__(self, data_dir: Path, **more: str) -> None:
        self.data_dir, self.port, self.more = data_dir, free_port(), more
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def service(self) -> Service:
        return Service(f"http://127.0.0.1:{self.port}", self.data_dir)

    def start(self) -> None:
        log = self.data_dir / "service.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [XEPLOAI, "serve", "--demonstration"],
                env=environment(self.data_dir, PORT=str(self.port), **self.more),
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
def opened(data_dir: Path, **more: str) -> Iterator[KillableService]:
    """A service on a directory, with more settings."""
    door = KillableService(data_dir, **more)
    door.start()
    try:
        yield door
    finally:
        door.stop()


async def contend(
    door: KillableService, *, clients: int, seconds: float, kills: int, seed: int
) -> Report:
    """Let clients act at random for a while; every command is sent again until it is answered."""
    tokens = {post: door.service.token(post) for post in (*CHAIRS, *OFFICES)}
    report = Report(before=frozenset(await _keys(door)))
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=door.service.url, timeout=30, limits=limits) as http:
        workers = [
            _client(http, random.Random(seed + number), tokens, until, report)  # noqa: S311 -- the same acts every time
            for number in range(clients)
        ]
        reader = asyncio.create_task(_reader(door, until, report))
        killer = asyncio.create_task(_killer(door, seconds, kills, report))
        await asyncio.gather(*workers)
        await asyncio.gather(reader, killer)
    report.seconds = seconds
    return report


async def _killer(door: KillableService, seconds: float, kills: int, report: Report) -> None:
    for _ in range(kills):
        await asyncio.sleep(seconds / (kills + 1))
        began = time.monotonic()
        await asyncio.to_thread(door.kill)
        await asyncio.to_thread(door.start)
        report.kills += 1
        report.down += time.monotonic() - began


async def _reader(door: KillableService, until: float, report: Report) -> None:
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
    address = make_url(f"postgresql://postgres@/postgres?host={data_dir / 'postgres'}")
    return await asyncpg.connect(
        host=str(address.query["host"]), user=address.username, database=address.database
    )


async def _client(
    http: httpx.AsyncClient,
    chance: random.Random,
    tokens: dict[str, str],
    until: float,
    report: Report,
) -> None:
    """Reads its list, does one thing on it or another, and reads it again once something was refused."""
    while time.monotonic() < until:
        post = chance.choice(list(tokens))
        act = "COMPILE" if post in OFFICES else "RATE"
        began = time.monotonic()
        payload = {"query": SUBJECTS, "variables": {"act": act}}
        answer = await _ask(http, tokens[post], payload)
        report.reads.append((time.monotonic() - began) * 1000)
        nodes = [edge["node"] for edge in answer["data"]["me"]["subjects"]["edges"]]
        nodes = [one for one in nodes if one["peerGroup"]]
        for _ in range(COMMANDS_ON_A_LIST):
            if not nodes or time.monotonic() >= until:
                break
            command, key, taken = _command(chance, post, nodes)
            nodes = [one for one in nodes if one["id"] not in taken]
            result = await _timed(http, tokens[post], command, report)
            if result["__typename"] not in {"Conclusion", "Appraisal"}:
                break
            report.done[key] = result


async def _timed(http: httpx.AsyncClient, token: str, command: Json, report: Report) -> Json:
    began, kills, down = time.monotonic(), report.kills, report.down
    answer = await _ask(http, token, command)
    took = (time.monotonic() - began) * 1000
    ((name, result),) = answer["data"].items()
    answered: Json = result
    is_hit = (report.kills, report.down) != (kills, down)
    (report.hit if is_hit else report.times).append(took)
    report.answers[f"{name} {result['__typename']}"] += 1
    return answered


def _command(chance: random.Random, post: str, nodes: list[Json]) -> tuple[Json, str, set[str]]:
    """A command, its key, and the appraisals that it is about."""
    key, appraisal = str(uuid4()), chance.choice(nodes)
    target = {
        "appraisal": appraisal["id"],
        "expectedVersion": appraisal["version"],
        "idempotencyKey": key,
    }
    variables: Json = {"target": target, "document": PAPER}
    if post in OFFICES:
        to = chance.choice(
            [cell for cell in CELLS if not appraisal["peerGroup"]["code"].endswith(cell)]
        )
        return {"query": TRANSFER, "variables": variables | {"to": to}}, key, {appraisal["id"]}
    if appraisal["rating"]:
        return {"query": ANNUL, "variables": variables}, key, {appraisal["id"]}
    group = appraisal["peerGroup"]["code"]
    peers = [node for node in nodes if node["peerGroup"]["code"] == group and not node["rating"]]
    chosen = chance.sample(peers, min(len(peers), chance.randint(1, 6)))
    expected = {
        "year": 2023,
        "group": group,
        "document": PAPER,
        "idempotencyKey": key,
        "decisions": [_decision(chance, node) for node in chosen],
    }
    command = {"query": CONCLUDE, "variables": {"input": expected}}
    return command, key, {node["id"] for node in chosen}


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
    """Repeats the request until it is answered; a command has its idempotency key."""
    headers = {"Authorization": f"Bearer {token}"}
    while True:
        try:
            response = await http.post("/graphql", json=body, headers=headers)
            answer: Json = response.json()
            if answer.get("data") and not answer.get("errors"):
                return answer
            if _was_moved(answer):
                return {"data": {"moved": {"__typename": "Moved"}}}
            _raise_for_input(answer)
        except (httpx.TransportError, ValueError):
            pass
        await asyncio.sleep(0.1)


def _was_moved(answer: Json) -> bool:
    """A member was transferred between the list that was read and the command: read it again."""
    return any(
        error["extensions"].get("field") == "decisions" for error in answer.get("errors") or ()
    )


def _raise_for_input(answer: Json) -> None:
    """A fault that a repetition cannot resolve is a fault of this test, and ends it."""
    for error in answer.get("errors") or ():
        if error.get("extensions", {}).get("code") in {"BAD_INPUT", "GRAPHQL_INVALID", "NOT_FOUND"}:
            raise AssertionError(error)


async def _keys(door: KillableService) -> set[str]:
    connection = await _connected(door.data_dir)
    keys = {str(row[0]) for row in await connection.fetch("SELECT key FROM command")}
    await connection.close()
    return keys


async def lost(door: KillableService, report: Report) -> list[str]:
    """Acknowledged commands without a trace, and executed commands that were never sent."""
    keys = await _keys(door) - report.before
    connection = await _connected(door.data_dir)
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
