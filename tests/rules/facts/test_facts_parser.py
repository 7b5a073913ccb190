"""Bad facts are refused before anything is computed: all faults at once, each with its path."""

import tomllib
from datetime import date, datetime, time
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st

from rules.enums import Level, SubjectClass
from rules.facts.facts import Attested, Rated
from rules.facts.facts_parser import read_facts
from rules.facts.fault import FactsError, Fault, shown
from rules.judgement.judge import judge
from tests.rules.judgement.level_sheets import EDITION, excellent

Document = dict[str, Any]


def faults(document: Any, *, stands_alone: bool = False) -> tuple[Fault, ...]:  # noqa: ANN401 -- facts, or anything else
    with pytest.raises(FactsError) as refusal:
        read_facts(document, EDITION, stands_alone=stands_alone)
    assert all(str(fault).startswith(f"{fault.path}: ") for fault in refusal.value.faults)
    assert all(fault.may_be and fault.vi for fault in refusal.value.faults)
    return refusal.value.faults


def paths(document: Any) -> list[str]:  # noqa: ANN401 -- facts, or anything else
    return [fault.path for fault in faults(document)]


def leader(**more: Any) -> Document:  # noqa: ANN401 -- any field
    return excellent(SubjectClass.LEADER) | more


def organisation(**more: Any) -> Document:  # noqa: ANN401 -- any field
    return excellent(SubjectClass.ORG) | more


def disciplined(**more: object) -> list[dict[str, object]]:
    return [{"who": "SELF", **more}]


WORK = {"assigned": 10, "completed": 10, "on_time": 10, "exceeded": 5}
VOTES = {"issued": 12, "returned": 11, "valid": 10, "excellent": 9, "good": 1, "completed": 0}
HOME = {"issued": 12, "returned": 11, "valid": 10, "good": 9, "not_good": 1}


