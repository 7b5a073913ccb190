"""Where a reading is a parameter of the edition, another value gives another level, and nothing else."""

from dataclasses import replace

import pytest

from rules.editions.interpretation import KNOWN_VALUES, readings_of
from rules.editions.lookup import EditionError, Interpretation
from rules.enums import ComputedLevel, SubjectClass
from rules.facts.facts_parser import read_facts
from rules.judgement.judge import judge
from tests.rules.judgement.level_sheets import EDITION, Document, excellent


def level(document: Document, **readings: str) -> ComputedLevel | None:
    interpretations = {
        name: Interpretation(
            value, EDITION.readings[name].clause if name in EDITION.readings else "", ""
        )
        for name, value in readings.items()
    }
    edition = replace(EDITION, readings={**EDITION.readings, **interpretations})
    return judge(read_facts(document, edition), edition).level


def leader(**more: object) -> Document:
    return excellent(SubjectClass.LEADER) | more


def test_a_vote_for_a_higher_level_counts_for_the_lower_or_it_does_not() -> None:
    document = leader()
    document["workplace_votes"] |= {"excellent": 4, "good": 6}
    assert level(document) is ComputedLevel.GOOD
    assert level(document, votes="THIS_LEVEL_ONLY") is ComputedLevel.UNDETERMINED


def test_what_a_civil_servant_must_be_rated_for_excellent() -> None:
    document = excellent(SubjectClass.PERSON)
    assert level(document) is ComputedLevel.EXCELLENT
    assert level(document, civil_servant_for_excellent="EXCELLENT") is ComputedLevel.GOOD
    document["levels"]["civil_servant"] = {"workplace": "COMPLETED"}
    assert level(document, civil_servant_for_excellent="COMPLETED") is ComputedLevel.COMPLETED


def test_a_poor_criterion_that_is_not_basic() -> None:
    basic = {
        of_class: tuple(
            replace(criterion, basic=criterion.code != "political_thought")
            for criterion in EDITION.criteria[of_class]
        )
        for of_class in SubjectClass
    }
    edition = replace(EDITION, criteria=basic)
    document = excellent(SubjectClass.PERSON)
    document["grades"]["political_thought"]["grade"] = "POOR"
    facts = read_facts(document, edition)
    assert judge(facts, edition).level is ComputedLevel.COMPLETED
    any_poor = {"poor_criterion": Interpretation("ANY", "QĐ124:Đ12.4", "")}
    other = replace(edition, readings={**EDITION.readings, **any_poor})
    assert judge(facts, other).level is ComputedLevel.NOT_COMPLETED


def test_every_criterion_of_an_organisation_or_the_basic_ones() -> None:
    basic = {
        of_class: tuple(
            replace(criterion, basic=criterion.code != "remedy")
            for criterion in EDITION.criteria[of_class]
        )
        for of_class in SubjectClass
    }
    edition = replace(EDITION, criteria=basic)
    document = excellent(SubjectClass.ORG)
    document["grades"]["remedy"]["grade"] = "POOR"
    facts = read_facts(document, edition)
    assert judge(facts, edition).level is ComputedLevel.UNDETERMINED
    reading = {"every_criterion_of_organisation": Interpretation("BASIC_ONLY", "HD01:5.3.1a", "")}
    other = replace(edition, readings={**EDITION.readings, **reading})
    assert judge(facts, other).level is ComputedLevel.COMPLETED


def test_whether_a_guide_can_take_an_exception_away() -> None:
    document = leader(
        discipline=[
            {
                "who": "DIRECTLY_LED",
                "name": "u",
                "nature": "CORRUPTION",
                "punished_by_law": True,
                "self_discovered": True,
                "remedied": True,
            }
        ]
    )
    assert level(document) is ComputedLevel.EXCELLENT
    judged = judge(read_facts(document, EDITION), EDITION)
    (row,) = (one for one in judged.findings if one.condition == "led_punished_by_law")
    assert row.remark.vi.endswith("theo ngoại lệ của QĐ124:Đ12.4.4")
    assert level(document, punished_by_law="WITHOUT_EXCEPTION") is ComputedLevel.NOT_COMPLETED


def test_an_edition_that_says_nothing_has_the_first_value() -> None:
    silent = replace(EDITION, readings={})
    assert readings_of(silent) == {name: values[0] for name, values in KNOWN_VALUES.items()}


def test_this_edition_says_every_reading_that_is_known() -> None:
    assert KNOWN_VALUES.keys() <= EDITION.readings.keys()
    assert readings_of(EDITION) == {name: EDITION.readings[name].value for name in KNOWN_VALUES}


@pytest.mark.parametrize("name", KNOWN_VALUES)
def test_a_value_that_no_function_knows_is_refused(name: str) -> None:
    with pytest.raises(EditionError, match=rf"readings\.{name}: was 'SOMEHOW'; may be "):
        level(leader(), **{name: "SOMEHOW"})


def test_a_result_needs_a_product_to_be_completed_or_not() -> None:
    document = leader()
    document["grades"]["assigned_duties"]["product"] = False
    assert level(document) is ComputedLevel.UNDETERMINED
    assert level(document, product_for_completed="NOT_ASKED") is ComputedLevel.COMPLETED
