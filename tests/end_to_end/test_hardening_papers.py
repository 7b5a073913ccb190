"""Papers, texts, days and years as people and their machines send them."""

import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any
from unicodedata import normalize
from uuid import uuid4

import httpx
import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.hardening import OF_A_BODY, attach, codes, command_line, outcome, target

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CHAIR, HEAD = "ht.ubnd.ct", "ht.so-noi-vu.truong"
OFFICE = "ht.vp-ubnd.truong"
ROOT = Path(__file__).parents[2]
PAPER = {"number": "03-BB/CB", "date": "2023-12-10"}
REVIEW = {"place": "ht.so-noi-vu", "heldOn": "2023-12-08", "days": "0.5", "minutes": PAPER}
RECORD_REVIEW = """mutation ($target: TargetInput!, $review: ReviewInput!) {
    recordReview(target: $target, review: $review) { __typename ... on Refusal { code } } }"""
DECIDE = """mutation ($input: DecideInput!) {
    decide(input: $input) { __typename ... on Refusal { code } } }"""
UNDECIDED = """SELECT a.id::text FROM appraisal a JOIN body_class c USING (body_code)
    WHERE a.year = 2023 AND a.stage = 'PROPOSED' AND c.class_code = 'specialised_agency_leadership'
    ORDER BY a.proposed_level = 'COMPLETED' DESC, a.body_code"""
"""Those that are proposed as COMPLETED come first."""

NAMED = """query ($name: String!) {
    searchPersons(name: $name, year: 2023, first: 1) { totalCount } }"""


@pytest.mark.parametrize(
    "changed",
    [
        {"heldOn": "1900-01-01"},
        {"minutes": {"number": "", "date": "2023-12-10"}},
        {"minutes": {"number": "1", "date": "2999-01-01"}},
        {"minutes": {"number": "1\r\n2", "date": "2023-12-10"}},
    ],
    ids=str,
)
def test_a_review_has_a_possible_day_and_a_paper_that_has_a_name(
    service: Service, token_of: TokenOf, changed: Json
) -> None:
    (appraisal,) = service.sql(OF_A_BODY, "ht.so-noi-vu.tt")
    variables = {"target": target(service, appraisal), "review": REVIEW | changed}
    assert codes(service.ask(RECORD_REVIEW, variables, token_of(HEAD))) == ["BAD_INPUT"]


def decide(service: Service, token: str, document: Json) -> tuple[str, str]:
    """Decide the next proposed appraisal under a paper: the outcome, and the appraisal."""
    appraisal = service.sql(UNDECIDED)[0]
    variables = target(service, appraisal)
    decision = {key: variables[key] for key in ("appraisal", "expectedVersion")}
    decided = {
        "decision": decision | {"level": "COMPLETED"},
        "document": document,
        "idempotencyKey": variables["idempotencyKey"],
    }
    return outcome(service.ask(DECIDE, {"input": decided}, token)), appraisal


@pytest.mark.parametrize(
    "document",
    [
        {"number": "\u200b", "date": "2023-12-10"},
        {"number": "1", "date": "2999-12-31"},
        {"number": "1", "date": "0001-01-01"},
    ],
    ids=str,
)
def test_a_decision_needs_a_possible_document(
    service: Service, token_of: TokenOf, document: Json
) -> None:
    assert decide(service, token_of(CHAIR), document)[0] == "BAD_INPUT"


def test_a_number_is_kept_in_one_form(service: Service, token_of: TokenOf) -> None:
    number = "12-QĐ/Sở Nội vụ"
    document = {"number": normalize("NFD", number), "date": "2023-12-10"}
    decided, appraisal = decide(service, token_of(CHAIR), document)
    assert decided == "Conclusion"
    kept = "SELECT document_number FROM appraisal WHERE id = $1::uuid"
    assert service.sql(kept, appraisal) == [number]


def test_an_issuer_is_kept_in_one_form(service: Service, token_of: TokenOf) -> None:
    issuer = "Sở Nội vụ"
    (appraisal,) = service.sql(OF_A_BODY, "ht.so-tu-phap.tt")
    written = normalize("NFD", issuer)
    answer = attach(service, token_of(OFFICE), appraisal, b"%PDF-1.7\n1", issuer=written)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    kept = "SELECT issuer FROM document WHERE id = $1::uuid"
    assert service.sql(kept, answer.json()["id"]) == [issuer]


def test_bytes_must_match_the_declared_format(service: Service, token_of: TokenOf) -> None:
    (appraisal,) = service.sql(OF_A_BODY, "ht.so-tu-phap.tt")
    answer = attach(service, token_of(OFFICE), appraisal, os.urandom(2_500_000))
    assert answer.is_client_error, (answer.status_code, answer.text)


@pytest.mark.parametrize("name", ["Ðức", "Ð", "đức"])
def test_letters_that_look_like_one_are_found_as_it(
    service: Service, token_of: TokenOf, name: str
) -> None:
    answer = service.ask(NAMED, {"name": name}, token_of(HEAD))
    assert codes(answer) == []
    assert answer["data"]["searchPersons"]["totalCount"] > 0


@pytest.mark.parametrize("year", [0, 6_000_000, 2_147_483_647])
def test_a_year_that_no_calendar_has_is_refused(
    service: Service, token_of: TokenOf, year: int
) -> None:
    query = f'{{ searchPersons(name: "an", year: {year}, first: 1) {{ totalCount }} }}'
    assert codes(service.ask(query, {}, token_of(HEAD))) == ["BAD_INPUT"]


def test_a_table_may_begin_with_a_byte_order_mark(service: Service, tmp_path: Path) -> None:
    """As Excel writes "CSV UTF-8"; what is loaded a second time changes nothing."""
    copytree(ROOT / "db", tmp_path / "db", ignore=ignore_patterns("__pycache__"))
    (posts,) = tmp_path.glob("db/catalogue/*/posts.csv")
    posts.write_bytes(b"\xef\xbb\xbf" + posts.read_bytes())
    loaded = command_line(service, "load", PYTHONPATH=str(tmp_path))
    assert loaded.returncode == 0, loaded.stderr


CLOSE = f"""mutation {{ closeYear(year: 2023, document: {{number: "1", date: "2023-12-11"}},
    idempotencyKey: "{uuid4()}") {{ __typename }} }}"""
AFTER = """query ($id: ID!, $body: ID!) { me { worklist(year: 2023, first: 1) { totalCount } }
    may(act: RATE, subject: {body: $body}, year: 2023) { allowed missing }
    appraisal(id: $id) { overdueDays blockedBy { reason } } }"""


def test_a_year_that_is_over_says_so(service: Service, token_of: TokenOf) -> None:
    """The last in this file: nothing more is decided afterwards."""
    appraisal = service.sql(UNDECIDED)[-1]
    (body,) = service.sql("SELECT body_code FROM appraisal WHERE id = $1::uuid", appraisal)
    closed = service.ask(CLOSE, {}, token_of("ht.ban-to-chuc-tu.truong"))
    assert closed["data"]["closeYear"]["__typename"] == "Cycle", closed
    data = service.ask(AFTER, {"id": appraisal, "body": body}, token_of(CHAIR))["data"]
    assert data == {
        "me": {"worklist": {"totalCount": 0}},
        "may": {"allowed": False, "missing": "YEAR_CLOSED"},
        "appraisal": {"overdueDays": None, "blockedBy": [{"reason": "YEAR_CLOSED"}]},
    }
