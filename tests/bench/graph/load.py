"""A client in its own process: repeats one request over several connections and reports rate and latencies."""

import asyncio
import math
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop


@dataclass
class Load:
    """What the connections of one run share."""

    request: bytes
    ends_at: float
    spent: list[float] = field(default_factory=list)
    refused: int = 0
    last: float = 0.0


class Connection(asyncio.Protocol):
    """Sends the request again as soon as it was answered, on the same connection."""

    def __init__(self, load: Load) -> None:
        self.load, self.got, self.began = load, bytearray(), 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.body_at, self.length, self.accepted = 0, -1, False
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.got.clear()
        self.body_at, self.length = 0, -1
        self.began = time.perf_counter()
        self.transport.write(self.load.request)

    def data_received(self, data: bytes) -> None:
        self.got += data
        if not self.body_at and not self.read_head():
            return
        if self.length >= 0:
            whole = len(self.got) - self.body_at >= self.length
        else:
            whole = self.got.endswith(b"\r\n0\r\n\r\n")  # in chunks
        if whole:
            self.answered()

    def read_head(self) -> bool:
        at = self.got.find(b"\r\n\r\n")
        if at < 0:
            return False
        self.body_at = at + 4
        head = bytes(self.got[:at]).lower()
        self.accepted = head.startswith(b"http/1.1 200")
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                self.length = int(line[15:])
        return True

    def answered(self) -> None:
        now = time.perf_counter()
        self.load.last = now
        if self.accepted and not self.got.startswith(b'{"errors"', self.body_at):
            self.load.spent.append(now - self.began)
        else:
            self.load.refused += 1
        if now < self.load.ends_at:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.body_at:
            self.done.set_result(None)
        else:
            self.done.set_exception(RuntimeError(f"the connection was lost: {exc}"))


async def run(port: int, request: bytes, connections: int, seconds: float) -> dict[str, float]:
    """One run: requests per second, and milliseconds at the 50th and the 99th of a hundred."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    load = Load(request, began + seconds)
    opened = [
        (await loop.create_connection(lambda: Connection(load), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(each.done for each in opened))
    spent = sorted(load.spent) or [0.0]
    return {
        "refused": float(load.refused),
        "rate": len(load.spent) / (load.last - began),
        "p50": 1000 * spent[len(spent) // 2],
        "p99": 1000 * spent[math.ceil(len(spent) * 0.99) - 1],
    }


async def serve() -> None:
    """Reads one run after the other from standard input, as JSON lines, and answers with one each."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        parameters = orjson.loads(line)
        request = parameters["request"].encode()
        result = await run(
            parameters["port"], request, parameters["connections"], parameters["seconds"]
        )
        print(orjson.dumps(result).decode(), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
