"""Every value that a client sends into a command is read in one form, or refused by its field, before anything."""

from collections.abc import Callable, Iterator
from typing import Any
from unicodedata import normalize
from uuid import uuid4

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.graph import schema
from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import (
    CELL,
    DEPUTY,
    REVIEW,
    Subject,
    an_official_of_the_cell,
    member_token,
)

Json = dict[str, Any]
Path = tuple[str, ...]
TokenOf = Callable[[str], str]

STRANGER = "ht.thach-ha.bi-thu"
LINE = "12-KL/TU"
FINE = {"ID": "ht", "String": "x", "Int": 2023, "Date": "2023-12-08", "JSON": {}, "Boolean": True}
IDS = {"appraisal", "idempotencyKey", "id"}
BAD_TEXTS = ["\u200b", "12\u200b13", "\u3164", "\u202e12", "12\x1b", "x" * 200_000]
BAD_LINES = ["12\r\n13", "12\n13", "12\u202813"]
BAD_DAYS = ["2023-12-12", "2999-01-01", "1900-01-01", "0001-01-01"]
NO_DAYS = ["20231208", "2023-W49-5", "2023-02-30", "8/12/2023"]
MUTATIONS = schema._schema.mutation_type.fields  # type: ignore[union-attr]  # there is one


def fine(kind: Any, name: str) -> object:  # noqa: ANN401 -- any type of the graph
    """A value that the graph takes; a list has one item."""
    if is_list_type(get_nullable_type(kind)):
        return [fine(get_nullable_type(kind).of_type, name)]
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        return {key: fine(field.type, key) for key, field in named.fields.items()}
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    return str(uuid4()) if name in IDS else "1" if name == "days" else FINE[named.name]


