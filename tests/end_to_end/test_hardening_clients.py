"""Clients of many kinds: machines, streams over GET, those that leave, and auditors."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.deploy.processes import RunningProcess, run, until
from tests.end_to_end.conftest import Service, free_port, running
from tests.end_to_end.hardening import codes, connected, head

Json = dict[str, Any]
TokenOf = Callable[[str], str]
READER = "ht.so-y-te.pho"
ROOT = Path(__file__).parents[2]
GRAPHQL = "application/graphql-response+json"
ISSUER = "https://issuer.example"
ACCOUNT = "11111111-2222-4333-8444-555555555555"
CLIENT = "0f9c1c54-6f35-4d5c-9d3f-2a1b3c4d5e6f"
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends RST, as a client that is switched off."""

LEVELS = """{ evaluations(year: 2022, under: "ht", first: 1, filter: {levels: [GOOD]}) {
    edges { node { rating { level } } } } }"""


@pytest.fixture(scope="module")
def key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "of-the-issuer"})


@pytest.fixture(scope="module")
def of_issuer(
    service: Service, key: ECKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A second process on the same registry, which accepts tokens of an issuer."""
    jwks = tmp_path_factory.mktemp("issuer") / "keys.json"
    jwks.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    yield from running(service.data_dir, OIDC_ISSUER=ISSUER, OIDC_JWKS=str(jwks))


MACHINES: dict[str, Json] = {
    "Keycloak": {
        "typ": "Bearer",
        "azp": "intern-app",
        "clientHost": "192.0.2.7",
        "preferred_username": "service-account-intern-app",
        "client_id": "intern-app",
        "scope": "email profile",
    },
    "Entra ID": {
        "tid": "aaaabbbb-0000-cccc-1111-dddd2222eeee",
        "ver": "2.0",
        "oid": ACCOUNT,
        "azp": CLIENT,
        "azpacr": "1",
        "idtyp": "app",
    },
}


@pytest.mark.parametrize("provider", MACHINES)
def test_a_machine_reads_no_level_without_a_scope(
    of_issuer: Service, key: ECKey, provider: str
) -> None:
    claims = {"iss": ISSUER, "aud": "xeploai", "sub": ACCOUNT, "exp": int(time.time()) + 600}
    token = jwt.encode({"alg": "ES256", "kid": key.kid}, claims | MACHINES[provider], key)
    assert codes(of_issuer.ask(LEVELS, {}, token)) == ["FORBIDDEN"]


# -- streams, media types, auditors --------------------------------------------------------------


CHANGED = 'subscription { evaluationChanged(under: "ht", year: 2023) { cursor } }'
SMALL = '{ body(code: "ht") { code } }'


def test_a_subscription_may_be_sent_by_get(service: Service, token_of: TokenOf) -> None:
    """As gateways and a browser's EventSource do it."""
    with httpx.stream(
        "GET",
        f"{service.url}/graphql",
        params={"query": CHANGED},
        headers={
            "Accept": "text/event-stream",
            "Authorization": f"Bearer {token_of(READER)}",
        },
    ) as response:
        assert response.status_code == httpx.codes.OK, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")


def test_a_refusal_before_the_graph_is_of_the_media_type_that_is_accepted(service: Service) -> None:
    headers = {"Accept": GRAPHQL, "Authorization": "Bearer x"}
    response = httpx.post(f"{service.url}/graphql", json={"query": SMALL}, headers=headers)
    assert codes(response.json()) == ["BAD_TOKEN"]
    assert response.headers["content-type"].partition(";")[0] == GRAPHQL


def test_a_missing_token_gets_the_way_to_sign_in(service: Service) -> None:
    headers = {"Accept": GRAPHQL}
    response = httpx.post(f"{service.url}/graphql", json={"query": SMALL}, headers=headers)
    assert response.status_code == httpx.codes.UNAUTHORIZED
    assert response.headers.get("www-authenticate") == "Bearer"


def test_a_directive_that_is_repeated_is_one_error(service: Service) -> None:
    query = f"query {{ __typename {'@aa' * 10} }}"
    answer = httpx.post(f"{service.url}/graphql", json={"query": query}).json()
    assert codes(answer) == ["GRAPHQL_INVALID"]


def test_a_get_that_any_page_could_send_is_refused(service: Service) -> None:
    response = httpx.get(f"{service.url}/graphql", params={"query": "{ __typename }"})
    assert response.status_code == httpx.codes.FORBIDDEN


# -- clients that leave --------------------------------------------------------------------------


LEAVERS = 8
PATIENCE_SECONDS = 5
SLOW = '{ evaluations(year: 2023, under: "ht", first: 1) { totalCount } }'
WAITING = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND wait_event_type = 'Lock'"""


async def waiting_after_leaving(service: Service, token: str, folder: str) -> tuple[int, int]:
    """How many statements wait for a locked table before and after their clients have left."""
    locking, looking = [
        await asyncpg.connect(host=folder, user="postgres", database="postgres") for _ in range(2)
    ]
    async with locking.transaction():
        await locking.execute("LOCK TABLE appraisal IN ACCESS EXCLUSIVE MODE")
        body = json.dumps({"query": SLOW}).encode()
        length = {"Content_Type": "application/json", "Content_Length": len(body)}
        begin = head(service, "POST", "/graphql", token, **length)
        leavers = [connected(service, begin + body) for _ in range(LEAVERS)]
        before = await settled(looking, lambda count: count > 0)
        for leaver in leavers:
            leaver.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            leaver.close()
        after = await settled(looking, lambda count: count == 0)
    await locking.close()
    await looking.close()
    return before, after


async def settled(connection: asyncpg.Connection, holds: Callable[[int], bool]) -> int:
    """The number of waiting statements once it holds, or at the end of our patience."""
    count = -1
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not holds(count) and time.monotonic() < give_up_at:
        count = await connection.fetchval(WAITING)
        await asyncio.sleep(0.05)
    return count


def test_a_query_whose_client_has_left_ends(service: Service, token_of: TokenOf) -> None:
    (folder,) = service.sql("SHOW unix_socket_directories")
    before, after = asyncio.run(waiting_after_leaving(service, token_of(READER), folder))
    assert before > 0
    assert after == 0


# -- the gateway ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped gateway; no subgraph is called here."""
    folder, port = tmp_path_factory.mktemp("gateway"), free_port()
    packages = {"NODE_PATH": str(ROOT / "tests" / "npm" / "node_modules")}
    shipped = ROOT / "deploy" / "gateway"
    composed = run(
        ["node", shipped / "compose.cjs", shipped / "subgraphs.json"],
        folder,
        packages,
        as_server=False,
    )
    (folder / "supergraph.graphql").write_text(composed, encoding="utf-8")
    provinces = json.dumps({"ht": "http://127.0.0.1:1/graphql"})
    (folder / "provinces.json").write_text(provinces, encoding="utf-8")
    words = ["node", shipped / "gateway.cjs"]
    node = RunningProcess("gateway", words, folder, packages | {"PORT": str(port)}, as_server=False)
    try:
        until(lambda: "gateway at" in node.output(), "the gateway listens")
        yield f"http://127.0.0.1:{port}/graphql"
    finally:
        node.end()


@pytest.mark.parametrize(
    "body",
    [
        {"query": "query A { __typename } query B { __typename }"},
        {"query": "query A { __typename }", "operationName": "B"},
        {"query": "query A { __typename }", "operationName": {}},
        {"query": CHANGED},
    ],
    ids=str,
)
def test_a_mistake_of_the_client_is_no_fault_of_the_gateway(gateway: str, body: Json) -> None:
    response = httpx.post(gateway, json=body)
    assert response.status_code < httpx.codes.INTERNAL_SERVER_ERROR, response.text
    assert "INTERNAL" not in codes(response.json())
