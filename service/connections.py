"""Connections that send nothing are closed (an open one costs its client less than us), and none is cut at a stop."""

import asyncio
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STOPPING = "stopping"
"""What the state of the application holds from the moment that the server stops."""


class Impatient(HttpToolsProtocol):
    """The headers of a request must have come within `seconds`; uvicorn itself waits for ever."""

    def __init__(self, *given: Any, seconds: float, **named: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*given, **named)
        self.seconds = seconds
        self._ends: asyncio.TimerHandle | None = None
        self._has_begun = False

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        super().connection_made(transport)
        self._wait_for_headers(self.seconds)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_no_more()
        self._has_begun = True

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        self._has_begun = False
        super().on_headers_complete()
        if STOPPING in self.app_state:
            self.cycle.keep_alive = False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._has_begun and self._ends is None:  # most headers come at once
            self._wait_for_headers(self.seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server accepts no more, and ends when its connections have: each ends with an answer that says so.

        uvicorn itself closes an idle connection at once, and with it a request that is on its way. Here the
        next request is answered with `Connection: close`; without one, the connection ends as idle ones do.
        What would not end by itself is told so (see `service.app.make_app`).
        """
        self.app_state[STOPPING] = True  # of all connections: one may be about to be made
        if "stop" in self.app_state:
            self.app_state["stop"]()
        if self.cycle is None and not self._has_begun:  # nothing came yet
            self._wait_no_more()
            self._wait_for_headers(self.timeout_keep_alive)
        elif self.cycle is not None and not self.cycle.response_started:
            self.cycle.keep_alive = False  # if its head was sent, the client was promised more

    def _wait_for_headers(self, seconds: float) -> None:
        self._ends = self.loop.call_later(seconds, self._close)

    def _wait_no_more(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def impatient(seconds: float) -> type[Impatient]:
    """What makes the protocol of a connection; a worker process is handed it as data."""
    return cast("type[Impatient]", partial(Impatient, seconds=seconds))  # uvicorn calls it, no more
