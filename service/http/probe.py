"""Whether the service lives, and whether it is ready: asked often, and answered whatever else goes on."""

import asyncio
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from http import HTTPStatus
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
from service.http.middleware import ID_BYTES, RAW_HEADERS
from service.telemetry.log import line_log

log = structlog.get_logger()

READY_SECONDS = 1.0
"""An answer of /readyz holds so long; probes and proxies ask every few seconds."""

ALIVE, READY = PATHS = ("/livez", "/readyz")

TOLD_IN_A_ROUND = 32
"""Of each path. Each takes 20 µs, so a round of the event loop takes a millisecond more at most."""

WHY_NOT = {
    SchemaState.BEHIND: "the schema is too old for this version; `xeploai migrate` brings it up to date",
    SchemaState.AHEAD: "the schema is too new for this version; start a newer version",
}
ANSWER = (
    b"HTTP/1.1 %d %b\r\n"
    + b"".join(b"%b: %b\r\n" % header for header in RAW_HEADERS)
    + b"vary: Accept-Encoding\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"x-request-id: %b\r\ncontent-length: %d\r\n\r\n%b"
)
"""As bytes of HTTP/1.1: whoever asks often is not led through the application."""

Told = tuple[int, str]
"""200 or 503, and a sentence that says why."""


class Probes:
    """Ready when the database answers and its schema is one that this version works on.

    The database is asked once for all who ask at the same time, and its answer holds for a second: so asking
    costs one connection at most.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asking: asyncio.Future[Told] | None = None
        self._asked_at = -READY_SECONDS
        self._rounds = {path: LoopRounds(TOLD_IN_A_ROUND) for path in PATHS}

    @cached_property
    def _say(self) -> Callable[[Mapping[str, Any]], None]:
        """Made when logging is set up."""
        return line_log()

    def routes(self) -> list[Route]:
        return [Route(path, partial(_respond, self, path)) for path in PATHS]

    def asked(self, path: str) -> "asyncio.Future[Told] | None":
        """What is told at this path, which is one and the same for all who ask; None for other paths."""
        if path == READY:
            return self._readiness()
        return _alive() if path == ALIVE else None

    def written(self, path: str, told: Told) -> bytes:
        """The whole answer but for what the connection adds to its head, as the application's `Door` would give it.

        It leaves its line in the log.
        """
        status, sentence = told
        identifier = urandom(ID_BYTES).hex()
        self._say(
            {
                "event": "request",
                "method": "GET",
                "path": path,
                "request": identifier,
                "status": status,
                "milliseconds": 0.0,
            }
        )
        return ANSWER % (
            status,
            HTTPStatus(status).phrase.encode(),
            identifier.encode(),
            len(sentence),
            sentence.encode(),
        )

    def in_turn(self, path: str, tell: Callable[[], None]) -> None:
        """Tell it in this round of the event loop or a later one: a crowd of probes does not hold up the others.

        Each path has a queue of its own: whether it lives is told, however many ask whether it is ready.
        """
        self._rounds[path].call(tell)

    def _readiness(self) -> "asyncio.Future[Told]":
        now = asyncio.get_running_loop().time()
        is_old = (
            self._asking is not None
            and self._asking.done()
            and now - self._asked_at >= READY_SECONDS
        )
        if self._asking is None or is_old:
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask())
        return self._asking

    async def _ask(self) -> Told:
        try:
            async with transaction(self._engine) as connection:
                state = await schema_state(connection)
        except UnavailableError as fault:
            log.warning("not_ready", reason=str(fault))
            return 503, "not ready: the database does not answer"
        if state.will_do:
            return 200, "ready"
        log.warning("not_ready", reason=WHY_NOT[state])
        return 503, f"not ready: {WHY_NOT[state]}"


def _alive() -> "asyncio.Future[Told]":
    alive: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
    alive.set_result((200, "alive"))
    return alive


async def _respond(probes: Probes, path: str, _: Request) -> Response:
    asked = probes.asked(path)
    assert asked is not None  # noqa: S101 - of its routes
    status, told = await asyncio.shield(asked)
    return PlainTextResponse(told, status)
