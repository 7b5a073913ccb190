"""Hostile documents and bodies on the running service: refused by a code, in bounded memory, without harm to other clients."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from service.serving import FILES_RESERVED, allow_files
from tests.end_to_end.conftest import Service

TokenOf = Callable[[str], str]

HONEST = '{ body(code: "ht") { code } }'
MEBIBYTE = 1 << 20
GROWTH_MAX = 150 * MEBIBYTE
OPEN, OPEN_BETWEEN = 10_000, 500
KEYS = '{__typename: "Body", code: "ht"},'
ENTITIES = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }"


def spreads(count: int, times: int) -> str:
    links = [
        f"fragment F{i} on Body {{ parent {{ {f'...F{i + 1} ' * times} }} }}" for i in range(count)
    ]
    return (
        f'{{ body(code: "ht") {{ ...F0 }} }} {" ".join(links)} fragment F{count} on Body {{ code }}'
    )


DOCUMENTS = {
    "deep": '{ body(code: "ht") ' + "{ parent " * 60 + "{ code }" + " }" * 61,
    "deeper than the parser goes": "{ body " * 1_500,
    "wide": '{ body(code: "ht") { ' + "code " * 3_000 + "} }",
    "wider than any document": '{ body(code: "ht") { ' + "code " * 15_000 + "} }",
    "aliased": "{ " + " ".join(f'a{i}: body(code: "ht") {{ code }}' for i in range(400)) + " }",
    "circular": '{ body(code: "ht") { ...A } } fragment A on Body { ...B } fragment B on Body { ...A }',
    "exponential": spreads(12, 4),
    "directives": '{ body(code: "ht") { code ' + "@skip(if: false) " * 700 + "} }",
    "repeated": "{ " + 'body(code: "ht") { code } ' * 300 + "}",
    "lists in lists": '{ body(code: "ht") { children(first: 500) { edges { node { '
    "children(first: 500) { edges { node { code } } } } } } } }",
    "a page of everything": '{ body(code: "ht") { children(first: 2147483647) { totalCount } } }',
    "representations": "{ _entities(representations: [" + KEYS * 600 + "]) { __typename } }",
    "introspection": "{ __schema { types { fields { type { fields { type { fields { type { "
    "fields { name } } } } } } } } } }",
    "types in types": "query ($a: " + "[" * 300 + "Int" + "]" * 300 + ") { __typename }",
    "variables": "query (" + " ".join(f"$v{i}: Int" for i in range(900)) + ") { __typename }",
    "a long string": '{ body(code: "' + "x" * 200_000 + '") { code } }',
    "comments": "#" * 900_000,
    "a byte order mark and nothing": "\ufeff",
    "controls": "\x01\x02 { \x7f }",
}
KNOWN = {
    "GRAPHQL_INVALID",
    "PAGE_TOO_LARGE",
    "TOO_COSTLY",
    "TOO_DEEP",
    "TOO_MANY_ALIASES",
    "TOO_MANY_DIRECTIVES",
    "TOO_MANY_FIELDS",
    "TOO_MANY_REPEATS",
    "TOO_MANY_ROOT_FIELDS",
    "TOO_MANY_TOKENS",
}


@pytest.fixture(scope="module")
def process(service: Service) -> psutil.Process:
    assert service.url
    result = [
        child
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE  # one that ended, and was not waited for yet
        and "serve" in child.cmdline()
        and str(service.data_dir) == child.environ().get("DATA_DIR")
    ]
    return result[0]


@pytest.fixture(scope="module")
def headers(token_of: TokenOf) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of('ht.bi-thu')}", "Accept-Language": "en"}


@pytest.fixture(autouse=True)
def bounded(process: psutil.Process) -> Iterator[None]:
    """Whatever a test does to it, the service's memory grows by so much at most."""
    before = process.memory_info().rss
    yield
    assert process.memory_info().rss - before < GROWTH_MAX


