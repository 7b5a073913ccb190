"""Delegation over HTTP: given, used, ended, and every limit of HD01:6.2.3."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from rules.texts import law
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
RESIDUAL = "HD01:6.2.3:residual"

DELEGATE = """mutation ($input: DelegateInput!) { delegate(input: $input) {
    __typename
    ... on Delegation { id acts classes bodies since until inForce
        rater { code } delegate { code } document { number date } }
    ... on Refusal { code message clause { id text } }
    ... on DelegationRefused { breaches { limit field what message clause { id } } }
} }"""
WITHDRAW = """mutation ($id: ID!, $document: DocumentInput!) {
    withdrawDelegation(id: $id, document: $document) {
        __typename
        ... on Delegation { id inForce withdrawnOn }
        ... on DelegationRefused { breaches { limit } } } }"""
MAY = """query ($act: Act!, $subject: SubjectInput!) { may(act: $act, subject: $subject, year: 2023) {
    allowed missing clause { id } through { post { code } delegation { id until } } } }"""
PAPER = {"number": "20-QĐ/BCSĐ", "date": "2023-12-11"}
UNIT = "ht.minh-hoa-2"
CHAIR, DELEGATE_POST = "ht.ubnd.ct", "ht.so-tu-phap.truong"


def delegation_input(**arguments: object) -> Json:
    fine = {
        "rater": "panel_6_2_3",
        "delegate": DELEGATE_POST,
        "acts": ["RATE"],
        "classes": ["other_provincial_unit_leadership", "other_provincial_unit_leader"],
        "bodies": [UNIT],
        "since": "2023-12-11",
        "until": "2023-12-31",
        "document": PAPER,
    }
    return {"input": fine | arguments}


def ask(service: Service, token: str, query: str, variables: Json) -> Json:
    answer = service.ask(query, variables, token)
    assert "errors" not in answer, answer
    (data,) = answer["data"].values()
    assert isinstance(data, dict)
    return data


@pytest.fixture
def delegation(service: Service, token_of: TokenOf) -> Iterator[Json]:
    """A delegation of one unit to the director of another department; withdrawn after the test."""
    token = token_of(CHAIR)
    data = ask(service, token, DELEGATE, delegation_input())
    assert data["__typename"] == "Delegation", data
    yield data
    service.ask(WITHDRAW, {"id": data["id"], "document": PAPER}, token)


def limits(service: Service, token: str, **changed: object) -> list[tuple[str, str]]:
    data = ask(service, token, DELEGATE, delegation_input(**changed))
    assert data["__typename"] == "DelegationRefused", data
    assert data["code"] == "DELEGATION_REFUSED"
    assert data["clause"]["text"] == law.point(data["clause"]["id"]).text
    assert all(one["message"] for one in data["breaches"])
    return [(one["limit"], one["field"]) for one in data["breaches"]]


def test_a_delegate_works_within_the_scope_and_each_answer_says_on_whose_behalf(
    service: Service, token_of: TokenOf, delegation: Json
) -> None:
    assert delegation["rater"] == {"code": "panel_6_2_3"}
    assert delegation["inForce"] is True
    token = token_of(DELEGATE_POST)
    subject = {"body": f"{UNIT}.tt"}
    data = ask(service, token, MAY, {"act": "RATE", "subject": subject})
    assert data["allowed"]
    assert data["clause"]["id"] == RESIDUAL
    assert data["through"]["post"]["code"] == DELEGATE_POST
    assert data["through"]["delegation"] == {"id": delegation["id"], "until": "2023-12-31"}
    not_given = ask(service, token, MAY, {"act": "APPRAISE", "subject": subject})
    assert not_given["missing"] == "NOT_DELEGATED"
    elsewhere = {"act": "RATE", "subject": {"body": "ht.minh-hoa-1.tt"}}
    assert ask(service, token, MAY, elsewhere)["missing"] == "NOT_DELEGATED"
    chair = ask(service, token_of(CHAIR), MAY, {"act": "RATE", "subject": subject})
    assert chair["allowed"]
    assert chair["through"]["delegation"] is None


def test_a_delegation_ends_when_it_is_withdrawn_and_stays_readable(
    service: Service, token_of: TokenOf, delegation: Json
) -> None:
    token = token_of(CHAIR)
    before = {"id": delegation["id"], "document": PAPER}
    other = ask(service, token_of(DELEGATE_POST), WITHDRAW, before)
    assert [one["limit"] for one in other["breaches"]] == ["PASSED_ON"]
    ended = ask(service, token, WITHDRAW, before)
    assert ended == {
        "__typename": "Delegation",
        "id": delegation["id"],
        "inForce": False,
        "withdrawnOn": "2023-12-11",
    }
    variables = {"act": "RATE", "subject": {"body": f"{UNIT}.tt"}}
    after = ask(service, token_of(DELEGATE_POST), MAY, variables)
    assert after["missing"] == "DELEGATION_NOT_IN_FORCE"
    (again,) = service.ask(WITHDRAW, before, token)["errors"]
    assert again["extensions"] == {"code": "BAD_INPUT", "field": "id"}
    listed = "{ me { posts { delegations { id inForce } } } }"
    me = ask(service, token_of(DELEGATE_POST), listed, {})
    received = [one for post in me["posts"] for one in post["delegations"]]
    assert {"id": delegation["id"], "inForce": False} in received


def test_a_delegate_after_the_last_day(
    service: Service, token_of: TokenOf, delegation: Json
) -> None:
    """The delegation ends by time alone: the test only moves the last day of the row."""
    moved = "UPDATE delegation SET since = '2023-11-01', until = '2023-12-10' WHERE id = $1::uuid RETURNING id::text"
    assert service.sql(moved, delegation["id"]) == [delegation["id"]]
    variables = {"act": "RATE", "subject": {"body": f"{UNIT}.tt"}}
    data = ask(service, token_of(DELEGATE_POST), MAY, variables)
    assert data["missing"] == "DELEGATION_NOT_IN_FORCE"
    last = "UPDATE delegation SET until = '2023-12-11' WHERE id = $1::uuid RETURNING id::text"
    service.sql(last, delegation["id"])
    assert ask(service, token_of(DELEGATE_POST), MAY, variables)["allowed"]


@pytest.mark.parametrize(
    ("changed", "limit"),
    [
        ({"classes": ["department_head"]}, ("NO_CLAUSE", "classes")),
        ({"acts": ["RATE", "DELEGATE"]}, ("MORE_THAN_HELD", "acts")),
        ({"bodies": ["ht"]}, None),
        ({"bodies": ["ht.nowhere"]}, ("OTHER_PLACE", "bodies")),
        ({"delegate": "ht.ubnd.ct"}, ("TO_ONESELF", "delegate")),
        ({"delegate": "ht.ubnd.bcs.uv"}, ("TO_ONESELF", "delegate")),
        ({"delegate": "ht.so-noi-vu.truong"}, ("TO_ONESELF", "delegate")),
        ({"until": None}, ("OPEN_ENDED", "until")),
        ({"until": "2025-01-01"}, ("OPEN_ENDED", "until")),
        ({"until": "2023-12-10"}, ("BACKWARDS", "until")),
        ({"since": "9999-12-31"}, ("BACKWARDS", "until")),
        ({"since": "2023-12-10"}, ("BACKWARDS", "since")),
    ],
)
def test_more_than_the_text_gives_is_refused_with_the_clause(
    service: Service, token_of: TokenOf, changed: Json, limit: tuple[str, str] | None
) -> None:
    token = token_of(CHAIR)
    if limit is None:
        data = ask(service, token, DELEGATE, delegation_input(**changed))
        ask(service, token, WITHDRAW, {"id": data["id"], "document": PAPER})
    else:
        assert limit in limits(service, token, **changed)
    assert service.sql("SELECT count(*)::text FROM delegation WHERE until > '2024-12-31'") == ["0"]


def test_a_delegation_cannot_be_delegated_again(
    service: Service, token_of: TokenOf, delegation: Json
) -> None:
    assert delegation["id"]
    assert limits(service, token_of(DELEGATE_POST)) == [("PASSED_ON", "rater")]


@pytest.mark.parametrize("post", ["ht.vp-ubnd.truong", "ht.thach-ha.bi-thu", "ht.so-y-te.pho"])
def test_only_the_chair_delegates(service: Service, token_of: TokenOf, post: str) -> None:
    assert limits(service, token_of(post)) == [("NOT_THE_CHAIR", "rater")]


def test_a_circle_is_refused(service: Service, token_of: TokenOf, delegation: Json) -> None:
    """Were there a delegation from a panel of the delegate's to one who sits on 6.2.3: refused."""
    copied = """INSERT INTO delegation SELECT gen_random_uuid(), 'district_standing_committee@ht.duc-tho',
        'ht.ubnd.ct', acts, classes, '{}', since, until, document_number, document_date, recorded_by,
        recorded_at FROM delegation WHERE id = $1::uuid RETURNING id::text"""
    (back,) = service.sql(copied, delegation["id"])
    try:
        assert limits(service, token_of(CHAIR), delegate="ht.duc-tho.bi-thu") == [
            ("IN_A_CIRCLE", "delegate")
        ]
    finally:
        service.sql("DELETE FROM delegation WHERE id = $1::uuid RETURNING id::text", back)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"rater": "panel_9"}, "NOT_FOUND", "rater"),
        ({"delegate": "ht.nobody"}, "NOT_FOUND", "delegate"),
        ({"classes": ["everybody"]}, "NOT_FOUND", "classes"),
        ({"classes": []}, "BAD_INPUT", "classes"),
        ({"acts": []}, "BAD_INPUT", "acts"),
        ({"document": {"number": " ", "date": "2023-12-11"}}, "BAD_INPUT", "document.number"),
    ],
)
def test_bad_input_names_the_field(
    service: Service, token_of: TokenOf, changed: Json, code: str, field: str
) -> None:
    (error,) = service.ask(DELEGATE, delegation_input(**changed), token_of(CHAIR))["errors"]
    assert error["extensions"] == {"code": code, "field": field}


