"""The bounds of one connection and of many, on real sockets: each from both sides."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from service.http.app import make_app
from service.http.client_connection import (
    HEADERS_MAX,
    HeaderTimeoutProtocol,
    header_timeout_protocol,
)
from service.http.graphql_endpoint import GraphQLResponse
from service.http.graphql_request import JSON

pytestmark = pytest.mark.anyio

SECONDS = 0.2
REQUESTS_MAX = 3
HEAD = b"POST /graphql HTTP/1.1\r\nHost: door\r\nContent-Type: application/json\r\n"


LARGE = 16 << 20
"""More than the sockets of both sides keep."""


class Graph:
    """Answers a body; one that says "wait" once the test lets it, one that says "large" by 16 MiB."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.go_on, self.came = asyncio.Event(), asyncio.Semaphore(0)
        self.at_once = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        if body == b"wait":
            self.came.release()
            await self.go_on.wait()
        if body == b"large":
            body = b"x" * LARGE
        whole = GraphQLResponse(body, 200, JSON) if self.at_once else PlainTextResponse(body)
        await whole(scope, receive, send)


@asynccontextmanager
async def serving(
    engine: AsyncEngine,
    graph: Graph,
    seconds: float = SECONDS,
    **more: Any,  # noqa: ANN401 - as of `make_app`
) -> AsyncIterator[int]:
    app = make_app(engine, graph, "", requests_max=REQUESTS_MAX, body_seconds_max=seconds, **more)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(
        app, log_config=None, http=header_timeout_protocol(seconds), lifespan="on"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test's own stay
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
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
        yield opened


POST = b"POST /graphql HTTP/1.1\r\nHost: door\r\n"
BODY = b"Content-Length: 1\r\n\r\nx"


def line(many: int) -> bytes:
    """A header of so many bytes, by its name and value."""
    return b"X-Long: " + b"x" * (many - len("X-Long")) + b"\r\n"


HEAD_BYTES = len("/graphql" + "Host" + "door" + "Content-Length" + "1")
"""Of POST and BODY: what is counted of a request's head."""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (POST + line((32 << 10) - HEAD_BYTES) + BODY, 200),
        (POST + line((32 << 10) - HEAD_BYTES + 1) + BODY, 431),
        (POST + b"A: 1\r\n" * 98 + BODY, 200),
        (POST + b"A: 1\r\n" * 99 + BODY, 431),
        (POST + b"A: 1\r\n" * 100_000, 431),
        (POST + b"X-Long: " + b"x" * (10 << 20), 431),
        (POST + b"X" * (10 << 20), 431),
        (b"GET /" + b"x" * (40 << 10) + b" HTTP/1.1\r\nHost: door\r\n\r\n", 431),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: " + b"x" * (1 << 20), 431),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * (1 << 20), 431),
        (b"\r\n" * 40_000, 431),
    ],
    ids=[
        "size",
        "size + 1",
        "count",
        "count + 1",
        "lines",
        "value",
        "name",
        "url",
        "trailer",
        "chunk",
        "blank lines",
    ],
)
async def test_headers_have_a_limit_without_a_proxy(
    engine: AsyncEngine, graph: Graph, sent: bytes, status: int
) -> None:
    async with serving(engine, graph, seconds=60) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(60):
            first = await reader.readline()
        writer.transport.abort()
    assert first.startswith(b"HTTP/1.1 %d " % status)


async def test_headers_that_were_refused_are_held_by_nothing(
    engine: AsyncEngine, graph: Graph
) -> None:
    """A connection that is closing waits for its client for a minute; its headers do not."""
    async with serving(engine, graph, seconds=60) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST + b"A: 1\r\n" * 100_000)
        async with asyncio.timeout(60):
            assert b" 431 " in await reader.readline()
        connections = [each for each in gc.get_objects() if isinstance(each, HeaderTimeoutProtocol)]
        assert connections
        assert max(len(each.headers or ()) for each in connections) <= HEADERS_MAX
        writer.transport.abort()


