"""The contestants, each a process of its own on one port; started as a module with a kind and its words."""

import cProfile
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
import uvicorn

from db.connection.engine import driver_url
from db.connection.read_pool import READ_ONLY_SETTINGS, arguments, text_as_bytes
from service import bootstrap
from service.serving import server_options, sigterm_as_interrupt, worker
from service.settings import Settings
from tests.bench.graph.operations import STATEMENTS

ROOT = Path(__file__).parents[3]
CONNECTIONS = 20
"""Connections to the database: the default of the service."""

JSON = (b"content-type", b"application/json")
START_SECONDS_MAX, STOP_SECONDS_MAX = 60, 30


async def nothing_to_reset(_: asyncpg.Connection) -> None:
    """No connection changes its settings, and asking it to forget them would be a round trip."""


class BareServer:
    """What is possible at all: POST /<name> with its variables runs that statement, and gives its bytes.

    No token, no parsing, no rights, no limits, no log.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.pool: Any = None  # the driver ships no types
        self.statements = {f"/{path.stem}": _written(path) for path in STATEMENTS.glob("*.sql")}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 -- ASGI
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        sql, names = self.statements[scope["path"]]
        variables = orjson.loads((await receive())["body"])["variables"]
        async with self.pool.acquire() as connection:
            data = await connection.fetchval(sql, *[variables[name] for name in names])
        answer = b'{"data":' + data + b"}"
        headers = [JSON, (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def live(self, receive: Any, send: Any) -> None:  # noqa: ANN401 -- ASGI
        await receive()
        self.pool = await asyncpg.create_pool(
            **arguments(driver_url(self.url)),
            min_size=CONNECTIONS,
            max_size=CONNECTIONS,
            server_settings=READ_ONLY_SETTINGS,
            init=text_as_bytes,
            reset=nothing_to_reset,
        )
        gc.collect()
        gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


def _written(path: Path) -> tuple[str, list[str]]:
    """A hand-written statement, and its parameters, which its first line lists."""
    sql = path.read_text(encoding="utf-8")
    return sql, sql.partition("\n")[0].removeprefix("-- ").split(", ")


def serve_limit(port: int, url: str) -> None:
    quick: dict[str, Any] = {"loop": "uvloop", "http": "httptools", "ws": "none"}
    silent: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
    uvicorn.Server(uvicorn.Config(BareServer(url), port=port, **quick, **silent)).run()


def settings(url: str, data_dir: Path, port: int) -> Settings:
    """The limits of a demonstration, without a limit per client."""
    return Settings(
        demonstration=True, database_url=url, data_dir=data_dir, port=port, budget_per_minute=0
    )


def serve_ours(port: int, url: str, data_dir: str, *, planned: bool = True) -> None:
    """The service as it is wired; not planned, without the readers of plans: graphql-core answers."""
    chosen = settings(url, Path(data_dir), port)
    if not planned:
        bootstrap.databases_of = partial(_without_readers, bootstrap.databases_of)
    made = partial(worker, bootstrap.build, chosen, url)
    uvicorn.Server(uvicorn.Config(made, factory=True, port=port, **server_options(chosen))).run()


def _without_readers(made: Any, settings: Settings, url: str) -> Any:  # noqa: ANN401 -- as wired
    databases = made(settings, url)
    databases.read_pools.clear()
    return databases


def serve_profiled(port: int, url: str, data_dir: str, result: str) -> None:
    profile = cProfile.Profile(time.thread_time)  # of the processor: others run beside it
    with suppress(KeyboardInterrupt), sigterm_as_interrupt():
        profile.runcall(serve_ours, port, url, data_dir)
    profile.dump_stats(result)


KINDS: dict[str, Callable[..., None]] = {
    "limit": serve_limit,
    "ours": serve_ours,
    "core": partial(serve_ours, planned=False),
    "profiled": serve_profiled,
}


@contextmanager
def started(
    log: Path, *words: str, program: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A server for the duration of the block; its output goes to the log."""
    program = program or (sys.executable, "-m", "tests.bench.graph.servers")
    with ExitStack() as stack:
        out = stack.enter_context(log.open("wb"))
        process = subprocess.Popen([*program, *words], stdout=out, stderr=out, cwd=ROOT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(STOP_SECONDS_MAX)


def wait_until_ready(port: int, log: Path) -> None:
    """Wait until the service is ready. Raises AssertionError, with its log, after START_SECONDS_MAX."""
    ends = time.monotonic() + START_SECONDS_MAX
    while True:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        assert time.monotonic() < ends, log.read_text(errors="replace")
        time.sleep(0.1)


if __name__ == "__main__":
    kind, port, *words = sys.argv[1:]
    KINDS[kind](int(port), *words)