@pytest.mark.parametrize(
    ("given_", "path"),
    [
        ({"targets": WORK | {"completed": 11}}, "targets.completed"),
        ({"targets": WORK | {"completed": 9}}, "targets.on_time"),
        ({"area": WORK | {"exceeded": 11}}, "area.exceeded"),
        ({"targets": WORK | {"main_missed": True}}, "targets.main_missed"),
        ({"targets": WORK | {"assigned": -1}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": 10_000_001}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": 2.5}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": 10.0}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": True}}, "targets.assigned"),
        ({"targets": WORK | {"assigned": "10"}}, "targets.assigned"),
        ({"targets": WORK | {"main_missed": 1}}, "targets.main_missed"),
        ({"targets": []}, "targets"),
        ({"workplace_votes": VOTES | {"valid": 12}}, "workplace_votes.valid"),
        ({"workplace_votes": VOTES | {"returned": 13}}, "workplace_votes.returned"),
        ({"workplace_votes": VOTES | {"completed": 1}}, "workplace_votes"),
        ({"residents_votes": HOME | {"returned": 13}}, "residents_votes.returned"),
        ({"residents_votes": HOME | {"valid": 12}}, "residents_votes.valid"),
        ({"residents_votes": HOME | {"not_good": 2}}, "residents_votes"),
        ({"residents_votes": HOME | {"held_on": "2023-W49-5"}}, "residents_votes.held_on"),
        ({"residents_votes": HOME | {"held_on": "2022-12-31"}}, "residents_votes.held_on"),
        ({"confidence_votes": {"valid": 3, "low": 4}}, "confidence_votes.low"),
        (
            {"confidence_votes": {"valid": 3, "low": 0, "held_on": "2024-01-01"}},
            "confidence_votes.held_on",
        ),
        ({"year": 2022}, "year"),
        ({"year": "2023"}, "year"),
        ({"year": 3000}, "year"),
        ({"track": "BODY"}, "track"),
        ({"flags": ["BOSS"]}, "flags[0]"),
        ({"flags": ["HEAD", "CELL"]}, "flags[1]"),
        ({"flags": ["HEAD", "HEAD"]}, "flags[1]"),
        ({"flags": "HEAD"}, "flags"),
        ({"subject": " "}, "subject"),
        ({"subject": normalize("NFD", "Sở Y tế")}, "subject"),
        ({"levels": {"units": {"it": "GOOD"}}}, "levels.units"),
        ({"levels": {"units": {"a": "FINE"}}}, "levels.units.a"),
        ({"levels": {"units": {"": "GOOD"}}}, "levels.units"),
        ({"levels": {"units": ["a"]}}, "levels.units"),
        ({"levels": {"units": {"GOOD": 3, "BEST": 2}}}, "levels.units.BEST"),
        ({"levels": {"units": {"GOOD": 3.5}}}, "levels.units.GOOD"),
        ({"levels": {"units": {"GOOD": -3}}}, "levels.units.GOOD"),
        ({"levels": {"units": {"GOOD": 3, "a": "GOOD"}}}, "levels.units.GOOD"),
        ({"levels": {"friends": {}}}, "levels.friends"),
        ({"weak_criteria": 23}, "weak_criteria"),
        ({"weak_criteria": 20, "low_effect_criteria": 3}, "low_effect_criteria"),
        ({"failed_results": 7}, "failed_results"),
        ({"discipline": [{"who": "NOBODY", "name": "a"}]}, "discipline[0].who"),
        ({"discipline": [{"who": "COLLECTIVE"}]}, "discipline[0].who"),
        ({"discipline": [{"who": "DIRECTLY_LED"}]}, "discipline[0].name"),
        ({"discipline": {"who": "SELF"}}, "discipline"),
        (
            {"discipline": disciplined(decided_on="2023-05-02", until="2023-05-01")},
            "discipline[0].until",
        ),
        ({"discipline": disciplined(decided_on="2022-12-31")}, "discipline[0].decided_on"),
        ({"discipline": disciplined(decided_on="2024-01-01")}, "discipline[0].decided_on"),
        (
            {"discipline": disciplined(decided_on="2022-05-01", violations=[{"on": "2021-01-01"}])},
            "discipline[0].decided_on",
        ),
        (
            {"discipline": disciplined(decided_on="2023-05-01", violations=[{"on": "2023-05-02"}])},
            "discipline[0].violations[0].on",
        ),
        (
            {"discipline": disciplined(violations=[{"on": "2024-01-01"}])},
            "discipline[0].violations[0].on",
        ),
        ({"discipline": disciplined(decided_on="20230501")}, "discipline[0].decided_on"),
        ({"discipline": disciplined(decided_on="2023-02-30")}, "discipline[0].decided_on"),
        (
            {"discipline": disciplined(decided_on=datetime(2023, 5, 1))},  # noqa: DTZ001 -- as TOML reads it
            "discipline[0].decided_on",
        ),
        ({"concluded": ["INTERNAL_DISUNITY"]}, "concluded.INTERNAL_DISUNITY"),
        ({"concluded": "DEGRADED"}, "concluded"),
        ({"concluded": {"DEGRADED": ""}}, "concluded.DEGRADED"),
        ({"colour": "red"}, "colour"),
        ({"attested": ["MODEL_FOR_OTHERS", 3]}, "attested[1]"),
        ({"attested": {"KIND": "BK 1"}}, "attested.KIND"),
        ({"attested": ["OUTSTANDING_COMPLETION"]}, "attested.OUTSTANDING_COMPLETION"),
    ],
)
def test_a_fault_is_reported_by_its_path(given_: Document, path: str) -> None:
    assert paths(leader(**given_)) == [path]


@pytest.mark.parametrize(
    ("given_", "path"),
    [
        ({"flags": ["CELL", "PARTY_COMMITTEE"]}, "flags"),
        ({"track": "OFFICIAL"}, "track"),
        ({"concluded": ["DEGRADED"]}, "concluded.DEGRADED"),
        ({"levels": {"subordinates": {"it": "GOOD"}}}, "levels.subordinates"),
        ({"discipline": [{"who": "SUBORDINATE_UNIT", "name": "it"}]}, "discipline[0].name"),
        (
            {"subordinate_units": 0, "discipline": [{"who": "SUBORDINATE_UNIT", "name": "a"}]},
            "discipline",
        ),
    ],
)
def test_faults_of_an_organisation(given_: Document, path: str) -> None:
    assert paths(organisation(**given_)) == [path]


@pytest.mark.parametrize(
    ("subject", "missing"),
    [
        (SubjectClass.ORG, ["targets"]),
        (SubjectClass.COLLECTIVE, ["area"]),
        (SubjectClass.PERSON, ["targets"]),
        (SubjectClass.LEADER, ["targets", "area", "workplace_votes"]),
    ],
)
def test_required_fields_of_a_class(subject: SubjectClass, missing: list[str]) -> None:
    """Null means that there is none; a missing field is a fault."""
    document = excellent(subject)
    for name in missing:
        del document[name]
    assert paths(document) == missing
    document |= dict.fromkeys(missing)
    assert judge(read_facts(document, EDITION), EDITION).level


