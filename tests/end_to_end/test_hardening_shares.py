"""What one caller, or a stranger, makes the service hold, compute or refuse to others."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc.jwk import ECKey

from tests.end_to_end.conftest import Service, running
from tests.end_to_end.hardening import (
    MIB,
    OF_A_BODY,
    REPLY_SECONDS_MAX,
    codes,
    connected,
    head,
    outcome,
    postgresql_bytes,
    service_bytes,
    status_of,
    target,
    unsigned,
)

Json = dict[str, Any]
TokenOf = Callable[[str], str]
STRANGER, CHAIR = "ht.thach-ha.bi-thu", "ht.ubnd.ct"
SMALL = '{ body(code: "ht") { code } }'
IS_ANSWERED = {"data": {"body": {"code": "ht"}}}
ISSUER = "https://issuer.example"
REQUESTS_MAX = 10


class SlowIssuer(ThreadingHTTPServer):
    """Publishes one key; once told, it sends a byte a second and never comes to an end."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), KeysHandler)
        self.is_slow, self.ended = threading.Event(), threading.Event()
        key = ECKey.generate_key("P-256", {"kid": "of-the-issuer"})
        self.content = json.dumps({"keys": [key.as_dict(private=False)]}).encode()


class KeysHandler(BaseHTTPRequestHandler):
    server: SlowIssuer

    def do_GET(self) -> None:
        self.send_response(httpx.codes.OK)
        self.end_headers()
        while self.server.is_slow.is_set() and not self.server.ended.wait(1):
            self.wfile.write(b" ")
        self.wfile.write(self.server.content)

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[SlowIssuer]:
    with SlowIssuer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def small(service: Service, issuer: SlowIssuer) -> Iterator[Service]:
    """A second process on the same registry: few requests at once, and an issuer that may be slow."""
    yield from running(
        service.data_dir,
        MAX_REQUESTS=str(REQUESTS_MAX),
        OIDC_ISSUER=ISSUER,
        OIDC_JWKS=f"http://127.0.0.1:{issuer.server_port}/keys",
    )


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Connections that are closed after the test."""
    with ExitStack() as stack:
        yield stack


def is_answered(answer: Json) -> bool:
    return {"data": answer.get("data")} == IS_ANSWERED


# -- memory ------------------------------------------------------------------------------------


WARM = 50
"""Requests after which what is made once has been made."""
FAT = """id year track stage version due peerGroup { code name } rating { level decidedOn rater { code name } }
    subject { ... on Person { id name } ... on Body { code name parent { code name } } }"""


def chosen(number: int, booleans: int) -> Json:
    """The Booleans of a number, so that each number is another combination."""
    mixed = number * 0x9E3779B97F4A7C15
    return {f"b{place}": bool(mixed >> place & 1) for place in range(booleans)}


def grown(
    service: Service,
    token: str | None,
    bodies: list[Json],
    held: Callable[[Service], int],
) -> int:
    """By how many bytes a process grows while it answers these requests, but for the first ones."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    before = 0
    with httpx.Client(base_url=service.url, headers=headers, timeout=REPLY_SECONDS_MAX) as client:
        for number, body in enumerate(bodies):
            if number == WARM:
                before = held(service)
            assert "errors" not in client.post("/graphql", json=body).json()
        return held(service) - before


def with_booleans(booleans: int, rest: str, many: int) -> list[Json]:
    """One document, so many times, each time with another combination of its Booleans."""
    declared = ", ".join(f"$b{place}: Boolean!" for place in range(booleans))
    roots = " ".join(f"f{place}: __typename @include(if: $b{place})" for place in range(booleans))
    query = f"query ({declared}) {{ {roots} {rest} }}"
    return [{"query": query, "variables": chosen(number, booleans)} for number in range(many)]


def test_a_stranger_writes_no_labels_of_metrics(service: Service) -> None:
    """First in this file: a version may write no lines for names that come later."""
    for number in range(5):
        name = f"N{number}_" + "A" * 99_000
        service.post(f"query {name} {{ __typename }}", {}, None)
    assert len(httpx.get(f"{service.url}/metrics").content) < MIB


def test_combinations_of_booleans_are_not_kept(service: Service, token_of: TokenOf) -> None:
    page = 'evaluations(year: 2023, under: "ht.so-y-te", first: 1)'
    pages = " ".join(f"p{place}: {page} {{ edges {{ node {{ {FAT} }} }} }}" for place in range(8))
    bodies = with_booleans(20, pages, WARM + 300)
    assert grown(service, token_of(STRANGER), bodies, service_bytes) < 12 * MIB


def test_combinations_of_booleans_of_a_stranger_are_not_kept(service: Service) -> None:
    assert grown(service, None, with_booleans(45, "", WARM + 3_000), service_bytes) < 6 * MIB


def test_postgresql_does_not_keep_every_statement(service: Service, token_of: TokenOf) -> None:
    page = 'evaluations(year: 2023, under: "ht", first: 1)'
    bodies = [
        {"query": f"{{ {page} {{ edges {{ node {{ a{number}: {FAT} }} }} }} }}"}
        for number in range(WARM + 100)
    ]
    assert grown(service, token_of(STRANGER), bodies, postgresql_bytes) < 16 * MIB


