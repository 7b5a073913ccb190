"""Bodies of requests: how large they may be, how long they may take, and how many may be on their way."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.connection.timeout import with_timeout
from service.http.caller_share import HeldShare, Holdings
from service.http.client_connection import address_of, connection_of
from service.http.middleware import HttpErrorCode, HttpRefusal, header, refusal

MEBIBYTE = 1 << 20
WAITING_MAX = 1_000
"""Bodies on their way at once to one worker; whoever waits longest gives way (MAX_WAITING_BODIES)."""

WAITING_BYTES_MAX = 32 * MEBIBYTE
"""Bytes of bodies that are not whole yet, in one worker: 32 of the largest body of a query."""


class BodyTooLargeError(Exception):
    """The body has more bytes than it may have."""

    code = "BODY_TOO_LARGE"


class BodyTooSlowError(Exception):
    """The body did not come in time."""

    code = "BODY_TOO_SLOW"


class _ClientLeftError(Exception):
    """Before its body was whole: nobody waits for an answer."""


class BodyLimit:
    """Hands a request on once its body is whole; one of more bytes than it may have is refused.

    It must come in time, so many seconds for each MiB of it; a client that dribbles would hold its place for
    ever. A document of the file (`is_streamed`) is read by whoever takes it, within the same limits.
    """

    def __init__(
        self,
        app: ASGIApp,
        bytes_max_of: Callable[[Scope], int],
        seconds_max: float,
        is_streamed: Callable[[Scope], bool],
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self.app, self.bytes_max_of, self.seconds_max = app, bytes_max_of, seconds_max
        self.is_streamed = is_streamed
        self.waiting = Holdings(waiting_max, WAITING_BYTES_MAX, WAITING_BYTES_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        bytes_max = self.bytes_max_of(scope)
        stated = header(scope, b"content-length")
        if stated is not None and (not stated.isdigit() or int(stated) > bytes_max):
            await _too_large(bytes_max)(scope, receive, send)
            return
        connection = connection_of(scope)
        if stated is not None and connection is not None and connection.is_whole:
            await self.app(scope, receive, send)  # as nearly always: nobody has to wait for it
            return
        seconds = self.seconds_max * max(1, (int(stated) if stated else bytes_max) / MEBIBYTE)
        coming = _Coming(receive, bytes_max, seconds)
        try:
            if not self.is_streamed(scope):
                receive = _again(await self._whole(scope, coming), receive)
            else:
                receive = coming.receive_in_time
            await self.app(scope, receive, send)
        except BodyTooLargeError:
            await _too_large(bytes_max)(scope, receive, send)
        except BodyTooSlowError:
            await _too_slow(seconds)(scope, receive, send)
        except _GaveWayError:
            await _gave_way()(scope, receive, send)
        except _ClientLeftError:
            return

    async def _whole(self, scope: Scope, coming: "_Coming") -> bytes:
        """The body once it has come.

        Raises:
            BodyTooLargeError, BodyTooSlowError: see there.
            _GaveWayError: too many others wait for theirs.
            _ClientLeftError: the client has left.
        """
        patience = asyncio.timeout_at(coming.ends)
        holding = HeldShare(address_of(scope), lambda: patience.reschedule(0))
        parts: list[bytes] = []
        try:
            async with patience:
                with self.waiting.hold(holding):
                    while not coming.is_whole:
                        parts.append(await coming.part())
                        self.waiting.add(holding, len(parts[-1]))
        except TimeoutError as late:
            is_early = asyncio.get_running_loop().time() < coming.ends
            raise _GaveWayError if is_early else BodyTooSlowError from late
        return parts[0] if len(parts) == 1 else b"".join(parts)


class _GaveWayError(Exception):
    """Too many bodies are on their way, and this one has been for longest."""


class _Coming:
    """A body on its way."""

    def __init__(self, receive: Receive, bytes_max: int, seconds: float) -> None:
        self._receive, self._bytes_max = receive, bytes_max
        self._clock = asyncio.get_running_loop().time
        self.ends = self._clock() + seconds
        self.is_whole, self._bytes = False, 0

    async def part(self) -> bytes:
        """What came next. Raises BodyTooLargeError, _ClientLeftError."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise _ClientLeftError
        return self._counted(message)

    async def receive_in_time(self) -> Message:
        """As `receive`; once the body is whole, it is about whether the client is still there."""
        if self.is_whole:
            return await self._receive()
        try:
            message = await with_timeout(self._receive(), self.ends - self._clock())
        except TimeoutError as late:
            raise BodyTooSlowError from late
        self._counted(message)
        return message

    def _counted(self, message: Message) -> bytes:
        part: bytes = message.get("body", b"")
        self._bytes += len(part)
        self.is_whole = not message.get("more_body", False)
        if self._bytes > self._bytes_max:
            raise BodyTooLargeError
        return part


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the whole body once; then it is about whether the client is still there."""
    is_given = False

    async def receive_again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _too_large(bytes_max: int) -> HttpRefusal:
    told = f"the body may have {bytes_max} bytes at most"
    return refusal(413, code=BodyTooLargeError.code, message=told)


def _too_slow(seconds_max: float) -> HttpRefusal:
    told = f"the body must have come within {seconds_max:g} seconds"
    return refusal(408, code=BodyTooSlowError.code, message=told, headers={"Connection": "close"})


def _gave_way() -> HttpRefusal:
    return refusal(
        503,
        code=HttpErrorCode.BUSY,
        message="too many bodies are on their way, this one for longest; send it again, at once",
        headers={"Retry-After": "1", "Connection": "close"},
    )
