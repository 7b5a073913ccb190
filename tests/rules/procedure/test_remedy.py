"""Second looks: each row, and each thing that one may lack."""

from typing import Any

import pytest

from rules.enums import Stage
from rules.procedure.remedy import (
    SECOND_LOOKS,
    LookVerdict,
    MissingForRemedy,
    Remedy,
    Who,
    may_look_again,
    second_look,
)
from tests.rules.procedure.procedure_sheets import cases, name_of

SHEET = cases("second_looks")
REASON = "Báo cáo chưa nêu kết quả khắc phục"


def test_the_sheet_has_every_row() -> None:
    assert [case["look"] for case in SHEET] == [row.look for row in SECOND_LOOKS] == list(Remedy)


@pytest.mark.parametrize("case", SHEET, ids=name_of)
def test_row(case: dict[str, Any]) -> None:
    row = second_look(Remedy(case["look"]))
    assert row.act == case["act"]
    assert row.level_falls is case["level_falls"]
    assert row.vi != row.en


@pytest.mark.parametrize("case", SHEET, ids=name_of)
@pytest.mark.parametrize("who", Who)
def test_only_the_one_named_may(case: dict[str, Any], who: Who) -> None:
    look = Remedy(case["look"])
    verdict = may_look_again(look, {who}, Stage.DECIDED, REASON, has_written_appeal=True)
    missing = () if who == case["who"] else (MissingForRemedy.AUTHORITY,)
    assert verdict == LookVerdict(not missing, case["clause"], missing)


@pytest.mark.parametrize("case", SHEET, ids=name_of)
@pytest.mark.parametrize("stage", Stage)
def test_only_from_its_stage_on(case: dict[str, Any], stage: Stage) -> None:
    stages = list(Stage)
    is_far_enough = stages.index(stage) >= stages.index(Stage(case["from_stage"]))
    verdict = may_look_again(
        Remedy(case["look"]), {Who(case["who"])}, stage, REASON, has_written_appeal=True
    )
    assert verdict.missing == (() if is_far_enough else (MissingForRemedy.STAGE,))


@pytest.mark.parametrize("look", Remedy)
def test_never_without_a_written_reason(look: Remedy) -> None:
    verdict = may_look_again(look, set(Who), Stage.DECIDED, " \n", has_written_appeal=True)
    assert verdict.missing == (MissingForRemedy.WRITTEN_REASON,)


def test_an_answer_needs_a_written_appeal() -> None:
    verdict = may_look_again(Remedy.ANSWER_APPEAL, {Who.RATING_AUTHORITY}, Stage.DECIDED, REASON)
    assert verdict == LookVerdict(
        allowed=False, clause="QĐ124:Đ16.2", missing=(MissingForRemedy.WRITTEN_APPEAL,)
    )


def test_all_that_is_missing_at_once() -> None:
    verdict = may_look_again(Remedy.ANSWER_APPEAL, set(), Stage.PROPOSED, "")
    assert verdict.missing == tuple(MissingForRemedy)
