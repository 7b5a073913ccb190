"""One connection: bounds for headers and for a client that sends or reads nothing; none is cut at a stop."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES_MAX = 32 << 10
"""Bytes of a request's address and headers; nginx lets through as many (`large_client_header_buffers`)."""

HEADERS_MAX = 100
"""Headers of one request; a browser behind two proxies sends about 30."""

CONNECTION = "xeploai.connection"
"""Where the scope of a request holds its `ClientConnection`."""


class HeadTooLargeError(Exception):
    """The headers are too many or too large; the parser stops at this one."""

    code = "HEADERS_TOO_LARGE"


HEAD_TOO_LARGE = (
    b'{"errors":[{"message":"the headers may have %d bytes and be %d at most",'
    b'"extensions":{"code": "%s"}}]}'
    % (HEAD_BYTES_MAX, HEADERS_MAX, HeadTooLargeError.code.encode())
)


class ClientConnection:
    """What a request may know of the connection that it came over, and do to it."""

    __slots__ = ("abort", "is_lost", "is_whole", "listener")

    def __init__(self, abort: Callable[[], None]) -> None:
        self.abort, self.is_lost = abort, False
        self.is_whole = True
        """Whether the body of the request that came last is here."""
        self.listener: Callable[[], None] | None = None
        """Is called once the connection is lost; of the request that is worked on, as there is one at a time."""

    def lose(self) -> None:
        """The connection is lost."""
        self.is_lost, listener, self.listener = True, self.listener, None
        if listener is not None:
            listener()


def connection_of(scope: Scope) -> ClientConnection | None:
    """The connection of a request; None where another server than ours took it."""
    found: ClientConnection | None = scope.get(CONNECTION)
    return found


def address_of(scope: Scope) -> str:
    """The address of the client, or of the proxy in front of us."""
    client = scope.get("client")
    return client[0] if client else ""


STOPPING = "stopping"
"""What the state of the application holds from the moment that the server stops."""

STOP, PROBES = "stop", "probes"
"""Where the state holds what ends endless answers, and what answers probes."""


