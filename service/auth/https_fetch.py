"""Fetches a URL within one deadline, also from a slow server; redirects must stay on https."""

import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
)

from service.settings import is_safe


def fetch(address: str, *, seconds_max: float, bytes_max: int) -> bytes:
    """The first `bytes_max` bytes of the server's answer.

    `seconds_max` covers redirects, TLS, headers and body; the timeout of a socket would begin anew with each byte.
    If a host name has several addresses that do not answer, each of them may take `seconds_max`.

    Raises:
        OSError, HTTPException: the server cannot be reached, refuses, is too slow, or redirects to an
            unsafe URL.
    """
    deadline = _Deadline(seconds_max)
    opener = build_opener(_PlainConnection(deadline), _Secure(deadline), _SafeRedirects())
    try:
        with opener.open(address, timeout=seconds_max) as response:
            content: bytes = response.read(bytes_max)
    finally:
        deadline.end()
    if deadline.has_passed:  # the bytes read until then may look complete
        raise TimeoutError(f"not answered within {seconds_max:g} seconds")
    return content


class _Deadline:
    """Shuts down every watched connection when the time is over; a pending read then ends."""

    def __init__(self, seconds: float) -> None:
        self.has_passed = False
        self._watched: list[socket.socket] = []
        self._timer = Timer(seconds, self._pass)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, connection: socket.socket) -> None:
        """Watch a duplicate of the socket, as TLS takes the original over."""
        self._watched.append(connection.dup())
        if self.has_passed:
            self._pass()

    def _pass(self) -> None:
        self.has_passed = True
        for connection in self._watched:
            with suppress(OSError):  # the other side has ended it already
                connection.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        self._timer.cancel()
        self._timer.join()
        for connection in self._watched:
            connection.close()


class _WatchedConnection(HTTPConnection):
    """An HTTP connection that the deadline shuts down."""

    deadline: _Deadline

    def connect(self) -> None:
        super().connect()
        self.deadline.watch(self.sock)


class _WatchedSecure(HTTPSConnection, _WatchedConnection):
    """An HTTPS connection that is watched from before the TLS handshake."""


class _PlainConnection(HTTPHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)

    def _connection(self, host: str, /, **options: Any) -> HTTPConnection:  # noqa: ANN401 - the library's
        connection = _WatchedConnection(host, **options)
        connection.deadline = self._deadline
        return connection


class _Secure(HTTPSHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)

    def _connection(self, host: str, /, **options: Any) -> HTTPConnection:  # noqa: ANN401 - the library's
        connection = _WatchedSecure(host, **options)
        connection.deadline = self._deadline
        return connection


class _SafeRedirects(HTTPRedirectHandler):
    """Follows redirects to https; to http only from http, and if `is_safe` allows the URL."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - as the standard library calls it
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and not (scheme == req.type == "http" and is_safe(newurl)):
            raise URLError(f"it redirects to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
