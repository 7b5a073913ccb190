"""The gateway: one list across two services, the caller's own rights, the province by its code."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import yaml

from tests.end_to_end.conftest import Service
from tests.end_to_end.federation.conftest import DEPLOYED, HA_TINH, Gateway
from tests.end_to_end.federation.staff import staff_number
from tests.end_to_end.statements import executed

Json = dict[str, Any]
TokenOf = Callable[[str], str]

STAFF = """query ($ids: [ID!]!) { staff(ids: $ids, first: 500) {
    edges { node { id staffNumber name rating(year: 2022) { level } } }
    pageInfo { hasNextPage } } }"""
PERSISTED = "PERSISTED_QUERY_NOT_SUPPORTED"
WHO = "{ authorization me { person { id name staffNumber } } }"
PEOPLE = """SELECT p.id || ' ' || coalesce(max(a.level), '') FROM person p LEFT JOIN appraisal a
    ON a.person_id = p.id AND a.year = 2022 AND a.track = 'OFFICIAL'
    GROUP BY p.id ORDER BY p.id LIMIT 500"""


def code_of(answer: Json) -> str:
    (error,) = answer["errors"]
    code: str = error["extensions"]["code"]
    return code


def test_a_list_of_500_across_both_costs_as_many_statements_as_one_of_ten(
    across: Gateway, observed: Service, token_of: TokenOf
) -> None:
    token = token_of("ht.bi-thu")
    levels = dict(each.split(" ") for each in observed.sql(PEOPLE))
    across.ask(WHO, {}, token)
    costs = []
    for many in (10, 500):
        ids = list(levels)[:many]
        with executed(observed) as statements:
            answer = across.ask(STAFF, {"ids": ids}, token)
        assert "errors" not in answer, answer["errors"]
        nodes = [edge["node"] for edge in answer["data"]["staff"]["edges"]]
        assert [node["id"] for node in nodes] == ids
        assert [node["staffNumber"] for node in nodes] == [staff_number(one) for one in ids]
        rated = [(node["rating"] or {"level": ""})["level"] for node in nodes]
        assert rated == [levels[one] for one in ids]
        assert any(rated)
        costs.append(len(statements))
    assert len(nodes) == 500
    assert costs == [1, 1]


def test_a_list_of_ours_takes_along_what_the_other_adds(across: Gateway, token_of: TokenOf) -> None:
    query = """{ body(code: "ht.thach-ha") { name establishment children(first: 3) {
        edges { node { code establishment memberships { person { id staffNumber } } } } } } }"""
    answer = across.ask(query, {}, token_of("ht.thach-ha.bi-thu"))
    assert "errors" not in answer
    body = answer["data"]["body"]
    assert body["establishment"] == len("ht.thach-ha")
    for edge in body["children"]["edges"]:
        assert edge["node"]["establishment"] == len(edge["node"]["code"])
        people = [one["person"] for one in edge["node"]["memberships"]]
        assert people
        assert all(one["staffNumber"] == staff_number(one["id"]) for one in people)


def test_the_token_of_the_caller_goes_to_our_subgraph_alone(
    across: Gateway, token_of: TokenOf
) -> None:
    """The other one could act in the caller's name with it."""
    people = set()
    for post in ("ht.bi-thu", "ht.thach-ha.bi-thu"):
        answer = across.ask(WHO, {}, token_of(post))
        assert answer["data"]["authorization"] is None
        people.add(answer["data"]["me"]["person"]["id"])
    assert len(people) == 2


@pytest.mark.parametrize("file", ["router.yaml", "cosmo.yaml"])
def test_the_configurations_of_other_gateways_pass_the_same_headers(file: str) -> None:
    headers = yaml.safe_load((DEPLOYED / file).read_text(encoding="utf-8"))["headers"]
    for_all, for_ours = (
        {named(rule).lower() for rule in part["request"]}
        for part in (headers["all"], headers["subgraphs"]["xeploai"])
    )
    assert for_ours == {"authorization", "xeploai-position"}
    assert for_all == {"accept-language", "x-request-id"}
    assert set(headers["subgraphs"]) == {"xeploai"}


def named(rule: Json) -> str:
    header: str = rule.get("propagate", rule)["named"]
    return header