@pytest.fixture
def door(service: Service, headers: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as opened:
        yield opened


def codes(response: httpx.Response) -> set[str]:
    return {error["extensions"]["code"] for error in response.json()["errors"]}


@pytest.mark.parametrize("named", DOCUMENTS)
def test_a_hostile_document_is_refused_by_a_code(door: httpx.Client, named: str) -> None:
    response = door.post("/graphql", json={"query": DOCUMENTS[named]})
    assert "data" not in response.json()
    assert codes(response) <= KNOWN


def test_representations_are_counted_in_variables_too(door: httpx.Client) -> None:
    for count, code in ((1_000, None), (1_001, "TOO_MANY_REPRESENTATIONS")):
        keys = [{"__typename": "Body", "code": "ht"}] * count
        response = door.post("/graphql", json={"query": ENTITIES, "variables": {"r": keys}})
        if code:
            assert codes(response) == {code}
        else:
            assert len(response.json()["data"]["_entities"]) == count


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"__typename": None},
        {"__typename": "Nowhere"},
        {"__typename": "Body"},
        {"__typename": "Body", "code": None},
        {"__typename": "Body", "code": {"a": [1]}},
        {"__typename": "Person", "id": "x" * 100_000},
        {"__typename": "Person", "id": -1},
        "text",
        1e300,
        [[[]]],
        None,
    ],
)
def test_no_representation_breaks_anything(door: httpx.Client, key: object) -> None:
    response = door.post("/graphql", json={"query": ENTITIES, "variables": {"r": [key]}})
    assert response.status_code == 200
    assert "INTERNAL" not in response.text


@pytest.mark.parametrize("has_length", [True, False], ids=["with its length", "without"])
def test_fifty_megabytes_are_not_read(door: httpx.Client, has_length: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * MEBIBYTE

    content = b"x" * (50 * MEBIBYTE) if has_length else pieces()
    try:
        response = door.post(
            "/graphql", content=content, headers={"Content-Type": "application/json"}
        )
    except httpx.TransportError:  # it hung up while we were still sending
        return
    assert (response.status_code, codes(response)) == (413, {"BODY_TOO_LARGE"})


@pytest.mark.anyio
async def test_honest_clients_are_answered_meanwhile(
    service: Service, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=120) as client:

        async def ask(text: str) -> dict[str, Any]:
            data: dict[str, Any] = (await client.post("/graphql", json={"query": text})).json()
            return data

        async def hostile() -> None:
            for text in DOCUMENTS.values():
                assert "errors" in await ask(f"{text} # {id(asyncio.current_task())}")

        crowd = [asyncio.create_task(hostile()) for _ in range(8)]
        for _ in range(100):
            assert (await ask(HONEST))["data"] == {"body": {"code": "ht"}}
        await asyncio.gather(*crowd)


@pytest.mark.anyio
async def test_operations_sent_once_do_not_fill_the_memory(
    service: Service, headers: dict[str, str]
) -> None:
    """Each text is another; what is kept of them is bounded."""
    padding = " ".join(f"c{i}: code" for i in range(90))
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=120) as client:
        for number in range(300):
            text = f'query N{number} {{ body(code: "ht") {{ {padding} }} }}'
            assert "data" in (await client.post("/graphql", json={"query": text})).json()


@pytest.mark.anyio
async def test_a_client_that_hangs_up_leaves_nothing_behind(
    service: Service, headers: dict[str, str]
) -> None:
    """In the middle of its body, fifty times; then the service answers as before."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"query": "'
        raise ConnectionResetError

    for _ in range(50):
        async with httpx.AsyncClient(base_url=service.url, headers=headers) as client:
            with pytest.raises(ConnectionResetError):
                await client.post(
                    "/graphql", content=half(), headers={"Content-Type": "application/json"}
                )
    async with httpx.AsyncClient(base_url=service.url, headers=headers) as client:
        response = await client.post("/graphql", json={"query": HONEST})
    assert response.json()["data"] == {"body": {"code": "ht"}}


@contextmanager
def files_for(connections: int) -> Iterator[None]:
    """So many files for us; the service, which we started, has the same limit."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    most, expected = before[1], connections + FILES_RESERVED
    assert most == resource.RLIM_INFINITY or most >= expected, (
        f"{connections} open connections take {expected} files; this machine allows {most} (ulimit -Hn)"
    )
    allow_files(connections)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def accepted(process: psutil.Process, port: int | None) -> int:
    """How many clients a process has at its port."""
    result = process.net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port for one in result)


def test_ten_thousand_open_connections_block_no_other_client(
    service: Service, process: psutil.Process, headers: dict[str, str]
) -> None:
    """They send nothing, or an incomplete request; later clients are answered."""
    url = httpx.URL(service.url)
    before = process.memory_info().rss

    def honest() -> None:
        response = httpx.post(
            f"{service.url}/graphql", json={"query": HONEST}, headers=headers, timeout=60
        )
        assert response.json()["data"] == {"body": {"code": "ht"}}

    with files_for(OPEN), ExitStack() as opened:
        for number in range(OPEN):
            connection = opened.enter_context(socket.create_connection((url.host, url.port)))
            if number % 2:
                connection.sendall(b"POST /graphql HTTP/1.1\r\nHost: ")
            if number % OPEN_BETWEEN == 0:
                honest()
        honest()
        assert accepted(process, url.port) >= OPEN
        assert process.memory_info().rss - before < GROWTH_MAX
