"""ASGI middleware of every request: request id and access log, concurrency limit, GraphQL fast path, gzip."""

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from enum import StrEnum
from functools import cached_property
from os import urandom
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import INTERNAL, MASKED
from service.headers import RawHeaders, header
from service.http.accept import weighted_names
from service.http.client_connection import WRITE_RESPONSE, WriteResponse, header_lines
from service.http.graphql_request import GRAPHQL_JSON, head_of
from service.http.language import language_of
from service.http.large_response import HELD_BYTES_MIN, UnreadAnswers
from service.telemetry.log import REQUEST, request_logger

Handler = Callable[[Request, Exception], Awaitable[Response]]

ID_BYTES = 16

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
"""HEADERS in the form of ASGI, for every answer."""

HEAD = header_lines(RAW_HEADERS) + b"x-request-id: %b\r\n"
RAW_HEADER_NAMES = frozenset(name for name, _ in RAW_HEADERS)


HTTP_UNAUTHORIZED = 401
CHALLENGE = (b"www-authenticate", b"Bearer")
"""Every 401 names the authentication scheme (RFC 9110, 15.5.2)."""


def accepts_gzip(scope: Scope) -> bool:
    """Whether the client accepts gzip; `gzip;q=0` refuses it (RFC 9110, 12.5.3)."""
    accepted = header(scope, b"accept-encoding") or b""
    if b"gzip" not in accepted or b"q=" not in accepted:
        return b"gzip" in accepted
    return any(
        name == "gzip" and quality > 0
        for name, quality in weighted_names(accepted.decode("latin-1"))
    )


LOG_LINE = "xeploai.line"
"""Key of the ASGI scope for the request's log line, to which the endpoint adds its own keys."""


UNLIMITED_PATHS = ("/livez", "/readyz", "/metrics")


class RequestLimit:
    """At most `requests_max` requests run concurrently; further ones get 503 with Retry-After.

    A request counts once its body has arrived. Probes and metrics (UNLIMITED_PATHS) are always answered; requests
    for which `is_counted_elsewhere` is true have their own limit.
    """

    def __init__(
        self, app: ASGIApp, requests_max: int, is_counted_elsewhere: Callable[[Scope], bool]
    ) -> None:
        self.app, self.requests_max, self.running = app, requests_max, 0
        self.is_counted_elsewhere = is_counted_elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_free = scope["type"] != "http" or scope["path"] in UNLIMITED_PATHS
        if is_free or self.is_counted_elsewhere(scope):
            await self.app(scope, receive, send)
            return
        if self.running >= self.requests_max:
            await _busy(self.requests_max)(scope, receive, send)
            return
        self.running += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.running -= 1


class RequestMiddleware:
    """The outermost middleware: request id, one log line, security headers.

    Unexpected exceptions become a masked 500.
    """

    def __init__(self, app: ASGIApp, unread: UnreadAnswers) -> None:
        self.app, self.unread = app, unread

    @cached_property
    def write_line(self) -> Callable[[MutableMapping[str, Any]], None]:
        """Created at first use, after logging is set up."""
        return request_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        identifier = urandom(ID_BYTES).hex()
        line: dict[str, Any] = {
            "event": "request",
            "method": scope["method"],
            "path": scope["path"],
            "request": identifier,
            "status": 0,
        }
        scope[LOG_LINE] = line
        if WRITE_RESPONSE in scope:
            scope[WRITE_RESPONSE] = _write_with_headers(scope[WRITE_RESPONSE], line)
        send_with_headers = self._send_with_headers(scope, send, line)
        REQUEST.set(
            identifier
        )  # uvicorn runs each request in its own task, and so in its own context
        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            structlog.get_logger().exception("internal_error")
            if line["status"]:
                raise
            await _masked(scope, identifier)(scope, receive, send_with_headers)
        finally:
            line["milliseconds"] = round((time.perf_counter() - began) * 1000, 1)
            self.write_line(line)

    def _send_with_headers(self, scope: Scope, send: Send, line: dict[str, Any]) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = status = message["status"]
                present = [name for name, _ in message["headers"]]
                message["headers"] += (
                    RAW_HEADERS
                    if RAW_HEADER_NAMES.isdisjoint(present)
                    else [pair for pair in RAW_HEADERS if pair[0] not in present]
                )
                message["headers"].append((b"x-request-id", line["request"].encode()))
                if status == HTTP_UNAUTHORIZED and CHALLENGE[0] not in present:
                    message["headers"].append(CHALLENGE)
            elif len(message.get("body", b"")) > HELD_BYTES_MIN:
                await self.unread.send_in_pieces(scope, message, send)
                return
            await send(message)

        return send_with_headers


