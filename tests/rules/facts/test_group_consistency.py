"""Several subjects in one file: no duplicates, and no circular use of levels."""

from typing import Any

from hypothesis import given, strategies as st

from rules.enums import SubjectClass
from rules.facts.facts import Facts
from rules.facts.facts_parser import read_facts
from rules.facts.group_consistency import STEPS_LISTED_MAX, group_faults
from tests.rules.judgement.level_sheets import EDITION, excellent


def facts_of(subject_class: SubjectClass, subject: str, **more: Any) -> Facts:  # noqa: ANN401 -- any field
    return read_facts(excellent(subject_class) | {"subject": subject} | more, EDITION)


def body(name: str, *under: str, **more: Any) -> Facts:  # noqa: ANN401 -- any field
    levels = {"subordinates": dict.fromkeys(under, "GOOD")}
    return facts_of(SubjectClass.ORG, name, levels=levels, **more)


def faults_of(*subjects: Facts) -> list[tuple[int, str]]:
    return [(place, fault.path) for place, fault in group_faults(subjects)]


def test_a_circle_is_named_once_and_a_long_one_in_part() -> None:
    assert faults_of(body("a", "b"), body("b", "a")) == [(0, "levels.subordinates.b")]
    assert faults_of(body("x", "a"), body("a", "b"), body("b", "a")) == [
        (1, "levels.subordinates.b")
    ]
    for many in (STEPS_LISTED_MAX, STEPS_LISTED_MAX + 1):
        around = [body(str(place), str((place + 1) % many)) for place in range(many)]
        ((_, fault),) = group_faults(around)
        assert fault.may_be.endswith("→ …") is (many > STEPS_LISTED_MAX)
        assert fault.vi.count("→") == fault.may_be.count("→")


def test_no_circle_where_levels_go_one_way() -> None:
    assert faults_of(body("a", "b", "c"), body("b", "c"), body("c")) == []
    assert faults_of(body("a", "b"), body("b", "a", year=2024)) == []


def test_the_members_of_a_cell_are_its_party_members() -> None:
    cell = facts_of(SubjectClass.ORG, "cell", flags=["CELL"], levels={"members": {"s": "GOOD"}})
    levels = {"party_organisation": {"cell": "GOOD"}}
    official = facts_of(SubjectClass.LEADER, "s", flags=["SECRETARY"], levels=levels)
    member = facts_of(
        SubjectClass.LEADER, "s", track="PARTY_MEMBER", flags=["SECRETARY"], levels=levels
    )
    assert faults_of(cell, official) == []
    assert faults_of(cell, member) == [(0, "levels.members.s")]
    assert faults_of(official, cell, member) == [(1, "levels.members.s")]


def test_a_subject_is_unique_in_each_track_and_year() -> None:
    person = facts_of(SubjectClass.PERSON, "p")
    leader = facts_of(SubjectClass.LEADER, "p")
    member = facts_of(SubjectClass.PERSON, "p", track="PARTY_MEMBER")
    later = facts_of(SubjectClass.PERSON, "p", year=2024)
    assert faults_of(person, member, later) == []
    assert faults_of(person, member, leader, person) == [(2, "subject"), (3, "subject")]
    assert faults_of(body("b"), facts_of(SubjectClass.COLLECTIVE, "b")) == []


@given(st.lists(st.sets(st.integers(0, 5)), min_size=6, max_size=6))
def test_a_circle_is_found_exactly_where_there_is_one(under: list[set[int]]) -> None:
    """Compared with the rest after repeatedly removing bodies that depend on no other level."""
    subjects = [
        body(str(place), *(str(other) for other in sorted(others - {place})))
        for place, others in enumerate(under)
    ]
    left = {place: others - {place} for place, others in enumerate(under)}
    while free := [place for place, others in left.items() if not others & left.keys()]:
        for place in free:
            del left[place]
    assert bool(faults_of(*subjects)) is bool(left)
