"""Clients that leave: their queries end in the database, too; a command is carried out."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from asyncpg.transaction import Transaction
from sqlalchemy import make_url

from db.embedded.server import embedded_server
from tests.end_to_end.conftest import Service, running

pytestmark = pytest.mark.anyio

LEAVERS = 100
"""More than there are connections to the database (DATABASE_CONNECTIONS, twice 20)."""

PATIENCE_SECONDS = 60
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends RST, as a machine does that is switched off or a proxy that gives up."""

SLOW = '{ evaluations(year: 2023, under: "ht", first: 1) { totalCount } }'
SMALL = '{ body(code: "ht") { code } }'
WAITING = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND wait_event_type = 'Lock'"""
DELEGATE = """mutation ($input: DelegateInput!) { delegate(input: $input) { __typename
    ... on Delegation { id } ... on Refusal { code message }
    ... on DelegationRefused { breaches { message } } } }"""
PAPER = {"number": "20-QĐ/BCSĐ", "date": "2023-12-11"}
INPUT = {
    "rater": "panel_6_2_3",
    "delegate": "ht.so-tu-phap.truong",
    "acts": ["RATE"],
    "classes": ["other_provincial_unit_leadership", "other_provincial_unit_leader"],
    "bodies": ["ht.minh-hoa-2"],
    "since": "2023-12-11",
    "until": "2023-12-31",
    "document": PAPER,
}
DELEGATIONS = "SELECT count(*) FROM delegation"


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    return service.token_of_post("ht.bi-thu")


@pytest.fixture(scope="module")
def chair(service: Service) -> str:
    return service.token_of_post("ht.ubnd.ct")


@pytest.fixture(scope="module")
def few(service: Service) -> Iterator[Service]:
    """A second process on the same registry, with few operations for each caller."""
    yield from running(service.data_dir, MAX_REQUESTS_PER_CALLER="3")


@pytest.fixture
def delegations(service: Service) -> list[int]:
    return [int(number) for number in service.sql(f"{DELEGATIONS}")]


@asynccontextmanager
async def locked(
    service: Service, table: str
) -> AsyncIterator[tuple[asyncpg.Connection, Transaction]]:
    """A transaction that locks a table until it ends, and a connection to look on meanwhile.

    Inside of a transaction `pg_stat_activity` does not change; so there are two connections.
    """
    with embedded_server(service.data_dir) as url:
        where = make_url(url)
        named = {"host": str(where.query["host"]), "user": where.username}
        looking = await asyncpg.connect(**named, database=where.database)
        locking = await asyncpg.connect(**named, database=where.database)
        transaction = locking.transaction()
        await transaction.start()
        await locking.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        try:
            yield looking, transaction
        finally:
            await locking.close()
            await looking.close()


def asking(service: Service, token: str, body: dict[str, Any], *headers: str) -> socket.socket:
    """A connection over which a whole request was sent, and nothing read."""
    content = json.dumps(body).encode()
    where = urlsplit(service.url)
    head = "\r\n".join(
        [
            "POST /graphql HTTP/1.1",
            f"Host: {where.netloc}",
            f"Authorization: Bearer {token}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
            *headers,
        ]
    )
    opened = socket.create_connection((str(where.hostname), where.port or 80))
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    opened.sendall(head.encode() + b"\r\n\r\n" + content)
    return opened


async def until(connection: asyncpg.Connection, statement: str, low: int, high: int) -> None:
    """Wait until the number that a statement gives is within the bounds."""
    result = -1
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not low <= result <= high:
                result = await connection.fetchval(statement)
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"{statement}: {result}, not {low} to {high}")


@pytest.mark.parametrize(
    "headers", [(), ("apollo-federation-include-trace: ftv1",)], ids=["by its plan", "by core"]
)
async def test_a_query_whose_client_has_left_ends_in_the_database(
    service: Service, token: str, headers: tuple[str, ...]
) -> None:
    async with (
        locked(service, "appraisal") as (connection, transaction),
        httpx.AsyncClient(timeout=60) as client,
    ):
        sockets = [asking(service, token, {"query": SLOW}, *headers) for _ in range(LEAVERS)]
        await until(connection, WAITING, 2, 40)
        for opened in sockets:
            opened.close()
        await until(connection, WAITING, 0, 0)
        answer = await client.post(
            f"{service.url}/graphql",
            json={"query": SMALL},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.json()["data"] == {"body": {"code": "ht"}}
        assert await connection.fetchval(WAITING) == 0
        await transaction.rollback()
        whole = await client.post(
            f"{service.url}/graphql",
            json={"query": SLOW},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert whole.json()["data"]["evaluations"]["totalCount"] > 0
        metrics = (await client.get(f"{service.url}/metrics")).text
    assert 'xeploai_refusals_total{code="CLIENT_LEFT"}' in metrics
    assert 'xeploai_refusals_total{code="INTERNAL"}' not in metrics


async def test_one_caller_has_a_share_of_the_operations(
    few: Service, token: str, chair: str
) -> None:
    """Three of them wait in the database: no fourth one, but another person's, and these as soon as they end."""
    url = f"{few.url}/graphql"
    mine, another = ({"Authorization": f"Bearer {each}"} for each in (token, chair))
    async with (
        locked(few, "appraisal") as (connection, transaction),
        httpx.AsyncClient(timeout=60) as client,
    ):

        async def ask(query: str, headers: dict[str, str]) -> httpx.Response:
            return await client.post(url, json={"query": query}, headers=headers)

        three = [asyncio.create_task(ask(SLOW, mine)) for _ in range(3)]
        await until(connection, WAITING, 1, 3)
        await asyncio.sleep(0.5)  # those that wait for a turn with the others
        fourth = await ask(SMALL, mine)
        assert (fourth.status_code, fourth.headers.get("retry-after")) == (429, "1")
        assert fourth.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_REQUESTS"}
        assert (await ask(SMALL, another)).json()["data"] == {"body": {"code": "ht"}}
        await transaction.rollback()
        for task in three:
            assert (await task).json()["data"]["evaluations"]["totalCount"] > 0
        assert (await ask(SMALL, mine)).json()["data"] == {"body": {"code": "ht"}}


