"""The target of a flood, and what is measured on it: memory, pauses of the event loop, answers to honest callers."""

import asyncio
import json
import re
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil  # type: ignore[import-untyped]  # it ships no types

Json = dict[str, Any]
MEBIBYTE = 1 << 20
CODE = re.compile(rb'"code":\s*"([A-Z_]+)"')
NO_HEADERS: Mapping[str, str] = {}

QUERIES = (
    '{ body(code: "ht") { code name } }',
    "{ me { person { name } } }",
    '{ body(code: "ht.thach-ha") { name rating(year: 2022) { level } } }',
    '{ body(code: "ht") { children(first: 5) { edges { node { code } } } } }',
)
RECORD = """mutation ($t: TargetInput!, $facts: JSON!) { recordFacts(target: $t, facts: $facts) {
    __typename ... on Appraisal { version } ... on Refusal { code } } }"""
QUERY_PAUSE_SECONDS, COMMAND_PAUSE_SECONDS, PROBE_SECONDS, MEMORY_SECONDS = 0.02, 0.5, 0.01, 0.5


@dataclass(frozen=True)
class Target:
    """The service with the tokens and ids that the floods use. Plain data, so that it can go to other processes."""

    host: str
    port: int
    pid: int
    data_dir: Path
    caller: str
    """The token of the flooding caller."""

    honest: tuple[str, ...]
    """The tokens of the honest callers, who send small queries."""

    chair: str
    """The token of the caller of the honest commands."""

    facts: Json
    compiled: str
    """The id of the appraisal on which the honest commands act."""

    rated: str
    """The id of an appraisal to which the flooding caller may attach documents."""

    document: str
    """The id of a document of 20 MiB that the flooding caller may download."""

    appraisals: tuple[str, ...]
    group: str
    issuer: str


@dataclass
class Connection:
    """One connection that sends requests one after the other."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    async def ask(
        self,
        path: str = "/graphql",
        body: bytes | None = None,
        token: str | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer. Raises OSError, EOFError: the connection was closed."""
        self.writer.write(request(self.host, path, body, token, headers))
        await self.writer.drain()
        return await self.answer()

    async def answer(self) -> tuple[int, bytes]:
        """The next answer. Raises OSError, EOFError: the connection was closed."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        content = await self.reader.readexactly(int(length[1])) if length else b""
        return int(head.split(b" ", 2)[1]), content


def request(
    host: str,
    path: str,
    body: bytes | None,
    token: str | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
) -> bytes:
    """The bytes of a request: a POST of JSON with a body, else a GET."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"Host: {host}"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


@asynccontextmanager
async def open_connection(target: Target) -> AsyncIterator[Connection]:
    """A connection that is aborted at the end."""
    reader, writer = await asyncio.open_connection(target.host, target.port, limit=1 << 26)
    try:
        yield Connection(reader, writer, f"{target.host}:{target.port}")
    finally:
        writer.transport.abort()


def label_of(status: int, content: bytes) -> str:
    """The label of an answer: its status, and the code of its first error."""
    code = CODE.search(content) if b'"errors"' in content[:100] else None
    return f"{status} {code[1].decode()}" if code else str(status)


def json_body(query: str, variables: Json | None = None) -> bytes:
    return json.dumps({"query": query, "variables": variables or {}}).encode()


@dataclass
class HonestClients:
    """Measures honest callers: the seconds of each request, and the refused requests by label."""

    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    commands: int = 0

    @property
    def p99_milliseconds(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] * 1000

    async def ask(self, connection: Connection, body: bytes, token: str) -> Json:
        """The data of an answer; any other answer is counted as refused."""
        began = time.monotonic()
        status, content = await connection.ask(body=body, token=token)
        self.seconds.append(time.monotonic() - began)
        if status != 200 or b'"errors"' in content[:100]:
            self.refused[label_of(status, content)] += 1
            return {}
        data: Json = json.loads(content)["data"]
        return data


