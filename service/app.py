"""The application, as data: its routes, its middleware, what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from db.documents import BYTES_MAX
from db.engine import transaction
from db.errors import UnavailableError
from db.migrate import SchemaState, schema_state
from service.answers import UNREAD_BYTES_MAX, UnreadAnswers
from service.bodies import WAITING_MAX, BodyLimit
from service.files import is_upload
from service.identity import BadTokenError
from service.language import language_of
from service.middleware import Compressed, Door, RequestLimit, Straight, header, refusal
from service.portal_pages import graphiql
from service.positions import Positioned

log = structlog.get_logger()

BODY_BYTES_MAX = 1 << 20
BODY_SECONDS_MAX, REQUESTS_MAX = 30.0, 1_000
QUERY_WORDS = (b"query=", b"documentId=", b"extensions=")
RETRY_SECONDS = 5
READY_SECONDS = 1.0
"""An answer of /readyz holds so long; probes and proxies ask every few seconds."""

UNAVAILABLE = {
    "vi": "Cơ sở dữ liệu không trả lời; hãy thử lại sau",
    "en": "The database does not answer; try again later",
}
WHY_NOT = {
    SchemaState.BEHIND: "the schema is too old for this version; `xeploai migrate` brings it up to date",
    SchemaState.AHEAD: "the schema is too new for this version; start a newer version",
}


def make_app(  # noqa: PLR0913 - the last seven have defaults
    engine: AsyncEngine,
    graphql: ASGIApp,
    sdl: str,
    *beside: Callable[[], Coroutine[None, None, None]],
    more: Sequence[BaseRoute] = (),
    requests_max: int = REQUESTS_MAX,
    body_seconds_max: float = BODY_SECONDS_MAX,
    waiting_bodies_max: int = WAITING_MAX,
    unread_bytes_max: int = UNREAD_BYTES_MAX,
    stop: Callable[[], None] = lambda: None,
    has_replica: bool = False,
) -> ASGIApp:
    """The door in front of `graphql`, an object that answers POST; `sdl` is its printed schema.

    `more` are the routes that know the registry. Each of `beside` runs as long as the application does;
    `stop` ends the answers that go on for ever. Only with a replica positions have to be told.
    """

    async def printed_schema(_: Request) -> Response:
        return PlainTextResponse(sdl)

    handlers = {BadTokenError: refused_token, UnavailableError: unavailable, HTTPException: refused}
    routed = Starlette(
        routes=[
            Route("/graphql", QueryOrPage(graphql), methods=["GET", "POST"]),  # see Straight
            Route("/schema.graphql", printed_schema),
            Route("/livez", livez),
            Route("/readyz", Readiness(engine).respond),
            *more,
        ],
        middleware=[Middleware(Compressed)],
        exception_handlers={**handlers, Exception: unforeseen},
        lifespan=running(engine, beside, stop),
    )
    # Around the router and not in it: what comes straight passes nothing else.
    straight = Straight(routed, "/graphql", graphql, handlers)
    requests = RequestLimit(straight, requests_max, is_upload)
    bodies = BodyLimit(requests, body_bytes_max, body_seconds_max, is_upload, waiting_bodies_max)
    positioned = Positioned(bodies) if has_replica else bodies
    return Door(UnreadAnswers(positioned, unread_bytes_max))


def running(
    engine: AsyncEngine,
    beside: Sequence[Callable[[], Coroutine[None, None, None]]],
    stop: Callable[[], None],
) -> Callable[[Starlette], AbstractAsyncContextManager[Mapping[str, Any]]]:
    """What runs as long as the application does, and is ended with it; the server may tell it to `stop`."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        tasks = [asyncio.create_task(each()) for each in beside]
        yield {"stop": stop}
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await engine.dispose()

    return lifespan


def body_bytes_max(scope: Scope) -> int:
    return BYTES_MAX if is_upload(scope) else BODY_BYTES_MAX


class QueryOrPage:
    """GET /graphql: an answer for whoever brings a query, GraphiQL for whoever comes with a browser."""

    def __init__(self, graphql: ASGIApp) -> None:
        self.graphql = graphql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (header(scope, b"upgrade") or b"").lower() == b"websocket":
            await _no_websocket()(scope, receive, send)
            return
        accept = Headers(scope=scope).get("accept", "*/*")
        asks = any(word in scope["query_string"] for word in QUERY_WORDS)
        wants_data = "text/html" not in accept and (asks or "json" in accept)
        shown = self.graphql if wants_data else graphiql()
        await shown(scope, receive, send)


def _no_websocket() -> Response:
    return refusal(
        400,
        code="NO_WEBSOCKET",
        message="subscriptions come as server-sent events: Accept: text/event-stream",
        headers={"Connection": "close"},
    )


async def livez(_: Request) -> Response:
    return PlainTextResponse("alive")


class Readiness:
    """Ready when the database answers and its schema is one that this version works on.

    The database is asked once for all who ask at the same time, and its answer holds for a second: so asking
    costs one connection at most.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asking: asyncio.Task[tuple[int, str]] | None = None
        self._asked_at = -READY_SECONDS

    async def respond(self, _: Request) -> Response:
        """200 or 503, and a sentence that says why."""
        now = asyncio.get_running_loop().time()
        is_old = (
            self._asking is not None
            and self._asking.done()
            and now - self._asked_at >= READY_SECONDS
        )
        if self._asking is None or is_old:
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask())
        status, told = await asyncio.shield(self._asking)
        return PlainTextResponse(told, status)

    async def _ask(self) -> tuple[int, str]:
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


async def refused_token(request: Request, fault: Exception) -> Response:
    """A stable code, nearly always with 401; the reason goes to the log alone."""
    assert isinstance(fault, BadTokenError)  # noqa: S101 - registered for this class
    log.info("token_refused", reason=fault.reason)
    said = fault.vi if language_of(request.headers.get("accept-language")) == "vi" else fault.en
    return refusal(fault.status, fault.code, said, fault.headers)


async def unavailable(request: Request, fault: Exception) -> Response:
    """503: the database does not answer, or is not the one of this version; why is for the log."""
    log.warning("unavailable", reason=str(fault))
    language = language_of(request.headers.get("accept-language"))
    again = {"Retry-After": str(RETRY_SECONDS)}
    return refusal(503, code="UNAVAILABLE", message=UNAVAILABLE[language], headers=again)


async def unforeseen(_: Request, fault: Exception) -> Response:
    """The door masks it."""
    raise fault


async def refused(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for this class
    return refusal(fault.status_code, f"HTTP_{fault.status_code}", fault.detail, fault.headers)
