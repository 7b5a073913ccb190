"""The subjects and papers of findings."""

from datetime import date
from typing import Any

import pytest

from rules.articles.about import ABOUT_MAX, NAMES, About, AboutKind
from rules.articles.finding import Observation
from rules.enums import Outcome, SubjectClass
from rules.facts.paper import IssuedPaper, paper_named
from tests.rules.judgement.level_sheets import Document, excellent, observations_of

ORG, COLLECTIVE = SubjectClass.ORG, SubjectClass.COLLECTIVE
PERSON, LEADER = SubjectClass.PERSON, SubjectClass.LEADER
DECISION = {"number": "12-QĐ/UBKT", "date": "2023-06-05", "issuer": "UBKT Huyện uỷ"}
PAPER = IssuedPaper(number="12-QĐ/UBKT", date=date(2023, 6, 5), issuer="UBKT Huyện uỷ")
OF_PAPER = About(AboutKind.PAPER, "12-QĐ/UBKT", PAPER)


def observation_of(subject_class: SubjectClass, condition: str, **changes: Any) -> Observation:  # noqa: ANN401 -- fields of any kind
    return observations_of(excellent(subject_class) | changes)[condition]


def levels(document: Document, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- levels by name, or counted
    return {"levels": document["levels"] | changes}


def named(kind: str, *names: str) -> tuple[About, ...]:
    return tuple(About(AboutKind(kind), name) for name in names)


def disciplined(who: str, name: str = "", **more: object) -> dict[str, Any]:
    return {
        "discipline": [{"who": who, "paper": DECISION} | ({"name": name} if name else {}) | more]
    }


@pytest.mark.parametrize(
    ("subject_class", "condition", "who", "kind", "name"),
    [
        (PERSON, "disciplined_in_the_year", "SELF", "PERSON", ""),
        (COLLECTIVE, "collective_or_member_disciplined", "COLLECTIVE", "COLLECTIVE", ""),
        (ORG, "leadership_disciplined", "COLLECTIVE", "COLLECTIVE", "the committee"),
        (ORG, "nobody_disciplined", "LEADERSHIP_MEMBER", "PERSON", "a member"),
        (ORG, "nobody_disciplined_or_exempt", "SUBORDINATE_UNIT", "UNIT", "a unit"),
        (ORG, "many_units_disciplined", "SUBORDINATE_UNIT", "UNIT", "a unit"),
        (ORG, "subordinate_unit_disciplined", "SUBORDINATE_UNIT_PERSON", "PERSON", "somebody"),
        (LEADER, "led_in_corruption", "DIRECTLY_LED", "UNIT", "a unit"),
        (LEADER, "led_in_corruption", "DIRECTLY_LED_PERSON", "PERSON", "somebody"),
        (LEADER, "led_punished_by_law", "DIRECTLY_LED", "UNIT", "a unit"),
    ],
)
def test_a_discipline_names_who_was_disciplined_and_by_which_paper(
    subject_class: SubjectClass, condition: str, who: str, kind: str, name: str
) -> None:
    discipline_facts = disciplined(who, name, nature="CORRUPTION", punished_by_law=True)
    about = (*named(kind, name or "it"), OF_PAPER)
    assert observation_of(subject_class, condition, **discipline_facts).about == about
    del discipline_facts["discipline"][0]["paper"]
    assert observation_of(subject_class, condition, **discipline_facts).about == about[:1]


def test_a_discipline_that_does_not_count_here_is_named_where_the_remark_speaks_of_it() -> None:
    exempt = disciplined("SELF", self_discovered=True, remedied=True)
    assert observation_of(PERSON, "disciplined_in_the_year", **exempt).about == (
        *named("PERSON", "it"),
        OF_PAPER,
    )
    earlier = disciplined("SELF", violations=[{"on": "2022-01-01"}])
    assert observation_of(PERSON, "disciplined_in_the_year", **earlier).about[0].name == "it"
    other = disciplined("DIRECTLY_LED", "a unit", nature="OTHER")
    assert observation_of(LEADER, "led_in_corruption", **other).about == ()


@pytest.mark.parametrize(
    ("votes", "conditions"),
    [
        ("workplace_votes", ["workplace_votes", "workplace_votes_good"]),
        ("residents_votes", ["residents_votes", "residents_say_not_good"]),
        ("confidence_votes", ["low_confidence"]),
    ],
)
def test_votes_name_their_paper(votes: str, conditions: list[str]) -> None:
    own = excellent(LEADER)[votes]
    none = dict.fromkeys(own, 0)
    for condition in conditions:
        assert observation_of(LEADER, condition).about == ()
        for counted in (own, none):
            vote_facts = {votes: counted | {"paper": DECISION}}
            assert observation_of(LEADER, condition, **vote_facts).about == (OF_PAPER,)


def test_attested_and_concluded_facts_name_their_document() -> None:
    words = "12-QĐ/UBKT, 5/6/2023, UBKT Huyện uỷ"
    attested_facts = {"attested": {"TRULY_TYPICAL": words, "RESULTS_QUANTIFIED": "BK 5"}}
    assert observation_of(PERSON, "truly_typical", **attested_facts).about == (OF_PAPER,)
    assert observation_of(PERSON, "results_quantified", **attested_facts).about == named(
        "PAPER", "BK 5"
    )
    assert observation_of(PERSON, "truly_typical").about == ()
    concluded = {"concluded": {"DEGRADED": "KL 1", "FORBIDDEN_CONDUCT": words}}
    about = (*named("PAPER", "KL 1"), OF_PAPER)
    assert observation_of(PERSON, "degraded_or_in_breach", **concluded).about == about
    outstanding = {"attested": {"OUTSTANDING_COMPLETION": words}}
    assert observation_of(LEADER, "party_organisation_good", **outstanding).about == (OF_PAPER,)


def test_a_share_that_is_missed_names_those_below_it_and_one_that_waits_those_not_rated() -> None:
    leader, org = excellent(LEADER), excellent(ORG)
    units = levels(leader, units={"b": "COMPLETED", "a": "NOT_COMPLETED", "c": "GOOD"})
    assert observation_of(LEADER, "led_units_good", **units).about == named("UNIT", "a", "b")
    assert observation_of(LEADER, "led_units_completed", **units).about == named("UNIT", "a")
    waiting = levels(leader, units={"b": None, "a": "NOT_COMPLETED"})
    assert observation_of(LEADER, "led_units_good", **waiting).about == named("UNIT", "b")
    counted = levels(leader, units={"NOT_COMPLETED": 2, "NOT_RATED": 1})
    assert observation_of(LEADER, "led_units_good", **counted).about == ()
    assert observation_of(LEADER, "led_units_good").about == ()
    below = levels(org, subordinates={"a": "COMPLETED"}, same_level={"front": "COMPLETED"})
    assert observation_of(ORG, "those_under_it_good", **below).about == named("ORGANISATION", "a")
    assert observation_of(ORG, "same_level_bodies_good", **below).about == named("UNIT", "front")
    cell = {"flags": ["CELL"], "levels": {"members": {"a": "COMPLETED"}}}
    assert observation_of(ORG, "those_under_it_good", **cell).about == named("PERSON", "a")


def test_a_finding_names_no_more_than_a_screen_shows() -> None:
    def about(many: int) -> int:
        units = {f"unit {number:02}": "COMPLETED" for number in range(many)}
        return len(
            observation_of(LEADER, "led_units_good", **levels(excellent(LEADER), units=units)).about
        )

    assert (about(ABOUT_MAX), about(ABOUT_MAX + 1)) == (ABOUT_MAX, ABOUT_MAX)


def test_the_one_whose_level_counts_is_named_whether_it_is_enough_or_not() -> None:
    leader = excellent(LEADER)
    for level, outcome in (("EXCELLENT", Outcome.MET), ("GOOD", Outcome.FAILED)):
        level_facts = levels(
            leader, collective={"sở": level}, party_organisation={"đảng bộ": level}
        )
        seen_of_collective = observation_of(LEADER, "collective_excellent", **level_facts)
        assert seen_of_collective.outcome is outcome
        assert seen_of_collective.about == named("COLLECTIVE", "sở")
        about = observation_of(LEADER, "party_organisation_excellent", **level_facts).about
        assert about == named("ORGANISATION", "đảng bộ")
    assert observation_of(PERSON, "civil_servant_good").about == ()  # the subject's own rating


def test_an_area_that_was_rated_as_failed_is_named() -> None:
    failed = levels(
        excellent(LEADER), area={"a place": "NOT_COMPLETED"}, collective={"sở": "NOT_COMPLETED"}
    )
    about = observation_of(LEADER, "area_failed", **failed).about
    assert about == (*named("UNIT", "a place"), *named("COLLECTIVE", "sở"))
    assert observation_of(LEADER, "area_failed", **failed, flags=[]).about == named(
        "UNIT", "a place"
    )


@pytest.mark.parametrize(
    "words",
    ["BK 5", "12-QĐ/TU, 31/02/2023, Tỉnh uỷ", "12-QĐ/TU, 1/2/2023, ", ", 1/2/2023, Tỉnh uỷ", ""],
)
def test_words_that_name_no_paper(words: str) -> None:
    assert paper_named(words) is None


def test_a_paper_is_named_in_both_languages() -> None:
    assert PAPER.text() == (
        "12-QĐ/UBKT, 05/06/2023, UBKT Huyện uỷ",
        "12-QĐ/UBKT, 2023-06-05, UBKT Huyện uỷ",
    )
    assert paper_named(PAPER.text().vi) == PAPER
    assert OF_PAPER.plain() == {"kind": "PAPER", "name": "12-QĐ/UBKT", "document": DECISION}
    assert NAMES.keys() == set(AboutKind)