async def ask_honestly(target: Target, until: float, honest: HonestClients) -> None:
    """Send small queries of several callers, and a command every COMMAND_PAUSE_SECONDS, until the time `until`."""

    async def queries(token: str, number: int) -> None:
        while time.monotonic() < until:
            async with open_connection(target) as connection:
                try:
                    while time.monotonic() < until:
                        number += 1
                        await honest.ask(connection, json_body(QUERIES[number % 4]), token)
                        await asyncio.sleep(QUERY_PAUSE_SECONDS * len(target.honest))
                except (OSError, EOFError) as fault:
                    honest.refused[type(fault).__name__] += 1

    readers = (queries(token, number) for number, token in enumerate(target.honest))
    await asyncio.gather(*readers, _send_commands(target, until, honest))


async def _send_commands(target: Target, until: float, honest: HonestClients) -> None:
    """Record facts repeatedly, each time on the version that the last command returned."""
    async with open_connection(target) as connection:
        query = f'{{ appraisal(id: "{target.compiled}") {{ version }} }}'
        data = await honest.ask(connection, json_body(query), target.chair)
        version = data["appraisal"]["version"]
        while time.monotonic() < until:
            variables = {
                "t": {
                    "appraisal": target.compiled,
                    "expectedVersion": version,
                    "idempotencyKey": str(uuid4()),
                },
                "facts": target.facts,
            }
            data = await honest.ask(connection, json_body(RECORD, variables), target.chair)
            answer = data.get("recordFacts", {})
            if answer.get("__typename") == "Appraisal":
                version, honest.commands = answer["version"], honest.commands + 1
            elif answer:
                honest.refused[str(answer)] += 1
            await asyncio.sleep(COMMAND_PAUSE_SECONDS)


@dataclass(frozen=True)
class Memory:
    """Bytes of the service (RSS) and of all PostgreSQL processes (PSS, which counts shared pages once)."""

    service: int
    postgres: int


def memory_of(target: Target) -> Memory:
    service = psutil.Process(target.pid)
    return Memory(
        service.memory_info().rss, sum(map(_proportional_bytes, _postgres(target.data_dir)))
    )


def _postgres(data_dir: Path) -> list[int]:
    """The process ids of the postmaster and its children, without autovacuum workers."""
    postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    children = psutil.Process(postmaster).children(recursive=True)
    return [postmaster, *(child.pid for child in children if not _is_autovacuum(child))]


def _is_autovacuum(process: psutil.Process) -> bool:
    try:
        return any("autovacuum worker" in word for word in process.cmdline())
    except psutil.NoSuchProcess:  # it has ended meanwhile
        return True


def _proportional_bytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return 0
    return int(re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)[1]) << 10  # type: ignore[index]  # it is always there


async def watch_memory(target: Target, until: float) -> tuple[Memory, Memory]:
    """The peak of both until the time `until`, and their memory at the end."""
    samples = [await asyncio.to_thread(memory_of, target)]
    while time.monotonic() < until:
        await asyncio.sleep(MEMORY_SECONDS)
        samples.append(await asyncio.to_thread(memory_of, target))
    peak = Memory(
        max(sample.service for sample in samples), max(sample.postgres for sample in samples)
    )
    return peak, samples[-1]


@dataclass(frozen=True)
class Pause:
    """The longest response time of /livez in milliseconds: in total, and without waiting for a processor.

    `own_milliseconds` leaves out the time in which the service's main thread was runnable but other processes ran.
    """

    milliseconds: float
    own_milliseconds: float


def longest_pause(target: Target, seconds: float) -> Pause:
    """Request /livez every PROBE_SECONDS; called in its own process."""
    until, longest, own = time.monotonic() + seconds, 0.0, 0.0
    content = request(target.host, "/livez", None)
    with socket.create_connection((target.host, target.port)) as opened:
        while time.monotonic() < until:
            wait_before, began = _scheduler_wait_seconds(target.pid), time.monotonic()
            opened.sendall(content)
            opened.recv(4_096)
            took = time.monotonic() - began
            longest = max(longest, took)
            own = max(own, took - (_scheduler_wait_seconds(target.pid) - wait_before))
            time.sleep(PROBE_SECONDS)
    return Pause(longest * 1000, own * 1000)


def _scheduler_wait_seconds(pid: int) -> float:
    """Seconds for which the main thread has waited for a processor since its start."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[1]) / 1e9
