"""A client in its own process: sends prepared requests, or calls a function of the database, each of them once.

It reads one line of JSON from its input for each run, and answers with one line: commands a second, latencies in ms.
"""

import asyncio
import math
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop

DONE = (b'"result":{"__typename":"Appraisal"', b'"result":{"__typename":"Conclusion"')
"""How the answer of a command begins that was carried out."""

Step = Callable[[Any], Awaitable[bool]]
"""Carries out one piece of work; returns whether it was accepted."""


async def over_http(port: int, steps: Iterator[Any], run: "Run") -> None:
    """One connection to the service; `steps` are the bytes of requests."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def step(request: str) -> bool:
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        is_done = any(name in body for name in DONE)
        if not is_done and not run.refusals:
            run.refusals.append(body[:600].decode())
        return is_done

    await run.repeat(step, steps)
    writer.close()


async def over_driver(dsn: dict[str, Any], sql: str, steps: Iterator[Any], run: "Run") -> None:
    """One connection to PostgreSQL; `steps` are the parameters of the statement."""
    connection = await asyncpg.connect(**dsn)
    statement = await connection.prepare(sql)

    async def step(values: Sequence[Any]) -> bool:
        return await statement.fetchval(*values) is not None

    await run.repeat(step, steps)
    await connection.close()


class Run:
    """The results of one run, which all its connections share."""

    def __init__(self, seconds: float) -> None:
        self.ends, self.began = time.perf_counter() + seconds, time.perf_counter()
        self.spent: list[float] = []
        self.refused, self.used, self.refusals = 0, 0, list[str]()

    async def repeat(self, step: Step, steps: Iterator[Any]) -> None:
        for work in steps:
            began = time.perf_counter()
            if began >= self.ends:
                return
            self.used += 1
            if await step(work):
                self.spent.append(time.perf_counter() - began)
            else:
                self.refused += 1

    def result(self) -> dict[str, Any]:
        seconds = time.perf_counter() - self.began
        spent = sorted(self.spent) or [math.nan]
        return {
            "rate": len(self.spent) / seconds,
            "p50": spent[len(spent) // 2] * 1000,
            "p99": spent[int(len(spent) * 0.99)] * 1000,
            "refused": self.refused,
            "used": self.used,
            "refusal": self.refusals,
        }


async def measure(parameters: dict[str, Any], work: Sequence[Any]) -> dict[str, Any]:
    """Carry out pieces of work, each once, over several connections."""
    steps = iter(work)
    run = Run(parameters["seconds"])
    if "port" in parameters:
        tasks = [
            over_http(parameters["port"], steps, run) for _ in range(parameters["connections"])
        ]
    else:
        tasks = [
            over_driver(parameters["dsn"], parameters["sql"], steps, run)
            for _ in range(parameters["connections"])
        ]
    await asyncio.gather(*tasks)
    return run.result()


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        parameters = orjson.loads(line)
        lines = Path(parameters["work"]).read_bytes().splitlines()
        if parameters["from_end"]:
            lines.reverse()
        lines = lines[parameters["start"] :]
        result = uvloop.run(measure(parameters, [orjson.loads(line) for line in lines]))
        sys.stdout.buffer.write(orjson.dumps(result) + b"\n")
        sys.stdout.buffer.flush()
