"""Probes: /livez and /readyz, answered also when the service is overloaded."""

import asyncio
from collections.abc import Callable, MutableMapping
from functools import cached_property, partial
from os import urandom
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.connection.engine import transaction
from db.errors import UnavailableError
from db.migrate import SchemaState, schema_state
from schema.execution.fair_queue import LoopRounds
from service.http.client_connection import header_lines
from service.http.middleware import ID_BYTES, RAW_HEADERS
from service.telemetry.log import request_logger

log = structlog.get_logger()

READY_SECONDS = 1.0
"""Seconds for which an answer of /readyz is reused; probes and proxies ask every few seconds."""

ALIVE, READY = PATHS = ("/livez", "/readyz")

ANSWERS_PER_ROUND_MAX = 32
"""Answers of each path in one round of the event loop. One takes 20 µs, so a round grows by 1 ms at most."""

NOT_READY_REASONS = {
    SchemaState.BEHIND: "the schema is too old for this version; `xeploai migrate` brings it up to date",
    SchemaState.AHEAD: "the schema is too new for this version; start a newer version",
}
HEAD = (
    header_lines(RAW_HEADERS)
    + b"vary: Accept-Encoding\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"x-request-id: %b\r\ncontent-length: %d\r\n"
)
"""The header lines of a probe's response, which the connection writes without the application."""

ProbeAnswer = tuple[int, str]
"""The status 200 or 503, and a sentence with the reason."""


class Probes:
    """Answers the probes. The service is ready if the database answers and this version can use its schema.

    Concurrent probes share one check of the database, and its result is reused for READY_SECONDS: so probes use at
    most one connection.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pending: asyncio.Future[ProbeAnswer] | None = None
        self._checked_at = -READY_SECONDS
        self._rounds = {path: LoopRounds(ANSWERS_PER_ROUND_MAX) for path in PATHS}

    @cached_property
    def _write_line(self) -> Callable[[MutableMapping[str, Any]], None]:
        """Created at first use, after logging is set up."""
        return request_logger()

    def routes(self) -> list[Route]:
        return [Route(path, partial(_respond, self, path)) for path in PATHS]

    def answer_for(self, path: str) -> "asyncio.Future[ProbeAnswer] | None":
        """The pending answer for this path, shared by all clients; None for other paths."""
        if path == READY:
            return self._readiness()
        return _alive() if path == ALIVE else None

    def as_http(self, path: str, answer: ProbeAnswer) -> tuple[int, bytes, bytes]:
        """Status, header lines and body, as `RequestMiddleware` would send them; the connection adds its own headers.

        Writes the request's line to the log.
        """
        status, sentence = answer
        identifier = urandom(ID_BYTES).hex()
        self._write_line(
            {
                "event": "request",
                "method": "GET",
                "path": path,
                "request": identifier,
                "status": status,
                "milliseconds": 0.0,
            }
        )
        return status, HEAD % (identifier.encode(), len(sentence)), sentence.encode()

    def enqueue(self, path: str, respond: Callable[[], None]) -> None:
        """Call `respond` in this round of the event loop or a later one, so that many probes do not delay requests.

        Each path has its own queue: many probes of /readyz do not delay /livez.
        """
        self._rounds[path].call(respond)

    def _readiness(self) -> "asyncio.Future[ProbeAnswer]":
        now = asyncio.get_running_loop().time()
        is_old = (
            self._pending is not None
            and self._pending.done()
            and now - self._checked_at >= READY_SECONDS
        )
        if self._pending is None or is_old:
            self._checked_at = now
            self._pending = asyncio.create_task(self._check())
        return self._pending

    async def _check(self) -> ProbeAnswer:
        try:
            async with transaction(self._engine) as connection:
                state = await schema_state(connection)
        except UnavailableError as fault:
            log.warning("not_ready", reason=str(fault))
            return 503, "not ready: the database does not answer"
        if state.will_do:
            return 200, "ready"
        log.warning("not_ready", reason=NOT_READY_REASONS[state])
        return 503, f"not ready: {NOT_READY_REASONS[state]}"


def _alive() -> "asyncio.Future[ProbeAnswer]":
    alive: asyncio.Future[ProbeAnswer] = asyncio.get_running_loop().create_future()
    alive.set_result((200, "alive"))
    return alive


async def _respond(probes: Probes, path: str, _: Request) -> Response:
    pending = probes.answer_for(path)
    assert pending is not None  # noqa: S101 - both routes have an answer
    status, sentence = await asyncio.shield(pending)
    return PlainTextResponse(sentence, status)
