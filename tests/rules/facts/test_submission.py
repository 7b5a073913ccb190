"""What a class may say is what a condition of the class reads, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from inspect import isfunction
from types import MethodType
from typing import Any

import pytest

from rules.enums import SubjectClass
from rules.facts.facts import Attested, Facts
from rules.facts.facts_parser import read_facts
from rules.facts.fault import FactsError
from rules.facts.submission import (
    CLASSES_OF_ATTESTATIONS,
    CLASSES_OF_FIELDS,
    may_attest,
    may_have,
)
from rules.judgement.explanation import as_page
from rules.judgement.judge import aggregate_facts, compiled_edition, judge
from tests.rules.judgement.level_sheets import EDITION, excellent

TODAY = date(2024, 1, 31)


class RecordingAttestations(Mapping[Any, str]):
    """An empty table of attestations that records the keys read."""

    def __init__(self, requested: set[str]) -> None:
        self.requested = requested

    def __getitem__(self, word: Any) -> str:  # noqa: ANN401 -- any word
        self.requested.add(word)
        raise KeyError(word)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class RecordingFacts:
    """Facts that note which of their fields are read."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.read: set[str] = set()
        self.requested: set[str] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- a field of any kind
        of_class = getattr(Facts, name, None)
        if isinstance(of_class, property) and of_class.fget:
            return of_class.fget(self)
        if isfunction(of_class):
            return MethodType(of_class, self)
        self.read.add(name)
        return (
            RecordingAttestations(self.requested)
            if name == "attested"
            else getattr(self.facts, name)
        )


def watched(subject_class: SubjectClass) -> tuple[set[str], set[str]]:
    """The fields and the attestations that the conditions of a class read, with tasks in numbers and without."""
    read: set[str] = set()
    requested: set[str] = set()
    conditions = compiled_edition(EDITION, subject_class)
    nothing = dict.fromkeys(("targets", "area"))
    for document in (excellent(subject_class), excellent(subject_class) | nothing):
        case = aggregate_facts(read_facts(document, EDITION), conditions)
        facts = RecordingFacts(case.facts)
        for condition in conditions.conditions:
            seen = replace(case, facts=facts)  # type: ignore[arg-type]  # facts to their readers
            condition.clause.test(seen, condition.numbers)
        read, requested = read | facts.read, requested | facts.requested
    return read, requested


@pytest.mark.parametrize("subject_class", list(SubjectClass))
def test_a_class_has_the_fields_that_its_conditions_read(subject_class: SubjectClass) -> None:
    read, requested = watched(subject_class)
    assert {name for name in CLASSES_OF_FIELDS if may_have(name, subject_class)} == (
        read & CLASSES_OF_FIELDS.keys()
    )
    assert {word for word in Attested if may_attest(word, subject_class)} == requested


def paths(document: dict[str, Any]) -> list[str]:
    with pytest.raises(FactsError) as refused:
        read_facts(document, EDITION, new_on=TODAY)
    return [fault.path for fault in refused.value.faults]


@pytest.mark.parametrize("subject_class", list(SubjectClass))
def test_everything_of_another_class_is_refused_of_new_facts_alone(
    subject_class: SubjectClass,
) -> None:
    foreign = [word for word in CLASSES_OF_ATTESTATIONS if not may_attest(word, subject_class)]
    document = excellent(subject_class) | {"attested": dict.fromkeys(foreign, "BK 1")}
    assert paths(document) == [f"attested.{word}" for word in foreign]
    assert read_facts(document, EDITION).attested.keys() == set(foreign)


@pytest.mark.parametrize(
    ("average", "failed", "refused"),
    [(2, 2, []), (2, 3, ["failed_results"]), (0, 1, ["failed_results"])],
)
def test_a_result_that_is_not_completed_is_graded_below_good(
    average: int, failed: int, refused: list[str]
) -> None:
    document = excellent(SubjectClass.PERSON) | {"failed_results": failed}
    results = [
        code for code, graded in document["grades"].items() if graded["grade"] == "EXCELLENT"
    ]
    for code in results[:average]:
        document["grades"][code]["grade"] = "AVERAGE"
    if refused:
        assert paths(document) == refused
    else:
        assert read_facts(document, EDITION, new_on=TODAY).failed_results == failed


@pytest.mark.parametrize(
    ("weak", "low_effect", "refused"),
    [(16, 0, []), (15, 1, []), (17, 0, ["weak_criteria"]), (16, 1, ["low_effect_criteria"])],
)
def test_a_criterion_short_of_quality_is_graded_below_excellent(
    weak: int, low_effect: int, refused: list[str]
) -> None:
    document = excellent(SubjectClass.LEADER)
    document |= {"weak_criteria": weak, "low_effect_criteria": low_effect}
    if refused:
        assert paths(document) == refused
    else:
        assert read_facts(document, EDITION, new_on=TODAY).weak_criteria == weak


def test_more_than_there_are_is_one_fault() -> None:
    document = excellent(SubjectClass.LEADER) | {"weak_criteria": 23, "failed_results": 7}
    assert paths(document) == ["weak_criteria", "failed_results"]


def test_a_conclusion_has_its_document_and_a_person_one_rating_as_civil_servant() -> None:
    document = excellent(SubjectClass.PERSON) | {
        "concluded": {"DEGRADED": "KL 1"},
        "levels": {"civil_servant": {"GOOD": 1}},
    }
    assert read_facts(document, EDITION, new_on=TODAY).concluded
    document["concluded"] = ["DEGRADED", "FORBIDDEN_CONDUCT"]
    document["levels"] = {"civil_servant": {"GOOD": 2}}
    assert paths(document) == [
        "concluded.DEGRADED",
        "concluded.FORBIDDEN_CONDUCT",
        "levels.civil_servant",
    ]


def test_a_page_prints_no_line_of_facts_on_record_as_its_own() -> None:
    """Whatever a text holds that was taken under earlier checks."""
    facts = read_facts(excellent(SubjectClass.PERSON), EDITION)
    forged = replace(facts, subject="it\nEXCELLENT: \x1b[2J")
    page = as_page(forged, judge(forged, EDITION), EDITION, "vi")
    assert page.startswith("it\\u000aEXCELLENT: \\u001b[2J · 2023 · ")
    plain = as_page(facts, judge(facts, EDITION), EDITION, "vi")
    assert len(page.splitlines()) == len(plain.splitlines())
    assert "\\u" not in plain


def test_a_field_of_another_class_has_one_fault() -> None:
    """It need not fit the counts of the class, too."""
    assert paths(excellent(SubjectClass.ORG) | {"weak_criteria": 14}) == ["weak_criteria"]
    absent = {"weak_criteria": 0, "workplace_votes": None}
    assert (
        read_facts(excellent(SubjectClass.ORG) | absent, EDITION, new_on=TODAY).weak_criteria == 0
    )
