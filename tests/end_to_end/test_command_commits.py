"""A command is committed before the fields of its answer are read: a field that fails does not undo it."""

from collections.abc import Callable
from uuid import uuid4

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import (
    DEPUTY,
    REVIEW,
    an_official_of_the_cell,
)

RECORD_REVIEW = """mutation ($target: TargetInput!, $review: ReviewInput!, $year: Int!) {
  recordReview(target: $target, review: $review) { __typename
    ... on Appraisal { stage version subject { ... on Person { rating(year: $year) { level } } } } } }"""
STATE = "SELECT stage || ' ' || version FROM appraisal WHERE id = $1::uuid"


def test_a_field_that_fails_does_not_undo_the_command(
    service: Service, token_of: Callable[[str], str]
) -> None:
    key, _ = an_official_of_the_cell(service, 1)
    before, version = service.sql(STATE, key)[0].split(" ")
    target = {
        "appraisal": key,
        "expectedVersion": int(version),
        "idempotencyKey": str(uuid4()),
    }
    variables = {"target": target, "review": REVIEW, "year": 99_999}
    answer = service.ask(RECORD_REVIEW, variables, token_of(DEPUTY))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_INPUT"]
    after = f"REVIEWED {int(version) + 1}"
    assert before != "REVIEWED"
    assert service.sql(STATE, key) == [after]

    again = service.ask(RECORD_REVIEW, variables | {"year": 2023}, token_of(DEPUTY))
    assert "errors" not in again
    result = again["data"]["recordReview"]
    assert (result["stage"], result["version"]) == ("REVIEWED", int(version) + 1)
    assert service.sql(STATE, key) == [after]


def test_a_refused_command_leaves_nothing_not_even_its_key(
    service: Service, token_of: Callable[[str], str]
) -> None:
    key, _ = an_official_of_the_cell(service, 2)
    stored = service.sql("SELECT count(*)::text FROM command")
    state = service.sql(STATE, key)
    target = {"appraisal": key, "expectedVersion": 0, "idempotencyKey": str(uuid4())}
    variables = {"target": target, "review": REVIEW, "year": 2023}
    answer = service.ask(RECORD_REVIEW, variables, token_of(DEPUTY))
    assert answer["data"]["recordReview"]["__typename"] == "StaleVersion"
    assert service.sql("SELECT count(*)::text FROM command") == stored
    assert service.sql(STATE, key) == state
