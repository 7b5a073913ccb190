"""The file of a rating over HTTP: documents in and out byte by byte, what is missing, its completion."""

import os
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest

from db.repositories.document import BYTES_MAX
from rules.texts import law
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]

PDF = b"%PDF-1.7\n"
"""What the bytes of each document here begin with."""

SUBJECT = "ht.so-tu-phap.tt"
OFFICE, HEAD, CHAIR = "ht.vp-ubnd.truong", "ht.so-tu-phap.truong", "ht.ubnd.ct"
STRANGERS = ["ht.so-y-te.truong", "ht.thach-ha.bi-thu", "ht.vp-hdnd.cvp"]
OF_COLLECTIVES = ["self_review", "minutes", "appraisal_summary", "conclusion"]
PAPER = {
    "paper": "other",
    "number": "12-BC/SYT",
    "issued_on": "2023-12-01",
    "issuer": "Sở Tư pháp",
}
FILE = """query ($id: ID!) { appraisal(id: $id) { file { completedOn
    documents { id paper paperName number issuedOn issuer sha256 bytes mediaType receivedAt url }
    missing { paper name clause { id text } } } } }"""
COMPLETE = """mutation ($id: ID!, $key: ID, $version: Int) {
    completeFile(appraisal: $id, idempotencyKey: $key, expectedVersion: $version) {
    __typename
    ... on Appraisal { id file { completedOn missing { paper } } }
    ... on Refusal { code message clause { id } }
    ... on FileIncomplete { missing { paper name clause { id } } } } }"""