def test_a_missing_criterion_a_foreign_one_and_a_grade_outside_the_scale() -> None:
    document = leader()
    del document["grades"]["remedy"]
    document["grades"]["leadership_capacity"] = {"grade": "GOOD"}
    assert paths(document) == ["grades.leadership_capacity", "grades.remedy"]
    document["grades"]["title_standards"] = {"grade": "BRILLIANT"}
    assert paths(document) == [
        "grades.title_standards.grade",
        "grades.leadership_capacity",
        "grades.remedy",
    ]


def test_a_criterion_that_is_graded_only_if_there_is_any() -> None:
    document = leader()
    document["grades"]["review_on_suggestion"] = {"grade": "GOOD", "product": True}
    assert read_facts(document, EDITION).grades["review_on_suggestion"].product


def test_all_faults_come_at_once() -> None:
    document = leader(targets={"assigned": "ten"}, flags=["BOSS"], colour="red", year=None)
    del document["subject"]
    assert paths(document) == [
        "colour",
        "subject",
        "year",
        "flags[0]",
        "targets.assigned",
        "targets.completed",
        "targets.on_time",
    ]
    document = leader(targets=WORK | {"completed": 11}, year=2022, weak_criteria=50)
    assert paths(document) == ["year", "weak_criteria", "targets.completed"]


def test_a_fault_says_what_was_there_and_what_may_be() -> None:
    (fault,) = faults(leader(targets=WORK | {"completed": 11}))
    assert str(fault) == "targets.completed: 11; it may be at most 10 (assigned)"
    assert fault.vi == "không quá 10 (assigned)"
    (fault,) = faults(leader(discipline=disciplined(decided_on=date(2022, 1, 2))))
    assert str(fault) == "discipline[0].decided_on: 2022-01-02; it may be a day of 2023"
    (fault,) = faults(leader(year=None))
    assert str(fault) == "year: null; it may be a whole number from 1900 to 2999"
    (fault,) = faults(leader(colour="red" * 1000))
    assert len(fault.was if isinstance(fault.was, str) else "") == 3000
    assert len(str(fault)) < 400


@pytest.mark.parametrize("nonsense", [None, 3, "facts", [], {}])
def test_a_value_that_is_no_document(nonsense: object) -> None:
    assert paths(nonsense)


def test_facts_that_stand_alone_say_what_others_were_rated() -> None:
    document = leader(levels={})
    assert read_facts(document, EDITION).levels.collective is None
    assert [fault.path for fault in faults(document, stands_alone=True)] == [
        "levels.collective",
        "levels.party_organisation",
    ]
    document["track"] = "PARTY_MEMBER"
    assert [fault.path for fault in faults(document, stands_alone=True)] == [
        "levels.collective",
        "levels.party_organisation",
        "levels.civil_servant",
    ]
    document["levels"] = {"collective": {}, "party_organisation": {}, "civil_servant": {}}
    assert read_facts(document, EDITION, stands_alone=True).levels.collective == Rated()


def test_facts_of_a_single_subject_hold_only_levels_that_are_used() -> None:
    document = leader(flags=[], levels={"collective": {"c": "GOOD"}, "members": {"m": "GOOD"}})
    assert read_facts(document, EDITION).levels.members
    assert [fault.path for fault in faults(document, stands_alone=True)] == [
        "levels.collective",
        "levels.members",
    ]


@pytest.mark.parametrize("subject", list(SubjectClass))
def test_sound_facts_stand_alone(subject: SubjectClass) -> None:
    document = excellent(subject)
    assert read_facts(document, EDITION, stands_alone=True) == read_facts(document, EDITION)


def test_dates_are_those_of_toml_or_texts_of_json() -> None:
    toml = tomllib.loads('discipline = [{ who = "SELF", decided_on = 2023-05-01 }]')
    of_toml = read_facts(leader(**toml), EDITION)
    assert of_toml.discipline[0].decided_on == date(2023, 5, 1)
    of_json = read_facts(leader(discipline=disciplined(decided_on="2023-05-01")), EDITION)
    assert of_json == of_toml


def test_attestations_with_their_documents_or_only_listed() -> None:
    listed = read_facts(leader(attested=["EXEMPLARY"]), EDITION)
    assert listed.attested == {Attested.EXEMPLARY: ""}
    named = read_facts(leader(attested={"EXEMPLARY": "NX 3"}), EDITION)
    assert named.attested == {Attested.EXEMPLARY: "NX 3"}


