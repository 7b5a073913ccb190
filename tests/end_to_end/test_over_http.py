"""GraphQL over HTTP on the running service: the public audit, hashes for documents, GET, refusals."""

import gzip
import json
import subprocess
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import Service
from tests.house.tree import ROOT

TokenOf = Callable[[str], str]

AUDIT = ROOT / "tests" / "npm" / "audit.mjs"
GRAPHQL = "application/graphql-response+json"
NAME = '{ body(code: "ht") { name } }'
PREFLIGHT = {"Apollo-Require-Preflight": "true"}


@pytest.fixture
def door(service: Service, token_of: TokenOf) -> Any:  # noqa: ANN401 - what a generator gives
    headers = {"Authorization": f"Bearer {token_of('ht.bi-thu')}", "Accept-Language": "en"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as opened:
        yield opened


def hashed(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


def test_the_public_audit_passes(service: Service) -> None:
    done = subprocess.run(
        ["node", AUDIT, f"{service.url}/graphql"], capture_output=True, text=True, check=True
    )
    results = json.loads(done.stdout)
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == 61


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        (f"{GRAPHQL}, application/json;q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, application/json", "application/json"),
        ("application/json, text/event-stream", "application/json"),
        (f"text/event-stream, {GRAPHQL}", GRAPHQL),
        ("*/*", "application/json"),
    ],
)
def test_the_answer_is_of_the_kind_that_is_accepted(
    door: httpx.Client, accept: str, kind: str
) -> None:
    response = door.post("/graphql", json={"query": NAME}, headers={"Accept": accept})
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.json()["data"] == {"body": {"name": "Đảng bộ tỉnh Hà Tĩnh"}}


def test_a_missing_token_gets_401_in_graphqls_own_media_type(service: Service) -> None:
    for accept, status in ((GRAPHQL, 401), ("application/json", 200)):
        response = httpx.post(
            f"{service.url}/graphql", json={"query": NAME}, headers={"Accept": accept}
        )
        assert (response.status_code, codes(response)) == (status, ["UNAUTHENTICATED"])


def test_an_answer_says_its_cost(door: httpx.Client) -> None:
    query = '{ body(code: "ht") { children(first: 7) { edges { node { code } } } } }'
    answer = door.post("/graphql", json={"query": query}).json()
    # The body, the connection, and 7 times an edge with its node.
    assert answer["extensions"] == {"cost": {"requested": 2 + 7 * 2, "max": 50_000}}


def test_an_answer_is_compressed_on_demand(door: httpx.Client) -> None:
    payload = {"query": "{ __schema { types { name description } } }"}
    for accept, encoding in (("gzip", "gzip"), ("identity", None)):
        with door.stream(
            "POST", "/graphql", json=payload, headers={"Accept-Encoding": accept}
        ) as response:
            raw = b"".join(response.iter_raw())
        assert response.headers.get("content-encoding") == encoding
        assert "Accept-Encoding" in response.headers["vary"]
        assert "Authorization" in response.headers["vary"]
        plain = gzip.decompress(raw) if encoding else raw
        assert json.loads(plain)["data"]["__schema"]["types"]


def test_apollos_persisted_queries(door: httpx.Client) -> None:
    """As Apollo Client does: the hash alone, then both, then the hash alone, also by GET."""
    text = '{ body(code: "ht") { name tier } }'
    unknown = door.post("/graphql", json={"extensions": hashed(text)})
    assert unknown.status_code == 200
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]
    first = door.post("/graphql", json={"query": text, "extensions": hashed(text)})
    second = door.post("/graphql", json={"extensions": hashed(text)})
    by_get = door.get(
        "/graphql",
        params={"extensions": json.dumps(hashed(text))},
        headers={"Accept": GRAPHQL},
    )
    by_id = door.post(
        "/graphql", json={"documentId": f"sha256:{sha256(text.encode()).hexdigest()}"}
    )
    assert first.json() == second.json() == by_get.json() == by_id.json()
    assert "errors" not in first.json()


def test_a_hash_of_another_text_is_refused(door: httpx.Client) -> None:
    payload = {"query": NAME, "extensions": hashed("{ __typename }")}
    response = door.post("/graphql", json=payload)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert door.post("/graphql", json={"extensions": hashed("{ __typename }")}).json()["errors"]


