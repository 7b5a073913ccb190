"""The order of review and rating: what each step waits for, and the superior's written exception."""

from dataclasses import replace
from typing import Any

import pytest

from rules.enums import Stage, SubjectClass, Track
from rules.kinds import BodyKind, Rank
from rules.procedure.precedence import (
    ORDER,
    EarlierSubject,
    OrderRule,
    Reason,
    Standing,
    Step,
    StepWaitsFor,
    Verdict,
    WrittenPermission,
    may_be_done_now,
    meeting_forbidden_by,
    next_acts,
    reasons_that_bind,
)
from tests.rules.procedure.procedure_sheets import cases, name_of

PROPOSED = Standing("head", SubjectClass.LEADER, Stage.PROPOSED)
SUPERIOR = WrittenPermission("Ban Thường vụ cấp trên", is_direct_superior=True, reason="Thiên tai")


def permitted(standing: Standing, step: Step, by: WrittenPermission = SUPERIOR) -> Standing:
    return replace(standing, permissions={step: by})


@pytest.mark.parametrize("case", cases("order", "steps"), ids=name_of)
def test_steps_of_one_subject(case: dict[str, Any]) -> None:
    acts = next_acts(Standing("subject", SubjectClass(case["class"]), Stage(case["stage"])))
    assert [act.step for act in acts] == case["left"]
    assert ["".join(wait.reason for wait in act.waits_for) for act in acts] == case["waits"]


@pytest.mark.parametrize("case", cases("order", "between"), ids=name_of)
def test_another_subject_comes_first(case: dict[str, Any]) -> None:
    reason, blocked = Reason(case["reason"]), Step(case["blocks"])
    stage = Stage.NOT_STARTED if blocked is Step.REVIEW else Stage.PROPOSED
    for done in (False, True):
        earlier = (EarlierSubject(reason, "other", done),)
        verdict = may_be_done_now(Standing("subject", SubjectClass.LEADER, stage, earlier), blocked)
        waits = () if done else (StepWaitsFor(reason, "other", case["clause"]),)
        assert verdict == Verdict(allowed=done, waits_for=waits)


@pytest.mark.parametrize("case", cases("order", "between"), ids=name_of)
def test_it_blocks_no_other_step(case: dict[str, Any]) -> None:
    earlier = (EarlierSubject(Reason(case["reason"]), "other", done=False),)
    acts = next_acts(Standing("subject", SubjectClass.LEADER, Stage.NOT_STARTED, earlier))
    for act in acts:
        waits_for_other = any(wait.subject == "other" for wait in act.waits_for)
        assert waits_for_other is (act.step == case["blocks"])


def test_the_sheet_has_every_row_of_the_order() -> None:
    between = {case["reason"] for case in cases("order", "between")}
    own = {reason for case in cases("order", "steps") for reason in case["waits"] if reason}
    own |= {Reason.ALREADY_DONE, Reason.YEAR_CLOSED, Reason.TOO_FEW_OFFICERS}
    assert between | own == {row.reason for row in ORDER} == set(Reason)


@pytest.mark.parametrize("case", cases("order", "binds"), ids=name_of)
def test_which_rows_bind_whom(case: dict[str, Any]) -> None:
    kind = BodyKind(case["kind"]) if "kind" in case else None
    rank = Rank(case["rank"]) if "rank" in case else None
    reasons = reasons_that_bind(SubjectClass(case["class"]), Track(case["track"]), kind, rank)
    assert list(reasons) == case["reasons"]


@pytest.mark.parametrize("case", cases("order", "meeting"), ids=name_of)
def test_never_in_one_meeting(case: dict[str, Any]) -> None:
    clause = meeting_forbidden_by(BodyKind(kind) for kind in case["kinds"])
    assert clause == case.get("forbidden_by")


def test_own_steps_come_before_those_of_others() -> None:
    earlier = (EarlierSubject(Reason.BODY_NOT_RATED, "body", done=False),)
    *_, rate = next_acts(Standing("head", SubjectClass.LEADER, Stage.REVIEWED, earlier))
    assert rate.waits_for == (
        StepWaitsFor(Reason.NOT_PROPOSED, "head", "QĐ124:Đ11.2"),
        StepWaitsFor(Reason.BODY_NOT_RATED, "body", "QĐ124:Đ11.3"),
    )