async def test_a_client_that_does_not_send_takes_no_slot(engine: AsyncEngine, graph: Graph) -> None:
    """Twenty bodies that do not come, where three requests may be answered at once."""
    async with serving(engine, graph, seconds=60) as port:
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        for _, writer in opened:
            writer.write(HEAD + b"Content-Length: 1000\r\n\r\n{")
            await writer.drain()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            answers = [await client.post("/graphql", content=b"x") for _ in range(20)]
        assert [answer.status_code for answer in answers] == [200] * 20
        for _, writer in opened:
            writer.transport.abort()


async def test_with_too_many_awaited_bodies_the_oldest_is_dropped(
    engine: AsyncEngine, graph: Graph
) -> None:
    async with serving(engine, graph, seconds=60, waiting_bodies_max=3) as port:
        opened = []
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEAD + b"Content-Length: 2\r\n\r\nx")
            await writer.drain()
            opened.append((reader, writer))
            await asyncio.sleep(0.05)  # so that they come one after the other
        async with asyncio.timeout(60):
            gone = [await reader.read() for reader, _ in opened[:2]]
        assert all(said.startswith(b"HTTP/1.1 503 ") and b'"BUSY"' in said for said in gone)
        for reader, writer in opened[2:]:
            writer.write(b"y")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        for _, writer in opened:
            writer.close()


async def reluctant(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection whose client keeps little that was not read."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
    opened.setblocking(False)
    await asyncio.get_running_loop().sock_connect(opened, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=opened, limit=1024)


async def test_an_unread_answer_is_cut_off(port: int) -> None:
    reader, writer = await reluctant(port)
    writer.write(HEAD + b"Content-Length: 5\r\n\r\nlarge")
    await asyncio.sleep(20 * SECONDS)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(LARGE)
    writer.transport.abort()


async def test_an_answer_that_is_read_slowly_comes_whole(engine: AsyncEngine, graph: Graph) -> None:
    """In longer than what a client may take for a piece of it."""
    seconds = 2
    async with serving(engine, graph, seconds=seconds) as port:
        reader, writer = await reluctant(port)
        writer.write(HEAD + b"Content-Length: 5\r\nConnection: close\r\n\r\nlarge")
        clock = asyncio.get_running_loop().time
        began, many = clock(), 0
        while piece := await reader.read(256 << 10):
            many += len(piece)
            is_ahead = many / LARGE > (clock() - began) / (2 * seconds)
            await asyncio.sleep(0.05 if is_ahead else 0)
        writer.close()
    assert many > LARGE


async def test_the_oldest_unread_answer_of_a_caller_is_cut_off(
    engine: AsyncEngine, graph: Graph
) -> None:
    """Of 48 MiB that may be unread, 16 MiB may be one caller's: one answer."""
    async with serving(engine, graph, seconds=60, unread_bytes_max=3 * LARGE) as port:
        opened = []
        for _ in range(3):
            reader, writer = await reluctant(port)
            writer.write(HEAD + b"Content-Length: 5\r\nConnection: close\r\n\r\nlarge")
            await reader.readline()
            opened.append((reader, writer))
        for reader, _ in opened[:2]:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(LARGE)
        whole = await opened[2][0].read()
        assert len(whole) >= LARGE
        for _, writer in opened:
            writer.transport.abort()


async def test_a_body_that_goes_on_after_its_answer_ends(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"Content-Length: 99999999999\r\n\r\n")
    response = b""

    async def dribble() -> None:
        while True:
            writer.write(b"x")
            await asyncio.sleep(SECONDS / 10)

    dribbling = asyncio.create_task(dribble())
    async with asyncio.timeout(60):
        try:
            response = await reader.read()
        except ConnectionError:
            response = b"HTTP/1.1 413 "  # reset while we were still sending
    dribbling.cancel()
    assert response.startswith(b"HTTP/1.1 413 ")
    writer.transport.abort()


async def test_a_client_that_leaves_before_its_body_is_whole_is_no_error_of_ours(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(10):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b'Content-Length: 100\r\n\r\n{"query": "')
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.transport.abort()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.post("/graphql", content=b"x")).text == "x"
    output = capsys.readouterr()
    assert "internal_error" not in output.out + output.err


