"""Which year and which body a discipline counts for."""

from typing import Any

import pytest

from rules.discipline import Counted, Discipline, Violation, counted_for, counts_for
from tests.rules.procedure_sheets import cases, name_of


def discipline_of(case: dict[str, Any]) -> Discipline:
    violations = tuple(Violation(each["on"], each["body"]) for each in case["violations"])
    return Discipline(case["decided_on"], case["body"], violations)


@pytest.mark.parametrize("case", cases("discipline"), ids=name_of)
def test_year_and_body(case: dict[str, Any]) -> None:
    assert counted_for(discipline_of(case)) == tuple(
        Counted(each["year"], each["body"], tuple(each["clauses"]), each["to_rerate"])
        for each in case["counted"]
    )


@pytest.mark.parametrize("case", cases("discipline"), ids=name_of)
def test_it_counts_nowhere_else(case: dict[str, Any]) -> None:
    expected = {(each["year"], each["body"]) for each in case["counted"]}
    for year in range(2020, 2025):
        for body in ("old", "new"):
            counts = counts_for(discipline_of(case), year, body)
            assert counts is ((year, body) in expected)
