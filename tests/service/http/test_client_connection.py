"""Clients that dribble, say nothing, or come in crowds, on real sockets; honest ones are answered meanwhile."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from service.http.app import make_app
from service.http.client_connection import STATUS_LINES, header_timeout_protocol
from service.http.disconnection import HTTP_CLIENT_LEFT
from service.http.graphql_endpoint import GraphQLResponse
from service.http.graphql_request import JSON

pytestmark = pytest.mark.anyio

SECONDS = 0.2
REQUESTS_MAX = 3
PATIENT_SECONDS = 300
IDLE = 300
HEAD = b"POST /graphql HTTP/1.1\r\nHost: door\r\nContent-Type: application/json\r\n"

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}


class Graph:
    """Answers a body; one that says "wait" once the test lets it, one that says "begin" from its head on."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.go_on, self.came = asyncio.Event(), asyncio.Semaphore(0)
        self.at_once = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        if body == b"wait":
            self.came.release()
            await self.go_on.wait()
        if body == b"begin":
            await send(START)
            await self.go_on.wait()
            await send({"type": "http.response.body", "body": body})
            return
        whole = GraphQLResponse(body, 200, JSON) if self.at_once else PlainTextResponse(body)
        await whole(scope, receive, send)


@dataclass
class RunningServer:
    listener: socket.socket
    server: uvicorn.Server
    task: asyncio.Task[None]

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that the server has, too."""
        opened = await asyncio.open_connection("127.0.0.1", self.port)
        await until(lambda: bool(self.server.server_state.connections))
        return opened

    async def stop(self) -> None:
        """As SIGTERM does; at the return no connection is accepted any more, and open ones were notified."""
        self.server.should_exit = True
        await until(lambda: self.listener.fileno() == -1)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    engine: AsyncEngine, graph: Graph, seconds: float = SECONDS, idle_seconds: int = 5
) -> AsyncIterator[RunningServer]:
    app = make_app(engine, graph, "", requests_max=REQUESTS_MAX, body_seconds_max=seconds)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(
        app,
        log_config=None,
        http=header_timeout_protocol(seconds),
        lifespan="on",
        timeout_keep_alive=idle_seconds,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test's own stay
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield RunningServer(listener, server, task)
    finally:
        server.should_exit = True
        await task


@pytest.fixture(params=[True, False], ids=["at once", "by messages"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """Its answers are written at once, as those of the service, or sent by the messages of ASGI."""
    return Graph(at_once=request.param)


@pytest.fixture
async def port(engine: AsyncEngine, graph: Graph) -> AsyncIterator[int]:
    async with serving(engine, graph) as opened:
        yield opened.port


async def until_closed(port: int, sent: bytes) -> bytes:
    """The bytes that the service sends before it closes the connection itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(60):
        response = await reader.read()
    writer.close()
    return response


@pytest.mark.parametrize("sent", [b"", b"POST", HEAD, HEAD + b"X-More: "])
async def test_headers_that_do_not_come_close_the_connection(port: int, sent: bytes) -> None:
    assert await until_closed(port, sent) == b""


@pytest.mark.parametrize(
    "begun",
    [b"Content-Length: 10\r\n\r\n123", b"Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n"],
)
async def test_a_body_that_dribbles_is_refused(port: int, begun: bytes) -> None:
    response = await until_closed(port, HEAD + begun)
    assert response.startswith(b"HTTP/1.1 408 ")
    assert b'"BODY_TOO_SLOW"' in response


def test_every_status_has_a_line() -> None:
    assert STATUS_LINES[200] == b"HTTP/1.1 200 OK\r\n"
    assert STATUS_LINES[HTTP_CLIENT_LEFT] == b"HTTP/1.1 499 \r\n"


