"""What we assume of uvicorn: each assumption fails here by its own name when the library changes."""

import asyncio
import inspect
import socket
from collections.abc import Callable
from typing import ClassVar

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from uvicorn.supervisors.multiprocess import Process

from service import library_internals as internals
from service.http.client_connection import HeaderTimeoutProtocol

pytestmark = pytest.mark.anyio

LARGE_BYTES = 16 << 20
OVERRIDDEN = internals.OVERRIDDEN[internals.HttpToolsProtocol]


class Recording(internals.HttpToolsProtocol):
    """Notes which of the overridden methods are called, and what a connection has at its first body."""

    called: ClassVar[set[str]] = set()
    at_body: ClassVar[dict[str, bool]] = {}


def recorder(method: str) -> Callable[..., object]:
    def record(self: Recording, *positional: object, **named: object) -> object:
        self.called.add(method)
        if method == "on_body":
            for kind, thing in (
                (internals.HttpToolsProtocol, self),
                (internals.RequestResponseCycle, self.cycle),
            ):
                for name in internals.INHERITED[kind]:
                    self.at_body[f"{kind.__name__}.{name}"] = hasattr(thing, name)
        of_library: Callable[..., object] = getattr(internals.HttpToolsProtocol, method)
        return of_library(self, *positional, **named)

    return record


for overridden in OVERRIDDEN:
    setattr(Recording, overridden, recorder(overridden))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, and answer with a large one at `/large`."""
    message: Message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
    length = LARGE_BYTES if scope["path"] == "/large" else 2
    headers = [(b"content-length", b"%d" % length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * length})


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)


async def exchange(port: int, request: bytes, answer_bytes: int = len("HTTP/1.1")) -> None:
    """Send a request, wait a moment, and only then read so much of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await asyncio.sleep(0.1)
    await reader.readexactly(answer_bytes)
    writer.close()
    await writer.wait_closed()


async def test_a_connection_calls_each_overridden_method() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        app, log_config=None, http=Recording, ws="none", lifespan="off", timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test's own stay
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    host = b"Host: here\r\n"
    await exchange(port, b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 4\r\n\r\nbody")
    await exchange(port, b"GET /large HTTP/1.1\r\n" + host + b"\r\n", LARGE_BYTES)
    await exchange(port, b"this is not HTTP\r\n\r\n")
    await exchange(
        port, b"GET / HTTP/1.1\r\n" + host + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    )
    _, idle = await asyncio.open_connection("127.0.0.1", port)
    idle.write(b"GET / HTTP/1.1\r\n" + host + b"\r\n")
    await until(lambda: "timeout_keep_alive_handler" in Recording.called)
    _, open_at_the_end = await asyncio.open_connection("127.0.0.1", port)
    await until(lambda: bool(server.server_state.connections))
    server.should_exit = True
    await task
    for writer in (idle, open_at_the_end):
        writer.close()
    assert Recording.called == set(OVERRIDDEN)
    assert [name for name, has in Recording.at_body.items() if not has] == []
    assert len(Recording.at_body) > len(internals.INHERITED[internals.RequestResponseCycle])


@pytest.mark.parametrize("method", OVERRIDDEN)
def test_an_overridden_method_takes_what_ours_takes(method: str) -> None:
    theirs = inspect.signature(getattr(internals.HttpToolsProtocol, method)).parameters
    ours = inspect.signature(getattr(HeaderTimeoutProtocol, method)).parameters
    assert list(ours) == list(theirs)


def test_a_new_connection_has_no_request() -> None:
    config = uvicorn.Config(app, log_config=None, lifespan="off")
    config.load()
    loop = asyncio.new_event_loop()
    state = uvicorn.Server(config).server_state
    protocol = internals.HttpToolsProtocol(config, state, {}, _loop=loop)
    loop.close()
    assert vars(protocol)["cycle"] is None  # its type omits None
    assert protocol.app is config.loaded_app
    assert list(protocol.pipeline) == []
    assert state.default_headers == []


def test_a_supervisor_starts_its_workers_and_asks_each_whether_it_is_ready() -> None:
    run = inspect.getsource(internals.Multiprocess.run)
    assert "self.init_processes()" in run
    assert list(inspect.signature(Process.wait_until_ready).parameters)[:2] == ["self", "timeout"]
    assert "self.processes.append(process)" in inspect.getsource(
        internals.Multiprocess.init_processes
    )


async def test_a_server_calls_its_startup_and_has_then_started() -> None:
    class Noting(internals.Server):
        started_with: list[socket.socket] | None = None
        has_started = False

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            assert not self.started
            await super().startup(sockets)
            self.has_started = self.started
            self.started_with, self.should_exit = sockets, True

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Noting(uvicorn.Config(app, log_config=None, lifespan="off"))
        await server.serve(sockets=[listener])
        assert (server.has_started, server.started_with) == (True, [listener])
