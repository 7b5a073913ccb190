"""What every request passes on its way in: the door, a limit on requests, the short way to the graph."""

import time
from collections.abc import Awaitable, Callable, Mapping
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
from service.headers import RawHeaders
from service.http.graphql_request import GRAPHQL_JSON, head_of, weighed
from service.http.language import language_of
from service.http.large_response import HELD_BYTES_MIN, UnreadAnswers
from service.telemetry.log import line_log

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
"""As ASGI has them: each answer gets them, so nothing is made anew."""


HTTP_UNAUTHORIZED = 401
CHALLENGE = (b"www-authenticate", b"Bearer")
"""Each 401 names how to sign in (RFC 9110, 15.5.2)."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """A header of the request by its name in small letters; of several, the first."""
    for each, value in scope["headers"]:
        if each == name:
            return bytes(value)
    return None


def takes_gzip(scope: Scope) -> bool:
    """Whether the client takes gzip: `gzip;q=0` says that it does not (RFC 9110, 12.5.3)."""
    accepted = header(scope, b"accept-encoding") or b""
    if b"gzip" not in accepted or b"q=" not in accepted:
        return b"gzip" in accepted
    return any(
        name == "gzip" and quality > 0 for name, quality in weighed(accepted.decode("latin-1"))
    )


LINE = "xeploai.line"
"""Where the scope of a request holds what is to stand in its line beside what every one says."""


ALWAYS_ANSWERED = ("/livez", "/readyz", "/metrics")


class RequestLimit:
    """At most `requests_max` requests run concurrently; further ones get 503 with Retry-After.

    A request counts once its body is whole. Whether the service lives, and how it does, is told also when it is
    full; what `is_counted_elsewhere` has a limit of its own.
    """

    def __init__(
        self, app: ASGIApp, requests_max: int, is_counted_elsewhere: Callable[[Scope], bool]
    ) -> None:
        self.app, self.requests_max, self.inside = app, requests_max, 0
        self.is_counted_elsewhere = is_counted_elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_free = scope["type"] != "http" or scope["path"] in ALWAYS_ANSWERED
        if is_free or self.is_counted_elsewhere(scope):
            await self.app(scope, receive, send)
            return
        if self.inside >= self.requests_max:
            await _busy(self.requests_max)(scope, receive, send)
            return
        self.inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.inside -= 1


class RequestMiddleware:
    """What every request passes first and every answer last: an id, one line in the log, careful headers.

    Unexpected exceptions become a masked 500.
    """

    def __init__(self, app: ASGIApp, unread: UnreadAnswers) -> None:
        self.app, self.unread = app, unread

    @cached_property
    def say(self) -> Callable[[Mapping[str, Any]], None]:
        """Made when logging is set up."""
        return line_log()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        identifier = urandom(ID_BYTES).hex()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                there = {name for name, _ in message["headers"]}
                message["headers"] += [one for one in RAW_HEADERS if one[0] not in there]
                message["headers"].append((b"x-request-id", identifier.encode()))
                if status == HTTP_UNAUTHORIZED and CHALLENGE[0] not in there:
                    message["headers"].append(CHALLENGE)
            elif len(message.get("body", b"")) > HELD_BYTES_MIN:
                await self.unread.send_in_pieces(scope, message, send)
                return
            await send(message)

        # The server runs each request in a task, and so in a context, of its own.
        structlog.contextvars.bind_contextvars(request=identifier)
        path = scope["path"]
        line: dict[str, Any] = {"event": "request", "method": scope["method"], "path": path}
        scope[LINE] = line
        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            structlog.get_logger().exception("internal_error")
            if status:
                raise
            await _masked(scope, identifier)(scope, receive, send_with_headers)
        finally:
            line["request"], line["status"] = identifier, status
            line["milliseconds"] = round((time.perf_counter() - began) * 1000, 1)
            self.say(line)


class GraphQLFastPath:
    """POST `path`, as nearly every request is, goes to its endpoint past the router, which takes its time.

    It is compressed for whoever asks; what it varies by, the endpoint says itself. What it raises before it
    answers is answered by `handlers`, as in a route.
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
            await self.app(scope, receive, send)
            return
        endpoint = self._compressed if takes_gzip(scope) else self._endpoint
        try:
            await endpoint(scope, receive, send)
        except tuple(self.handlers) as fault:
            handle = next(self.handlers[one] for one in type(fault).__mro__ if one in self.handlers)
            response = await handle(Request(scope), fault)
            await response(scope, receive, send)


class ConditionalGZip(GZipMiddleware):
    """Compresses for whoever asks; for all others an answer passes at once, and says that it varies."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=1_000, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _varying_once(message["headers"])
            await send(message)

        app = super().__call__ if takes_gzip(scope) else self.app
        await app(scope, receive, send_varying)


def _varying_once(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """One header Vary that names each of its headers once, Accept-Encoding among them."""
    named = b", ".join([*(value for name, value in headers if name == b"vary"), b"Accept-Encoding"])
    once = {name.strip().lower(): name.strip() for name in reversed(named.split(b","))}
    others = [(name, value) for name, value in headers if name != b"vary"]
    return [*others, (b"vary", b", ".join(reversed(once.values())))]


class HttpErrorCode(StrEnum):
    """Codes of refusals before the graph that no exception of ours stands for."""

    BUSY = "BUSY"
    NO_WEBSOCKET = "NO_WEBSOCKET"
    HTTP_404 = "HTTP_404"
    HTTP_405 = "HTTP_405"


class HttpRefusal(JSONResponse):
    """A refusal before the graph, in the media type that the client accepts."""

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
    """What is refused, in the form of GraphQL's errors; `more` stands beside the code."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return HttpRefusal({"errors": [error]}, status_code=status, headers=headers)


def _busy(requests_max: int) -> HttpRefusal:
    said = f"the service answers {requests_max} requests at once; try again"
    return refusal(503, code=HttpErrorCode.BUSY, message=said, headers={"Retry-After": "1"})


def _masked(scope: Scope, identifier: str) -> HttpRefusal:
    said = MASKED[language_of(Headers(scope=scope).get("accept-language"))].format(id=identifier)
    return refusal(500, code=INTERNAL, message=said, id=identifier)