def test_a_superior_lets_a_rating_through_and_what_it_skipped_stays() -> None:
    waits = StepWaitsFor(Reason.BODY_NOT_RATED, "body", "QĐ124:Đ11.3")
    standing = Standing(
        "head",
        SubjectClass.LEADER,
        Stage.PROPOSED,
        (EarlierSubject(Reason.BODY_NOT_RATED, "body", done=False),),
    )
    assert may_be_done_now(permitted(standing, Step.RATE), Step.RATE) == Verdict(
        allowed=True, waits_for=(), excused=(waits,), permitted_by="QĐ124:Đ13.3"
    )


def test_a_superior_lets_a_review_through() -> None:
    standing = Standing(
        "deputy",
        SubjectClass.LEADER,
        Stage.NOT_STARTED,
        (EarlierSubject(Reason.HEAD_NOT_REVIEWED, "head", done=False),),
    )
    assert (
        may_be_done_now(permitted(standing, Step.REVIEW), Step.REVIEW).permitted_by == "QĐ124:Đ8.3"
    )


@pytest.mark.parametrize(
    "permission",
    [
        None,
        WrittenPermission("Đồng cấp", is_direct_superior=False, reason="Thiên tai"),
        WrittenPermission("Ban Thường vụ cấp trên", is_direct_superior=True, reason=" "),
    ],
    ids=["none", "of an equal", "without a reason"],
)
def test_acts_that_are_no_permission(permission: WrittenPermission | None) -> None:
    early = Standing("head", SubjectClass.LEADER, Stage.SELF_RATED)
    standing = permitted(early, Step.RATE, permission) if permission else early
    verdict = may_be_done_now(standing, Step.RATE)
    waits = StepWaitsFor(Reason.NOT_PROPOSED, "head", "QĐ124:Đ11.2")
    assert verdict == Verdict(allowed=False, waits_for=(waits,))


def test_a_permission_is_for_its_step_alone() -> None:
    early = permitted(Standing("head", SubjectClass.LEADER, Stage.SELF_RATED), Step.APPRAISE)
    assert not may_be_done_now(early, Step.RATE).allowed


def test_a_permission_that_is_not_needed_leaves_no_trace() -> None:
    assert may_be_done_now(permitted(PROPOSED, Step.RATE), Step.RATE) == Verdict(
        allowed=True, waits_for=()
    )


@pytest.mark.parametrize("step", [Step.REVIEW, Step.SELF_RATE, Step.APPRAISE])
def test_a_step_that_is_done_is_not_done_again_even_with_permission(step: Step) -> None:
    again = StepWaitsFor(Reason.ALREADY_DONE, "head", "QĐ124:Đ13.3")
    assert may_be_done_now(permitted(PROPOSED, step), step) == Verdict(
        allowed=False, waits_for=(again,)
    )


def test_an_organisation_has_no_review_to_take() -> None:
    organisation = Standing("organisation", SubjectClass.ORG, Stage.NOT_STARTED)
    assert not may_be_done_now(permitted(organisation, Step.REVIEW), Step.REVIEW).allowed


@pytest.mark.parametrize("row", ORDER, ids=lambda row: row.reason)
def test_every_row_has_a_text_in_both_languages(row: OrderRule) -> None:
    assert row.vi != row.en


def test_once_the_year_is_closed_every_step_waits_for_that_alone() -> None:
    written = {Step.RATE: WrittenPermission("superior", is_direct_superior=True, reason="x")}
    earlier = (EarlierSubject(Reason.COLLECTIVE_NOT_RATED, "collective", done=False),)
    standing = Standing(
        "head", SubjectClass.LEADER, Stage.PROPOSED, earlier, written, year_is_over=True
    )
    verdict = may_be_done_now(standing, Step.RATE)
    assert not verdict.allowed
    assert [(one.reason, one.subject) for one in verdict.waits_for] == [
        (Reason.YEAR_CLOSED, "head")
    ]
    decided = Standing("head", SubjectClass.LEADER, Stage.DECIDED, year_is_over=True)
    assert next_acts(decided) == ()


def test_too_few_officers_are_reported_from_the_first_step_despite_any_permission() -> None:
    written = {
        step: WrittenPermission("superior", is_direct_superior=True, reason="x") for step in Step
    }
    standing = Standing(
        "secretary",
        SubjectClass.PERSON,
        Stage.NOT_STARTED,
        permissions=written,
        too_few_officers=True,
    )
    for step in Step:
        verdict = may_be_done_now(standing, step)
        assert not verdict.allowed
        assert Reason.TOO_FEW_OFFICERS in [one.reason for one in verdict.waits_for]