async def test_requests_batched_with_a_cancelled_one_are_answered(
    service: Service, token: str
) -> None:
    """Equal statements go to the database together; of those who wait, every second one leaves."""
    text = "query ($code: ID!) { body(code: $code) { code } }"
    ask = {"query": text, "variables": {"code": "ht"}}
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        locked(service, "body") as (connection, transaction),
        httpx.AsyncClient(timeout=60) as client,
    ):
        url = f"{service.url}/graphql"
        staying, leaving = [], []
        for _ in range(LEAVERS // 2):
            staying.append(asyncio.create_task(client.post(url, json=ask, headers=headers)))
            await asyncio.sleep(0)
            leaving.append(asking(service, token, ask))
        await until(connection, WAITING, 1, 40)
        for opened in leaving:
            opened.close()
        await transaction.rollback()
        answers = [(await task).json().get("data") for task in staying]
    assert answers == [{"body": {"code": "ht"}}] * len(staying)


async def test_a_command_whose_client_has_left_is_carried_out(
    service: Service, chair: str, delegations: list[int]
) -> None:
    (before,) = delegations
    async with locked(service, "delegation") as (connection, transaction):
        opened = asking(service, chair, {"query": DELEGATE, "variables": {"input": INPUT}})
        await until(connection, WAITING, 1, 1)
        opened.close()
        await asyncio.sleep(1)  # for the service to notice
        assert await connection.fetchval(WAITING) == 1
        await transaction.rollback()
        await until(connection, DELEGATIONS, before + 1, before + 1)
