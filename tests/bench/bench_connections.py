"""Ten thousand open connections that say nothing: what they cost, and what honest clients notice."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types

from service.serving import allow_files
from tests.end_to_end.conftest import Service, running
from tests.end_to_end.test_abuse import accepted

OPEN, BATCH, ASKED = 10_000, 250, 300
HONEST = {"query": "{ __typename }"}
MEBIBYTE = 1 << 20


@contextmanager
def service() -> Iterator[Service]:
    with TemporaryDirectory(prefix="xeploai-") as folder:
        yield from running(Path(folder))


async def milliseconds(url: str) -> float:
    """The median of honest requests, one after the other."""
    spent = []
    async with httpx.AsyncClient(base_url=url) as client:
        for _ in range(ASKED):
            began = time.perf_counter()
            response = await client.post("/graphql", json=HONEST)
            response.raise_for_status()
            spent.append((time.perf_counter() - began) * 1000)
    return median(spent)


async def crowd(host: str, port: int) -> list[asyncio.StreamWriter]:
    opened: list[asyncio.StreamWriter] = []
    while len(opened) < OPEN:
        some = (asyncio.open_connection(host, port) for _ in range(BATCH))
        opened += [writer for _, writer in await asyncio.gather(*some)]
    return opened


async def measure(url: str, process: psutil.Process) -> None:
    address = httpx.URL(url)
    alone = await milliseconds(url)
    before = process.memory_info().rss
    opened = await crowd(address.host, address.port or 80)
    among = await milliseconds(url)
    grown = process.memory_info().rss - before
    print(f"{accepted(process, address.port)} open connections: {grown / MEBIBYTE:.0f} MiB more")
    print(f"an honest request: {alone:.2f} ms alone, {among:.2f} ms among them")
    for writer in opened:
        writer.close()


def main() -> None:
    allow_files(OPEN)  # here, too, each connection is one
    with service() as running:
        (process,) = (
            child
            for child in psutil.Process().children(recursive=True)
            if "serve" in child.cmdline()
        )
        asyncio.run(measure(running.url, process))


if __name__ == "__main__":
    main()
