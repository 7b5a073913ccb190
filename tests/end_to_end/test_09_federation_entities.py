"""Journey 09: a gateway names bodies and persons; each is answered by itself, all of them together."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from resolvers.errors import BadRepresentation
from schema.operation.limit import Limits
from schema.queries.entity import ENTITIES, read
from tests.end_to_end.conftest import Service
from tests.end_to_end.statements import executed
from tests.schema.queries.test_entity import REPRESENTATIONS

Json = dict[str, Any]
TokenOf = Callable[[str], str]
Representations = Sequence[object]

PERSONS = "SELECT id::text FROM person ORDER BY id"
EVERY_TYPE = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
    __typename ... on Body { code } ... on Person { id } ... on Post { code } ... on PeerGroup { code }
    ... on Appraisal { id } } }"""
REPRESENTATIONS_MAX = Limits().representations
HT = {"__typename": "Body", "code": "ht"}


def entities(service: Service, token: str, representations: Representations) -> Json:
    """The answer but for its cost. Written in ASCII, so that half a surrogate pair arrives as it was meant."""
    body = {"query": EVERY_TYPE, "variables": {"representations": representations}}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"{service.url}/graphql"
    answer: Json = httpx.post(url, content=json.dumps(body), headers=headers, timeout=60).json()
    return {part: value for part, value in answer.items() if part != "extensions"}


def test_bodies_and_persons_are_answered_and_an_unknown_one_is_null(
    service: Service, token_of: TokenOf
) -> None:
    person, *_ = service.sql(
        "SELECT person_id::text FROM membership WHERE post_code = 'ht.ubnd.ct'"
    )
    (name,) = service.sql("SELECT name FROM person WHERE id = $1::uuid", person)
    representations = [
        {"__typename": "Body", "code": "ht.thach-ha"},
        {"__typename": "Person", "id": person},
        {"__typename": "Body", "code": "no-such-body"},
    ]
    variables = {"representations": representations, "year": 2023}
    data = service.journey("09", variables, token_of("ht.thach-ha.bi-thu"))
    assert data == {
        "_entities": [
            {
                "__typename": "Body",
                "code": "ht.thach-ha",
                "name": "Đảng bộ huyện Thạch Hà",
                "rating": None,
            },
            {"__typename": "Person", "id": person, "name": name, "rating": None},
            None,
        ]
    }


def test_many_cost_as_many_statements_as_one_of_each(observed: Service, token_of: TokenOf) -> None:
    token = token_of("ht.bi-thu")
    bodies = observed.sql("SELECT code FROM body ORDER BY code")
    persons = observed.sql(PERSONS)
    observed.ask("{ me { person { id } } }", {}, token)  # the policy is read once, beforehand
    costs = []
    for many in (1, 250, 500):
        named: list[Json] = [{"__typename": "Body", "code": code} for code in bodies[:many]]
        named += [{"__typename": "Person", "id": one} for one in persons[:many]]
        with executed(observed) as statements:
            data = observed.journey("09", {"representations": named, "year": 2022}, token)
        assert all(data["_entities"])
        costs.append(len(statements))
    assert costs == [1, 1, 1]


def key_of_each(service: Service) -> list[Json]:
    collected: list[Json] = []
    for typename, entity in sorted(ENTITIES.items()):
        column = f"{entity.key}::text"
        (key,) = service.sql(f"SELECT {column} FROM {entity.link.source} ORDER BY 1 LIMIT 1")
        collected.append({"__typename": typename, entity.key: key})
    return collected


def test_every_entity_is_found_by_its_key_and_comes_back_in_its_place(
    service: Service, token_of: TokenOf
) -> None:
    named = key_of_each(service)
    answer = entities(service, token_of("ht.bi-thu"), [*named, *reversed(named)])
    assert answer == {"data": {"_entities": [*named, *reversed(named)]}}