def test_a_document_that_did_not_run_is_not_cached(service: Service) -> None:
    text = '{ body(code: "ht.thach-ha") { name } }'
    payload = {"query": text, "extensions": hashed(text)}
    assert codes(httpx.post(f"{service.url}/graphql", json=payload)) == ["UNAUTHENTICATED"]
    payload = {"extensions": hashed(text)}
    response = httpx.post(f"{service.url}/graphql", json=payload)
    assert codes(response) == ["PERSISTED_QUERY_NOT_FOUND"]


def test_a_persisted_query_by_get_has_an_etag(door: httpx.Client) -> None:
    text = '{ body(code: "ht") { code name } }'
    door.post("/graphql", json={"query": text, "extensions": hashed(text)})
    where = {"params": {"extensions": json.dumps(hashed(text))}, "headers": {"Accept": GRAPHQL}}
    first = door.get("/graphql", **where)  # type: ignore[arg-type]  # one mapping for both calls
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.json()["data"]["body"]["code"] == "ht"
    known = {"Accept": GRAPHQL, "If-None-Match": f'W/{first.headers["etag"]}, "other"'}
    again = door.get("/graphql", params=where["params"], headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = door.get("/graphql", params=where["params"], headers=known | {"If-None-Match": '"x"'})
    assert other.status_code == 200


def test_by_get_only_queries_run(door: httpx.Client) -> None:
    payload = {"query": "mutation { __typename }"}
    for accept in (GRAPHQL, "application/json"):
        response = door.get("/graphql", params=payload, headers={"Accept": accept})
        assert (response.status_code, codes(response)) == (405, ["ONLY_QUERIES_BY_GET"])
    assert door.post("/graphql", json=payload).json()["data"] == {"__typename": "Mutation"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),  # the request of graphql-cop
        ({"Accept": "*/*"}, 403),
        ({"Accept": "image/avif,image/webp,*/*;q=0.8"}, 403),
        ({"Accept": "application/json"}, 200),
        ({"Accept": GRAPHQL}, 200),
        ({"Accept": "text/event-stream"}, 200),
        (PREFLIGHT, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", **PREFLIGHT}, 200),
        ({"Origin": "https://elsewhere.example", **PREFLIGHT}, 200),
    ],
)
def test_a_page_of_another_site_cannot_ask_unasked(
    service: Service, headers: dict[str, str], status: int
) -> None:
    response = httpx.get(
        f"{service.url}/graphql", params={"query": "{ __typename }"}, headers=headers
    )
    assert response.status_code == status
    assert status == 200 or codes(response) == ["CROSS_SITE"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b'[{"query": "{ __typename }"}]', "application/json", 400, "BATCHING_OFF"),
        (b"[]", "application/json", 400, "BATCHING_OFF"),
        (b'"text"', "application/json", 400, "BAD_REQUEST"),
        (b"", "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "\xff\xfe"}', "application/json", 400, "BAD_REQUEST"),
        (b'{"query": "\\ud800"}', "application/json", 400, "BAD_REQUEST"),
        (b"[" * 100_000, "application/json", 400, "BAD_REQUEST"),
        (
            b"query={ __typename }",
            "application/x-www-form-urlencoded",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (b"{}", "multipart/form-data; boundary=x", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", "application/json; charset=utf-16", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_a_malformed_request_is_refused_by_its_status(
    door: httpx.Client, body: bytes, kind: str, status: int, code: str
) -> None:
    response = door.post("/graphql", content=body, headers={"Content-Type": kind})
    assert (response.status_code, codes(response)) == (status, [code])


def test_an_unsupported_accept_header_is_refused(door: httpx.Client) -> None:
    response = door.post("/graphql", json={"query": NAME}, headers={"Accept": "text/csv"})
    assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])


def test_an_answer_is_not_compressed_if_the_client_forbids_it(door: httpx.Client) -> None:
    payload = {"query": "{ __schema { types { name description } } }"}
    for path in ("/graphql", "/schema.graphql"):
        for accept, encoding in (
            ("gzip;q=0", None),
            ("gzip;q=0, identity", None),
            ("br, gzip; q=0.0", None),
            ("gzip;q=0.1", "gzip"),
            ("br;q=0, gzip", "gzip"),
        ):
            headers = {"Accept-Encoding": accept}
            if path == "/graphql":
                response = door.post(path, json=payload, headers=headers)
            else:
                response = door.get(path, headers=headers)
            assert response.headers.get("content-encoding") == encoding, (path, accept)