def digest_of(content: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


@pytest.fixture(scope="module")
def appraisal(service: Service) -> str:
    query = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
    (result,) = service.sql(query, SUBJECT)
    return result


class Client:
    """Attaches and reads as the holder of one post."""

    def __init__(self, service: Service, appraisal: str, token: str | None) -> None:
        self.service, self.appraisal = service, appraisal
        self.headers = {"Accept-Language": "en"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def put(
        self, content: bytes | Iterator[bytes], text: Json | None = None, **headers: str | None
    ) -> httpx.Response:
        fine = {"Content-Type": "application/pdf"}
        if isinstance(content, bytes):
            fine["Content-Digest"] = digest_of(content)
        request_headers = fine | {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.put(
            f"{self.service.url}/appraisals/{self.appraisal}/documents",
            params=PAPER | (text or {}),
            content=content,
            headers=self.headers
            | {name: value for name, value in request_headers.items() if value},
            timeout=60,
        )

    def get(self, key: str) -> httpx.Response:
        where = f"{self.service.url}/documents/{key}"
        return httpx.get(where, headers=self.headers, timeout=60)


@pytest.fixture
def as_(service: Service, token_of: TokenOf, appraisal: str) -> Callable[[str], Client]:
    return lambda post: Client(service, appraisal, token_of(post))


As = Callable[[str], Client]


def refusal(answer: httpx.Response) -> tuple[int, Json]:
    (error,) = answer.json()["errors"]
    assert error["message"]
    extensions: Json = error["extensions"]
    return answer.status_code, extensions


def file_of(service: Service, appraisal: str, token: str) -> Json:
    answer = service.ask(FILE, {"id": appraisal}, token)
    assert "errors" not in answer, answer
    data: Json = answer["data"]["appraisal"]["file"]
    return data


def stored(service: Service) -> list[str]:
    """The numbers of all documents and of their bytes."""
    return service.sql("""SELECT (SELECT count(*) FROM document) || ' ' ||
        (SELECT coalesce(sum(length(content)), 0) FROM document_bytes)""")


def test_an_attached_document_is_read_back_byte_by_byte(
    service: Service, token_of: TokenOf, as_: As, appraisal: str
) -> None:
    content = PDF + bytes(range(256)) * 5
    answer = as_(OFFICE).put(content)
    assert answer.status_code == 201, answer.text
    data = answer.json()
    assert data == {
        "id": data["id"],
        "sha256": sha256(content).hexdigest(),
        "bytes": len(content),
    }
    assert answer.headers["location"] == f"/documents/{data['id']}"
    documents = file_of(service, appraisal, token_of(CHAIR))["documents"]
    (listed,) = [one for one in documents if one["id"] == data["id"]]
    assert listed.pop("receivedAt")
    assert listed == {
        "id": data["id"],
        "paper": "other",
        "paperName": "Các văn bản khác (nếu có).",
        "number": "12-BC/SYT",
        "issuedOn": "2023-12-01",
        "issuer": "Sở Tư pháp",
        "sha256": data["sha256"],
        "bytes": len(content),
        "mediaType": "application/pdf",
        "url": f"/documents/{data['id']}",
    }
    for post in (OFFICE, HEAD, CHAIR):
        assert as_(post).get(data["id"]).content == content
    headers = as_(OFFICE).get(data["id"]).headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == "attachment"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    assert headers["repr-digest"] == digest_of(content)


def test_each_document_is_an_act_of_the_person_who_submitted_it(
    service: Service, as_: As, appraisal: str
) -> None:
    of_office = as_(OFFICE).put(PDF + b"by the office").json()["id"]
    of_subject = as_(HEAD).put(PDF + b"by the subject", {"paper": "self_review"}).json()["id"]
    acts = """SELECT concat_ws(' ', act, actor_post_code, on_behalf_rater_id, clause, payload->>'paper')
        FROM act WHERE appraisal_id = $1::uuid AND payload->>'attaches' = $2"""
    assert service.sql(acts, appraisal, of_office) == [
        f"compile {OFFICE} panel_6_2_3 QĐ124:Đ17 other"
    ]
    assert service.sql(acts, appraisal, of_subject) == ["compile QĐ124:Đ17 self_review"]


def test_the_same_bytes_are_one_document(service: Service, as_: As) -> None:
    assert as_(OFFICE).put(PDF + b"twice").status_code == 201
    before = stored(service)
    again = refusal(as_(OFFICE).put(PDF + b"twice", {"number": "13"}))
    assert again == (409, {"code": "ALREADY_ATTACHED", "field": "sha256"})
    assert stored(service) == before
    assert as_(OFFICE).put(PDF + b"twice", {"paper": "opinions"}).status_code == 201


@pytest.mark.parametrize(
    ("field", "description", "headers"),
    [
        ("paper", {"paper": "letter"}, {}),
        ("paper", {"paper": ""}, {}),
        ("number", {"number": " "}, {}),
        ("number", {"number": "1\x002"}, {}),
        ("number", {"number": "1" * 501}, {}),
        ("issuer", {"issuer": ""}, {}),
        ("issuer", {"issuer": "A\r\nB"}, {}),
        ("number", {"number": "\u200b"}, {}),
        ("number", {"number": "12\u202e"}, {}),
        ("issued_on", {"issued_on": "2023-12-12"}, {}),
        ("issued_on", {"issued_on": "1900-01-01"}, {}),
        ("issued_on", {"issued_on": "20231201"}, {}),
        ("issued_on", {"issued_on": "hôm qua"}, {}),
        ("Content-Digest", {}, {"Content_Digest": None}),
        ("Content-Digest", {}, {"Content_Digest": "sha-512=:AAAA:"}),
        ("Content-Digest", {}, {"Content_Digest": "sha-256=:AAAA:"}),
        ("Content-Digest", {}, {"Content_Digest": f"SHA-512, {digest_of(PDF + b'some bytes')}"}),
        ("sha256", {}, {"Content_Digest": digest_of(b"something else")}),
        ("Content-Type", {}, {"Content_Type": None}),
        ("Content-Type", {}, {"Content_Type": "pdf"}),
        ("Content-Type", {}, {"Content_Type": "text/html"}),
        ("body", {}, {"Content_Type": "image/png"}),
        ("Content-Encoding", {}, {"Content_Encoding": "gzip"}),
        ("Content-Range", {}, {"Content_Range": "bytes 0-3/8"}),
    ],
)
def test_an_invalid_description_is_refused_by_its_field(
    service: Service, as_: As, field: str, description: Json, headers: dict[str, str | None]
) -> None:
    before = stored(service)
    answer = as_(OFFICE).put(PDF + b"some bytes", description, **headers)
    assert refusal(answer) == (400, {"code": "BAD_INPUT", "field": field})
    assert answer.json()["errors"][0]["message"].startswith(f"{field}: ")
    assert stored(service) == before


def test_a_document_without_bytes_is_refused(as_: As) -> None:
    assert refusal(as_(OFFICE).put(b"")) == (400, {"code": "BAD_INPUT", "field": "body"})


def test_bytes_of_another_format_are_not_stored(service: Service, as_: As) -> None:
    before = stored(service)
    for content in (os.urandom(2_500_000), b"<html>", b"%PD"):
        answer = as_(OFFICE).put(content)
        assert refusal(answer) == (400, {"code": "BAD_INPUT", "field": "body"})
    assert stored(service) == before


def test_texts_are_stored_in_one_form(service: Service, as_: As) -> None:
    parameters = {"issuer": normalize("NFD", "Sở Nội vụ"), "number": "7-Q\u00d0/TU\u00a0"}
    key = as_(OFFICE).put(PDF + b"from a Mac", parameters).json()["id"]
    row = "SELECT number || '|' || issuer FROM document WHERE id = $1::uuid"
    assert service.sql(row, key) == ["7-QĐ/TU|Sở Nội vụ"]


def test_either_header_of_rfc_9530_states_the_digest(as_: As) -> None:
    content = PDF + b"by another header"
    parameters = f"sha-512=:AAAA:, {digest_of(content)}"
    answer = as_(OFFICE).put(content, Content_Digest=None, Repr_Digest=parameters)
    assert answer.status_code == 201


def test_the_largest_document_and_one_byte_more(service: Service, as_: As) -> None:
    largest = PDF + bytes(BYTES_MAX - len(PDF))
    answer = as_(OFFICE).put(largest)
    assert answer.status_code == 201, answer.text
    assert as_(OFFICE).get(answer.json()["id"]).content == largest
    before = stored(service)
    refused = as_(OFFICE).put(largest + b"1")
    assert refusal(refused) == (413, {"code": "BODY_TOO_LARGE"})
    assert str(BYTES_MAX) in refused.json()["errors"][0]["message"]
    assert stored(service) == before


def test_one_byte_too_many_is_noticed_while_the_bytes_come(service: Service, as_: As) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(BYTES_MAX // 65536):
            yield bytes(65536)
        yield b"1"

    before = stored(service)
    answer = as_(OFFICE).put(pieces(), Content_Digest=digest_of(bytes(BYTES_MAX) + b"1"))
    assert refusal(answer) == (413, {"code": "BODY_TOO_LARGE"})
    assert stored(service) == before


def test_an_upload_that_is_broken_off_leaves_nothing(service: Service, as_: As) -> None:
    before = stored(service)
    office, where = as_(OFFICE), urlsplit(service.url)
    head = [
        f"PUT /appraisals/{office.appraisal}/documents?{urlencode(PAPER)} HTTP/1.1",
        f"Host: {where.netloc}",
        f"Authorization: {office.headers['Authorization']}",
        "Content-Type: application/pdf",
        f"Content-Digest: {digest_of(b'never')}",
        "Content-Length: 1000",
    ]
    with socket.create_connection((str(where.hostname), where.port or 80)) as opened:
        opened.sendall("\r\n".join([*head, "", "the first bytes"]).encode())
    assert office.put(PDF + b"the next one").status_code == 201
    documents, _, length = stored(service)[0].partition(" ")
    had, _, before_length = before[0].partition(" ")
    assert int(documents) - int(had) == 1
    assert int(length) - int(before_length) == len(PDF + b"the next one")


@pytest.mark.parametrize("post", STRANGERS)
def test_another_person_may_not_attach_or_read_and_gets_the_clause(
    service: Service, token_of: TokenOf, as_: As, appraisal: str, post: str
) -> None:
    key = as_(OFFICE).put(PDF + post.encode()).json()["id"]
    before = stored(service)
    for answer in (as_(post).put(PDF + b"slipped in"), as_(post).get(key)):
        status, extensions = refusal(answer)
        assert (status, extensions["code"]) == (403, "FORBIDDEN")
        assert law.point(extensions["clause"]).text
    assert stored(service) == before
    requests = service.ask(FILE, {"id": appraisal}, token_of(post))
    assert requests["data"]["appraisal"]["file"] is None
    (error,) = requests["errors"]
    assert error["path"] == ["appraisal", "file"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "clause" in error["extensions"]


def test_missing_and_bad_tokens_get_401(service: Service, appraisal: str) -> None:
    anonymous = Client(service, appraisal, None)
    for answer in (anonymous.put(PDF + b"x"), anonymous.get(appraisal)):
        assert refusal(answer) == (401, {"code": "UNAUTHENTICATED"})
        assert answer.headers["www-authenticate"] == "Bearer"
    forged = Client(service, appraisal, "x.y.z")
    for answer in (forged.put(PDF + b"x"), forged.get(appraisal)):
        assert refusal(answer) == (401, {"code": "BAD_TOKEN"})


def test_an_unknown_id_is_404_and_a_malformed_id_is_400(
    service: Service, token_of: TokenOf, as_: As
) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    elsewhere = Client(service, nothing, token_of(OFFICE))
    assert refusal(elsewhere.put(PDF + b"x")) == (404, {"code": "NOT_FOUND", "field": "appraisal"})
    assert refusal(as_(OFFICE).get(nothing)) == (404, {"code": "NOT_FOUND", "field": "id"})
    garbled = Client(service, "not-an-id", token_of(OFFICE))
    assert refusal(garbled.put(PDF + b"x")) == (400, {"code": "BAD_INPUT", "field": "appraisal"})
    assert refusal(as_(OFFICE).get("not-an-id")) == (400, {"code": "BAD_INPUT", "field": "id"})


def test_a_service_account_reads_by_its_scope_and_never_writes(
    service: Service, as_: As, appraisal: str
) -> None:
    key = as_(OFFICE).put(PDF + b"for the archive").json()["id"]
    words = ["token", "--service", "archive", "--scope"]
    reader = Client(service, appraisal, service.command(*words, "read_file"))
    assert reader.get(key).content == PDF + b"for the archive"
    assert (
        refusal(Client(service, appraisal, service.command(*words, "read_level")).get(key))[0]
        == 403
    )
    assert refusal(reader.put(PDF + b"x"))[0] == 403


def test_a_year_without_an_edition_has_no_list_of_papers(
    service: Service, token_of: TokenOf
) -> None:
    query = "SELECT id::text FROM appraisal WHERE year = 2022 AND body_code = $1"
    (earlier,) = service.sql(query, SUBJECT)
    result = file_of(service, earlier, token_of(OFFICE))
    assert result == {"completedOn": None, "documents": [], "missing": None}
    answer = Client(service, earlier, token_of(OFFICE)).put(PDF + b"too late")
    assert refusal(answer) == (400, {"code": "BAD_INPUT", "field": "appraisal"})


def test_the_missing_papers_decrease_until_the_file_is_complete(
    service: Service, token_of: TokenOf
) -> None:
    decided = """SELECT id::text FROM appraisal WHERE year = 2023 AND stage = 'DECIDED'
        AND track = 'BODY' AND rater_id = 'panel_6_2_3' ORDER BY id LIMIT 1"""
    (key,) = service.sql(decided)
    token = token_of(OFFICE)
    office = Client(service, key, token)
    expected = list(OF_COLLECTIVES)
    while expected:
        result = file_of(service, key, token)
        assert [one["paper"] for one in result["missing"]] == expected
        assert {one["clause"]["id"] for one in result["missing"]} == {"QĐ124:Đ17"}
        refused = service.ask(COMPLETE, {"id": key}, token)["data"]["completeFile"]
        assert refused["__typename"] == "FileIncomplete"
        assert refused["code"] == "FILE_INCOMPLETE"
        assert refused["clause"] == {"id": "QĐ124:Đ17"}
        assert [one["paper"] for one in refused["missing"]] == expected
        paper = expected.pop(0)
        assert office.put(PDF + paper.encode(), {"paper": paper}).status_code == 201
    (version,) = service.sql("SELECT version FROM appraisal WHERE id = $1::uuid", key)
    for other in (int(version) - 1, int(version) + 1):
        (stale,) = service.ask(COMPLETE, {"id": key, "version": other}, token)["errors"]
        assert stale["extensions"] == {"code": "STALE_VERSION"}
    once = {"id": key, "version": int(version), "key": str(uuid4())}
    done = service.ask(COMPLETE, once, token)["data"]["completeFile"]
    assert service.ask(COMPLETE, once, token)["data"]["completeFile"] == done
    (reused,) = service.ask(COMPLETE, once | {"version": None}, token)["errors"]
    assert reused["extensions"] == {"code": "KEY_REUSED"}
    assert done == {
        "__typename": "Appraisal",
        "id": key,
        "file": {"completedOn": "2023-12-11", "missing": []},
    }
    act = """SELECT concat_ws(' ', act, actor_post_code, on_behalf_rater_id, clause)
        FROM act WHERE appraisal_id = $1::uuid AND payload ? 'completes'"""
    assert service.sql(act, key) == [f"compile {OFFICE} panel_6_2_3 QĐ124:Đ17"]
    (again,) = service.ask(COMPLETE, {"id": key}, token)["errors"]
    assert again["extensions"] == {"code": "BAD_INPUT", "field": "appraisal"}
    assert office.put(PDF + b"found later").status_code == 201


@pytest.mark.parametrize("post", [CHAIR, HEAD, *STRANGERS])
def test_only_the_compiling_office_completes(
    service: Service, token_of: TokenOf, appraisal: str, post: str
) -> None:
    answer = service.ask(COMPLETE, {"id": appraisal}, token_of(post))
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert law.point(error["extensions"]["clause"]).text