async def test_readiness_probes_take_one_connection_at_most(
    engine: AsyncEngine, graph: Graph
) -> None:
    taken = []
    event.listen(engine.sync_engine, "checkout", lambda *_: taken.append(1))
    async with (
        serving(engine, graph, seconds=60) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        answers = await asyncio.gather(*(client.get("/readyz") for _ in range(50)))
    assert {answer.text for answer in answers} == {"ready"}
    assert len(taken) < 10


PROBE = b"GET %b HTTP/1.1\r\nHost: door\r\n"


async def exchanged(port: int, sent: bytes) -> bytes:
    """All that comes on a connection over which no more is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(60):
        received = await reader.read()
    writer.close()
    return received


@pytest.mark.parametrize(("path", "expected"), [("/livez", "alive"), ("/readyz", "ready")])
async def test_a_probe_is_answered_as_the_application_answers(
    engine: AsyncEngine, graph: Graph, path: str, expected: str
) -> None:
    app = make_app(engine, graph, "")
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as inside,
        serving(engine, graph, seconds=60) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as outside,
    ):
        by_application, by_connection = await inside.get(path), await outside.get(path)
        head = await outside.head(path)
    assert (by_connection.status_code, by_connection.text) == (200, expected)
    assert (head.status_code, head.text) == (200, "")
    assert len(by_connection.headers.pop("x-request-id")) == 32
    by_application.headers.pop("x-request-id")
    for of_server in ("date", "server"):
        by_connection.headers.pop(of_server)
    assert by_connection.headers == by_application.headers


async def test_an_answer_at_once_is_that_of_the_messages(engine: AsyncEngine) -> None:
    """With the same headers; compressed ones, and those of an application without our connection, are messages."""
    graph = Graph()
    app = make_app(engine, graph, "")
    plain = {"accept-encoding": "identity"}
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as inside,
        serving(engine, graph, seconds=60) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as outside,
    ):
        by_messages = await inside.post("/graphql", content=b"body", headers=plain)
        at_once = await outside.post("/graphql", content=b"body", headers=plain)
        compressed = await outside.post("/graphql", content=b"b" * 2_000)
    assert at_once.text == by_messages.text == "body"
    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.text == "b" * 2_000
    assert len(at_once.headers.pop("x-request-id")) == 32
    by_messages.headers.pop("x-request-id")
    for of_server in ("date", "server"):
        at_once.headers.pop(of_server)
    assert sorted(at_once.headers.raw) == sorted(by_messages.headers.raw)


@pytest.mark.parametrize("path", [b"/livez", b"/readyz?now"])
async def test_probes_stand_in_their_place_among_other_requests(
    engine: AsyncEngine, graph: Graph, path: bytes
) -> None:
    probe, ask = PROBE % path, POST + BODY
    with_body = probe + b"Content-Length: 4\r\n\r\nmore"
    end = probe + b"Connection: close\r\n\r\n"
    async with serving(engine, graph, seconds=60) as port:
        received = await exchanged(port, probe + b"\r\n" + ask + with_body + ask + end)
    bodies = [part.split(b"\r\n\r\n")[1] for part in received.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    body = bodies[0]
    assert body in {b"alive", b"ready"}
    assert bodies == [body, b"x", body, b"x", body]
    assert received.count(b"connection: close") == 1


async def test_a_probe_without_keep_alive_ends_its_connection(
    engine: AsyncEngine, graph: Graph
) -> None:
    async with serving(engine, graph, seconds=60) as port:
        received = await exchanged(port, b"GET /readyz HTTP/1.0\r\n\r\n")
    assert received.endswith(b"\r\n\r\nready")


async def test_a_probe_whose_answer_cannot_be_made_is_masked(
    engine: AsyncEngine, graph: Graph
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a name that must not get out")

    event.listen(engine.sync_engine, "checkout", fail)
    async with (
        serving(engine, graph, seconds=60) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        answer = await client.get("/readyz")
    assert answer.status_code == 500
    assert "a name" not in answer.text
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
