"""Serves HTTP: starts and migrates the database, then runs uvicorn until a signal stops it."""

import asyncio
import gc
import resource
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from ctypes import CDLL
from functools import partial
from types import FrameType
from typing import Any, NoReturn

import uvicorn
from starlette.types import ASGIApp

from db.embedded.server import FREE_BYTES_KEPT, LARGE_BYTES, EmbeddedServer, embedded_server
from service.auth.identity import Identity
from service.auth.jwks import identity
from service.embedded_watch import EmbeddedWatch, watching
from service.http.client_connection import header_timeout_protocol
from service.library_internals import Multiprocess, Server
from service.port import QUEUE_MAX, listening
from service.settings import Settings
from service.telemetry.log import set_up_logging
from service.welcome import welcome

STOP_SECONDS_MAX = 20
WORKER_SECONDS_MAX = 60
FILES_RESERVED = 256
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
GC_THRESHOLDS = 2_000, 10, 50
"""Thresholds of the garbage collector: new objects before a collection of generation 0, then of 1 and 2.

Only graphql-core's validation leaves reference cycles. So frequent collections are cheap and short: with 10,000 objects
a collection stopped the event loop for 77 ms, with 2,000 for less than 10 ms.
"""

Prepare = Callable[[Settings, str], Awaitable[None]]
Build = Callable[[Settings, Identity, str], ASGIApp]


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of the database: DATABASE_URL, or the embedded server, which runs for the time of the block.

    Raises:
        EmbeddedServerError: the embedded server cannot be started.
    """
    if settings.database_url:
        yield settings.database_url
        return
    with embedded_server(settings.data_dir) as url:
        yield url


@contextmanager
def served_database(settings: Settings) -> Iterator[str]:
    """As `database`; an embedded server that dies is restarted.

    Raises:
        EmbeddedServerError: the embedded server cannot be started.
    """
    if settings.database_url:
        yield settings.database_url
        return
    server = EmbeddedServer(settings.data_dir)
    try:
        url = server.start()
        with watching(EmbeddedWatch(server)):
            yield url
    finally:
        server.stop()


def serve(settings: Settings, prepare: Prepare, build: Build) -> None:
    """Serve until Ctrl-C or SIGTERM, which stop everything that was started.

    Raises:
        PortProblem: the port cannot be used.
        KeysProblem: the keys of no issuer can be read.
        UnavailableError: the database is not available, or has a newer schema.
    """
    set_up_logging(settings.log_level)
    allow_files(settings.max_connections)
    with (
        suppress(KeyboardInterrupt),
        sigterm_as_interrupt(),
        listening(settings.host, settings.port) as listener,
    ):
        accepted_issuers = identity(settings)
        with served_database(settings) as url:
            asyncio.run(_run(prepare(settings, url)))
            if settings.workers > 1:
                factory = partial(worker, build, settings, url)
                config = uvicorn.Config(
                    factory, factory=True, workers=settings.workers, **server_options(settings)
                )
                supervisor = Workers(config, [listener])
                supervisor.announcement = welcome(settings)
                supervisor.run()
                return
            server = Announcing(
                uvicorn.Config(build(settings, accepted_issuers, url), **server_options(settings))
            )
            server.announcement = welcome(settings)
            server.run(sockets=[listener])


def server_options(settings: Settings) -> dict[str, Any]:
    """The options of uvicorn."""
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # the service does not use the client address that a proxy states
        "timeout_graceful_shutdown": STOP_SECONDS_MAX,
        "timeout_worker_healthcheck": WORKER_SECONDS_MAX,
        "loop": "uvloop",
        "http": header_timeout_protocol(settings.max_body_seconds),
        "limit_concurrency": settings.max_connections,
        "backlog": QUEUE_MAX,  # uvicorn listens on the socket again, with 2,048 of its own
        "ws": "none",
    }


def allow_files(connections: int) -> None:
    """Raise the soft limit on open files to the number of connections, as far as the hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + FILES_RESERVED
    if soft != resource.RLIM_INFINITY and soft < needed:
        files = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


async def _run(prepared: Awaitable[None]) -> None:
    await prepared


class Announcing(Server):
    """A server that prints the welcome text once it accepts requests."""

    announcement = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            tune_memory()
            sys.stdout.write(self.announcement)
            sys.stdout.flush()


class Workers(Multiprocess):
    """Several worker processes on one socket; a dead one is replaced, SIGHUP replaces them one by one."""

    announcement = ""

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(WORKER_SECONDS_MAX) for process in self.processes):
            sys.stdout.write(self.announcement)
            sys.stdout.flush()


def worker(build: Build, settings: Settings, url: str) -> ASGIApp:
    """Build the application inside a worker process."""
    set_up_logging(settings.log_level)
    app = build(settings, identity(settings), url)
    tune_memory()
    return app


def tune_memory() -> None:
    """Exclude the objects of the start from garbage collection, and return free memory to the system.

    Without the latter, glibc would keep the memory of one large document.
    """
    libc = CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc only
        libc.mallopt(M_TRIM_THRESHOLD, FREE_BYTES_KEPT)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Turn SIGTERM into KeyboardInterrupt, so that the embedded server is stopped, too.

    uvicorn handles both signals while it serves, and raises them again after it has stopped.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
