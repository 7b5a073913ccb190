"""Bounds of one operation on the running service: years, counts, lists inside inputs, errors, levels by indirect paths."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]

WITH_YEAR = {
    "authority": '{ authority(subject: {body: "ht"}, year: %d) { act } }',
    "may": '{ may(act: RATE, subject: {body: "ht"}, year: %d) { allowed } }',
    "authorityGaps": "{ authorityGaps(year: %d, first: 1) { totalCount } }",
    "compliance": "{ compliance(year: %d, first: 1) { totalCount } }",
    "evaluations": '{ evaluations(year: %d, under: "ht", first: 1) { edges { node { id } } } }',
    "searchBodies": '{ searchBodies(name: "an", year: %d, first: 1) { totalCount } }',
    "searchPersons": '{ searchPersons(name: "an", year: %d, first: 1) { totalCount } }',
    "quotaCheck": '{ quotaCheck(year: %d, group: "departments", proposals: []) { good } }',
    "body.rating": '{ body(code: "ht") { rating(year: %d) { level } } }',
    "body.appraisal": '{ body(code: "ht") { appraisal(year: %d) { id } } }',
    "body.tally": '{ body(code: "ht") { tally(year: %d, of: BODY) { good } } }',
    "body.may": '{ body(code: "ht") { may(act: RATE, year: %d) { allowed } } }',
    "body.authority": '{ body(code: "ht") { authority(year: %d) { act } } }',
    "person.rating": "{ me { person { rating(year: %d) { level } } } }",
    "person.appraisal": "{ me { person { appraisal(year: %d) { id } } } }",
    "person.may": "{ me { person { may(act: RATE, year: %d) { allowed } } } }",
    "person.authority": "{ me { person { authority(year: %d) { act } } } }",
    "me.worklist": "{ me { worklist(year: %d, first: 1) { totalCount } } }",
    "me.subjects": "{ me { subjects(act: RATE, year: %d, first: 1) { totalCount } } }",
    "openYear": 'mutation { openYear(year: %d, document: {number: "1-QĐ/TU", date: "2023-12-01"'
    '}, idempotencyKey: "0d1f4a6e-0000-4000-8000-00000000%04d") { __typename } }',
    "conclude": 'mutation { conclude(input: {year: %d, group: "departments", decisions: [], '
    'document: {number: "1", date: "2023-12-01"}, '
    'idempotencyKey: "0d1f4a6e-0000-4000-8000-00000000%04d"}) { __typename } }',
}


def codes(answer: Json) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


@pytest.mark.parametrize("field", WITH_YEAR)
def test_a_year_that_no_calendar_has_is_refused_at_every_door(
    service: Service, token_of: TokenOf, field: str
) -> None:
    token = token_of("ht.ubnd.ct")
    for number, year in enumerate((0, -1, 10_000, 6_000_000, 2_147_483_647, -2_147_483_648)):
        document = WITH_YEAR[field]
        answer = service.ask(
            document % ((year, number) if document.count("%") > 1 else year), {}, token
        )
        assert codes(answer) == ["BAD_INPUT"], answer
        assert answer["errors"][0]["extensions"]["field"] == "year"
        assert answer["errors"][0]["path"]


@pytest.mark.parametrize(
    "field", [field for field in WITH_YEAR if field not in ("openYear", "conclude")]
)
def test_the_first_and_the_last_year_of_the_calendar_are_years(
    service: Service, token_of: TokenOf, field: str
) -> None:
    for year in (1, 9_999):
        answer = service.ask(WITH_YEAR[field] % year, {}, token_of("ht.ubnd.ct"))
        assert set(codes(answer)) <= {"NOT_FOUND"}, answer


def test_a_year_in_a_variable_is_checked_too(service: Service, token_of: TokenOf) -> None:
    document = 'query ($y: Int!) { body(code: "ht") { code tally(year: $y, of: BODY) { good } } }'
    answer = service.ask(document, {"y": 0}, token_of("ht.ubnd.ct"))
    assert codes(answer) == ["BAD_INPUT"]
    assert answer["data"] == {"body": {"code": "ht", "tally": None}}


def test_the_quota_of_a_group_reveals_no_level_to_a_caller_without_the_right(
    service: Service,
) -> None:
    token = service.command("token", "--service", "atk")
    reader = service.command("token", "--service", "atk", "--scope", "read_level")
    appraisal = service.sql(
        "SELECT id::text FROM appraisal WHERE peer_group_code = 'departments.deputies'"
        " AND year = 2023 AND level = 'GOOD' LIMIT 1"
    )[0]
    document = """query ($p: [LevelProposal!]!) {
      quotaCheck(year: 2023, group: "departments.deputies", proposals: $p) { good } }"""
    for proposals in ([], [{"appraisal": appraisal, "level": "NOT_COMPLETED"}]):
        assert codes(service.ask(document, {"p": proposals}, token)) == ["FORBIDDEN"]
        assert codes(service.ask(document, {"p": proposals}, reader)) == []


def test_a_scope_that_is_no_reading_allows_nothing(service: Service) -> None:
    token = service.command("token", "--service", "atk", "--scope", "rate")
    document = (
        '{ may(act: RATE, subject: {body: "ht.so-y-te.tt"}, year: 2023) { allowed missing } }'
    )
    data = service.ask(document, {}, token)["data"]["may"]
    assert data == {"allowed": False, "missing": "OTHER_SCOPE"}


def test_many_refused_fields_are_one_refusal(service: Service) -> None:
    """An outsider requests fields of the file on a page of five hundred."""
    token = service.command("token", "--service", "atk", "--scope", "read_level")
    fields = " ".join(f"s{number}: selfLevel" for number in range(20))
    document = f'{{ evaluations(year: 2023, under: "ht", first: 400) {{ edges {{ node {{ {fields} }} }} }} }}'
    answer = service.ask(document, {}, token)
    assert codes(answer) == ["TOO_MANY_ERRORS"]
    assert "data" not in answer
    dear = document.replace(fields, " ".join(f"s{number}: selfLevel" for number in range(98)))
    assert codes(service.ask(dear, {}, token)) == ["TOO_COSTLY"]
    assert len(codes(service.ask(document.replace("400", "5"), {}, token))) == 100


def test_counting_and_lists_inside_inputs_have_a_price(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.ubnd.ct")

    def cost(document: str, variables: Json | None = None) -> int:
        data: int = service.ask(document, variables or {}, token)["extensions"]["cost"]["requested"]
        return data

    counted = 'evaluations(year: 2023, under: "ht", first: 1, filter: {name: "n"}) { totalCount }'
    assert cost(f"{{ {counted} }}") >= 1_000
    refused = service.ask(
        "{ " + " ".join(f"a{number}: {counted}" for number in range(50)) + " }", {}, token
    )
    assert codes(refused) == ["TOO_COSTLY"]
    conclude = "mutation ($i: ConcludeInput!) { conclude(input: $i) { __typename } }"

    def of(count: int) -> Json:
        item = {"appraisal": "x", "expectedVersion": 1, "level": "GOOD"}
        return {
            "i": {
                "year": 2023,
                "group": "x",
                "document": {"number": "1", "date": "2023-12-01"},
                "decisions": [item] * count,
                "idempotencyKey": "x",
            }
        }

    assert cost(conclude, of(101)) - cost(conclude, of(1)) == 1_000