async def test_a_connection_may_be_used_again(port: int) -> None:
    """Longer than headers may take: they come anew each time."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(20):
            assert (await client.post("/graphql", content=b"x")).text == "x"


async def test_an_answer_may_take_longer_than_its_body(port: int, graph: Graph) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        waiting = asyncio.create_task(client.post("/graphql", content=b"wait"))
        assert await until_closed(port, b"") == b""  # so the time has passed
        graph.go_on.set()
        assert (await waiting).text == "wait"


async def test_no_more_requests_than_there_is_room_for(port: int, graph: Graph) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        inside = [
            asyncio.create_task(client.post("/graphql", content=b"wait"))
            for _ in range(REQUESTS_MAX)
        ]
        for _ in range(REQUESTS_MAX):
            await graph.came.acquire()
        refused = await client.post("/graphql", content=b"x")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["errors"][0]["extensions"] == {"code": "BUSY"}
        assert (await client.get("/livez")).status_code == 200
        graph.go_on.set()
        assert {(await each).text for each in inside} == {"wait"}
        assert (await client.post("/graphql", content=b"x")).text == "x"


async def test_idle_connections_delay_no_other_client(port: int) -> None:
    opened: list[tuple[Any, asyncio.StreamWriter]] = [
        await asyncio.open_connection("127.0.0.1", port) for _ in range(IDLE)
    ]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(20):
            assert (await client.post("/graphql", content=b"x")).text == "x"
    async with asyncio.timeout(60):
        assert [await reader.read() for reader, _ in opened] == [b""] * IDLE
    for _, writer in opened:
        writer.close()


def posted(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head and the body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    (length,) = re.findall(rb"content-length: (\d+)", head)
    return head, await reader.readexactly(int(length))


@pytest.mark.parametrize("asked_before", [True, False])
async def test_an_idle_connection_has_its_next_request_answered_after_the_stop(
    engine: AsyncEngine, graph: Graph, *, asked_before: bool
) -> None:
    async with serving(engine, graph, PATIENT_SECONDS, PATIENT_SECONDS) as opened:
        reader, writer = await opened.connect()
        if asked_before:
            writer.write(posted(b"first"))
            head, body = await answer(reader)
            assert (body, b"connection: close" in head) == (b"first", False)
        await opened.stop()
        writer.write(posted(b"next"))
        head, body = await answer(reader)
        assert (body, b"connection: close" in head) == (b"next", True)
        assert await reader.read() == b""
        writer.close()


async def test_a_running_request_is_answered_and_its_connection_ends(
    engine: AsyncEngine, graph: Graph
) -> None:
    async with serving(engine, graph, PATIENT_SECONDS, PATIENT_SECONDS) as opened:
        reader, writer = await opened.connect()
        writer.write(posted(b"wait"))
        await graph.came.acquire()
        await opened.stop()
        graph.go_on.set()
        head, body = await answer(reader)
        assert (body, b"connection: close" in head) == (b"wait", True)
        assert await reader.read() == b""
        writer.close()


async def test_an_answer_that_had_begun_promised_one_more(
    engine: AsyncEngine, graph: Graph
) -> None:
    async with serving(engine, graph, PATIENT_SECONDS, PATIENT_SECONDS) as opened:
        reader, writer = await opened.connect()
        writer.write(posted(b"begin"))
        begun = await reader.readuntil(b"\r\n\r\n")
        await opened.stop()
        graph.go_on.set()
        assert b"connection: close" not in begun
        assert await reader.readexactly(len(b"begin")) == b"begin"
        writer.write(posted(b"next"))
        head, body = await answer(reader)
        assert (body, b"connection: close" in head) == (b"next", True)
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize(
    ("sent", "seconds", "expected"),
    [(b"", PATIENT_SECONDS, b""), (b"POST", SECONDS, b""), (b"x", PATIENT_SECONDS, b"x")],
)
async def test_a_connection_that_says_nothing_more_does_not_hold_up_the_stop(
    engine: AsyncEngine, graph: Graph, sent: bytes, seconds: float, expected: bytes
) -> None:
    async with asyncio.timeout(60), serving(engine, graph, seconds, 1) as opened:
        reader, writer = await opened.connect()
        writer.write(posted(sent) if expected else sent)
        if expected:
            assert (await answer(reader))[1] == expected
        await opened.stop()
        await opened.task
        assert await reader.read() == b""
        writer.close()
