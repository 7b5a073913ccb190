"""The matrix: its sheet, every class of the catalogue, and the printed grid."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from authz.competence import competence_for, standing_rows
from authz.matrix import as_markdown
from authz.policy_file import load_policy, policy_of
from rules.authority import CLASSES, RATERS, with_derived
from rules.enums import Act

SHEET = Path(__file__).parent / "cases" / "section_6.toml"
CASES = tomllib.loads(SHEET.read_text(encoding="utf-8"))["case"]
POLICY = load_policy()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: Mapping[str, Any]) -> None:
    competence = competence_for(POLICY, Act.RATE, frozenset(case["classes"]))
    if "rates" in case:
        assert competence.granted
        assert competence.row
        assert [competence.row.rater, competence.row.clause] == case["rates"]
    else:
        assert not competence.granted
        assert (competence.row.clause if competence.row else "") == case["no_rater"]
    by = competence_for(POLICY, Act.RATE, frozenset(case["classes"]))
    assert (by.row is None) == (case.get("no_rater") == "")


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_every_class_is_rated_by_the_section_that_names_it(code: str) -> None:
    competence = competence_for(POLICY, Act.RATE, frozenset({code}))
    assert competence.row
    if code == "centrally_managed":
        assert not competence.granted
        return
    assert RATERS[competence.row.rater].section == CLASSES[code].section
    assert competence.row.clause == CLASSES[code].clause


@pytest.mark.parametrize("code", sorted(CLASSES))
def test_a_rater_may_also_appraise_compile_and_answer_for_its_subjects(code: str) -> None:
    rater = competence_for(POLICY, Act.APPRAISE, frozenset({code})).row
    assert rater
    for act in (Act.COMPILE, Act.ANNUL, Act.ANSWER_APPEAL):
        competence = competence_for(POLICY, act, frozenset({code}))
        assert competence.row
        assert competence.row.rater == rater.rater


def test_rights_by_the_other_classes_are_listed_as_overruled() -> None:
    both = frozenset({"party_agency_deputy", "provincial_committee_member"})
    (overruled,) = competence_for(POLICY, Act.RATE, both).overruled
    assert (overruled.rater, overruled.clause) == ("panel_6_2_1", "HD01:6.2.1:b")


def test_a_deny_of_another_rater_and_an_authority_without_subjects_have_no_effect() -> None:
    deny = "p, panel_6_2_1, rate, department_head, province, deny, HD01:6.2"
    annul = "p, competent_authority, annul, any, province, allow, QĐ124:Đ15.3"
    policy = policy_of(f"{deny}\n{annul}")
    for act in (Act.RATE, Act.ANNUL):
        competence = competence_for(policy, act, frozenset({"department_head"}))
        assert (competence.granted, competence.row, competence.overruled) == (False, None, ())


def test_raters_with_a_place_stand_unless_they_are_denied() -> None:
    (standing,) = standing_rows(POLICY, Act.RATE, frozenset({"department_head"}))
    assert (standing.rater, standing.clause) == ("provincial_standing_committee", "HD01:6.1")
    assert standing_rows(POLICY, Act.RATE, frozenset({"centrally_managed"})) == ()
    annulling = standing_rows(POLICY, Act.ANNUL, frozenset({"department_head"}))
    assert annulling == ()  # the rater that decided, and the superior: neither has a place


def test_delegation_is_given_by_the_last_bullet_of_6_2_3_alone() -> None:
    granted = {
        code for code in CLASSES if competence_for(POLICY, Act.DELEGATE, frozenset({code})).granted
    }
    assert granted == {"other_provincial_unit_leader", "other_provincial_unit_leadership"}


def test_only_what_6_1_names_is_covered_by_it() -> None:
    assert "covered_by_6_1" in with_derived(frozenset({"department_head"}))
    assert "covered_by_6_1" not in with_derived(frozenset({"specialised_agency_deputy"}))
    assert with_derived(frozenset()) == {"any"}


def test_the_grid_shows_every_row() -> None:
    printed = as_markdown(POLICY)
    for row in POLICY.rows:
        assert f"| {row.clause} |" in printed
        assert f"`{row.cls}`" in printed
    assert printed.count("\n## ") == len({row.rater for row in POLICY.rows})
