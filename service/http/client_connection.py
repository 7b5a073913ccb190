"""uvicorn's HTTP protocol with limits on headers and on idle clients, probes without a task, and a graceful stop."""

import asyncio
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol, cast

from starlette.types import Scope

from service.headers import RawHeaders
from service.library_internals import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES_MAX = 32 << 10
"""Bytes of a request's URL and headers; the same as nginx's `large_client_header_buffers`."""

HEADERS_MAX = 100
"""Headers of one request; a browser behind two proxies sends about 30."""

PHRASES = {status.value: status.phrase for status in HTTPStatus}
STATUS_LINES = {
    status: f"HTTP/1.1 {status} {PHRASES.get(status, '')}\r\n".encode()
    for status in range(100, 600)
}
"""Of every status: ours of a client that left (499) has no phrase."""

CONNECTION = "xeploai.connection"
"""Key of the ASGI scope for the request's `ClientConnection`."""


class HeadTooLargeError(Exception):
    """The headers are too many or too large; raised inside the parser, which then stops."""

    code = "HEADERS_TOO_LARGE"


HEAD_TOO_LARGE = (
    b'{"errors":[{"message":"the headers may have %d bytes and be %d at most",'
    b'"extensions":{"code": "%s"}}]}'
    % (HEAD_BYTES_MAX, HEADERS_MAX, HeadTooLargeError.code.encode())
)


class ClientConnection:
    """The connection of a request, as far as the application may read and abort it."""

    __slots__ = ("abort", "is_body_complete", "is_lost", "listener")

    def __init__(self, abort: Callable[[], None]) -> None:
        self.abort, self.is_lost = abort, False
        self.is_body_complete = True
        """Whether the body of the latest request has arrived."""
        self.listener: Callable[[], None] | None = None
        """Called when the connection is lost. The running request sets it; there is one at a time."""

    def mark_lost(self) -> None:
        """Note that the connection is lost, and call the listener once."""
        self.is_lost, listener, self.listener = True, self.listener, None
        if listener is not None:
            listener()


def connection_of(scope: Scope) -> ClientConnection | None:
    """The connection of a request; None if another server than ours accepted it."""
    connection: ClientConnection | None = scope.get(CONNECTION)
    return connection


def address_of(scope: Scope) -> str:
    """The IP address of the client, or of the proxy in front of the service."""
    client = scope.get("client")
    return client[0] if client else ""


WRITE_RESPONSE = "xeploai.write_response"
"""Key of the ASGI scope for the request's `WriteResponse`; middleware that changes answers removes it."""


class WriteResponse(Protocol):
    """Writes a whole response at once: two messages of ASGI take 10 µs longer, and are checked header by header.

    `head` are complete header lines. Returns False if it wrote nothing; then the messages are to be sent.
    """

    def __call__(self, status: int, head: bytes, body: bytes) -> bool: ...


def header_lines(headers: RawHeaders) -> bytes:
    return b"".join(b"%b: %b\r\n" % pair for pair in headers)


class _DefaultLines:
    """The lines of the headers that uvicorn adds to every answer; it makes another list of them each second."""

    def __init__(self) -> None:
        self._headers: RawHeaders = ()
        self._lines = b""

    def of(self, headers: RawHeaders) -> bytes:
        if headers is not self._headers:
            self._headers, self._lines = headers, header_lines(headers)
        return self._lines


_DEFAULT_LINES = _DefaultLines()

STOPPING = "stopping"
"""Key of the application's state that is set when the server stops."""

STOP, PROBES = "stop", "probes"
"""Keys of the application's state: the function that ends event streams, and the `ProbeAnswers`."""