@pytest.mark.parametrize("accept", ["gzip", "identity"])
def test_an_answer_says_once_what_it_varies_by(door: httpx.Client, accept: str) -> None:
    headers = {"Accept": "application/json", "Accept-Encoding": accept}
    payload = {"query": "{ __schema { types { name description } } }"}
    for response in (
        door.get("/graphql", params=payload, headers=headers),
        door.post("/graphql", json=payload, headers=headers),
        door.get("/graphql", headers={"Accept": "text/html", "Accept-Encoding": accept}),
    ):
        (vary,) = response.headers.get_list("vary")
        named = [name.strip().lower() for name in vary.split(",")]
        assert "accept-encoding" in named
        assert len(set(named)) == len(named)


def test_a_compressed_body_is_refused_with_the_accepted_encodings(door: httpx.Client) -> None:
    content = gzip.compress(json.dumps({"query": NAME}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = door.post("/graphql", content=content, headers=headers)
    assert (response.status_code, codes(response)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    assert response.headers["accept-encoding"] == "identity"
    headers = {"Content-Encoding": "identity"}
    assert door.post("/graphql", json={"query": NAME}, headers=headers).json()["data"]


@pytest.mark.parametrize(
    "accept", [GRAPHQL, f"{GRAPHQL}, application/json;q=0.9", "application/json"]
)
def test_what_is_refused_before_the_graph_is_of_the_kind_that_is_accepted(
    service: Service, accept: str
) -> None:
    kind = accept.split(",", maxsplit=1)[0]
    url, query = f"{service.url}/graphql", {"query": NAME}
    bad = httpx.post(url, json=query, headers={"Accept": accept, "Authorization": "Bearer x"})
    assert (bad.status_code, codes(bad)) == (401, ["BAD_TOKEN"])
    assert bad.headers["content-type"].partition(";")[0] == kind
    assert bad.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    large = httpx.post(url, content=b"x" * ((1 << 20) + 1), headers={"Accept": accept})
    assert (large.status_code, codes(large)) == (413, ["BODY_TOO_LARGE"])
    assert large.headers["content-type"].partition(";")[0] == kind


def test_each_401_says_how_to_sign_in(service: Service) -> None:
    payload = {"json": {"query": NAME}, "headers": {"Accept": GRAPHQL}}
    graph = httpx.post(f"{service.url}/graphql", **payload)  # type: ignore[arg-type]  # one mapping
    events = {"Accept": "text/event-stream"}
    stream = httpx.post(f"{service.url}/graphql", json={"query": NAME}, headers=events)
    document = httpx.get(f"{service.url}/documents/{'0' * 32}")
    for response in (graph, stream, document):
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
        assert response.headers["www-authenticate"] == "Bearer"


def test_a_repeated_fault_is_reported_once(service: Service) -> None:
    """The request of graphql-cop: an unknown directive ten times gave ten errors."""
    payload = {"query": "query { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }"}
    (error,) = httpx.post(f"{service.url}/graphql", json=payload).json()["errors"]
    assert error["extensions"] == {"code": "GRAPHQL_INVALID"}
    assert len(error["locations"]) == 10


def test_an_upgrade_to_websocket_is_refused(service: Service) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "graphql-transport-ws",
    }
    response = httpx.get(f"{service.url}/graphql", headers=headers)
    assert (response.status_code, codes(response)) == (400, ["NO_WEBSOCKET"])


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ body(code: "a\\u0000b") { name } }', {}),
        ('{ body(code: "a\\u{0}b") { name } }', {}),
        ("query ($code: ID!) { body(code: $code) { name } }", {"code": "a\0b"}),
    ],
)
def test_the_null_character_is_refused(
    door: httpx.Client, query: str, variables: dict[str, str]
) -> None:
    response = door.post("/graphql", json={"query": query, "variables": variables})
    assert codes(response) == ["NULL_CHARACTER"]


def test_a_backslash_before_u0000_is_no_null_character(door: httpx.Client) -> None:
    payload = {"query": "query ($code: ID!) { body(code: $code) { name } }"}
    response = door.post("/graphql", json=payload | {"variables": {"code": "a\\u0000b"}})
    assert response.json()["data"] == {"body": None}
