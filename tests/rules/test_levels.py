"""The sheets of Article 12 and section 5, and that together they leave no condition untried."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from rules.finding import Grades, Share, at_least, at_most, grades, more_than
from rules.judge import bench, judge, level_of, missing_for_next
from rules.reading_facts import read_facts
from rules.words import ComputedLevel, Grade, Level, Outcome, SubjectClass
from tests.rules.level_sheets import EDITION, excellent, facts_of, seen, sheets

SHEETS = list(sheets())
CASES = [
    pytest.param(case, id=f"{sheet.path.stem}: {case['name']}")
    for sheet in SHEETS
    for case in sheet.cases
]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Mapping[str, Any]) -> None:
    document = facts_of(case)
    for path in case.get("unrated", []):
        *names, last = path.split(".")
        place = document
        for name in names:
            place = place[name]
        place[last] = None
    found = seen(document)
    for name, outcome in case.get("sees", {}).items():
        assert found[name].outcome == outcome, (name, found[name])
    judged = judge(read_facts(document, EDITION), EDITION)
    assert [one.subject for one in judged.waits_for] == case.get("waits", [])
    assert judged.level == case.get("level")


def test_every_condition_is_seen_met_and_failed() -> None:
    """Each function of the law is met in some case and fails in another, on a sheet that says so."""
    outcomes: dict[str, set[str]] = defaultdict(set)
    for sheet in SHEETS:
        for case in sheet.cases:
            for name, outcome in case.get("sees", {}).items():
                outcomes[name].add(outcome)
    every = {
        clause.name for subject in SubjectClass for clause, _ in bench(EDITION, subject).conditions
    }
    assert outcomes.keys() == every
    assert {name for name in every if not {"MET", "FAILED"} <= outcomes[name]} == set()


NEVER_INAPPLICABLE = {
    # what is attested, graded, disciplined or concluded is so of everybody
    "outstanding_achievements",
    "model_for_others",
    "every_criterion_good",
    "results_excellent",
    "nobody_disciplined",
    "truly_exemplary",
    "leading_position",
    "united_and_leading",
    "truly_typical",
    "results_quantified",
    "many_outstanding_achievements",
    "results_of_high_quality",
    "every_criterion_average",
    "results_good",
    "nobody_disciplined_unless_exempt",
    "exemplary",
    "results_on_time",
    "basic_criteria_average",
    "nobody_disciplined_or_exempt",
    "all_tasks_completed",
    "few_weak_criteria",
    "exemplary_enough",
    "every_criterion_of_organisation",
    "few_results_short",
    "basic_criterion_poor",
    "subordinate_unit_disciplined",
    "leadership_disciplined",
    "disunity_or_degraded_member",
    "collective_or_member_disciplined",
    "degraded_or_in_breach",
    "most_results_failed",
    "disciplined_in_the_year",
    "led_in_corruption",
    "led_punished_by_law",
}


def test_whatever_can_be_inapplicable_is_seen_so() -> None:
    seen_so = {
        name
        for sheet in SHEETS
        for case in sheet.cases
        for name, outcome in case.get("sees", {}).items()
        if outcome == "NOT_APPLICABLE"
    }
    every = {
        clause.name for subject in SubjectClass for clause, _ in bench(EDITION, subject).conditions
    }
    assert every - seen_so == NEVER_INAPPLICABLE


def test_every_reading_that_a_condition_names_is_in_the_edition() -> None:
    named = {clause.reading for one in SubjectClass for clause, _ in bench(EDITION, one).conditions}
    assert named - {None} <= EDITION.readings.keys()


def test_names_of_conditions_are_unique_in_a_class() -> None:
    for subject in SubjectClass:
        names = [clause.name for clause, _ in bench(EDITION, subject).conditions]
        assert len(names) == len(set(names))


def test_every_sheet_is_of_one_article() -> None:
    assert [sheet.path.stem for sheet in SHEETS] == [
        "d12_1_excellent",
        "d12_2_good",
        "d12_3_completed",
        "d12_4_not_completed",
        "s5_1_excellent",
        "s5_2_good",
        "s5_3_completed",
        "s5_4_not_completed",
    ]
    assert all(sheet.cases for sheet in SHEETS)


@pytest.mark.parametrize("subject", list(SubjectClass))
def test_every_condition_that_binds_is_in_the_explanation(subject: SubjectClass) -> None:
    judged = judge(read_facts(excellent(subject), EDITION), EDITION)
    asked = [clause.cite for clause, _ in bench(EDITION, subject).conditions]
    assert [one.clause for one in judged.findings] == asked
    assert {one.level for one in judged.findings} == set(Level)


def test_while_somebody_is_not_rated_there_is_no_level() -> None:
    document = excellent(SubjectClass.LEADER)
    document["levels"]["units"] = {"a": "GOOD", "b": None}
    document["levels"]["collective"] = {"c": None}
    judged = judge(read_facts(document, EDITION), EDITION)
    assert judged.level is None
    assert [(one.reason, one.subject) for one in judged.waits_for] == [
        ("UNIT", "b"),
        ("COLLECTIVE", "c"),
    ]
    waiting = seen(document)
    assert waiting["led_units_good"].outcome is Outcome.NOT_APPLICABLE
    assert waiting["led_units_good"].remark == "còn chờ xếp loại"


def test_whoever_is_not_asked_about_a_level_does_not_wait_for_it() -> None:
    document = excellent(SubjectClass.LEADER) | {"flags": []}
    document["levels"] = {"collective": {"c": None}, "party_organisation": {"o": None}}
    assert judge(read_facts(document, EDITION), EDITION).level is ComputedLevel.EXCELLENT
    collective = excellent(SubjectClass.COLLECTIVE) | {"levels": {"units": {"u": None}}}
    assert judge(read_facts(collective, EDITION), EDITION).level is ComputedLevel.EXCELLENT
    agency = excellent(SubjectClass.ORG) | {"flags": [], "levels": {"members": {"m": None}}}
    assert judge(read_facts(agency, EDITION), EDITION).level is ComputedLevel.EXCELLENT


def test_what_is_missing_for_the_next_level() -> None:
    def missing(**given: object) -> list[str]:
        judged = judge(read_facts(excellent(SubjectClass.PERSON) | given, EDITION), EDITION)
        return [one.clause for one in missing_for_next(judged)]

    work = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 4}
    assert missing() == []
    assert missing(targets=work) == ["QĐ124:Đ12.1.2"]
    assert missing(targets=work | {"on_time": 9}) == ["QĐ124:Đ12.2.2"]
    assert missing(weak_criteria=5, targets=work | {"on_time": 9}) == ["QĐ124:Đ12.3.2"]
    assert missing(concluded=["DEGRADED"]) == ["QĐ124:Đ12.4.3a"]
    assert missing(levels={"civil_servant": {"w": None}}) == []


def test_no_finding_is_no_trigger() -> None:
    assert level_of(()) is ComputedLevel.EXCELLENT


def test_a_share_over_nobody_is_neither_met_nor_failed() -> None:
    for share_of in (at_least, at_most, more_than):
        assert share_of(0, 0, Share.of(Fraction(1, 3))).outcome is Outcome.NOT_APPLICABLE
    assert grades(Grades.of(()), Grade.GOOD).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in Level for b in Level])
def test_a_level_reaches_itself_and_all_below(one: Level, other: Level) -> None:
    order = ["NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT"]
    assert one.reaches(other) == (order.index(one) >= order.index(other))
