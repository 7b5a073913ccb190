"""Editions: Hà Tĩnh 2023 beside the texts, an invented one beside it, and years without any."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import pytest

from db import enums as catalogue
from rules import kinds
from rules.editions.lookup import (
    CriterionSet,
    Edition,
    Interpretation,
    QuotaBase,
    Rounding,
    check_citations,
    check_years,
    edition_by_code,
    edition_for,
    editions,
    read_edition,
)
from rules.editions.strict_table import EditionError
from rules.enums import SubjectClass
from rules.judgement.exclusion import first_review_day
from rules.procedure.calendar import due
from rules.texts import law
from rules.texts.law import NotInForceError

INVENTED = read_edition(Path(__file__).parents[1] / "editions" / "invented-2031.toml")
HA_TINH = edition_for(2023)


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_edition_by_code_a_year(year: int) -> None:
    assert edition_for(year).code == "ha-tinh-2023"


@pytest.mark.parametrize("year", [1900, 2022, 2025, 2026, 2030, 9999])
def test_a_year_before_the_first_edition_or_after_the_last_has_no_rules(year: int) -> None:
    """The refusal names the years that have an edition."""
    with pytest.raises(NotInForceError) as refused:
        edition_for(year)
    assert str(refused.value) == (
        f"{year}: no edition of the rules holds in this year; there is ha-tinh-2023 (2023–2024)"
    )


@pytest.mark.parametrize(
    ("year", "holds"), [(2030, False), (2031, True), (2032, True), (2033, False)]
)
def test_first_and_last_year(year: int, holds: bool) -> None:
    assert INVENTED.holds_in(year) is holds


@pytest.mark.parametrize("edition", [*editions(), INVENTED], ids=lambda edition: edition.code)
def test_every_citation_is_in_the_texts(edition: Edition) -> None:
    check_citations(edition)


def test_the_first_year_is_that_of_both_documents() -> None:
    documents = [law.documents()[prefix] for prefix in HA_TINH.documents]
    assert {document.since.year for document in documents} == {HA_TINH.years[0]}


# Article 10 and section 4 -----------------------------------------------------------------------


@pytest.mark.parametrize("subject_class", SubjectClass)
def test_the_text_of_each_criterion_is_that_of_its_point(subject_class: SubjectClass) -> None:
    for criterion in HA_TINH.criteria[subject_class]:
        # The document misprints "lề lối" as "lễ lối"; the screen must show the correct word.
        point = law.point(criterion.clause).text.replace("lễ lối", "lề lối")
        assert criterion.text in " ".join(point.split()), criterion.code


@pytest.mark.parametrize(
    ("subject_class", "counts"),
    [
        (SubjectClass.ORG, {"BUILDING": 9, "RESULTS": 4, "REMEDY": 1}),
        (SubjectClass.COLLECTIVE, {"BUILDING": 9, "RESULTS": 4, "REMEDY": 1}),
        (SubjectClass.PERSON, {"CONDUCT": 13, "RESULTS": 7, "REMEDY": 1}),
        (SubjectClass.LEADER, {"CONDUCT": 13, "RESULTS": 7, "REMEDY": 1, "TITLE": 2}),
    ],
)
def test_how_many_criteria_the_text_has(
    subject_class: SubjectClass, counts: dict[str, int]
) -> None:
    sets = [criterion.set for criterion in HA_TINH.criteria[subject_class]]
    assert {each: sets.count(CriterionSet(each)) for each in sets} == counts


@pytest.mark.parametrize("subject_class", SubjectClass)
def test_every_point_of_the_criteria_is_used(subject_class: SubjectClass) -> None:
    """The points of the class, less those that only open others."""
    openings = {"QĐ124:Đ10.1.1", "QĐ124:Đ10.1.2"}
    is_person = subject_class in {SubjectClass.PERSON, SubjectClass.LEADER}
    starts = ("QĐ124:Đ10.2.", "HD01:4.2") if is_person else ("QĐ124:Đ10.1.", "HD01:4.1")
    points = {cite for document in law.documents().values() for cite in document.points}
    expected = {cite for cite in points if cite.startswith(starts)} - openings
    expected -= {"HD01:4.1", "HD01:4.2"}
    if subject_class is SubjectClass.PERSON:
        expected -= {"HD01:4.2c"}
    if subject_class is SubjectClass.LEADER:
        expected |= {"QĐ124:Đ10.3"}
    assert {criterion.clause for criterion in HA_TINH.criteria[subject_class]} == expected


def test_without_a_flagged_member_all_of_a_set_are_basic() -> None:
    for criteria in HA_TINH.criteria.values():
        assert all(criterion.basic for criterion in criteria)


def test_with_a_flagged_member_the_others_of_a_set_are_not_basic() -> None:
    basic = {entry.code: entry.basic for entry in INVENTED.criteria[SubjectClass.ORG]}
    assert basic == {
        "leadership_capacity": True,
        "coordination_and_unity": False,
        "targets_and_tasks": True,
        "assigned_duties": True,
    }


def test_only_the_suggested_review_is_graded_if_any() -> None:
    leader = HA_TINH.criteria[SubjectClass.LEADER]
    assert [entry.code for entry in leader if entry.if_any] == ["review_on_suggestion"]


# Parameters ------------------------------------------------------------------------------------


def test_the_quota_is_that_of_the_text() -> None:
    assert HA_TINH.quota.ratio == law.point(HA_TINH.quota.clause).numbers["excellent_max"]
    assert (HA_TINH.quota.base, HA_TINH.quota.rounding) == (QuotaBase.GOOD, Rounding.DOWN)


def test_a_reading_has_value_clause_and_remark() -> None:
    assert HA_TINH.readings["civil_servant_for_excellent"] == Interpretation(
        "GOOD",
        "HD01:5.2.2",
        "HD01:5.1.2 không nói; phải từ Hoàn thành tốt nhiệm vụ trở lên, vì mức Hoàn thành tốt nhiệm vụ đã yêu cầu như vậy.",
    )


def test_hà_tĩnh_sets_no_number_of_its_own() -> None:
    assert HA_TINH.number("QĐ124:Đ12.1.3", "units_good_min") == Fraction(7, 10)


@pytest.mark.parametrize("cite", ["QĐ124:Đ12.1.3", "QĐ124:Đ99", "QĐ125:Đ1"])
def test_a_number_that_the_law_does_not_have(cite: str) -> None:
    with pytest.raises(NotInForceError, match=cite):
        HA_TINH.number(cite, "units_happy_min")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (kinds.Tier, catalogue.Tier),
        (kinds.BodyKind, catalogue.BodyKind),
        (kinds.Rank, catalogue.Rank),
    ],
)
def test_the_words_of_the_catalogue_are_known(ours: type[StrEnum], theirs: type[StrEnum]) -> None:
    assert {str(word) for word in theirs} <= {str(word) for word in ours}


# The invented edition: by data alone (what it changes in levels and quota: test_invented_edition) ----------------


def test_a_threshold_changes_by_data_and_the_others_stay() -> None:
    assert INVENTED.number("QĐ124:Đ12.1.3", "units_good_min") == Fraction(3, 4)
    assert INVENTED.number("QĐ124:Đ12.1.3", "units_completed_min") == 1
    assert HA_TINH.number("QĐ124:Đ12.1.3", "units_good_min") == Fraction(7, 10)


def test_quota_base_ratio_and_rounding_change_by_data() -> None:
    quota = INVENTED.quota
    assert (quota.base, quota.ratio) == (QuotaBase.GOOD_OR_BETTER, Fraction(1, 4))
    assert quota.rounding is Rounding.HALF_UP


def test_a_deadline_changes_by_data() -> None:
    assert due("grassroots", 2031, INVENTED).before == date(2031, 11, 20)
    assert due("grassroots", 2023, HA_TINH).before == date(2023, 12, 5)


def test_the_months_of_admission_change_by_data() -> None:
    assert first_review_day(date(2031, 8, 31), INVENTED) == date(2031, 11, 30)


def test_two_editions_may_follow_each_other() -> None:
    check_years([replace(HA_TINH, years=(2023, 2030)), INVENTED])


@pytest.mark.parametrize("last", [2031, None])
def test_two_editions_may_not_hold_in_one_year(last: int | None) -> None:
    with pytest.raises(EditionError, match="invented-2031: holds in years of ha-tinh-2023"):
        check_years([replace(HA_TINH, years=(2023, last)), INVENTED])


def test_an_edition_is_equal_to_itself_only() -> None:
    assert replace(INVENTED) != INVENTED


def test_an_edition_by_its_code() -> None:
    assert edition_by_code("ha-tinh-2023") is HA_TINH
    with pytest.raises(NotInForceError, match="nowhere-2023: no such edition"):
        edition_by_code("nowhere-2023")


def test_the_present_revision_is_the_last_one() -> None:
    edition = edition_by_code("ha-tinh-2023")
    assert [revision.number for revision in edition.revisions] == [1, 2]
    assert edition.revision == 2
    assert edition.revisions[-1].on == date(2026, 11, 30)