@pytest.mark.parametrize(
    ("representation", "field"),
    [
        ("Body", "representations"),
        (7, "representations"),
        ([HT], "representations"),
        ({}, "__typename"),
        ({"code": "ht"}, "__typename"),
        ({"__typename": None, "code": "ht"}, "__typename"),
        ({"__typename": ["Body"], "code": "ht"}, "__typename"),
        ({"__typename": "Clause", "id": "QĐ124:Đ12"}, "__typename"),
        ({"__typename": "Query"}, "__typename"),
        ({"__typename": "Body"}, "code"),
        ({"__typename": "Body", "code": None}, "code"),
        ({"__typename": "Body", "code": 1}, "code"),
        ({"__typename": "Body", "code": {"eq": "ht"}}, "code"),
        ({"__typename": "Person", "code": "ht"}, "id"),
        ({"__typename": "Person", "id": "ht"}, "id"),
        ({"__typename": "Appraisal", "id": 5}, "id"),
    ],
)
def test_a_representation_of_nothing_is_null_with_its_own_error(
    service: Service, token_of: TokenOf, representation: object, field: str
) -> None:
    answer = entities(service, token_of("ht.bi-thu"), [HT, representation, HT])
    assert answer["data"]["_entities"] == [HT, None, HT]
    (error,) = answer["errors"]
    assert error["path"] == ["_entities", 1]
    assert error["extensions"] == {"code": "BAD_REPRESENTATION", "field": field}


@pytest.mark.parametrize(
    "more", [{"name": "?"}, {"rating": {"level": "GOOD"}}, {"info": 1, "self": 2, "cls": 3}]
)
def test_fields_beside_the_key_are_of_no_matter(
    service: Service, token_of: TokenOf, more: Json
) -> None:
    answer = entities(service, token_of("ht.bi-thu"), [HT | more])
    assert answer == {"data": {"_entities": [HT]}}


def test_a_forbidden_field_does_not_affect_other_entities(
    service: Service, token_of: TokenOf
) -> None:
    """The reason is part of the file: readable for the own cell, null for another."""
    ids = service.sql("""SELECT id::text FROM appraisal WHERE year = 2022 AND level IS NOT NULL
        AND body_code IN ('ht.so-y-te.tt', 'ht.thach-ha.btv') ORDER BY body_code""")
    query = """query ($r: [_Any!]!) { _entities(representations: $r) {
        ... on Appraisal { id history { act } } } }"""
    named = [{"__typename": "Appraisal", "id": one} for one in ids]
    answer = service.ask(query, {"r": named}, token_of("ht.thach-ha.bi-thu"))
    forbidden, allowed = answer["data"]["_entities"]
    assert forbidden == {"id": ids[0], "history": None}
    assert allowed["history"]
    (error,) = answer["errors"]
    assert error["path"] == ["_entities", 0, "history"]
    assert error["extensions"]["code"] == "FORBIDDEN"


@given(st.lists(REPRESENTATIONS, max_size=30))
@settings(max_examples=30, deadline=None)
def test_valid_representations_are_answered_beside_invalid_ones(
    service: Service, token_of: TokenOf, strange: list[object]
) -> None:
    """Schemathesis does not reach this field, so this test sends any JSON to it."""
    beside = [
        representation for representation in strange if representation is not None
    ]  # a null is refused by its type
    answer = entities(service, token_of("ht.bi-thu"), [HT, *beside, HT])
    data = answer["data"]["_entities"]
    assert len(data) == len(beside) + 2
    assert (data[0], data[-1]) == (HT, HT)
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert codes <= {"BAD_REPRESENTATION"}
    refused = {error["path"][1] for error in answer.get("errors", [])}
    assert refused == {
        place
        for place, representation in enumerate(beside, start=1)
        if isinstance(read(representation), BadRepresentation)
    }


def test_the_number_of_representations_is_limited(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.bi-thu")
    most = [HT] * REPRESENTATIONS_MAX
    assert entities(service, token, most) == {"data": {"_entities": most}}
    answer = entities(service, token, [*most, HT])
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "TOO_MANY_REPRESENTATIONS"
    assert f"{REPRESENTATIONS_MAX + 1}" in error["message"]
    assert f"{REPRESENTATIONS_MAX}" in error["message"].split(";")[1]
