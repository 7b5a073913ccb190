"""Limits on request bodies: their size, their time, and the number of incomplete ones."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.connection.timeout import with_timeout
from schema.execution.fair_queue import LoopRounds
from service.headers import header
from service.http.caller_share import HeldShare, Holdings
from service.http.client_connection import address_of, connection_of
from service.http.middleware import HttpErrorCode, HttpRefusal, refusal

MEBIBYTE = 1 << 20
WAITING_MAX = 1_000
"""Incomplete bodies of one worker; beyond it, the oldest request is ended (MAX_WAITING_BODIES)."""

WAITING_BYTES_MAX = 32 * MEBIBYTE
"""Bytes of the incomplete bodies of one worker: 32 times the largest body of a query."""

REFUSALS_PER_ROUND_MAX = 32
"""Bodies that one round of the event loop refuses as too slow. A thousand at once took it 55 ms."""


class BodyTooLargeError(Exception):
    """The body exceeds its size limit."""

    code = "BODY_TOO_LARGE"


class BodyTooSlowError(Exception):
    """The body did not arrive in time."""

    code = "BODY_TOO_SLOW"


class _ClientLeftError(Exception):
    """The client left before its body had arrived; no answer is sent."""


class BodyLimit:
    """Middleware that calls the application once the body has arrived, and refuses too large or too slow ones.

    A body may take `seconds_max` for each MiB; otherwise a slow client would hold its place for ever. The
    application reads the body of an upload (`is_streamed`) itself, within the same limits.
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
        self._refusals = LoopRounds(REFUSALS_PER_ROUND_MAX)

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
        if stated is not None and connection is not None and connection.is_body_complete:
            await self.app(scope, receive, send)  # the usual case: the body has arrived already
            return
        seconds = self.seconds_max * max(1, (int(stated) if stated else bytes_max) / MEBIBYTE)
        incoming = _IncomingBody(receive, bytes_max, seconds)
        try:
            if not self.is_streamed(scope):
                receive = _replay(await self._read_whole(scope, incoming), receive)
            else:
                receive = incoming.receive_in_time
            await self.app(scope, receive, send)
        except BodyTooLargeError:
            await _too_large(bytes_max)(scope, receive, send)
        except BodyTooSlowError:
            await self._refusals.turn()  # bodies that began together are too slow together
            await _too_slow(seconds)(scope, receive, send)
        except _GaveWayError:
            await _gave_way()(scope, receive, send)
        except _ClientLeftError:
            return

    async def _read_whole(self, scope: Scope, incoming: "_IncomingBody") -> bytes:
        """Wait for the whole body.

        Raises:
            BodyTooLargeError, BodyTooSlowError: the body exceeds a limit.
            _GaveWayError: there are too many incomplete bodies, and this one is the oldest.
            _ClientLeftError: the client has left.
        """
        patience = asyncio.timeout_at(incoming.ends)
        holding = HeldShare(address_of(scope), lambda: patience.reschedule(0))
        parts: list[bytes] = []
        try:
            async with patience:
                with self.waiting.hold(holding):
                    while not incoming.is_complete:
                        parts.append(await incoming.part())
                        self.waiting.add(holding, len(parts[-1]))
        except TimeoutError as late:
            is_early = asyncio.get_running_loop().time() < incoming.ends
            raise _GaveWayError if is_early else BodyTooSlowError from late
        return parts[0] if len(parts) == 1 else b"".join(parts)


class _GaveWayError(Exception):
    """There are too many incomplete bodies, and this one is the oldest."""


class _IncomingBody:
    """A body that is arriving."""

    def __init__(self, receive: Receive, bytes_max: int, seconds: float) -> None:
        self._receive, self._bytes_max = receive, bytes_max
        self._clock = asyncio.get_running_loop().time
        self.ends = self._clock() + seconds
        self.is_complete, self._bytes = False, 0

    async def part(self) -> bytes:
        """The next part of the body. Raises BodyTooLargeError, _ClientLeftError."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise _ClientLeftError
        return self._count(message)

    async def receive_in_time(self) -> Message:
        """As `receive`, within the time limit; after the body, it waits for the disconnect.

        Raises:
            BodyTooLargeError, BodyTooSlowError: the body exceeds a limit.
        """
        if self.is_complete:
            return await self._receive()
        try:
            message = await with_timeout(self._receive(), self.ends - self._clock())
        except TimeoutError as late:
            raise BodyTooSlowError from late
        self._count(message)
        return message

    def _count(self, message: Message) -> bytes:
        part: bytes = message.get("body", b"")
        self._bytes += len(part)
        self.is_complete = not message.get("more_body", False)
        if self._bytes > self._bytes_max:
            raise BodyTooLargeError
        return part


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns the whole body once, and then waits for the disconnect."""
    is_given = False

    async def receive_again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _too_large(bytes_max: int) -> HttpRefusal:
    sentence = f"the body may have {bytes_max} bytes at most"
    return refusal(413, code=BodyTooLargeError.code, message=sentence)


def _too_slow(seconds_max: float) -> HttpRefusal:
    sentence = f"the body must have come within {seconds_max:g} seconds"
    return refusal(
        408, code=BodyTooSlowError.code, message=sentence, headers={"Connection": "close"}
    )


def _gave_way() -> HttpRefusal:
    return refusal(
        503,
        code=HttpErrorCode.BUSY,
        message="too many bodies are on their way, this one for longest; send it again, at once",
        headers={"Retry-After": "1", "Connection": "close"},
    )
