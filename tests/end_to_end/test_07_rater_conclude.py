"""Journey 07: a chair concludes a peer group, all of it or none of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CHAIR, GROUP = "ht.ubnd.ct", "departments"
WORK = """{ me { worklist(year: 2023, first: 500) { edges { node { appraisal {
    id version stage computed { level } peerGroup { code } subject { ... on Body { code } } } } } } } }"""


def concluded(service: Service, token: str, decisions: list[Json], **more: object) -> Json:
    """The answer of the unchanged journey."""
    variables = {
        "year": 2023,
        "group": GROUP,
        "document": {"number": "12-KL/BCSĐ", "date": "2023-12-11"},
        "idempotencyKey": str(uuid4()),
        "decisions": decisions,
    }
    data: Json = service.journey("07", {"input": variables | more}, token)["conclude"]
    return data


def of_group(service: Service, token: str) -> list[Json]:
    edges = service.ask(WORK, {}, token)["data"]["me"]["worklist"]["edges"]
    nodes: list[Json] = [edge["node"]["appraisal"] for edge in edges]
    return [one for one in nodes if (one["peerGroup"] or {}).get("code") == GROUP]


def decision(node: Json, level: str | None = None, reason: str | None = None) -> Json:
    return {
        "appraisal": node["id"],
        "expectedVersion": node["version"],
        "level": level or node["computed"]["level"],
        "reason": reason,
    }


@pytest.fixture(scope="module")
def departments(service: Service, token_of: TokenOf) -> list[Json]:
    """What waits in the group of the departments, before anything is concluded."""
    return of_group(service, token_of(CHAIR))


def state(service: Service) -> list[str]:
    return service.sql(
        "SELECT (SELECT count(*) FROM act) || ' ' || (SELECT count(*) FROM command) || ' ' || "
        "(SELECT count(*) FROM appraisal WHERE level IS NOT NULL)"
    )


def test_more_excellent_than_the_quota_is_refused_and_nothing_is_written(
    service: Service, token_of: TokenOf, departments: list[Json]
) -> None:
    before = state(service)
    result = concluded(service, token_of(CHAIR), [decision(one) for one in departments])
    assert result["__typename"] == "QuotaExceeded"
    assert result["code"] == "QUOTA_EXCEEDED"
    assert result["clause"]["id"] == "QĐ124:Đ12.1.4"
    assert result["quota"]["excellent"] > result["quota"]["limit"]
    assert state(service) == before


def test_above_the_computed_level_is_refused_with_the_conditions_that_fail(
    service: Service, token_of: TokenOf, departments: list[Json]
) -> None:
    good = [appraisal for appraisal in departments if appraisal["computed"]["level"] == "GOOD"]
    result = concluded(
        service, token_of(CHAIR), [decision(appraisal, "EXCELLENT") for appraisal in good]
    )
    assert result["__typename"] == "AboveComputed"
    assert {appraisal["id"] for appraisal in result["appraisals"]} == {
        appraisal["id"] for appraisal in good
    }
    for appraisal in result["appraisals"]:
        assert "FAILED" in {finding["outcome"] for finding in appraisal["computed"]["findings"]}


def test_below_the_computed_level_needs_a_reason(
    service: Service, token_of: TokenOf, departments: list[Json]
) -> None:
    best = next(one for one in departments if one["computed"]["level"] == "EXCELLENT")
    for reason in (None, " "):
        result = concluded(service, token_of(CHAIR), [decision(best, "GOOD", reason)])
        assert result["__typename"] == "ReasonNeeded"


@pytest.mark.parametrize("post", ["ht.vp-ubnd.truong", "ht.pbt-tt", "ht.ubnd.bcs.uv"])
def test_only_the_chair_concludes(
    service: Service, token_of: TokenOf, departments: list[Json], post: str
) -> None:
    result = concluded(service, token_of(post), [decision(departments[0])])
    assert result["__typename"] == "NotCompetent"
    assert result["clause"]["id"].startswith("HD01:6.2")


def test_a_version_that_is_not_the_last_is_refused_with_the_last(
    service: Service, token_of: TokenOf, departments: list[Json]
) -> None:
    stale = decision(departments[0]) | {"expectedVersion": 1}
    result = concluded(service, token_of(CHAIR), [stale])
    assert result["__typename"] == "StaleVersion"
    expected = {"id": departments[0]["id"], "version": departments[0]["version"]}
    assert result["appraisals"] == [expected]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"decisions": []}, "decisions"),
        ({"idempotencyKey": "again"}, "idempotencyKey"),
        ({"group": "nobody"}, "decisions"),
        ({"document": {"number": "", "date": "2023-12-11"}}, "document.number"),
    ],
)
def test_bad_input_names_the_field(
    service: Service, token_of: TokenOf, departments: list[Json], changed: Json, field: str
) -> None:
    variables = {
        "year": 2023,
        "group": GROUP,
        "document": {"number": "1", "date": "2023-12-11"},
        "idempotencyKey": str(uuid4()),
        "decisions": [decision(departments[0])],
    }
    query = "mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename } }"
    (error,) = service.ask(query, {"input": variables | changed}, token_of(CHAIR))["errors"]
    assert error["extensions"]["field"] == field


def test_a_year_that_is_not_open_is_refused(
    service: Service, token_of: TokenOf, departments: list[Json]
) -> None:
    for year in (2022, 2024):
        result = concluded(service, token_of(CHAIR), [decision(departments[0])], year=year)
        assert result["__typename"] == "YearClosed"


def test_the_conclusion_is_whole_and_a_repeated_key_brings_the_first_answer(
    service: Service, token_of: TokenOf, departments: list[Json]
) -> None:
    token, key = token_of(CHAIR), str(uuid4())
    best = [
        department for department in departments if department["computed"]["level"] == "EXCELLENT"
    ]
    decisions = [
        decision(department, "GOOD", "Trong hạn mức")
        if department in best[2:]
        else decision(department)
        for department in departments
    ]
    result = concluded(service, token, decisions, idempotencyKey=key)
    assert result["__typename"] == "Conclusion", result
    assert result["quota"]["holds"]
    assert result["quota"]["excellent"] == 2
    assert len(result["appraisals"]) == len(departments)
    assert len(result["receipt"]["hash"]) == 64
    assert of_group(service, token) == []
    after = state(service)
    assert concluded(service, token, decisions, idempotencyKey=key) == result
    assert state(service) == after
    other = concluded(service, token, decisions[:1], idempotencyKey=key)
    assert other["__typename"] == "KeyReused"
    versions = {department["id"]: department["version"] for department in result["appraisals"]}
    again = concluded(
        service,
        token,
        [given | {"expectedVersion": versions[given["appraisal"]]} for given in decisions],
    )
    assert again["__typename"] == "OutOfOrder"
    assert {department["reason"] for department in again["waitsFor"]} == {"ALREADY_DONE"}


def test_the_counts_above_are_those_of_a_recount(service: Service) -> None:
    differing = """SELECT t.body_code FROM tally t WHERE t.year = 2023 AND t.track = 'BODY'
        AND t.good <> (SELECT count(*) FROM appraisal a
            JOIN body_tree b ON b.body_code = a.home_body_code AND b.ancestor_code = t.body_code
            WHERE a.year = 2023 AND a.track = 'BODY' AND a.level = 'GOOD')"""
    assert service.sql(differing) == []
    counted = """SELECT (q.good = (SELECT count(*) FROM appraisal a WHERE a.year = 2023
        AND a.peer_group_code = 'departments' AND a.level = 'GOOD'))::text
        FROM quota q WHERE q.year = 2023 AND q.peer_group_code = 'departments'"""
    assert service.sql(counted) == ["true"]