def test_levels_by_name_or_only_counted() -> None:
    units = {"GOOD": 3, "COMPLETED": 1, "NOT_RATED": 2}
    rated = Rated(counted={Level.GOOD: 3, Level.COMPLETED: 1}, not_rated=2)
    assert read_facts(leader(levels={"units": units}), EDITION).levels.units == rated
    assert (rated.total, rated.reaching(Level.COMPLETED), rated.of_level[Level.GOOD]) == (6, 4, 3)
    assert rated.waiting() == ("2 ×",)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from([*sorted(excellent(SubjectClass.LEADER)), "discipline"]), anything)
def test_no_input_ends_in_a_traceback(name: str, value: object) -> None:
    """For any value of a field, the facts are read, or refused with the path."""
    assert outcome(leader(**{name: value}), name)


@given(st.sampled_from(["targets", "workplace_votes", "levels", "grades"]), st.data())
def test_no_input_inside_a_field_does_either(name: str, data: st.DataObject) -> None:
    document = leader()
    inside = data.draw(st.sampled_from(sorted(document[name])))
    document[name] = {**document[name], inside: data.draw(anything)}
    assert outcome(document, name)


def outcome(document: Document, name: str) -> bool:
    """Whether the facts could be judged, or were refused for something in this field."""
    try:
        facts = read_facts(document, EDITION, stands_alone=True)
    except FactsError as refusal:
        of_field = {"subject_class", "track", "flags", "levels", "year", "subject"}
        return all(fault.path.startswith(name) or name in of_field for fault in refusal.faults)
    return bool(judge(facts, EDITION).findings)


def test_faults_of_fields_do_not_hide_what_the_others_say() -> None:
    document = excellent(SubjectClass.LEADER)
    first, second, *_ = document["grades"]
    document["grades"][first] = {"grade": "SUPERB"}
    del document["grades"][second]
    document["colour"] = "red"
    document["targets"]["on_time"] = 99
    document["workplace_votes"]["valid"] = -1
    document["discipline"] = [{"who": "SELF", "decided_on": "2023-05-05", "until": "2022-01-01"}]
    with pytest.raises(FactsError) as refused:
        read_facts(document, EDITION)
    assert [fault.path for fault in refused.value.faults] == [
        "colour",
        f"grades.{first}.grade",
        "workplace_votes.valid",
        f"grades.{second}",
        "targets.on_time",
        "discipline[0].until",
    ]


@pytest.mark.parametrize("document", [{"year": 2023, "levels": 3}, {}])
def test_with_too_few_valid_fields_only_faults_of_fields_are_reported(
    document: dict[str, object],
) -> None:
    with pytest.raises(FactsError):
        read_facts(document, EDITION)


@pytest.mark.parametrize(
    ("was", "text"),
    [
        (None, "null"),
        (True, "true"),
        (2.5, "2.5"),
        (float("nan"), "NaN"),
        (10**30, str(10**30)),
        (16**40, "0x1" + "0" * 37 + "…"),
        ("x" * 50, "'" + "x" * 40 + "…'"),
        ("a\n\x1b\ud800", "'a\\u000a\\u001b\\ud800'"),
        (Level.GOOD, "'GOOD'"),
        (date(2023, 12, 1), "2023-12-01"),
        (time(10, 0), "10:00:00"),
        ([1, [2, [3]], (), 4, 5], "[1, [2, […]], [], 4, …]"),
        ({"a": {"b": {"c": 1}}}, "{'a': {'b': {…}}}"),
    ],
)
def test_a_value_is_shown_as_a_file_has_it(was: object, text: str) -> None:
    assert shown(was) == text


def test_a_fault_has_a_message_in_both_languages() -> None:
    (fault,) = faults(leader(targets=WORK | {"completed": 11}))
    assert fault.sentence("vi") == "targets.completed: 11; cần: không quá 10 (assigned)"
    document = leader()
    del document["year"]
    (fault,) = faults(document)
    assert fault.sentence("vi") == "year: thiếu; cần: năm đánh giá"
    assert fault.sentence("en") == "year: missing; it is the rated year"


def test_a_long_list_is_written_once() -> None:
    messages = faults(leader(attested=["A", "B"], flags=["BOSS"]))
    by_path = {fault.path: fault for fault in messages}
    assert by_path["attested[0]"].may_be.startswith("one of OUTSTANDING_ACHIEVEMENTS, ")
    assert by_path["attested[1]"].may_be == "as at attested[0]"
    assert by_path["attested[1]"].vi == "như ở attested[0]"


def test_a_path_is_printed_for_any_key() -> None:
    (path,) = paths(leader(**{"a\n" + "b" * 100: 1}))
    assert path == "a\\u000a" + "b" * 58 + "…"
