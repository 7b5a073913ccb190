"""Which year and which body a discipline counts for."""

from typing import Any

import pytest

from rules.enums import SubjectClass
from rules.facts.discipline import CountedDiscipline, DecidedDiscipline, Violation, counted_for
from rules.facts.facts_parser import read_facts
from tests.rules.judgement.level_sheets import EDITION, excellent
from tests.rules.procedure.procedure_sheets import cases, name_of


def discipline_of(case: dict[str, Any]) -> DecidedDiscipline:
    violations = tuple(Violation(each["on"], each["body"]) for each in case["violations"])
    return DecidedDiscipline(case["decided_on"], case["body"], violations)


@pytest.mark.parametrize("case", cases("discipline"), ids=name_of)
def test_year_and_body(case: dict[str, Any]) -> None:
    assert counted_for(discipline_of(case)) == tuple(
        CountedDiscipline(
            expected["year"], expected["body"], tuple(expected["clauses"]), expected["to_rerate"]
        )
        for expected in case["counted"]
    )


@pytest.mark.parametrize("case", cases("discipline"), ids=name_of)
def test_it_counts_nowhere_else(case: dict[str, Any]) -> None:
    expected = {(each["year"], each["body"]) for each in case["counted"]}
    assert {(each.year, each.body) for each in counted_for(discipline_of(case))} == expected


def test_an_act_of_an_earlier_year_has_that_year_rated_again() -> None:
    """With the body where it happened; an act of this year has no year rated again."""
    violations = [{"on": "2021-04-01"}, {"on": "2022-03-01", "at": "old"}, {"on": "2023-01-05"}]
    discipline = {"who": "SELF", "decided_on": "2023-05-02", "violations": violations}
    leader = excellent(SubjectClass.LEADER)
    facts = read_facts(leader | {"discipline": [discipline]}, EDITION)
    (to_rerate,) = {discipline for discipline, _ in facts.years_to_rate_again()}
    assert to_rerate == facts.discipline[0]
    assert [(counted.year, counted.body) for _, counted in facts.years_to_rate_again()] == [
        (2021, ""),
        (2022, "old"),
    ]
    assert read_facts(leader, EDITION).years_to_rate_again() == ()
