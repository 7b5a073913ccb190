"""The sheets of Article 12 and section 5, and that together they leave no condition untried."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto
from fractions import Fraction
from typing import Any

import pytest

from rules.articles.condition import MAIN_MISSED
from rules.articles.finding import (
    WHOLE,
    ShareLimit,
    at_least,
    at_most,
    grades,
    grades_of,
    less_than,
    more_than,
)
from rules.articles.noun import CRITERIA
from rules.bilingual import NOTHING
from rules.editions.lookup import ResidenceVotes
from rules.enums import ComputedLevel, Grade, Level, Outcome, SubjectClass
from rules.facts.facts_parser import read_facts
from rules.judgement.judge import (
    FINDINGS_CACHED_MAX,
    compiled_edition,
    judge,
    labels_of,
    level_of,
    missing_for_next,
)
from rules.texts.law import point
from tests.rules.judgement.level_sheets import EDITION, excellent, facts_of, observations_of, sheets

SHEETS = list(sheets())
CASES = [
    pytest.param(case, id=f"{sheet.path.stem}: {case['name']}")
    for sheet in SHEETS
    for case in sheet.cases
]
CONDITIONS = {
    condition.clause.name
    for subject in SubjectClass
    for condition in compiled_edition(EDITION, subject).conditions
}


class Form(Enum):
    """What a condition is on, which says the outcomes and cases that it needs on the sheets."""

    ALWAYS_APPLIES = auto()
    """Grades, discipline, attestations, one's own work or votes at the workplace: never not applicable."""
    LEVEL_OF_ONE = auto()
    """The level of one other subject, which is no share: it may be not applicable."""
    SHARE = auto()
    """A share of several: it may be not applicable, and its number has a case on the limit and one beyond."""


_ALWAYS, _OF_ONE = Form.ALWAYS_APPLIES, Form.LEVEL_OF_ONE
FORMS = dict.fromkeys(CONDITIONS, Form.SHARE) | {
    "outstanding_achievements": _ALWAYS,
    "model_for_others": _ALWAYS,
    "every_criterion_good": _ALWAYS,
    "results_excellent": _ALWAYS,
    "nobody_disciplined": _ALWAYS,
    "truly_exemplary": _ALWAYS,
    "new_models": _ALWAYS,
    "leading_position": _ALWAYS,
    "united_and_leading": _ALWAYS,
    "truly_typical": _ALWAYS,
    "results_quantified": _ALWAYS,
    "many_outstanding_achievements": _ALWAYS,
    "results_of_high_quality": _ALWAYS,
    "every_criterion_average": _ALWAYS,
    "results_good": _ALWAYS,
    "nobody_disciplined_unless_exempt": _ALWAYS,
    "exemplary": _ALWAYS,
    "results_on_time": _ALWAYS,
    "basic_criteria_average": _ALWAYS,
    "nobody_disciplined_or_exempt": _ALWAYS,
    "all_tasks_completed": _ALWAYS,
    "few_weak_criteria": _ALWAYS,
    "exemplary_enough": _ALWAYS,
    "every_criterion_of_organisation": _ALWAYS,
    "few_results_short": _ALWAYS,
    "basic_criterion_poor": _ALWAYS,
    "subordinate_unit_disciplined": _ALWAYS,
    "leadership_disciplined": _ALWAYS,
    "disunity_or_degraded_member": _ALWAYS,
    "collective_or_member_disciplined": _ALWAYS,
    "degraded_or_in_breach": _ALWAYS,
    "most_results_failed": _ALWAYS,
    "disciplined_in_the_year": _ALWAYS,
    "led_in_corruption": _ALWAYS,
    "led_punished_by_law": _ALWAYS,
    "targets_completed": _ALWAYS,
    "targets_exceeded": _ALWAYS,
    "targets_all_completed": _ALWAYS,
    "workplace_votes": _ALWAYS,
    "workplace_votes_good": _ALWAYS,
    "workplace_votes_completed": _ALWAYS,
    "collective_excellent": _OF_ONE,
    "collective_good": _OF_ONE,
    "party_organisation_excellent": _OF_ONE,
    "party_organisation_good": _OF_ONE,
    "rated_good_as_civil_servant": _OF_ONE,
    "civil_servant_good": _OF_ONE,
    "civil_servant_completed": _OF_ONE,
}
"""The form of each condition; a share, where nothing else is said."""


@pytest.mark.parametrize("case", CASES)
def test_case(case: Mapping[str, Any]) -> None:
    document = facts_of(case)
    observations = observations_of(document)
    for name, outcome in case.get("sees", {}).items():
        assert observations[name].outcome == outcome, (name, observations[name])
    judged = judge(read_facts(document, EDITION), EDITION)
    assert [other.subject for other in judged.waits_for] == case.get("waits", [])
    assert judged.level == case.get("level")