class ProbeAnswers(Protocol):
    """What is the same for all who ask, so that a connection needs no task of the application for it."""

    def asked(self, path: str) -> "asyncio.Future[Any] | None":
        """What is to be told at this path; None where the application answers."""

    def written(self, path: str, told: Any) -> bytes:  # noqa: ANN401 - as it was asked
        """The answer as bytes of HTTP/1.1."""

    def in_turn(self, path: str, tell: Callable[[], None]) -> None:
        """Let it be told soon, a few of each path in each round of the event loop."""


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the bounds that it lacks.

    The headers of a request come within `seconds`, and so does each piece of an answer leave; an answered
    request whose body goes on for longer is closed. Headers have a total size and a count.
    """

    def __init__(self, *given: Any, seconds: float, **named: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*given, **named)
        self.seconds = seconds
        self._ends: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._lingers: asyncio.TimerHandle | None = None
        self._closes: asyncio.TimerHandle | None = None
        self._has_begun = False
        self._silent_bytes, self._is_head_too_large = 0, False
        self._connection = ClientConnection(self._abort)

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        super().connection_made(transport)
        self._wait_for_headers(self.seconds)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_no_more()
        self._has_begun, self._connection.is_whole = True, False
        scope = cast("Scope", self.scope)  # of uvicorn's type, which names fewer keys
        scope[CONNECTION] = self._connection

    def on_headers_complete(self) -> None:
        """Counted once they are all there, where they can be too large; `data_received` counts the others."""
        may_be_too_large = (
            self._silent_bytes > HEAD_BYTES_MAX and self._head_bytes() > HEAD_BYTES_MAX
        )
        if may_be_too_large or len(self.headers) > HEADERS_MAX:
            self._is_head_too_large = True
            raise HeadTooLargeError
        self._wait_no_more()
        self._has_begun, self._silent_bytes = False, 0
        super().on_headers_complete()
        if STOPPING in self.app_state:
            self.cycle.keep_alive = False

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        self._silent_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._silent_bytes, self._connection.is_whole = 0, True
        self._linger_no_more()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Bytes that are no whole head, nor any of a body, are counted: unfinished headers, or trailers."""
        self._silent_bytes += len(data)
        super().data_received(data)
        if self._silent_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self._is_head_too_large = True
            self.send_400_response("")
        if self._has_begun and self._ends is None:  # most headers come at once
            self._wait_for_headers(self.seconds)

    def send_400_response(self, msg: str) -> None:
        """As uvicorn does, or 431 where the headers are too large."""
        if not self._is_head_too_large:
            super().send_400_response(msg)
            return
        if self.headers:  # a million of them would take 150 MB for as long as the connection closes
            self.headers.clear()
        head = (
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\n"
            b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(HEAD_TOO_LARGE)
        )
        cycle = self._current()
        is_answering = cycle is not None and cycle.response_started and not cycle.response_complete
        if not is_answering and not self.pipeline:  # else it would stand inside an answer
            self.transport.write(head + HEAD_TOO_LARGE)
        self._close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._connection.is_whole and self.cycle.response_complete:
            self._lingers = self.loop.call_later(self.seconds, self._close)

    def pause_writing(self) -> None:
        """The client does not read as fast as we write; it has some time to go on."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.seconds, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_again()

    def timeout_keep_alive_handler(self) -> None:
        self._close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self._read_again()
        self._linger_no_more()
        if self._closes is not None:  # else it would hold all that the connection has for some time
            self._closes.cancel()
            self._closes = None
        super().connection_lost(exc)
        self._connection.lose()

    def shutdown(self) -> None:
        """The server accepts no more, and ends when its connections have: each ends with an answer that says so.

        uvicorn itself closes an idle connection at once, and with it a request that is on its way. Here the
        next request is answered with `Connection: close`; without one, the connection ends as idle ones do.
        What would not end by itself is told so (see `service.http.app.make_app`).
        """
        self.app_state[STOPPING] = True  # of all connections: one may be about to be made
        if STOP in self.app_state:
            self.app_state[STOP]()
        cycle = self._current()
        if cycle is None and not self._has_begun:  # nothing came yet
            self._wait_no_more()
            self._wait_for_headers(self.timeout_keep_alive)
        elif cycle is not None and not cycle.response_started:
            cycle.keep_alive = False  # if its head was sent, the client was promised more

    def _current(self) -> RequestResponseCycle | None:
        """The request that came last; uvicorn's own type leaves out that there may be none yet."""
        return cast("RequestResponseCycle | None", self.cycle)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Probes are answered at once, or when their answer is known; a task of each would hold up the others."""
        probes: ProbeAnswers | None = self.app_state.get(PROBES)
        if probes is None or app is not self.app or cycle.scope["method"] != "GET":
            super()._start_asgi_task(cycle, app)
            return
        path = cycle.scope["path"]
        asked = probes.asked(path)
        if asked is None:
            super()._start_asgi_task(cycle, app)
        else:
            tell = partial(self._tell, cycle, probes, asked)
            asked.add_done_callback(lambda _: probes.in_turn(path, tell))  # at once, if it is done

    def _tell(
        self, cycle: RequestResponseCycle, probes: ProbeAnswers, asked: "asyncio.Future[Any]"
    ) -> None:
        """Write the whole answer; what could not be found out is the application's to tell."""
        if asked.cancelled() or asked.exception() is not None:
            super()._start_asgi_task(cycle, self.app)
            return
        if cycle.disconnected or self.transport.is_closing():
            return
        status, rest = probes.written(cycle.scope["path"], asked.result()).split(b"\r\n", 1)
        head = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        if not cycle.keep_alive:
            head.append(b"connection: close\r\n")
        cycle.response_started = cycle.response_complete = True
        self.transport.write(b"".join((status, b"\r\n", *head, rest)))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Said to the client (see `service.http.app`), and not to the log at each request."""

    def _wait_for_headers(self, seconds: float) -> None:
        self._ends = self.loop.call_later(seconds, self._close)

    def _wait_no_more(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _read_again(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _linger_no_more(self) -> None:
        if self._lingers is not None:
            self._lingers.cancel()
            self._lingers = None

    def _close(self) -> None:
        """Close once everything is sent; whoever does not read it has some time to."""
        if not self.transport.is_closing():
            self.transport.close()
            self._closes = self.loop.call_later(self.seconds, self._abort)

    def _abort(self) -> None:
        self.transport.abort()


def header_timeout_protocol(seconds: float) -> type[HeaderTimeoutProtocol]:
    """What makes the protocol of a connection; a worker process is handed it as data."""
    return cast(
        "type[HeaderTimeoutProtocol]", partial(HeaderTimeoutProtocol, seconds=seconds)
    )  # uvicorn calls it, no more
