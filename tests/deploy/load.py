"""Generates a load of decisions and annulments, and records the answers."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.deploy.cluster import Cluster
from tests.deploy.commands import CHAIRS, DONE, SUBJECTS, Json, command, in_groups
from tests.deploy.processes import until
from tests.deploy.servers import Server

SECONDS_MAX = 30
PAUSE_SECONDS = 0.05


@dataclass
class LoadReport:
    """Commands that were acknowledged, by key; requests that were not answered; the moments of the answers."""

    done: dict[str, Json] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def first_after(self, moment: float) -> float | None:
        """Seconds from a moment to the first command acknowledged after it."""
        return next((each - moment for each in self.moments if each > moment), None)


class Load:
    """Clients in their own thread; each sends one request after the other until it is stopped."""

    def __init__(self, cluster: Cluster, tokens: Sequence[str], url: str, clients: int) -> None:
        self.cluster, self.tokens, self.url, self.clients = cluster, tokens, url, clients
        self.report = LoadReport()
        self.stopped = threading.Event()
        # A daemon: after a failed test without a server, the thread would retry for ever.
        self.thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def until_acknowledged(self, more: int, what: str) -> None:
        """Wait until so many more commands were acknowledged."""
        aim = len(self.report.done) + more
        until(lambda: len(self.report.done) >= aim, f"{more} commands {what}")

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=self.clients)
        async with httpx.AsyncClient(
            base_url=self.url, verify=self.cluster.tls, timeout=SECONDS_MAX, limits=limits
        ) as http:
            await asyncio.gather(*(self._client(http, seed) for seed in range(self.clients)))

    async def _client(self, http: httpx.AsyncClient, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 -- the same choices every time
        position: str | None = None
        while not self.stopped.is_set():
            token = chance.choice(self.tokens)
            answer, _ = await self._ask(http, token, {"query": SUBJECTS}, position)
            query, variables, key, _ = command(chance, in_groups(answer))
            body = {"query": query, "variables": variables}
            answer, position = await self._ask(http, token, body, position)
            (result,) = answer["data"].values()
            self.report.answers[result["__typename"]] += 1
            if result["__typename"] in DONE:
                self.report.done[key] = result
                self.report.moments.append(time.monotonic())

    async def _ask(
        self, http: httpx.AsyncClient, token: str, body: Mapping[str, Any], position: str | None
    ) -> tuple[Json, str | None]:
        """The answer, with retries; a command has an idempotency key. Failures are recorded."""
        headers = {"Authorization": f"Bearer {token}"}
        if position:
            headers["Xeploai-Position"] = position
        while True:
            began = time.monotonic()
            try:
                response = await http.post("/graphql", json=body, headers=headers)
                answer: Json = response.json()
                if answer.get("data") and not answer.get("errors"):
                    self.report.times.append(time.monotonic() - began)
                    return answer, response.headers.get("Xeploai-Position", position)
                self.report.failed.append(f"{response.status_code} {response.text[:300]}")
            except (httpx.TransportError, ValueError) as fault:
                self.report.failed.append(repr(fault))
            await asyncio.sleep(PAUSE_SECONDS)


@contextmanager
def loaded(cluster: Cluster, url: str | None = None, clients: int = 4) -> Iterator[Load]:
    """Load on the proxy, or on another address, for the duration of the block."""
    tokens = [cluster.token(post) for post in CHAIRS]
    load = Load(cluster, tokens, url or cluster.url, clients)
    load.thread.start()
    try:
        yield load
    finally:
        load.stopped.set()
        load.thread.join(2 * SECONDS_MAX)
        assert not load.thread.is_alive()


def lost(server: Server, report: LoadReport) -> list[str]:
    """Acknowledged commands that the server does not have, or has with another act."""
    keys = {str(row[0]) for row in server.sql("SELECT key FROM command")}
    acts = set(server.sql("SELECT sequence, encode(hash, 'hex') FROM act"))
    gone = [key for key in report.done if key not in keys]
    for key, result in report.done.items():
        receipt = result.get("receipt")
        if receipt and (receipt["sequence"], receipt["hash"]) not in acts:
            gone.append(f"{key}: act {receipt['sequence']}")
    return gone