def _write_with_headers(write: WriteResponse, line: dict[str, Any]) -> WriteResponse:
    """The same headers for an answer that is written at once; large ones and those with a challenge are sent."""

    def write_with_headers(status: int, head: bytes, body: bytes) -> bool:
        if status == HTTP_UNAUTHORIZED or len(body) > HELD_BYTES_MIN:
            return False
        is_written = write(status, head + HEAD % line["request"].encode(), body)
        if is_written:
            line["status"] = status
        return is_written

    return write_with_headers


class GraphQLFastPath:
    """Sends POST `path`, nearly all requests, directly to the endpoint: the router would cost time.

    Answers are compressed if the client accepts gzip; the endpoint sets Vary itself. `handlers` answer exceptions,
    as they do for routes.
    """

    def __init__(
        self,
        app: ASGIApp,
        path: str,
        endpoint: ASGIApp,
        handlers: Mapping[type[Exception], Handler],
    ) -> None:
        self.app, self.path, self.handlers = app, path, handlers
        self._endpoint, self._compressed = endpoint, ConditionalGZip(endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self.path or scope["method"] != "POST":
            scope.pop(WRITE_RESPONSE, None)  # the router's middleware changes answers
            await self.app(scope, receive, send)
            return
        endpoint = self._endpoint
        if accepts_gzip(scope):
            endpoint = self._compressed
            scope.pop(WRITE_RESPONSE, None)
        try:
            await endpoint(scope, receive, send)
        except tuple(self.handlers) as fault:
            handle = next(
                self.handlers[kind] for kind in type(fault).__mro__ if kind in self.handlers
            )
            response = await handle(Request(scope), fault)
            await response(scope, receive, send)


class ConditionalGZip(GZipMiddleware):
    """Compresses answers for clients that accept gzip; all answers get `Vary: Accept-Encoding`."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=1_000, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_one_vary(message["headers"])
            await send(message)

        app = super().__call__ if accepts_gzip(scope) else self.app
        await app(scope, receive, send_varying)


def _with_one_vary(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """The headers with a single Vary, which names each header once and includes Accept-Encoding."""
    named = b", ".join([*(value for name, value in headers if name == b"vary"), b"Accept-Encoding"])
    once = {name.strip().lower(): name.strip() for name in reversed(named.split(b","))}
    others = [(name, value) for name, value in headers if name != b"vary"]
    return [*others, (b"vary", b", ".join(reversed(once.values())))]


class HttpErrorCode(StrEnum):
    """Codes of refusals outside the graph that have no exception class of ours."""

    BUSY = "BUSY"
    NO_WEBSOCKET = "NO_WEBSOCKET"
    HTTP_404 = "HTTP_404"
    HTTP_405 = "HTTP_405"


class HttpRefusal(JSONResponse):
    """A refusal outside the graph, in the media type that the client accepts."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if head_of(scope).media == GRAPHQL_JSON:
            self.headers["Content-Type"] = f"{GRAPHQL_JSON}; charset=utf-8"
        self.headers["Vary"] = "Accept"
        await super().__call__(scope, receive, send)


def refusal(
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> HttpRefusal:
    """A refusal in the form of a GraphQL error; `more` is added to its extensions."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return HttpRefusal({"errors": [error]}, status_code=status, headers=headers)


def _busy(requests_max: int) -> HttpRefusal:
    sentence = f"the service answers {requests_max} requests at once; try again"
    return refusal(503, code=HttpErrorCode.BUSY, message=sentence, headers={"Retry-After": "1"})


def _masked(scope: Scope, identifier: str) -> HttpRefusal:
    sentence = MASKED[language_of(Headers(scope=scope).get("accept-language"))].format(
        id=identifier
    )
    return refusal(500, code=INTERNAL, message=sentence, id=identifier)
