"""What every request passes on its way in: a log line, a size limit, the headers of a careful page."""

import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import INTERNAL, MASKED
from service.language import language_of

log = structlog.get_logger()

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


class SecurityHeaders:
    """Sets the headers that no answer should be without."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class RequestLog:
    """One line per request, with an id and nothing personal; what nobody foresaw is masked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        identifier = uuid4().hex
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = identifier
            await send(message)

        with structlog.contextvars.bound_contextvars(request=identifier):
            try:
                await self.app(scope, receive, send_and_note)
            except Exception:
                log.exception("internal_error")
                if status:
                    raise
                await _masked(scope, identifier)(scope, receive, send_and_note)
            finally:
                spent = round((time.perf_counter() - began) * 1000, 1)
                log.info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    milliseconds=spent,
                )


class BodyTooLargeError(Exception):
    pass


class BodyLimit:
    """Refuses a body of more bytes than the request may have, whether its length is said or not."""

    def __init__(self, app: ASGIApp, bytes_max_of: Callable[[Scope], int]) -> None:
        self.app, self.bytes_max_of = app, bytes_max_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        bytes_max = self.bytes_max_of(scope)
        refused = _too_large(bytes_max)
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdigit() or int(said) > bytes_max:
            await refused(scope, receive, send)
            return
        got = 0

        async def receive_and_count() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > bytes_max:
                raise BodyTooLargeError
            return message

        try:
            await self.app(scope, receive_and_count, send)
        except BodyTooLargeError:
            await refused(scope, receive, send)


def _too_large(bytes_max: int) -> JSONResponse:
    said = f"the body may have {bytes_max} bytes at most"
    body = {"errors": [{"message": said, "extensions": {"code": "BODY_TOO_LARGE"}}]}
    return JSONResponse(body, status_code=413)


def _masked(scope: Scope, identifier: str) -> JSONResponse:
    said = MASKED[language_of(Headers(scope=scope).get("accept-language"))].format(id=identifier)
    body = {"errors": [{"message": said, "extensions": {"code": INTERNAL, "id": identifier}}]}
    return JSONResponse(body, status_code=500)
