"""Bad facts are refused before anything is computed: all faults at once, each with its path."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.judge import judge
from rules.reading_facts import FactsError, as_document, read_facts
from rules.words import SubjectClass
from tests.rules.level_sheets import EDITION, excellent

Document = dict[str, Any]


def paths(document: object) -> list[str]:
    with pytest.raises(FactsError) as refusal:
        read_facts(document, EDITION)  # type: ignore[arg-type]  # that is what is tried
    assert all(str(fault).startswith(fault.path) for fault in refusal.value.faults)
    return [fault.path for fault in refusal.value.faults]


def leader(**more: object) -> Document:
    return excellent(SubjectClass.LEADER) | more


WORK = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 5}
SELF = {"who": "SELF", "name": "it"}
VOTES = {"issued": 12, "returned": 11, "valid": 10, "excellent": 9, "good": 1, "completed": 0}


@pytest.mark.parametrize(
    ("given_", "path"),
    [
        ({"targets": WORK | {"completed": 11}}, "targets.completed"),
        ({"targets": WORK | {"completed": 9}}, "targets.on_time"),
        ({"area": WORK | {"exceeded": 11}}, "area.exceeded"),
        ({"targets": WORK | {"assigned": -1}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": 2.5}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": True}}, "targets.assigned"),
        ({"targets": WORK | {"main_missed": 1}}, "targets.main_missed"),
        ({"targets": []}, "targets"),
        ({"workplace_votes": VOTES | {"valid": 12}}, "workplace_votes.valid"),
        ({"workplace_votes": VOTES | {"returned": 13}}, "workplace_votes.returned"),
        ({"workplace_votes": VOTES | {"completed": 1}}, "workplace_votes: the votes together"),
        ({"confidence_votes": {"valid": 3, "low": 4}}, "confidence_votes.low"),
        ({"year": 2022}, "year"),
        ({"year": "2023"}, "year"),
        ({"track": "BODY"}, "track"),
        ({"flags": ["CELL", "PARTY_COMMITTEE"]}, "flags"),
        ({"flags": ["BOSS"]}, "flags[0]"),
        ({"flags": "HEAD"}, "flags"),
        ({"subject": " "}, "subject"),
        ({"levels": {"units": {"it": "GOOD"}}}, "levels.units"),
        ({"levels": {"units": {"a": "FINE"}}}, "levels.units.a"),
        ({"levels": {"units": ["a"]}}, "levels.units"),
        ({"weak_criteria": 23}, "weak_criteria"),
        ({"failed_results": 7}, "failed_results"),
        ({"discipline": [{"who": "SUBORDINATE_UNIT", "name": "a"}]}, "discipline"),
        ({"discipline": [{"who": "NOBODY", "name": "a"}]}, "discipline[0].who"),
        ({"discipline": [{"who": "SELF"}]}, "discipline[0].name"),
        ({"colour": "red"}, "colour"),
        ({"discipline": [SELF | {"happened_on": "2022-12-31"}]}, "discipline[0].happened_on"),
        ({"discipline": [SELF | {"happened_on": "2024-01-01"}]}, "discipline[0].happened_on"),
        ({"discipline": [SELF | {"happened_on": "31/12/2023"}]}, "discipline[0].happened_on"),
        ({"discipline": [SELF | {"decided_on": 20231231}]}, "discipline[0].decided_on"),
        (
            {"discipline": [SELF | {"happened_on": "2023-05-02", "decided_on": "2023-05-01"}]},
            "discipline[0].decided_on",
        ),
        (
            {"discipline": [SELF | {"decided_on": "2023-05-02", "until": "2023-05-01"}]},
            "discipline[0].until",
        ),
        ({"attested": ["MODEL_FOR_OTHERS", 3]}, "attested[1]"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(given_: Document, path: str) -> None:
    assert paths(leader(**given_)) == [path]


def test_a_missing_criterion_a_foreign_one_and_a_grade_outside_the_scale() -> None:
    document = leader()
    del document["grades"]["remedy"]
    document["grades"]["leadership_capacity"] = {"grade": "GOOD"}
    assert paths(document) == ["grades.leadership_capacity", "grades.remedy"]
    document["grades"]["title_standards"] = {"grade": "BRILLIANT"}
    assert paths(document) == ["grades.title_standards.grade"]


def test_the_days_of_a_discipline_in_their_order_are_read_and_written_back() -> None:
    days = {"happened_on": "2023-01-01", "decided_on": "2024-03-01", "until": date(2024, 3, 1)}
    facts = read_facts(leader(discipline=[SELF | days]), EDITION)
    assert facts.discipline[0].happened_on == date(2023, 1, 1)
    assert read_facts(as_document(facts), EDITION) == facts


def test_all_faults_come_at_once() -> None:
    document = leader(targets={"assigned": "ten"}, flags=["BOSS"], colour="red", year=None)
    del document["subject"]
    assert paths(document) == [
        "year",
        "targets.assigned",
        "targets.completed",
        "targets.on_time",
        "flags[0]",
        "colour",
        "subject",
    ]


@pytest.mark.parametrize("nonsense", [None, 3, "facts", [], {}])
def test_what_is_no_document_at_all(nonsense: object) -> None:
    assert paths(nonsense)


@pytest.mark.parametrize("subject", list(SubjectClass))
def test_what_was_read_reads_the_same_again(subject: SubjectClass) -> None:
    facts = read_facts(excellent(subject), EDITION)
    again = read_facts(as_document(facts), EDITION)
    assert again == facts
    assert judge(again, EDITION) == judge(facts, EDITION)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(excellent(SubjectClass.LEADER))), anything)
def test_no_input_ends_in_a_traceback(name: str, value: object) -> None:
    """Whatever stands in a field, the facts are read, or refused with the path."""
    with suppress(FactsError):
        assert judge(read_facts(leader(**{name: value}), EDITION), EDITION).findings