def test_without_a_token_ours_stays_closed_and_the_other_answers(across: Gateway) -> None:
    answer = across.ask(WHO)
    assert answer["data"] == {"authorization": None, "me": None}
    assert code_of(answer) == "UNAUTHENTICATED"
    entity = across.ask(STAFF, {"ids": ["00000000-0000-4000-8000-000000000000"]})
    assert code_of(entity) == "UNAUTHENTICATED"


def test_a_bad_token_keeps_its_code_and_no_address_is_revealed(
    across: Gateway, observed: Service
) -> None:
    answer = across.ask(WHO, {}, "not.a.token")
    assert code_of(answer) == "BAD_TOKEN"
    assert observed.url not in json.dumps(answer)


def test_what_is_forbidden_stays_forbidden(
    across: Gateway, observed: Service, token_of: TokenOf
) -> None:
    (key,) = observed.sql("""SELECT id::text FROM appraisal WHERE year = 2022
        AND body_code = 'ht.so-y-te.tt'""")
    query = f'{{ appraisal(id: "{key}") {{ id history {{ act }} subject {{ ... on Body {{ establishment }} }} }} }}'
    answer = across.ask(query, {}, token_of("ht.thach-ha.bi-thu"))
    assert answer["data"]["appraisal"] == {
        "id": key,
        "history": None,
        "subject": {"establishment": len("ht.so-y-te.tt")},
    }
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["clause"]
    assert error["path"] == ["appraisal", "history"]
    allowed = across.ask(query, {}, token_of("ht.ubnd.ct"))
    assert "errors" not in allowed
    assert allowed["data"]["appraisal"]["history"]


def test_a_forbidden_field_of_an_entity_is_reported_by_its_path(
    across: Gateway, observed: Service, token_of: TokenOf
) -> None:
    """A person may read the reason of the own rating, and not that of another person."""
    token = token_of("ht.thach-ha.bi-thu")
    oneself = across.ask(WHO, {}, token)["data"]["me"]["person"]["id"]
    (other,) = observed.sql("""SELECT person_id::text FROM appraisal WHERE year = 2022
        AND track = 'OFFICIAL' AND level IS NOT NULL AND post_code = 'ht.so-y-te.truong'""")
    answer = across.ask(STAFF.replace("level", "level reason"), {"ids": [oneself, other]}, token)
    ratings = [edge["node"]["rating"] for edge in answer["data"]["staff"]["edges"]]
    assert all(one["level"] for one in ratings)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["path"] == ["staff", "edges", 1, "node", "rating", "reason"]