def test_every_condition_is_seen_met_failed_and_where_it_can_be_not_applicable() -> None:
    """On a sheet that says so, not only in passing."""
    outcomes: dict[str, set[str]] = defaultdict(set)
    for sheet in SHEETS:
        for case in sheet.cases:
            for name, outcome in case.get("sees", {}).items():
                if outcome != "MISSING":
                    outcomes[name].add(outcome)
    assert outcomes.keys() == CONDITIONS == FORMS.keys()
    both = {"MET", "FAILED"}
    expected = {
        name: both if form is Form.ALWAYS_APPLIES else both | {"NOT_APPLICABLE"}
        for name, form in FORMS.items()
    }
    assert outcomes == expected, "FORMS says which conditions may be not applicable"


def test_every_number_of_the_law_has_a_case_on_the_limit_and_one_step_beyond() -> None:
    """Of some whole, one count is the last that holds, and the next one the first that does not."""
    counted: dict[tuple[str, str, str], dict[int, Outcome]] = defaultdict(dict)
    for sheet in SHEETS:
        for case in sheet.cases:
            for name, observation in observations_of(facts_of(case)).items():
                part, slash, whole = observation.measured.vi.partition("/")
                required = observation.required.vi
                if slash and "%" in required and observation.remark in {NOTHING, MAIN_MISSED}:
                    counted[name, required, whole][int(part)] = observation.outcome
    numbers = {(name, required) for name, required, _ in counted}
    met = {
        (name, required)
        for (name, required, _), parts in counted.items()
        if any(part + 1 in parts and parts[part + 1] is not parts[part] for part in parts)
    }
    assert numbers - met == set()
    shares = {name for name, form in FORMS.items() if form is Form.SHARE}
    assert shares - {name for name, _ in numbers} == set(), (
        "FORMS says which conditions are no share"
    )


def test_names_of_conditions_are_unique_in_a_class() -> None:
    for subject in SubjectClass:
        names = [
            condition.clause.name for condition in compiled_edition(EDITION, subject).conditions
        ]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("subject", list(SubjectClass))
def test_every_condition_that_binds_is_in_the_explanation(subject: SubjectClass) -> None:
    judged = judge(read_facts(excellent(subject), EDITION), EDITION)
    clauses = [condition.clause for condition in compiled_edition(EDITION, subject).conditions]
    assert [(finding.clause, finding.condition) for finding in judged.findings] == [
        (clause.cite, clause.name) for clause in clauses
    ]
    assert {finding.level for finding in judged.findings} == set(Level)


def test_every_label_is_in_the_words_of_its_point() -> None:
    """With the numbers of the edition, which here are those of the text."""
    for subject in SubjectClass:
        for condition in compiled_edition(EDITION, subject).conditions:
            words = set(words_of(point(condition.clause.cite).text))
            assert [word for word in words_of(condition.label.vi) if word not in words] == []
            assert condition.label.vi != condition.label.en
            assert "_" not in condition.label.en


def words_of(text: str) -> list[str]:
    """In small letters; "hoá" and "hóa", "uỷ" and "ủy" are the same word."""
    return re.findall(r"\w+", text.lower().replace("hoá", "hóa").replace("uỷ", "ủy"))


def test_without_a_required_level_there_is_no_level() -> None:
    document = excellent(SubjectClass.LEADER)
    document["levels"]["units"] = {"a": "GOOD", "b": None}
    document["levels"]["collective"] = {"c": None}
    judged = judge(read_facts(document, EDITION), EDITION)
    assert judged.level is None
    assert [(other.reason, other.subject) for other in judged.waits_for] == [
        ("UNIT", "b"),
        ("COLLECTIVE", "c"),
    ]
    assert missing_for_next(judged) == ()
    waiting = observations_of(document)
    assert waiting["led_units_good"].outcome is Outcome.MISSING
    assert waiting["led_units_good"].remark.vi == "còn chờ xếp loại"


def test_a_subject_whose_conditions_do_not_use_a_level_does_not_wait_for_it() -> None:
    document = excellent(SubjectClass.LEADER) | {"flags": []}
    document["levels"] = {"collective": {"c": None}, "party_organisation": {"o": None}}
    assert judge(read_facts(document, EDITION), EDITION).level is ComputedLevel.EXCELLENT
    collective = excellent(SubjectClass.COLLECTIVE) | {"levels": {"units": {"u": None}}}
    assert judge(read_facts(collective, EDITION), EDITION).level is ComputedLevel.EXCELLENT
    agency = excellent(SubjectClass.ORG) | {"flags": [], "levels": {"members": {"m": None}}}
    assert judge(read_facts(agency, EDITION), EDITION).level is ComputedLevel.EXCELLENT


