"""The application, as data: its routes, its middleware, what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
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
from service.files import is_upload
from service.identity import BadTokenError
from service.language import language_of
from service.middleware import (
    BodyLimit,
    Compressed,
    Door,
    Straight,
    refusal,
)
from service.portal_pages import graphiql
from service.positions import Positioned

log = structlog.get_logger()

BODY_BYTES_MAX = 1 << 20
BODY_SECONDS_MAX, REQUESTS_MAX = 30.0, 1_000
QUERY_WORDS = (b"query=", b"documentId=", b"extensions=")
RETRY_SECONDS = 5
UNAVAILABLE = {
    "vi": "Cơ sở dữ liệu không trả lời; hãy thử lại sau",
    "en": "The database does not answer; try again later",
}
WHY_NOT = {
    SchemaState.BEHIND: "the schema is too old for this version; `xeploai migrate` brings it up to date",
    SchemaState.AHEAD: "the schema is too new for this version; start a newer version",
}

Page = Callable[[Request], Awaitable[Response]]


def make_app(  # noqa: PLR0913 - the last five have defaults
    engine: AsyncEngine,
    graphql: ASGIApp,
    sdl: str,
    *beside: Callable[[], Coroutine[None, None, None]],
    more: Sequence[BaseRoute] = (),
    requests_max: int = REQUESTS_MAX,
    body_seconds_max: float = BODY_SECONDS_MAX,
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
            Route("/readyz", readyz(engine)),
            *more,
        ],
        middleware=[Middleware(Compressed)],
        exception_handlers={**handlers, Exception: unforeseen},
        lifespan=running(engine, beside, stop),
    )
    # Around the router and not in it: what comes straight passes nothing else.
    straight = Straight(routed, "/graphql", graphql, handlers)
    limited = BodyLimit(straight, body_bytes_max, body_seconds_max)
    return Door(Positioned(limited) if has_replica else limited, requests_max)


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
        accept = Headers(scope=scope).get("accept", "*/*")
        asks = any(word in scope["query_string"] for word in QUERY_WORDS)
        wants_data = "text/html" not in accept and (asks or "json" in accept)
        shown = self.graphql if wants_data else graphiql()
        await shown(scope, receive, send)


async def livez(_: Request) -> Response:
    return PlainTextResponse("alive")


def readyz(engine: AsyncEngine) -> Page:
    """Ready when the database answers and its schema is one that this version works on."""

    async def answer(_: Request) -> Response:
        try:
            async with transaction(engine) as connection:
                state = await schema_state(connection)
        except UnavailableError as fault:
            log.warning("not_ready", reason=str(fault))
            return PlainTextResponse("not ready: the database does not answer", status_code=503)
        if state.will_do:
            return PlainTextResponse("ready")
        log.warning("not_ready", reason=WHY_NOT[state])
        return PlainTextResponse(f"not ready: {WHY_NOT[state]}", status_code=503)

    return answer


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