def test_an_argument_that_is_refused_keeps_its_code_and_field(
    across: Gateway, token_of: TokenOf
) -> None:
    query = '{ body(code: "ht") { children(first: 5, after: "nonsense") { totalCount } } }'
    (error,) = across.ask(query, {}, token_of("ht.bi-thu"))["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert error["extensions"]["field"] == "after"


def test_the_language_of_the_caller_passes_through(across: Gateway) -> None:
    query = '{ body(code: "ht") { name } }'
    english = across.ask(query, headers=HA_TINH | {"Accept-Language": "en"})
    assert english["errors"][0]["message"].startswith("Not signed in")


@pytest.mark.parametrize(
    "province",
    ["", "xx", "HT", "ht,na", "__proto__", "constructor", "toString", "http://127.0.0.1:1/graphql"],
)
def test_a_province_that_is_not_mapped_is_refused(across: Gateway, province: str) -> None:
    answer = across.post({"query": WHO}, headers={"X-Province": province})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert code_of(answer.json()) == "UNKNOWN_PROVINCE"


def test_with_several_provinces_one_must_be_named(across: Gateway) -> None:
    answer = across.post({"query": WHO}, headers={})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert code_of(answer.json()) == "UNKNOWN_PROVINCE"


def test_each_province_is_called_at_its_own_address(across: Gateway, token_of: TokenOf) -> None:
    """The other province does not answer; the error says so without its address."""
    answer = across.ask(WHO, {}, token_of("ht.bi-thu"), {"X-Province": "na"})
    assert answer["data"] == {"authorization": None, "me": None}
    assert code_of(answer) == "SUBGRAPH_UNAVAILABLE"
    assert "127.0.0.1" not in json.dumps(answer)


def test_the_gateway_takes_json_by_post_up_to_a_mebibyte(across: Gateway) -> None:
    assert httpx.put(across.url, headers=HA_TINH).status_code == httpx.codes.METHOD_NOT_ALLOWED
    form = httpx.post(across.url, data={"query": WHO}, headers=HA_TINH)
    assert form.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE
    fitting = {"query": "{ authorization }", "variables": {"pad": "x" * ((1 << 20) - 100)}}
    assert across.post(fitting).json() == {"data": {"authorization": None}}
    fitting["variables"] = {"pad": "x" * (1 << 20)}
    assert across.post(fitting).status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_a_query_by_get_is_answered_and_a_command_is_not(
    across: Gateway, token_of: TokenOf
) -> None:
    headers = HA_TINH | {"Authorization": f"Bearer {token_of('ht.bi-thu')}"}
    variables = json.dumps({"code": "ht"})
    query = "query Q($code: ID!) { body(code: $code) { code } } query R { authorization }"
    payload = {"query": query, "variables": variables, "operationName": "Q"}
    assert httpx.get(across.url, params=payload, headers=headers).json() == {
        "data": {"body": {"code": "ht"}}
    }
    command = {"query": "mutation { __typename }"}
    refused = httpx.get(across.url, params=command, headers=headers)
    assert refused.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert code_of_first(refused.json()) == "ONLY_QUERIES_BY_GET"


def code_of_first(answer: Json) -> str:
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


TWO = "query A { authorization } query B { authorization }"
SUBSCRIPTION = 'subscription { evaluationChanged(under: "ht", year: 2023) { __typename } }'
MISTAKES: list[tuple[object, str]] = [
    ([], "BAD_REQUEST"),
    ("x", "BAD_REQUEST"),
    ({}, "BAD_REQUEST"),
    ({"query": 1}, "BAD_REQUEST"),
    ({"query": TWO, "operationName": {}}, "BAD_REQUEST"),
    ({"query": TWO, "operationName": 1}, "BAD_REQUEST"),
    ({"query": "{ authorization }", "variables": []}, "BAD_REQUEST"),
    ({"query": "{ authorization }", "variables": "x"}, "BAD_REQUEST"),
    ({"query": "{ authorization }", "extensions": 1}, "BAD_REQUEST"),
    ({"query": TWO}, "GRAPHQL_INVALID"),
    ({"query": TWO, "operationName": ""}, "GRAPHQL_INVALID"),
    ({"query": TWO, "operationName": "C"}, "GRAPHQL_INVALID"),
    ({"query": "{ authorization }", "operationName": "A"}, "GRAPHQL_INVALID"),
    ({"query": "fragment F on Query { authorization }"}, "GRAPHQL_INVALID"),
    ({"query": ""}, "GRAPHQL_INVALID"),
    ({"query": "query ($c: ID!) { body(code: $c) { name } }"}, "GRAPHQL_INVALID"),
    (
        {"query": "query ($y: Int!) { authorityGaps(year: $y) { clause { id } } }"},
        "GRAPHQL_INVALID",
    ),
    ({"query": SUBSCRIPTION}, "NEEDS_STREAM"),
    ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}, PERSISTED),
]


@pytest.mark.parametrize(("body", "code"), MISTAKES, ids=lambda each: str(each)[:60])
def test_a_mistake_of_a_client_has_a_code_of_its_own(
    across: Gateway, body: object, code: str
) -> None:
    """JSON for a client that accepts any type; the status too for one that accepts GraphQL's own type."""
    plain = across.post(body)
    assert code_of_first(plain.json()) == code
    assert plain.status_code == (400 if code == "BAD_REQUEST" else 200)
    strict = across.post(body, headers=HA_TINH | {"Accept": "application/graphql-response+json"})
    assert strict.status_code == httpx.codes.BAD_REQUEST
    assert strict.headers["content-type"].startswith("application/graphql-response+json")


def test_a_value_that_may_not_be_null_and_is_missing_is_an_error(
    across: Gateway, token_of: TokenOf
) -> None:
    ids = ["00000000-0000-4000-8000-000000000000"]
    answer = across.ask(STAFF, {"ids": ids}, token_of("ht.bi-thu"))
    assert answer["data"] is None
    assert code_of_first(answer) == "INCOMPLETE"
    assert answer["errors"][0]["path"] == ["staff", "edges", 0, "node", "name"]


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", "{", "{ nothing }", "{ a" + " a" * 5000 + " }"]
)
def test_a_document_that_is_not_valid_or_asks_for_the_schema_is_refused(
    across: Gateway, query: str
) -> None:
    errors = across.ask(query)["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_INVALID"}