def leaves(kind: GraphQLType, path: Path) -> Iterator[tuple[Path, str]]:
    """Each scalar of an input by the path to it, with the name of its type."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        for key, field in named.fields.items():
            yield from leaves(field.type, (*path, key))
    else:
        yield path, named.name


def every_leaf(*kinds: str) -> list[tuple[str, Path]]:
    return [
        (name, path)
        for name, field in MUTATIONS.items()
        for argument, definition in field.args.items()
        for path, kind in leaves(definition.type, (argument,))
        if kind in kinds
    ]


def put(value: object, path: Path, leaf: object) -> object:
    """The value with another one at the path; an item of a list is meant for all."""
    if isinstance(value, list):
        return [put(item, path, leaf) for item in value]
    if not path:
        return leaf
    assert isinstance(value, dict)
    return {**value, path[0]: put(value[path[0]], path[1:], leaf)}


def ask_with(service: Service, token: str, name: str, path: Path, leaf: object) -> Json:
    arguments: dict[str, GraphQLArgument | GraphQLInputField] = dict(MUTATIONS[name].args)
    declared = ", ".join(f"${key}: {given.type}" for key, given in arguments.items())
    passed = ", ".join(f"{key}: ${key}" for key in arguments)
    values = {key: fine(given.type, key) for key, given in arguments.items()}
    query = f"mutation ({declared}) {{ {name}({passed}) {{ __typename }} }}"
    variables = put(values, path, leaf)
    assert isinstance(variables, dict)
    return service.ask(query, variables, token)


def name_of(leaf: tuple[str, Path]) -> str:
    return ".".join((leaf[0], *leaf[1]))


@pytest.mark.parametrize("leaf", every_leaf("String", "ID"), ids=name_of)
def test_an_unreadable_text_is_refused_by_its_field(
    service: Service, token_of: TokenOf, leaf: tuple[str, Path]
) -> None:
    name, path = leaf
    on_one_line = path[-1] not in {
        *("reason", "remark", "opinion", "suggestion", "conclusion"),
    }
    acts = service.sql("SELECT count(*)::text FROM act")
    for value in BAD_TEXTS + (BAD_LINES if on_one_line else []):
        answer = ask_with(service, token_of(STRANGER), name, path, value)
        (error,) = answer["errors"]
        extensions = error["extensions"]
        assert extensions["code"] == "BAD_INPUT", (value[:20], error)
        assert extensions["field"].split(".")[-1] == path[-1]
        assert len(error["message"]) < 300
    assert service.sql("SELECT count(*)::text FROM act") == acts


OF_A_DOCUMENT = [leaf for leaf in every_leaf("Date") if leaf[1][-1] == "date"]


@pytest.mark.parametrize("leaf", OF_A_DOCUMENT, ids=name_of)
def test_a_document_is_not_dated_after_today_nor_before_any(
    service: Service, token_of: TokenOf, leaf: tuple[str, Path]
) -> None:
    name, path = leaf
    for value in BAD_DAYS:
        (error,) = ask_with(service, token_of(STRANGER), name, path, value)["errors"]
        assert error["extensions"]["code"] == "BAD_INPUT", value
        assert error["extensions"]["field"].split(".")[-1] == "date"


@pytest.mark.parametrize("leaf", every_leaf("Date"), ids=name_of)
def test_a_day_has_one_form(service: Service, token_of: TokenOf, leaf: tuple[str, Path]) -> None:
    name, path = leaf
    for value in NO_DAYS:
        (error,) = ask_with(service, token_of(STRANGER), name, path, value)["errors"]
        assert error["extensions"]["code"] == "GRAPHQL_INVALID", value
        assert "2023-12-11" in error["message"]


@pytest.fixture(scope="module")
def official(service: Service) -> Subject:
    return Subject(service, an_official_of_the_cell(service, 0)[0])


def refusal_of(service: Service, token: str, target: Json, changed: Json) -> Json:
    query = """mutation ($t: TargetInput!, $r: ReviewInput!) {
        recordReview(target: $t, review: $r) { __typename } }"""
    answer = service.ask(query, {"t": target, "r": REVIEW | changed}, token)
    (error,) = answer["errors"]
    extensions: Json = error["extensions"]
    return extensions


@pytest.mark.parametrize(
    "days",
    [
        "1e16000000",
        "1e-4000000",
        "1e999999999",
        "１.５",
        "1_0",
        "1e1",
        " 1.5 ",
        "nan",
        "400",
        "1/0",
    ],
)
@pytest.mark.parametrize("post", [STRANGER, DEPUTY])
def test_a_length_in_days_has_one_form(
    service: Service, token_of: TokenOf, official: Subject, post: str, days: str
) -> None:
    refused = refusal_of(service, token_of(post), official.target(), {"days": days})
    assert refused == {"code": "BAD_INPUT", "field": "days"}


@pytest.mark.parametrize("held_on", ["1900-01-01", "2022-12-31", "2023-12-12", "9999-12-31"])
def test_a_review_lies_within_its_year_and_not_after_today(
    service: Service, token_of: TokenOf, official: Subject, held_on: str
) -> None:
    refused = refusal_of(service, token_of(DEPUTY), official.target(), {"heldOn": held_on})
    assert refused == {"code": "BAD_INPUT", "field": "heldOn"}


def facts_refused(service: Service, token: str, target: Json, facts: Json) -> Json:
    query = """mutation ($t: TargetInput!, $f: JSON!) {
        recordFacts(target: $t, facts: $f) { __typename } }"""
    answer = service.ask(query, {"t": target, "f": facts}, token)
    (error,) = answer["errors"]
    extensions: Json = error["extensions"]
    return extensions


def deep(levels: int) -> Json:
    return {"a": deep(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"concluded": {"X": "12\u202e"}}, "facts.concluded.X"),
        ({"concluded\u200b": {}}, "facts"),
        ({"concluded": {"X": "x" * 501}}, "facts.concluded.X"),
        ({"discipline": [{"who": "\u200b"}]}, "facts.discipline[0].who"),
        ({"votes": 2**53 + 1}, "facts.votes"),
        ({"votes": 10**30}, "facts.votes"),
        ({"votes": {str(number): number for number in range(10_001)}}, "facts"),
        (deep(9), "facts"),
        (deep(60), "facts"),
    ],
    ids=lambda given: str(given)[:40],
)
def test_facts_are_read_before_anything_is_stored(
    service: Service, token_of: TokenOf, official: Subject, facts: Json, field: str
) -> None:
    refused = facts_refused(service, token_of(DEPUTY), official.target(), facts)
    assert refused == {"code": "BAD_INPUT", "field": field}


def test_text_is_normalised_before_it_is_stored(
    service: Service, token_of: TokenOf, official: Subject
) -> None:
    text_read = normalize("NFD", "Đồng ý\r\nvới chi bộ\u00a0")
    stored = "Đồng ý\nvới chi bộ"
    paper = {"number": normalize("NFD", " 03-QÐ/Chi bộ "), "date": "2023-12-10"}
    review = REVIEW | {"minutes": paper}
    deputy, own = token_of(DEPUTY), member_token(service, official)
    assert official.command("recordReview", deputy, review=review)["stage"] == "REVIEWED"
    for command, token, variables in (
        ("recordFacts", deputy, {"facts": {}}),
        ("rateOneself", own, {"level": "GOOD", "remark": text_read}),
        ("giveOpinion", token_of(f"{CELL}.bi-thu"), {"opinion": text_read}),
        ("propose", deputy, {"level": "GOOD", "remark": text_read}),
    ):
        official.command(command, token, **variables)
    acts = """SELECT coalesce(reason, payload->'minutes'->>'number') FROM act
        WHERE appraisal_id = $1::uuid AND coalesce(reason, payload->'minutes'->>'number') <> ''
        ORDER BY sequence"""
    texts = service.sql(acts, official.key)
    assert texts[:2] == ["03-QĐ/Chi bộ", stored]
    assert set(texts[2:]) <= {stored}
