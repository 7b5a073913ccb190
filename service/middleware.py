"""What every request passes on its way in: the door, a size limit, the short way to the graph."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from os import urandom
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.waiting import in_time
from schema.errors import INTERNAL, MASKED
from service.language import language_of
from service.logs import line_log

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


def header(scope: Scope, name: bytes) -> bytes | None:
    """A header of the request by its name in small letters; of several, the first."""
    for each, value in scope["headers"]:
        if each == name:
            return bytes(value)
    return None


def takes_gzip(scope: Scope) -> bool:
    return b"gzip" in (header(scope, b"accept-encoding") or b"")


LINE = "xeploai.line"
"""Where the scope of a request holds what is to stand in its line beside what every one says."""


ALWAYS_ANSWERED = ("/livez", "/readyz", "/metrics")


class Door:
    """What every request passes first and every answer last: an id, one line in the log, careful headers.

    Inside are so many requests at once; whoever comes then is told to come again, in little time. Whether
    the service lives, and how it does, is told also when it is full. What nobody foresaw is masked.
    """

    def __init__(self, app: ASGIApp, requests_max: int) -> None:
        self.app, self.requests_max, self.inside = app, requests_max, 0

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
            await send(message)

        # The server runs each request in a task, and so in a context, of its own.
        structlog.contextvars.bind_contextvars(request=identifier)
        path = scope["path"]
        line: dict[str, Any] = {"event": "request", "method": scope["method"], "path": path}
        scope[LINE] = line
        is_full = self.inside >= self.requests_max and path not in ALWAYS_ANSWERED
        app, taken = (_busy(self.requests_max), 0) if is_full else (self.app, 1)
        self.inside += taken
        try:
            await app(scope, receive, send_with_headers)
        except Exception:
            structlog.get_logger().exception("internal_error")
            if status:
                raise
            await _masked(scope, identifier)(scope, receive, send_with_headers)
        finally:
            self.inside -= taken
            line["request"], line["status"] = identifier, status
            line["milliseconds"] = round((time.perf_counter() - began) * 1000, 1)
            self.say(line)


class Straight:
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
        self._endpoint, self._compressed = endpoint, Compressed(endpoint)

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


class Compressed(GZipMiddleware):
    """Compresses for whoever asks; for all others an answer passes at once, and says that it varies."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=1_000, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or takes_gzip(scope):
            await super().__call__(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"vary", b"Accept-Encoding"))
            await send(message)

        await self.app(scope, receive, send_varying)


class BodyTooLargeError(Exception):
    pass


class BodyTooSlowError(Exception):
    pass


class BodyLimit:
    """Refuses a body of more bytes than the request may have, whether its length is said or not.

    It must come in time, so many seconds for each MiB that it may have; a client that dribbles would
    hold its place for ever.
    """

    def __init__(
        self, app: ASGIApp, bytes_max_of: Callable[[Scope], int], seconds_max: float
    ) -> None:
        self.app, self.bytes_max_of, self.seconds_max = app, bytes_max_of, seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        bytes_max = self.bytes_max_of(scope)
        said = header(scope, b"content-length")
        if said is not None and (not said.isdigit() or int(said) > bytes_max):
            await _too_large(bytes_max)(scope, receive, send)
            return
        got, whole = 0, False
        seconds_max = self.seconds_max * max(1, bytes_max >> 20)
        clock = asyncio.get_running_loop().time
        ends = clock() + seconds_max

        async def receive_and_count() -> Message:
            nonlocal got, whole
            if whole:  # from now on it is about whether the client is still there
                return await receive()
            try:
                message = await in_time(receive(), ends - clock())
            except TimeoutError as late:
                raise BodyTooSlowError from late
            got += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if got > bytes_max:
                raise BodyTooLargeError
            return message

        try:
            await self.app(scope, receive_and_count, send)
        except BodyTooLargeError:
            await _too_large(bytes_max)(scope, receive, send)
        except BodyTooSlowError:
            await _too_slow(seconds_max)(scope, receive, send)


def refusal(
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> JSONResponse:
    """What is refused, in the form of GraphQL's errors; `more` stands beside the code."""
    error = {"message": message, "extensions": {"code": code, **more}}
    return JSONResponse({"errors": [error]}, status_code=status, headers=headers)


def _too_large(bytes_max: int) -> JSONResponse:
    return refusal(
        413, code="BODY_TOO_LARGE", message=f"the body may have {bytes_max} bytes at most"
    )


def _too_slow(seconds_max: float) -> JSONResponse:
    said = f"the body must have come within {seconds_max:g} seconds"
    return refusal(408, code="BODY_TOO_SLOW", message=said, headers={"Connection": "close"})


def _busy(requests_max: int) -> JSONResponse:
    said = f"the service answers {requests_max} requests at once; try again"
    return refusal(503, code="BUSY", message=said, headers={"Retry-After": "1"})


def _masked(scope: Scope, identifier: str) -> JSONResponse:
    said = MASKED[language_of(Headers(scope=scope).get("accept-language"))].format(id=identifier)
    return refusal(500, code=INTERNAL, message=said, id=identifier)
