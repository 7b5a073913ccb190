"""Streams end with an event that gives the reason: the session, a slow reader, a stop; their number is limited."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Message

from db.connection import engine as engines
from db.connection.engine import transaction
from db.connection.replica import Databases
from schema.graph import schema
from service.auth.account import Accounts
from service.auth.identity import CLOCK_SKEW_SECONDS
from service.auth.policy import CurrentPolicy
from service.auth.rate_limit import Budget
from service.http.app import make_app
from service.http.client_connection import header_timeout_protocol
from service.http.context_factory import Contexts
from service.http.graphql_endpoint import Endpoint
from service.http.persisted_document import Documents, Mode
from service.http.subscriber import Streams, follow
from service.settings import DEMONSTRATION_DAY
from tests.service.auth.test_identity import IDENTITY, token

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
PLAIN = {"Accept": "application/json"}
QUERY = """subscription { evaluationChanged(under: "ht.thach-ha", year: 2023) {
    cursor node { id version subject { __typename } } } }"""
COST = 3
"""Of QUERY: an event, the appraisal in it, its subject."""

CHANGE = """UPDATE appraisal SET version = version + 1 WHERE year = 2023 AND home_body_code IN
    (SELECT body_code FROM body_tree WHERE ancestor_code = 'ht.thach-ha')"""


@pytest.fixture
async def engine(demonstration_copy: str) -> AsyncIterator[AsyncEngine]:
    made = await engines.connect(demonstration_copy)
    yield made
    await made.dispose()


def endpoint(engine: AsyncEngine, streams: Streams, units: int = 0, mode: Mode = "off") -> Endpoint:
    """Ours, with a budget for each minute; in some modes QUERY alone is trusted."""
    policy, budget = CurrentPolicy(engine), Budget(units)
    databases = Databases(engine)
    accounts = Accounts(IDENTITY, databases)
    contexts = Contexts(databases, accounts, policy, DEMONSTRATION_DAY, budget)
    documents = Documents({"": QUERY}, mode)
    return Endpoint(schema, contexts, documents=documents, streams=streams)


def door(engine: AsyncEngine, streams: Streams, url: str, **more: Any) -> ASGIApp:  # noqa: ANN401 - as of `endpoint`
    async def no_graph() -> None:
        await follow(streams, url)

    return make_app(engine, endpoint(engine, streams, **more), "", no_graph, stop=streams.stop)


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[tuple[uvicorn.Server, str]]:
    """A real server on a port of its own, in this very loop."""
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, log_config=None, http=header_timeout_protocol(60), ws="none", lifespan="on"
        )
    )
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield server, f"http://127.0.0.1:{port}/graphql"
    finally:
        server.should_exit = True
        await running


def headers(**claims: object) -> dict[str, str]:
    token_claims: dict[str, Any] = {"sub": "hr", "client_id": "hr", "scope": "read_level"} | claims
    return {"Accept": "text/event-stream", "Authorization": f"Bearer {token(**token_claims)}"}


@asynccontextmanager
async def subscribed(url: str, **claims: object) -> AsyncIterator[AsyncIterator[Json]]:
    async with (
        httpx.AsyncClient(timeout=60) as client,
        client.stream("POST", url, json={"query": QUERY}, headers=headers(**claims)) as response,
    ):
        assert response.status_code == 200, await response.aread()
        yield events(response.aiter_lines())


async def events(lines: AsyncIterator[str]) -> AsyncIterator[Json]:
    """Each event with its fields; a comment is one of the name ''."""
    collected: Json = {}
    async for line in lines:
        name, _, value = line.partition(":")
        if line:
            collected[name] = value.removeprefix(" ")
        elif collected:
            yield collected
            collected = {}


async def next_body(stream: AsyncIterator[Json]) -> Json:
    """The body of the next event that is no comment."""
    async for event in stream:
        if event.get("event") == "next":
            body: Json = json.loads(event["data"])
            return body
    raise AssertionError("the stream ended without a word")


async def why(stream: AsyncIterator[Json]) -> str:
    """The code with which the stream ends; checks that it then ends."""
    code: str = (await next_body(stream))["errors"][0]["extensions"]["code"]
    rest = [event async for event in stream]
    assert rest == [{"event": "complete", "data": ""}]
    return code


async def test_a_stop_ends_the_streams_and_is_not_held_up(
    engine: AsyncEngine, demonstration_copy: str
) -> None:
    streams = Streams()
    app = door(engine, streams, demonstration_copy)
    async with served(app) as (server, url), subscribed(url) as stream:
        assert (await next_body(stream))["data"]["evaluationChanged"]["node"] is None
        server.should_exit = True
        assert await why(stream) == "STOPPING"
    assert streams.open == 0


async def test_a_stream_ends_with_the_session(engine: AsyncEngine, demonstration_copy: str) -> None:
    streams = Streams()
    async with served(door(engine, streams, demonstration_copy)) as (_, url):
        almost_over = time.time() - CLOCK_SKEW_SECONDS + 4
        async with subscribed(url, exp=int(almost_over)) as stream:
            assert (await next_body(stream))["data"]
            assert await why(stream) == "BAD_TOKEN"


async def test_the_number_of_streams_is_limited(
    engine: AsyncEngine, demonstration_copy: str
) -> None:
    streams = Streams(streams_max=2)
    async with served(door(engine, streams, demonstration_copy)) as (_, url):
        async with subscribed(url) as first, subscribed(url) as second:
            await next_body(first)
            await next_body(second)
            async with httpx.AsyncClient(timeout=60) as client:
                full = await client.post(url, json={"query": QUERY}, headers=headers())
                assert full.status_code == 503
                assert full.headers["retry-after"]
                assert full.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_STREAMS"}
                plain = {"query": '{ body(code: "ht") { code } }'}
                answer = await client.post(url, json=plain, headers=headers() | PLAIN)
                assert answer.json()["data"] == {"body": {"code": "ht"}}
        while streams.open:  # noqa: ASYNC110 - nothing tells of a client that has left
            await asyncio.sleep(0)
        async with subscribed(url) as again:
            assert (await next_body(again))["data"]


async def test_one_caller_has_a_share_of_the_streams(
    engine: AsyncEngine, demonstration_copy: str
) -> None:
    streams = Streams()
    async with (
        served(door(engine, streams, demonstration_copy)) as (_, url),
        AsyncExitStack() as open_,
    ):
        ten = [await open_.enter_async_context(subscribed(url)) for _ in range(10)]
        for stream in ten:
            await next_body(stream)
        eleventh = await refusal(url, json={"query": QUERY})
        assert eleventh.status_code == 429
        assert eleventh.headers["retry-after"]
        assert eleventh.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_STREAMS"}
        async with subscribed(url, sub="other", client_id="other") as other:
            assert (await next_body(other))["data"]
        plain = {"query": '{ body(code: "ht") { code } }'}
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.post(url, json=plain, headers=headers() | PLAIN)
        assert answer.json()["data"] == {"body": {"code": "ht"}}


async def test_a_quiet_stream_is_kept_alive(engine: AsyncEngine, demonstration_copy: str) -> None:
    streams = Streams(keep_alive_seconds=0.05)
    app = door(engine, streams, demonstration_copy)
    async with served(app) as (_, url), subscribed(url) as stream:
        assert (await next_body(stream))["data"]
        for _ in range(3):
            assert await anext(stream) == {"": ""}
        async with transaction(engine) as connection:
            await connection.execute(text(CHANGE))
        assert (await next_body(stream))["data"]["evaluationChanged"]["node"]["id"]


async def test_transactions_that_commit_out_of_order_are_all_seen(
    engine: AsyncEngine, demonstration_copy: str
) -> None:
    """Two transactions open at once, the later one commits first: by stream, and by pulls in between."""
    write = "UPDATE appraisal SET version = version + 1 WHERE body_code = :code AND year = 2023 RETURNING CAST(id AS text)"
    streams = Streams()
    app = door(engine, streams, demonstration_copy)
    async with served(app) as (_, url), subscribed(url) as stream:
        cursor = (await next_body(stream))["data"]["evaluationChanged"]["cursor"]
        async with engine.connect() as early, engine.connect() as late:
            ids = {
                code: (await connection.execute(text(write), {"code": code})).scalar_one()
                for connection, code in ((early, "ht.thach-ha.hdnd"), (late, "ht.thach-ha.ubnd"))
            }
            for connection, code in ((late, "ht.thach-ha.ubnd"), (early, "ht.thach-ha.hdnd")):
                await connection.commit()
                change = (await next_body(stream))["data"]["evaluationChanged"]
                assert change["node"]["id"] == ids[code]
                result, after = await pulled(url, cursor)
                assert result == [ids[code]]
                cursor = change["cursor"]
                assert (await pulled(url, cursor))[0] == []
        assert (await pulled(url, after))[0] == []


async def pulled(url: str, since: str) -> tuple[list[str], str]:
    """What changed since, and the cursor to go on from."""
    query = """query ($since: String) { evaluations(under: "ht.thach-ha", year: 2023, first: 500,
        changedSince: $since) { cursorForChanges edges { node { id } } } }"""
    body = {"query": query, "variables": {"since": since}}
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.post(url, json=body, headers=headers() | PLAIN)
    data = answer.json()["data"]["evaluations"]
    return [edge["node"]["id"] for edge in data["edges"]], data["cursorForChanges"]


async def test_every_event_is_paid(engine: AsyncEngine, demonstration_copy: str) -> None:
    """The opening and two events are within the budget, then the stream ends; nothing is lost."""
    some = "SELECT id FROM appraisal WHERE year = 2023 AND body_code LIKE 'ht.thach-ha.%' LIMIT 3"
    change = f"UPDATE appraisal SET version = version + 1 WHERE id IN ({some}) RETURNING 1"
    streams = Streams()
    async with served(door(engine, streams, demonstration_copy, units=3 * COST)) as (_, url):
        async with subscribed(url) as stream:
            assert (await next_body(stream))["data"]
            async with transaction(engine) as connection:
                assert len((await connection.execute(text(change))).all()) == 3
            cursor = (await next_body(stream))["data"]["evaluationChanged"]["cursor"]
            assert await why(stream) == "OVER_BUDGET"
        full = await refusal(url, json={"query": QUERY})
        assert (full.status_code, full.json()["errors"][0]["extensions"]["code"]) == (
            429,
            "OVER_BUDGET",
        )
        assert int(full.headers["retry-after"]) > 0
    async with served(door(engine, Streams(), demonstration_copy)) as (_, url):
        assert len((await pulled(url, cursor))[0]) == 2


async def test_only_trusted_documents_are_streamed_where_only_those_run(
    engine: AsyncEngine, demonstration_copy: str
) -> None:
    streams = Streams()
    async with served(door(engine, streams, demonstration_copy, mode="enforce")) as (_, url):
        async with subscribed(url) as stream:
            assert (await next_body(stream))["data"]
        other = await refusal(url, json={"query": QUERY + " "})
        assert other.status_code == 403
        assert other.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def refusal(url: str, **payload: Any) -> httpx.Response:  # noqa: ANN401 - as of httpx
    async with httpx.AsyncClient(timeout=60) as client:
        return await client.post(url, headers=headers(), **payload)


class PacedClient:
    """A client of the application itself, that takes what is sent when it likes."""

    def __init__(self, take: Callable[[int], Coroutine[None, None, None]]) -> None:
        self.take, self.blocks, self._asked = take, list[bytes](), False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            body = json.dumps({"query": QUERY}).encode()
            return {"type": "http.request", "body": body, "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            await self.take(len(self.blocks))
            self.blocks.append(message["body"])

    async def read(self, app: Endpoint) -> bytes:
        request_headers = headers() | {"Content-Type": "application/json"}
        sent = [(name.lower().encode(), value.encode()) for name, value in request_headers.items()]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "headers": sent,
            "query_string": b"",
        }
        await app(scope, self.receive, self.send)
        return b"".join(self.blocks)


async def test_the_stream_of_a_slow_reader_ends_with_a_reason(engine: AsyncEngine) -> None:
    async def late(number: int) -> None:
        if number == 1:
            await asyncio.sleep(1.2)

    read = await PacedClient(late).read(endpoint(engine, Streams(slow_seconds=1)))
    assert b'"code":"TOO_SLOW"' in read
    assert read.endswith(b"event: complete\ndata:\n\n")


async def test_the_stream_of_a_client_that_never_reads_is_closed(engine: AsyncEngine) -> None:
    async def never(number: int) -> None:
        if number == 1:
            await asyncio.Event().wait()

    streams = Streams(slow_seconds=0.2)
    assert await PacedClient(never).read(endpoint(engine, streams)) == b":\n\n"
    assert streams.open == 0
