"""Builds the ASGI application: routes, middleware and background tasks.

A request passes, from the outside in: RequestMiddleware, Positioned (with a replica), BodyLimit, RequestLimit,
GraphQLFastPath, and then the endpoint or the router.
"""

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

from db.errors import UnavailableError
from db.repositories.document import BYTES_MAX
from service.auth.identity import BadTokenError
from service.headers import header
from service.http.client_connection import PROBES, STOP
from service.http.consistency_token import Positioned
from service.http.dossier_document import is_upload
from service.http.language import language_of
from service.http.large_response import UNREAD_BYTES_MAX, UnreadAnswers
from service.http.middleware import (
    ConditionalGZip,
    GraphQLFastPath,
    HttpErrorCode,
    RequestLimit,
    RequestMiddleware,
    refusal,
)
from service.http.portal_page import graphiql
from service.http.probe import Probes
from service.http.request_body import WAITING_MAX, BodyLimit

log = structlog.get_logger()

BODY_BYTES_MAX = 1 << 20
BODY_SECONDS_MAX, REQUESTS_MAX = 30.0, 1_000
QUERY_WORDS = (b"query=", b"documentId=", b"extensions=")
RETRY_SECONDS = 5
UNAVAILABLE = {
    "vi": "Cơ sở dữ liệu không trả lời; hãy thử lại sau",
    "en": "The database does not answer; try again later",
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
    """The application around the endpoint `graphql`; `sdl` is its printed schema.

    `more` are the routes of the registry. Each of `beside` runs as a task as long as the application does. `stop`
    ends event streams. With a replica, responses carry the consistency token.
    """

    async def printed_schema(_: Request) -> Response:
        return PlainTextResponse(sdl)

    probes = Probes(engine)
    handlers = {
        BadTokenError: refused_token,
        UnavailableError: unavailable,
        HTTPException: http_refusal,
    }
    routed = Starlette(
        routes=[
            Route(
                "/graphql", QueryOrPage(graphql), methods=["GET", "POST"]
            ),  # POST is taken by GraphQLFastPath
            Route("/schema.graphql", printed_schema),
            *probes.routes(),
            *more,
        ],
        middleware=[Middleware(ConditionalGZip)],
        exception_handlers={**handlers, Exception: reraise},
        lifespan=lifespan_of(engine, beside, {STOP: stop, PROBES: probes}),
    )
    # Around the router, not inside it: requests of the fast path must pass these, too.
    fast_path = GraphQLFastPath(routed, "/graphql", graphql, handlers)
    requests = RequestLimit(fast_path, requests_max, is_upload)
    bodies = BodyLimit(requests, body_bytes_max, body_seconds_max, is_upload, waiting_bodies_max)
    positioned = Positioned(bodies) if has_replica else bodies
    return RequestMiddleware(positioned, UnreadAnswers(unread_bytes_max))


def lifespan_of(
    engine: AsyncEngine,
    beside: Sequence[Callable[[], Coroutine[None, None, None]]],
    state: Mapping[str, Any],
) -> Callable[[Starlette], AbstractAsyncContextManager[Mapping[str, Any]]]:
    """The lifespan of the application: runs `beside` as tasks, and gives `state` to the server."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        tasks = [asyncio.create_task(work()) for work in beside]
        yield state
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
    """GET /graphql: the answer of a query, or the GraphiQL page for a browser without one."""

    def __init__(self, graphql: ASGIApp) -> None:
        self.graphql = graphql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (header(scope, b"upgrade") or b"").lower() == b"websocket":
            await _no_websocket()(scope, receive, send)
            return
        accept = Headers(scope=scope).get("accept", "*/*")
        asks = any(word in scope["query_string"] for word in QUERY_WORDS)
        wants_data = "text/html" not in accept and (asks or "json" in accept)
        app = self.graphql if wants_data else graphiql()
        await app(scope, receive, send)


def _no_websocket() -> Response:
    return refusal(
        400,
        code=HttpErrorCode.NO_WEBSOCKET,
        message="subscriptions come as server-sent events: Accept: text/event-stream",
        headers={"Connection": "close"},
    )


async def refused_token(request: Request, fault: Exception) -> Response:
    """The refusal of a token with a stable code; the reason is only logged."""
    assert isinstance(fault, BadTokenError)  # noqa: S101 - registered for this class
    log.info("token_refused", reason=fault.reason)
    sentence = fault.vi if language_of(request.headers.get("accept-language")) == "vi" else fault.en
    return refusal(fault.status, fault.code, sentence, fault.headers)


async def unavailable(request: Request, fault: Exception) -> Response:
    """503: the database does not answer, or has another schema; the reason is only logged."""
    log.warning("unavailable", reason=str(fault))
    language = language_of(request.headers.get("accept-language"))
    again = {"Retry-After": str(RETRY_SECONDS)}
    return refusal(503, code=UnavailableError.code, message=UNAVAILABLE[language], headers=again)


async def reraise(_: Request, fault: Exception) -> Response:
    """Let `RequestMiddleware` mask the exception."""
    raise fault


async def http_refusal(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for this class
    return refusal(fault.status_code, f"HTTP_{fault.status_code}", fault.detail, fault.headers)
