"""An invented edition changes levels and quotas by its data and one function, and nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.editions.lookup import Edition, edition_for, read_edition
from rules.enums import ComputedLevel, Level, Outcome
from rules.facts.facts_parser import read_facts
from rules.judgement.judge import judge
from rules.judgement.quota import Counts, check

ADDED = "tests.rules.editions.added_condition"
INVENTED = read_edition(Path(__file__).parents[1] / "editions" / "invented-2031.toml")
WITHOUT = replace(
    INVENTED, rule_modules=tuple(name for name in INVENTED.rule_modules if name != ADDED)
)
AS_WRITTEN = replace(INVENTED, numbers={})

LEADER: dict[str, Any] = {
    "subject": "Người thử nghiệm",
    "year": 2031,
    "subject_class": "LEADER",
    "track": "OFFICIAL",
    "grades": {
        "political_thought": {"grade": "EXCELLENT", "product": True},
        "targets_and_tasks": {"grade": "EXCELLENT", "product": True},
        "assigned_duties": {"grade": "EXCELLENT", "product": True},
    },
    "targets": {"assigned": 100, "completed": 100, "on_time": 100, "exceeded": 60},
    "area": {"assigned": 100, "completed": 100, "on_time": 100, "exceeded": 50},
    "workplace_votes": {
        "issued": 100,
        "returned": 100,
        "valid": 100,
        "excellent": 90,
        "good": 10,
        "completed": 0,
    },
    "attested": [
        "OUTSTANDING_ACHIEVEMENTS",
        "MODEL_FOR_OTHERS",
        "LEADING_POSITION",
        "TRULY_TYPICAL",
        "RESULTS_QUANTIFIED",
        "EXEMPLARY",
        "TRULY_EXEMPLARY",
        "HIGH_QUALITY_ON_TIME",
        "QUALITY_ON_TIME",
        "ALL_TASKS_COMPLETED",
    ],
}


def level(edition: Edition, **changes: object) -> ComputedLevel | None:
    return judge(read_facts(LEADER | changes, edition), edition).level


def units(good: int, completed: int) -> dict[str, object]:
    """Directly led units, so many of them GOOD and so many COMPLETED."""
    levels = [Level.GOOD] * good + [Level.COMPLETED] * completed
    return {"units": {f"unit {number}": each for number, each in enumerate(levels)}}


def targets(exceeded: int) -> dict[str, int]:
    return {"assigned": 100, "completed": 100, "on_time": 100, "exceeded": exceeded}


def test_the_leader_of_these_tests_is_excellent() -> None:
    assert level(INVENTED) is ComputedLevel.EXCELLENT


@pytest.mark.parametrize(
    ("edition", "good", "expected"),
    [
        (INVENTED, 75, ComputedLevel.EXCELLENT),
        (INVENTED, 74, ComputedLevel.GOOD),
        (AS_WRITTEN, 70, ComputedLevel.EXCELLENT),
        (AS_WRITTEN, 69, ComputedLevel.GOOD),
    ],
    ids=["75 of 75%", "74 of 75%", "70 of the text's 70%", "69 of the text's 70%"],
)
def test_a_threshold_over_units(edition: Edition, good: int, expected: ComputedLevel) -> None:
    assert level(edition, levels=units(good, 100 - good)) is expected


@pytest.mark.parametrize(
    ("edition", "exceeded", "expected"),
    [
        (INVENTED, 60, ComputedLevel.EXCELLENT),
        (INVENTED, 59, ComputedLevel.GOOD),
        (AS_WRITTEN, 50, ComputedLevel.EXCELLENT),
        (AS_WRITTEN, 49, ComputedLevel.GOOD),
    ],
    ids=["60 of 60%", "59 of 60%", "50 of the text's 50%", "49 of the text's 50%"],
)
def test_a_threshold_over_targets(edition: Edition, exceeded: int, expected: ComputedLevel) -> None:
    assert level(edition, targets=targets(exceeded)) is expected


@pytest.mark.parametrize(
    ("edition", "low", "expected"),
    [
        (INVENTED, 0, ComputedLevel.EXCELLENT),
        (INVENTED, 1, ComputedLevel.GOOD),
        (WITHOUT, 1, ComputedLevel.EXCELLENT),
    ],
    ids=["met", "failed", "not in the edition"],
)
def test_the_added_condition(edition: Edition, low: int, expected: ComputedLevel) -> None:
    assert level(edition, confidence_votes={"valid": 10, "low": low}) is expected


def test_the_added_condition_is_in_the_explanation_with_its_clause() -> None:
    facts = read_facts(LEADER | {"confidence_votes": {"valid": 10, "low": 1}}, INVENTED)
    ours, theirs = judge(facts, INVENTED).findings, judge(facts, WITHOUT).findings
    (added,) = (one for one in ours if one.level is Level.EXCELLENT and one not in theirs)
    assert (added.clause, added.outcome) == ("QĐ124:Đ12.4.3c", Outcome.FAILED)
    assert (added.measured.vi, added.required.vi) == ("1 phiếu", "")
    assert len(ours) == len(theirs) + 1


@pytest.mark.parametrize(
    ("edition", "counts", "base", "limit"),
    [
        (edition_for(2023), Counts(excellent=1, good=9), 9, 1),
        (INVENTED, Counts(excellent=1, good=9), 10, 3),
        (INVENTED, Counts(excellent=0, good=9), 9, 2),
    ],
    ids=["a fifth of the good, down", "a quarter of the good or better, half up", "half down"],
)
def test_quota_base_ratio_and_rounding(
    edition: Edition, counts: Counts, base: int, limit: int
) -> None:
    quota_check = check(counts, edition.quota)
    assert (quota_check.base, quota_check.limit) == (base, limit)