class ProbeAnswers(Protocol):
    """Answers of probes, which are the same for all clients, so that no task of the application is needed."""

    def answer_for(self, path: str) -> "asyncio.Future[Any] | None":
        """The pending answer for this path; None if the application answers the path."""

    def as_http(self, path: str, answer: Any) -> tuple[int, bytes, bytes]:  # noqa: ANN401 - the result of `answer_for`
        """The answer as status, header lines and body."""

    def enqueue(self, path: str, respond: Callable[[], None]) -> None:
        """Call `respond` soon: a few answers of each path in each round of the event loop."""


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the limits that it lacks.

    The headers of a request must arrive within `seconds`, and the client must take each piece of an answer within
    `seconds`. The connection is closed if a request body continues for longer after its answer. Headers are limited
    in total size and in number.
    """

    def __init__(self, *positional: Any, seconds: float, **named: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*positional, **named)
        self.seconds = seconds
        self._header_timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None
        self._linger_timer: asyncio.TimerHandle | None = None
        self._close_timer: asyncio.TimerHandle | None = None
        self._has_begun = False
        self._incomplete_bytes, self._is_head_too_large = 0, False
        self._connection = ClientConnection(self._abort)

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        super().connection_made(transport)
        self._start_header_timer(self.seconds)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._header_timer is not None:
            self._cancel_header_timer()
        self._has_begun, self._connection.is_body_complete = True, False
        scope = cast("Scope", self.scope)  # of uvicorn's type, which names fewer keys
        scope[CONNECTION] = self._connection

    def on_headers_complete(self) -> None:
        """Check complete headers; `data_received` checks incomplete ones."""
        may_be_too_large = (
            self._incomplete_bytes > HEAD_BYTES_MAX and self._head_bytes() > HEAD_BYTES_MAX
        )
        if may_be_too_large or len(self.headers) > HEADERS_MAX:
            self._is_head_too_large = True
            raise HeadTooLargeError
        if self._header_timer is not None:
            self._cancel_header_timer()
        self._has_begun, self._incomplete_bytes = False, 0
        super().on_headers_complete()
        if STOPPING in self.app_state:
            self.cycle.keep_alive = False

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        self._incomplete_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._incomplete_bytes, self._connection.is_body_complete = 0, True
        if self._linger_timer is not None:
            self._cancel_linger_timer()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Count the bytes since the last complete headers or body part: incomplete headers, or trailers."""
        self._incomplete_bytes += len(data)
        super().data_received(data)
        if self._incomplete_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self._is_head_too_large = True
            self.send_400_response("")
        if self._has_begun and self._header_timer is None:  # most headers arrive in one piece
            self._start_header_timer(self.seconds)

    def send_400_response(self, msg: str) -> None:
        """As uvicorn's; 431 if the headers are too large."""
        if not self._is_head_too_large:
            super().send_400_response(msg)
            return
        if self.headers:  # a million headers would hold 150 MB until the connection is closed
            self.headers.clear()
        head = (
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\n"
            b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(HEAD_TOO_LARGE)
        )
        cycle = self._latest_cycle()
        is_answering = cycle is not None and cycle.response_started and not cycle.response_complete
        if (
            not is_answering and not self.pipeline
        ):  # otherwise it would be written inside another answer
            self.transport.write(head + HEAD_TOO_LARGE)
        self._close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._connection.is_body_complete and self.cycle.response_complete:
            self._linger_timer = self.loop.call_later(self.seconds, self._close)

    def pause_writing(self) -> None:
        """The client reads too slowly: abort the connection unless it reads on within `seconds`."""
        super().pause_writing()
        self._unread_timer = self.loop.call_later(self.seconds, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel_unread_timer()

    def timeout_keep_alive_handler(self) -> None:
        self._close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_header_timer()
        self._cancel_unread_timer()
        self._cancel_linger_timer()
        if self._close_timer is not None:  # a pending timer would keep the connection's memory
            self._close_timer.cancel()
            self._close_timer = None
        super().connection_lost(exc)
        self._connection.mark_lost()

    def shutdown(self) -> None:
        """Stop gracefully: answer the next request of each connection with `Connection: close`.

        uvicorn itself closes an idle connection at once, and loses a request that is on its way. Here an idle
        connection ends by its keep-alive timeout. Event streams are ended by the function under STOP (see
        `service.http.app.make_app`).
        """
        self.app_state[STOPPING] = True  # for all connections, also those that are being accepted
        if STOP in self.app_state:
            self.app_state[STOP]()
        cycle = self._latest_cycle()
        if cycle is None and not self._has_begun:  # no request yet
            self._cancel_header_timer()
            self._start_header_timer(self.timeout_keep_alive)
        elif cycle is not None and not cycle.response_started:
            cycle.keep_alive = False  # sent headers have already promised keep-alive

    def _latest_cycle(self) -> RequestResponseCycle | None:
        """The latest request; None before the first one, which uvicorn's type omits."""
        return cast("RequestResponseCycle | None", self.cycle)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Answer probes without a task, once the answer is known; a task for each would delay other requests."""
        probes: ProbeAnswers | None = self.app_state.get(PROBES)
        if probes is None or app is not self.app or cycle.scope["method"] != "GET":
            scope = cast("Scope", cycle.scope)  # of uvicorn's type, which names fewer keys
            scope[WRITE_RESPONSE] = partial(self._write_response, cycle)
            super()._start_asgi_task(cycle, app)
            return
        path = cycle.scope["path"]
        pending = probes.answer_for(path)
        if pending is None:
            super()._start_asgi_task(cycle, app)
        else:
            respond = partial(self._respond, cycle, probes, pending)
            pending.add_done_callback(
                lambda _: probes.enqueue(path, respond)
            )  # calls back at once if it is done

    def _respond(
        self, cycle: RequestResponseCycle, probes: ProbeAnswers, pending: "asyncio.Future[Any]"
    ) -> None:
        """Write the answer; if it failed, let the application answer the request."""
        if pending.cancelled() or pending.exception() is not None:
            super()._start_asgi_task(cycle, self.app)
            return
        if cycle.disconnected or self.transport.is_closing():
            return
        self._write(cycle, *probes.as_http(cycle.scope["path"], pending.result()))

    def _write_response(
        self, cycle: RequestResponseCycle, status: int, head: bytes, body: bytes
    ) -> bool:
        """See `WriteResponse`. A client that left, or reads too slowly, is left to the messages."""
        if cycle.disconnected or cycle.response_started or cycle.flow.write_paused:
            return False
        self._write(cycle, status, head, body)
        cycle.message_event.set()
        return True

    def _write(self, cycle: RequestResponseCycle, status: int, head: bytes, body: bytes) -> None:
        cycle.response_started = cycle.response_complete = True
        parts = [STATUS_LINES[status], _DEFAULT_LINES.of(self.server_state.default_headers), head]
        if not cycle.keep_alive:
            parts.append(b"connection: close\r\n")
        self.transport.write(b"".join((*parts, b"\r\n", body)))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing: the client gets the refusal (see `service.http.app`)."""

    def _start_header_timer(self, seconds: float) -> None:
        self._header_timer = self.loop.call_later(seconds, self._close)

    def _cancel_header_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _cancel_unread_timer(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None

    def _cancel_linger_timer(self) -> None:
        if self._linger_timer is not None:
            self._linger_timer.cancel()
            self._linger_timer = None

    def _close(self) -> None:
        """Close after everything is sent; abort if the client does not read it within `seconds`."""
        if not self.transport.is_closing():
            self.transport.close()
            self._close_timer = self.loop.call_later(self.seconds, self._abort)

    def _abort(self) -> None:
        self.transport.abort()


def header_timeout_protocol(seconds: float) -> type[HeaderTimeoutProtocol]:
    """The protocol class with its timeout, as a picklable factory for worker processes."""
    return cast(
        "type[HeaderTimeoutProtocol]", partial(HeaderTimeoutProtocol, seconds=seconds)
    )  # uvicorn only calls it