def test_every_delegation_is_an_act_and_a_refused_one_leaves_no_trace(
    service: Service, token_of: TokenOf, delegation: Json
) -> None:
    written = "SELECT payload->>'to' FROM act WHERE act = 'delegate' AND payload->>'delegates' = $1"
    assert service.sql(written, delegation["id"]) == [DELEGATE_POST]
    count = "SELECT count(*)::text FROM act"
    before = service.sql(count)
    limits(service, token_of(CHAIR), until=None)
    assert service.sql(count) == before


def test_one_request_holds_one_command(service: Service, token_of: TokenOf) -> None:
    two = DELEGATE.replace("{ delegate(", "{ first: delegate(", 1)
    two = two.rstrip()[:-1] + " second: delegate(input: $input) { __typename } }"
    (error,) = service.ask(two, delegation_input(), token_of(CHAIR))["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "mutation"}


WITHDRAW_ONCE = """mutation ($id: ID!, $document: DocumentInput!, $key: ID, $version: Int) {
    withdrawDelegation(id: $id, document: $document, idempotencyKey: $key, expectedVersion: $version) {
        ... on Delegation { id withdrawnOn } } }"""
RECORDED = "SELECT count(*) FROM delegation"
"""Of every panel; only one panel delegates in the demonstration."""


def refused_as(service: Service, token: str, query: str, variables: Json) -> object:
    (error,) = service.ask(query, variables, token)["errors"]
    return error["extensions"]["code"]


def test_a_delegation_with_a_key_is_recorded_once_and_withdrawn_once(
    service: Service, token_of: TokenOf
) -> None:
    token, key = token_of(CHAIR), str(uuid4())
    (before,) = service.sql(RECORDED)
    once = delegation_input(idempotencyKey=key)
    first = ask(service, token, DELEGATE, once)
    assert ask(service, token, DELEGATE, once) == first
    (after,) = service.sql(RECORDED)
    assert int(after) == int(before) + 1
    later = delegation_input(idempotencyKey=key, until="2023-12-30")
    assert refused_as(service, token, DELEGATE, later) == "KEY_REUSED"
    end = {"id": first["id"], "document": PAPER, "key": str(uuid4()), "version": 1}
    ended = ask(service, token, WITHDRAW_ONCE, end)
    assert ended == {"id": first["id"], "withdrawnOn": "2023-12-11"}
    assert ask(service, token, WITHDRAW_ONCE, end) == ended
    other_paper = end | {"document": PAPER | {"number": "21-QĐ/BCSĐ"}}
    assert refused_as(service, token, WITHDRAW_ONCE, other_paper) == "KEY_REUSED"
    (error,) = service.ask(DELEGATE, delegation_input(idempotencyKey="none"), token)["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT", "field": "idempotencyKey"}


def test_a_delegation_is_given_and_ended_in_the_version_that_the_chair_saw(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of(CHAIR)
    (version,) = service.sql(
        "SELECT count(*) + count(withdrawn_on) FROM delegation WHERE rater_id = 'panel_6_2_3'"
    )
    for other in (int(version) - 1, int(version) + 1):
        stale = delegation_input(expectedVersion=other)
        assert refused_as(service, token, DELEGATE, stale) == "STALE_VERSION"
    variables = ask(service, token, DELEGATE, delegation_input(expectedVersion=int(version)))
    again = delegation_input(expectedVersion=int(version), until="2023-12-30")
    assert refused_as(service, token, DELEGATE, again) == "STALE_VERSION"
    end = {"id": variables["id"], "document": PAPER}
    for other in (0, 2):
        assert (
            refused_as(service, token, WITHDRAW_ONCE, end | {"version": other}) == "STALE_VERSION"
        )
    assert ask(service, token, WITHDRAW_ONCE, end | {"version": 1})["withdrawnOn"] == "2023-12-11"
    assert refused_as(service, token, WITHDRAW_ONCE, end | {"version": 1}) == "STALE_VERSION"
    assert refused_as(service, token, WITHDRAW_ONCE, end | {"version": 2}) == "BAD_INPUT"