def test_documents_of_one_person_that_do_not_end_are_few(
    service: Service, token_of: TokenOf, opened: ExitStack
) -> None:
    """Each is one byte short of what a document may have."""
    (appraisal,) = service.sql(OF_A_BODY, "ht.so-xay-dung.tt")
    size, many, token = 20 * MIB, 20, token_of("ht.so-xay-dung.truong")
    begin = head(
        service,
        "PUT",
        f"/appraisals/{appraisal}/documents?paper=other&number=1&issued_on=2023-12-01&issuer=x",
        token,
        Content_Type="application/pdf",
        Content_Length=size,
        Content_Digest=f"sha-256=:{'A' * 43}=:",
    )
    content = begin + b"%PDF-1.7\n" + bytes(size - len(b"%PDF-1.7\n") - 1)
    before = service_bytes(service)
    for _ in range(many):
        opened.enter_context(connected(service, content))
    for _ in range(20):  # while it reads what has come
        assert is_answered(service.ask(SMALL, {}, token))
    assert service_bytes(service) - before < 250 * MIB


# -- requests ----------------------------------------------------------------------------------


def test_refused_fields_of_one_operation_are_few(service: Service, token_of: TokenOf) -> None:
    fields = " ".join(f"s{number}: selfLevel" for number in range(20))
    document = f"""{{ evaluations(year: 2023, under: "ht", first: 100) {{
        edges {{ node {{ {fields} }} }} }} }}"""
    refused = codes(service.ask(document, {}, token_of(STRANGER)))
    assert 1 <= len(refused) <= 100, len(refused)


CHANGED = 'subscription { evaluationChanged(under: "ht", year: 2023) { cursor } }'


def test_one_person_does_not_hold_every_stream(
    service: Service, token_of: TokenOf, opened: ExitStack
) -> None:
    body = json.dumps({"query": CHANGED}).encode()

    def subscribed(token: str) -> int:
        begin = head(
            service,
            "POST",
            "/graphql",
            token,
            Accept="text/event-stream",
            Content_Type="application/json",
            Content_Length=len(body),
        )
        return status_of(opened.enter_context(connected(service, begin + body)))

    mine = [subscribed(token_of(STRANGER)) for _ in range(100)]
    assert mine[0] == httpx.codes.OK
    assert subscribed(token_of(CHAIR)) == httpx.codes.OK


def test_missing_bodies_block_no_other_client(
    small: Service, token_of: TokenOf, opened: ExitStack
) -> None:
    begin = head(small, "POST", "/graphql", None, Content_Type="application/json", Content_Length=9)
    for _ in range(REQUESTS_MAX):
        opened.enter_context(connected(small, begin + b"{"))
    answer = small.ask(SMALL, {}, token_of(STRANGER))
    assert is_answered(answer), answer


def test_headers_have_a_length(service: Service, opened: ExitStack) -> None:
    too_long = httpx.codes.REQUEST_HEADER_FIELDS_TOO_LARGE
    line = head(service, "GET", "/livez", None, X_Long="x" * (10 * MIB))
    assert status_of(opened.enter_context(connected(service, line))) == too_long


def test_a_token_behind_blanks_is_not_kept(
    service: Service, token_of: TokenOf, opened: ExitStack
) -> None:
    body = json.dumps({"query": SMALL}).encode()
    token = " " * 1_000_000 + token_of(STRANGER)
    begin = head(
        service,
        "POST",
        "/graphql",
        token,
        Content_Type="application/json",
        Content_Length=len(body),
    )
    status = status_of(opened.enter_context(connected(service, begin + body)))
    assert status == httpx.codes.REQUEST_HEADER_FIELDS_TOO_LARGE


def test_invented_keys_block_no_other_client_while_the_issuer_is_slow(
    small: Service, issuer: SlowIssuer, token_of: TokenOf, opened: ExitStack
) -> None:
    body = json.dumps({"query": SMALL}).encode()
    issuer.is_slow.set()
    try:
        for number in range(REQUESTS_MAX):
            begin = head(
                small,
                "POST",
                "/graphql",
                unsigned(f"invented-{number}", ISSUER, str(uuid4())),
                Content_Type="application/json",
                Content_Length=len(body),
            )
            opened.enter_context(connected(small, begin + body))
        answer = small.ask(SMALL, {}, token_of(STRANGER))
        assert is_answered(answer), answer
    finally:
        issuer.is_slow.clear()


# -- numbers -----------------------------------------------------------------------------------


REVIEW = """mutation ($target: TargetInput!, $review: ReviewInput!) {
    recordReview(target: $target, review: $review) { __typename ... on Refusal { code } } }"""


@pytest.mark.parametrize("days", ["1e9", "1e-4000000", "1e20000000"])
def test_a_length_in_days_is_refused_by_its_form(
    service: Service, token_of: TokenOf, days: str
) -> None:
    """Last in this file: a version that computes it first answers no request meanwhile."""
    (appraisal,) = service.sql(OF_A_BODY, "ht.bql-kkt.tt")
    review = {
        "place": "x",
        "heldOn": "2023-12-01",
        "days": days,
        "minutes": {"number": "1", "date": "2023-12-01"},
    }
    variables = {"target": target(service, appraisal), "review": review}
    response = httpx.post(
        f"{service.url}/graphql",
        json={"query": REVIEW, "variables": variables},
        headers={"Authorization": f"Bearer {token_of(STRANGER)}"},
        timeout=5,
    )
    assert outcome(response.json()) == "BAD_INPUT"
