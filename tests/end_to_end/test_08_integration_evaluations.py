"""Journey 08: a personnel system pulls everything under a body, then only what changed since."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
YEAR = 2023
PAGE = """query ($year: Int!, $under: ID!, $first: Int!, $after: String, $since: String,
    $filter: EvaluationFilter, $orderBy: EvaluationOrder! = ID) {
  evaluations(year: $year, under: $under, first: $first, after: $after, changedSince: $since,
      filter: $filter, orderBy: $orderBy) {
    totalCount cursorForChanges pageInfo { hasNextPage endCursor }
    edges { cursor node { id track stage due peerGroup { code } rating { level rater { id } }
      subject { __typename ... on Body { name kind } ... on Person { name } } } }
  } }"""


@pytest.fixture(scope="module")
def levels(service: Service) -> str:
    return service.command("token", "--service", "hr", "--scope", "read_level")


def ask(service: Service, token: str, **arguments: object) -> Json:
    variables = {"year": YEAR, "under": "ht", "first": 500} | arguments
    return service.ask(PAGE, variables, token)


def page(service: Service, token: str, **arguments: object) -> Json:
    answer = ask(service, token, **arguments)
    assert "errors" not in answer, answer["errors"]
    data: Json = answer["data"]["evaluations"]
    return data


def nodes(service: Service, token: str, **arguments: object) -> list[Json]:
    """Every node of the list, page after page; each page has the same total."""
    collected: list[Json] = []
    cursors = set()
    after = None
    while True:
        part = page(service, token, after=after, **arguments)
        cursors.add((part["totalCount"], part["cursorForChanges"]))
        collected += [edge["node"] for edge in part["edges"]]
        if not part["pageInfo"]["hasNextPage"]:
            assert len(cursors) == 1
            assert cursors.pop()[0] == len(collected)
            return collected
        after = part["pageInfo"]["endCursor"]


def refused(service: Service, token: str, **arguments: object) -> Json:
    answer = ask(service, token, **arguments)
    assert answer["data"] is None
    extensions: Json = answer["errors"][0]["extensions"]
    return extensions


def ids(rows: list[Json]) -> list[str]:
    return [one["id"] for one in rows]


def test_the_unchanged_journey_brings_everything_then_the_changes(
    service: Service, levels: str
) -> None:
    seen: dict[str, int] = {}
    after = None
    while True:
        variables = {"year": YEAR, "under": "ht", "since": None, "after": after}
        part = service.journey("08", variables, levels)["evaluations"]
        for edge in part["edges"]:
            assert edge["node"]["id"] not in seen
            seen[edge["node"]["id"]] = edge["node"]["version"]
        if not part["pageInfo"]["hasNextPage"]:
            break
        after = part["pageInfo"]["endCursor"]
    stored = service.sql("SELECT id::text FROM appraisal WHERE year = $1", YEAR)
    assert sorted(seen) == sorted(stored)
    assert len(seen) == part["totalCount"]
    since = part["cursorForChanges"]
    variables = {"year": YEAR, "under": "ht", "since": since, "after": None}
    assert service.journey("08", variables, levels)["evaluations"]["edges"] == []
    changed = service.sql(
        "UPDATE appraisal SET version = version + 1 WHERE id IN "
        "(SELECT id FROM appraisal WHERE year = $1 ORDER BY md5(id::text) LIMIT 3) RETURNING id::text",
        YEAR,
    )
    part = service.journey("08", variables, levels)["evaluations"]
    assert {edge["node"]["id"]: edge["node"]["version"] for edge in part["edges"]} == {
        key: seen[key] + 1 for key in changed
    }
    assert part["totalCount"] == 3
    variables["since"] = part["cursorForChanges"]
    assert service.journey("08", variables, levels)["evaluations"]["edges"] == []


def test_only_the_subtree_is_listed(service: Service, levels: str) -> None:
    inside = service.sql(
        "SELECT a.id::text FROM appraisal a JOIN body_tree t ON t.body_code = a.home_body_code "
        "WHERE a.year = $1 AND t.ancestor_code = 'ht.thach-ha'",
        YEAR,
    )
    assert inside
    assert sorted(ids(nodes(service, levels, under="ht.thach-ha"))) == sorted(inside)
    assert page(service, levels, under="ht.thach-ha", year=1999)["totalCount"] == 0


@pytest.mark.parametrize("order", ["ID", "NAME", "DUE"])
def test_pages_of_any_order_make_the_whole(service: Service, levels: str, order: str) -> None:
    whole = nodes(service, levels, under="ht.thach-ha", orderBy=order)
    assert ids(nodes(service, levels, under="ht.thach-ha", orderBy=order, first=7)) == ids(whole)
    if order == "ID":
        assert ids(whole) == sorted(ids(whole))
    if order == "DUE":
        days = [one["due"] or "9999" for one in whole]
        assert days == sorted(days)


@pytest.mark.parametrize(("under", "first"), [("ht", 199), ("ht.thach-ha", 7)])
def test_the_list_by_name_is_in_the_order_of_the_registry(
    service: Service, levels: str, under: str, first: int
) -> None:
    """For few bodies and for many, which are read in another way: persons and bodies, each by name."""
    expected = service.sql(
        "SELECT l.id::text FROM listed_appraisal l JOIN body_tree t ON t.body_code = l.home_body_code "
        "WHERE l.year = $1 AND t.ancestor_code = $2 ORDER BY l.sort_key, l.id",
        YEAR,
        under,
    )
    assert ids(nodes(service, levels, under=under, orderBy="NAME", first=first)) == expected


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"tracks": ["BODY"]}, lambda one: one["track"] == "BODY"),
        ({"levels": ["GOOD"]}, lambda one: (one["rating"] or {}).get("level") == "GOOD"),
        ({"stages": ["PROPOSED", "DECIDED"]}, lambda one: one["stage"] in {"PROPOSED", "DECIDED"}),
        (
            {"peerGroup": "departments"},
            lambda one: (one["peerGroup"] or {}).get("code") == "departments",
        ),
        (
            {"kinds": ["PARTY_CELL"], "tracks": ["BODY"]},
            lambda one: one["subject"].get("kind") == "PARTY_CELL",
        ),
        (
            {"name": "so noi", "tracks": ["BODY"]},
            lambda one: one["track"] == "BODY" and one["subject"]["name"].startswith("Sở Nội"),
        ),
    ],
)
def test_filters_are_conditions_on_what_is_shown(
    service: Service, levels: str, conditions: Json, fits: Callable[[Json], bool]
) -> None:
    every = nodes(service, levels)
    expected = [one["id"] for one in every if fits(one)]
    result = ids(nodes(service, levels, filter=conditions))
    if "name" in conditions:
        assert set(expected) <= set(result)
        assert 0 < len(result) < 10
    else:
        assert result == expected
    assert 0 < len(result) < len(every)


def test_a_filter_by_rater_brings_what_the_rater_decided(service: Service, levels: str) -> None:
    (rater,) = service.sql(
        "SELECT rater_id FROM appraisal WHERE rater_id IS NOT NULL GROUP BY 1 ORDER BY count(*) LIMIT 1"
    )
    stored = service.sql(
        "SELECT id::text FROM appraisal WHERE year = $1 AND rater_id = $2", YEAR, rater
    )
    assert sorted(ids(nodes(service, levels, filter={"rater": rater}))) == sorted(stored)


def test_a_service_account_without_the_scope_sees_nothing(service: Service, levels: str) -> None:
    files = service.command("token", "--service", "hr", "--scope", "read_file")
    assert refused(service, files) == {"code": "FORBIDDEN", "clause": "QĐ124:Đ15.2"}
    assert refused(service, files, filter={"levels": ["GOOD"]})["code"] == "FORBIDDEN"
    query = """{ evaluations(year: 2023, under: "ht", first: 1, filter: {stages: [DECIDED]}) {
        edges { node { id rating { level } selfLevel } } } }"""
    answer = service.ask(query, {}, levels)
    (edge,) = answer["data"]["evaluations"]["edges"]
    assert edge["node"]["rating"]["level"]
    assert edge["node"]["selfLevel"] is None
    (error,) = answer["errors"]
    assert error["path"] == ["evaluations", "edges", 0, "node", "selfLevel"]
    assert (error["extensions"]["code"], error["extensions"]["clause"][:6]) == (
        "FORBIDDEN",
        "QĐ124:",
    )


def test_cursors_hold_for_their_own_list_alone(
    service: Service, levels: str, token_of: TokenOf
) -> None:
    first = page(service, levels, first=2)
    after, since = first["pageInfo"]["endCursor"], first["cursorForChanges"]
    others: list[Json] = [
        {"under": "ht.thach-ha"},
        {"year": 2022},
        {"filter": {"tracks": ["BODY"]}},
    ]
    for other in [*others, {"orderBy": "NAME"}, {"since": since}]:
        assert refused(service, levels, after=after, **other) == {
            "code": "BAD_INPUT",
            "field": "after",
        }
    for other in others:
        assert refused(service, levels, since=since, **other) == {
            "code": "BAD_INPUT",
            "field": "changedSince",
        }
    for wrong in ("", "x", after, since[:-4], base64.b64encode(b"[]").decode()):
        assert refused(service, levels, since=wrong)["field"] == "changedSince"
    assert refused(service, levels, after=since)["field"] == "after"
    # What others may see too is one list.
    assert (
        page(service, token_of("ht.bi-thu"), after=after, first=2)["totalCount"]
        == first["totalCount"]
    )
    children = '{ body(code: "%s") { children(first: 1, after: %s) { pageInfo { endCursor } } } }'
    of_province = service.ask(children % ("ht", "null"), {}, levels)["data"]["body"]["children"]
    cursor = of_province["pageInfo"]["endCursor"]
    again = service.ask(children % ("ht", f'"{cursor}"'), {}, levels)
    assert again["data"]["body"]["children"]["pageInfo"]["endCursor"] != cursor
    elsewhere = service.ask(children % ("ht.thach-ha", f'"{cursor}"'), {}, levels)
    assert elsewhere["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "after"}


def test_a_raters_cursor_is_refused_to_another_rater(service: Service, token_of: TokenOf) -> None:
    """A cursor of a list by rights is valid for the rights of its caller only."""
    query = """query ($after: String) { me { subjects(act: RATE, year: 2023, first: 1, after: $after) {
        pageInfo { endCursor } } } }"""
    chair = token_of("ht.ubnd.ct")
    part = service.ask(query, {}, chair)["data"]["me"]["subjects"]
    after = {"after": part["pageInfo"]["endCursor"]}
    assert "errors" not in service.ask(query, after, chair)
    other = service.ask(query, after, token_of("ht.thach-ha.bi-thu"))
    assert other["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "after"}


@pytest.mark.parametrize(
    ("arguments", "extensions"),
    [
        ({"under": "ht.nowhere"}, {"code": "NOT_FOUND", "field": "under"}),
        ({"first": 0}, {"code": "BAD_INPUT", "field": "first"}),
        ({"filter": {"name": " ! "}}, {"code": "BAD_INPUT", "field": "filter.name"}),
        ({"filter": {"name": "a" * 201}}, {"code": "BAD_INPUT", "field": "filter.name"}),
    ],
)
def test_a_wrong_argument_is_named(
    service: Service, levels: str, arguments: Json, extensions: Json
) -> None:
    assert refused(service, levels, **arguments) == extensions
    assert page(service, levels, filter={"name": "a" * 200})["totalCount"] == 0


@pytest.mark.parametrize("named", ["after", "since"])
def test_a_cursor_of_another_life_of_the_database_is_refused(
    service: Service, levels: str, named: str
) -> None:
    first = page(service, levels, first=2)
    variables = {"after": first["pageInfo"]["endCursor"], "since": first["cursorForChanges"]}
    assert page(service, levels, first=2, **{named: variables[named]})
    service.sql("CLUSTER appraisal USING pk_appraisal")  # as after a restore: another file
    field = {"after": "after", "since": "changedSince"}[named]
    assert refused(service, levels, first=2, **{named: variables[named]}) == {
        "code": "PULL_ANEW",
        "field": field,
    }
