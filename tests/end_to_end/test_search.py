"""Search: names without marks, by how their words begin, in Vietnamese order, by year, kind and place."""

from typing import Any

import pytest

from db.vietnamese import person_sort_key, search_key, sort_key
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
BODIES = """query ($name: String!, $year: Int! = 2023, $under: ID, $kinds: [BodyKind!], $first: Int! = 500,
    $after: String) {
  found: searchBodies(name: $name, year: $year, under: $under, kinds: $kinds, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { code name kind } } } }"""
PERSONS = """query ($name: String!, $year: Int! = 2023, $under: ID, $first: Int! = 500, $after: String) {
  found: searchPersons(name: $name, year: $year, under: $under, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id name } } } }"""


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    return service.token("ht.so-noi-vu.truong")


def nodes_found(service: Service, token: str, query: str, **arguments: object) -> list[Json]:
    """Every node, page after page."""
    nodes: list[Json] = []
    after = None
    while True:
        answer = service.ask(query, arguments | {"after": after}, token)
        assert "errors" not in answer, answer["errors"]
        part = answer["data"]["found"]
        nodes += [edge["node"] for edge in part["edges"]]
        if not part["pageInfo"]["hasNextPage"]:
            assert part["totalCount"] == len(nodes)
            return nodes
        after = part["pageInfo"]["endCursor"]


def begins(name: str, *words: str) -> bool:
    return all(any(one.startswith(word) for one in search_key(name).split()) for word in words)


FILTERED = """query ($name: String!) {
  evaluations(year: 2023, under: "ht", first: 1, filter: {name: $name}) { totalCount } }"""


@pytest.mark.parametrize("eth", ["Ð", "Ɖ", "ð"])
def test_letters_that_look_like_d_with_a_stroke_are_found_as_it(
    service: Service, token: str, eth: str
) -> None:
    for query, name in ((PERSONS, "Đức"), (BODIES, "Đoàn")):
        named = nodes_found(service, token, query, name=name)
        assert named
        assert nodes_found(service, token, query, name=name.replace("Đ", eth)) == named
    plain = service.ask(FILTERED, {"name": "Đức"}, token)["data"]["evaluations"]["totalCount"]
    alike = service.ask(FILTERED, {"name": f"{eth}ức"}, token)["data"]["evaluations"]["totalCount"]
    assert alike == plain > 0


@pytest.mark.parametrize("name", ["so noi", "Sở Nội", "NOI SO", "sở n", "  so,  noi! "])
def test_marks_case_and_order_of_words_do_not_count(
    service: Service, token: str, name: str
) -> None:
    names = {one["name"] for one in nodes_found(service, token, BODIES, name=name)}
    assert "Sở Nội vụ" in names
    stored = service.sql("SELECT name FROM body WHERE dissolved_on IS NULL")
    expected = ("so", "n") if name == "sở n" else ("so", "noi")
    assert names == {one for one in stored if begins(one, *expected)}


@pytest.mark.parametrize("first", [20, 500])
def test_names_come_in_vietnamese_order(service: Service, token: str, first: int) -> None:
    bodies = [one["name"] for one in nodes_found(service, token, BODIES, name="h", first=first)]
    assert len(bodies) > 10
    assert bodies == sorted(bodies, key=sort_key)
    persons = [one["name"] for one in nodes_found(service, token, PERSONS, name="th", first=first)]
    assert len(persons) > 10
    assert persons == sorted(persons, key=person_sort_key)
    assert all(begins(one, "th") for one in persons)


def test_a_place_a_kind_and_a_year_narrow_the_search(service: Service, token: str) -> None:
    every = {one["code"] for one in nodes_found(service, token, BODIES, name="uy ban")}
    below = nodes_found(service, token, BODIES, name="uy ban", under="ht.thach-ha")
    assert {one["code"] for one in below} < every
    assert all(one["code"].startswith("ht.thach-ha") for one in below)
    committees = nodes_found(
        service, token, BODIES, name="uy ban", under="ht.thach-ha", kinds=["PEOPLES_COMMITTEE"]
    )
    assert {one["code"] for one in committees} == {"ht.thach-ha.ubnd"}
    assert nodes_found(service, token, BODIES, name="uy ban", kinds=[]) == []
    everybody = {one["id"] for one in nodes_found(service, token, PERSONS, name="n")}
    nodes_below = nodes_found(service, token, PERSONS, name="n", under="ht.thach-ha")
    here = {node["id"] for node in nodes_below}
    assert here < everybody
    assert here
    assert nodes_found(service, token, PERSONS, name="n", year=1900) == []


@pytest.mark.parametrize("query", [BODIES, PERSONS], ids=["bodies", "persons"])
@pytest.mark.parametrize(
    ("arguments", "extensions"),
    [
        ({"name": " !"}, {"code": "BAD_INPUT", "field": "name"}),
        ({"name": "x" * 201}, {"code": "BAD_INPUT", "field": "name"}),
        ({"name": "x", "under": "ht.nowhere"}, {"code": "NOT_FOUND", "field": "under"}),
        ({"name": "x", "first": 0}, {"code": "BAD_INPUT", "field": "first"}),
        ({"name": "x", "after": "x"}, {"code": "BAD_INPUT", "field": "after"}),
    ],
)
def test_a_wrong_argument_is_named(
    service: Service, token: str, query: str, arguments: Json, extensions: Json
) -> None:
    answer = service.ask(query, arguments, token)
    assert answer["errors"][0]["extensions"] == extensions


@pytest.mark.parametrize("name", ["' | 'x':*", "\\' & !", "a:b*", "so'noi"])
def test_operators_of_postgresql_are_plain_text(service: Service, token: str, name: str) -> None:
    answer = service.ask(BODIES, {"name": name}, token)
    assert "errors" not in answer or answer["errors"][0]["extensions"]["field"] == "name"