def test_what_is_missing_for_the_next_level() -> None:
    def missing(**changes: object) -> list[str]:
        judged = judge(read_facts(excellent(SubjectClass.PERSON) | changes, EDITION), EDITION)
        return [finding.condition for finding in missing_for_next(judged)]

    work = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 4}
    assert missing() == []
    assert missing(targets=work) == ["targets_exceeded"]
    assert missing(targets=work | {"on_time": 9}) == ["targets_all_completed"]
    assert missing(weak_criteria=5, targets=work | {"on_time": 9}) == ["few_weak_criteria"]
    assert missing(concluded=["DEGRADED"]) == []  # which no subject lacks
    assert missing(concluded=["DEGRADED"], weak_criteria=5) == ["few_weak_criteria"]


def test_remarks_say_what_was_left_out_and_by_which_clause() -> None:
    exempt = {"who": "SELF", "self_discovered": True, "remedied": True}
    earlier = {"who": "SELF", "decided_on": "2023-05-01", "violations": [{"on": "2022-05-01"}]}
    document = excellent(SubjectClass.PERSON) | {"discipline": [exempt, earlier]}
    assert observations_of(document)["disciplined_in_the_year"].remark.vi == (
        "1 tự phát hiện và đã khắc phục xong hậu quả; tính cho năm 2022 (QĐ124:Đ12.4.5)"
    )


def test_a_named_document_is_in_the_remark() -> None:
    attested = {"TRULY_TYPICAL": "BK 5-BK/TU"}
    document = excellent(SubjectClass.PERSON) | {"attested": attested}
    assert observations_of(document)["truly_typical"].remark.vi == "BK 5-BK/TU"
    document["concluded"] = {"DEGRADED": "KL 1", "FORBIDDEN_CONDUCT": "KL 2"}
    assert observations_of(document)["degraded_or_in_breach"].remark.vi == "KL 1; KL 2"


def test_no_finding_is_no_trigger() -> None:
    assert level_of([]) is ComputedLevel.EXCELLENT


def test_a_share_of_zero_subjects_is_neither_met_nor_failed() -> None:
    for share_of in (at_least, at_most, more_than, less_than):
        assert (
            share_of(0, 0, CRITERIA, ShareLimit(Fraction(1, 3))).outcome is Outcome.NOT_APPLICABLE
        )
    assert grades(grades_of((0,) * 8), Grade.GOOD).outcome is Outcome.NOT_APPLICABLE


def test_a_limit_that_is_no_whole_percentage_is_shown_exactly() -> None:
    assert str(ShareLimit(Fraction(1, 3))) == "100/3%"
    assert at_least(1, 3, CRITERIA, ShareLimit(Fraction(1, 3))).outcome is Outcome.MET
    assert at_most(1, 3, CRITERIA, ShareLimit(Fraction(1, 3))).outcome is Outcome.MET
    assert more_than(1, 3, CRITERIA, ShareLimit(Fraction(1, 3))).outcome is Outcome.FAILED


def test_a_cache_that_grows_too_large_is_cleared() -> None:
    """Findings are the same after it: each is only a repetition of what was seen."""
    compiled = compiled_edition(EDITION, SubjectClass.PERSON)
    (condition,) = (
        condition
        for condition in compiled.conditions
        if condition.clause.name == "few_weak_criteria"
    )
    document = excellent(SubjectClass.PERSON)
    before = judge(read_facts(document, EDITION), EDITION)
    for part in range(FINDINGS_CACHED_MAX + 1):
        condition.finding(at_most(part, 2 * FINDINGS_CACHED_MAX, CRITERIA, WHOLE))
    assert len(condition.cached_findings) <= FINDINGS_CACHED_MAX
    assert judge(read_facts(document, EDITION), EDITION) == before


@pytest.mark.parametrize(("level", "other"), [(a, b) for a in Level for b in Level])
def test_a_level_reaches_itself_and_all_below(level: Level, other: Level) -> None:
    order = ["NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT"]
    assert level.reaches(other) == (order.index(level) >= order.index(other))


def test_the_labels_of_an_edition_stand_by_the_names_of_its_conditions() -> None:
    labels = labels_of(EDITION)
    assert labels.keys() == CONDITIONS
    assert labels["area_failed"].vi.startswith("lĩnh vực trực tiếp phụ trách hoàn thành dưới 70%")
    assert labels["low_confidence"].en == "over 50% of the votes are of low confidence"


def test_in_a_year_in_which_residents_vote_a_missing_vote_is_waited_for() -> None:
    with_vote = replace(EDITION, residence_votes=ResidenceVotes(frozenset({2023}), "HD01:8.3"))
    document = excellent(SubjectClass.LEADER)
    del document["residents_votes"]
    facts = read_facts(document, EDITION)
    judged = judge(facts, with_vote)
    assert judged.level is None
    waits = [(other.reason, other.subject, other.clause) for other in judged.waits_for]
    assert waits == [("RESIDENTS_VOTES", "it", "HD01:5.1.3")]
    missing = [
        finding.condition for finding in judged.findings if finding.outcome is Outcome.MISSING
    ]
    assert missing == [
        "residents_votes",
        "residents_votes_good",
        "residents_votes_enough",
        "residents_say_not_good",
    ]
    assert judge(facts, EDITION).level is ComputedLevel.EXCELLENT
