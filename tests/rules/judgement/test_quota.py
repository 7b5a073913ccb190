"""The quota: both sides of its limits, both readings, and integers against fractions."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, strategies as st

from rules.editions.lookup import QuotaBase, QuotaParameters, Rounding, edition_for
from rules.enums import Level
from rules.judgement.quota import Counts, QuotaCheck, after_change, base_levels, check, share_of

HA_TINH = edition_for(2023).quota
OTHERS = QuotaParameters(QuotaBase.GOOD_OR_BETTER, Fraction(1, 5), Rounding.DOWN, HA_TINH.clause)
SMALL = st.integers(0, 200)


def limit_of(base: int, ratio: Fraction, rounding: Rounding) -> int:
    return share_of(replace(HA_TINH, ratio=ratio, rounding=rounding)).limit(base)


LEVELS = st.sampled_from([*Level, None])


@pytest.mark.parametrize(
    ("excellent", "good", "limit", "holds"),
    [
        (0, 0, 0, True),
        (0, 4, 0, True),
        (1, 4, 0, False),
        (1, 5, 1, True),
        (2, 9, 1, False),
        (2, 10, 2, True),
        (6, 29, 5, False),
        (6, 30, 6, True),
    ],
)
def test_one_in_five_of_good(excellent: int, good: int, limit: int, holds: bool) -> None:
    quota_check = check(Counts(excellent=excellent, good=good), HA_TINH)
    assert (quota_check.base, quota_check.limit, quota_check.holds) == (good, limit, holds)
    assert quota_check.headroom == limit - excellent
    assert quota_check.clause == "QĐ124:Đ12.1.4"


def test_the_other_reading_counts_excellent_too() -> None:
    """Seven EXCELLENT and twenty-eight GOOD: 7 > 28/5, and 7 = 35/5."""
    quota_check = check(Counts(excellent=7, good=28), HA_TINH)
    assert (quota_check.limit, quota_check.holds) == (5, False)
    assert (quota_check.other_reading.base, quota_check.other_reading.limit) == (35, 7)
    assert quota_check.other_reading.holds
    turned = check(Counts(excellent=7, good=28), OTHERS)
    assert (turned.holds, turned.other_reading.holds) == (True, False)
    neither = check(Counts(excellent=8, good=28), HA_TINH)
    assert (neither.holds, neither.other_reading.holds) == (False, False)


def after(
    counts: Counts,
    changes: Sequence[tuple[Level | None, Level | None]],
    parameters: QuotaParameters,
) -> QuotaCheck:
    """The counts of a group after all these changes of levels."""
    for old, new in changes:
        counts = after_change(counts, old, new)
    return check(counts, parameters)


def test_a_list_is_taken_as_a_whole() -> None:
    """One more EXCELLENT fits only together with the GOOD ratings of the same list."""
    counts = Counts(excellent=1, good=5, not_rated=6)
    one_excellent = [(None, Level.EXCELLENT)]
    assert not after(counts, one_excellent, HA_TINH).holds
    assert after(counts, one_excellent + [(None, Level.GOOD)] * 5, HA_TINH).holds


def test_every_change_can_break_it() -> None:
    """Not only an EXCELLENT more: also a GOOD lowered, annulled, or made EXCELLENT."""
    counts = Counts(excellent=2, good=10)
    assert check(counts, HA_TINH).headroom == 0
    for level in (Level.COMPLETED, None, Level.EXCELLENT):
        assert not after(counts, [(Level.GOOD, level)], HA_TINH).holds


def test_after_an_annulment_that_the_law_orders_a_group_may_be_over_until_it_holds_again() -> None:
    counts = after_change(Counts(excellent=2, good=10, not_rated=5), Level.GOOD, None)
    over = check(counts, HA_TINH)
    assert (over.holds, over.headroom) == (False, -1)
    assert not after(counts, [(None, Level.COMPLETED)], HA_TINH).holds
    assert after(counts, [(Level.EXCELLENT, Level.GOOD)], HA_TINH).holds
    assert after(counts, [(None, Level.GOOD)], HA_TINH).holds


@pytest.mark.parametrize(
    ("rounding", "two_fifths", "half", "three_fifths"),
    [("DOWN", 0, 0, 0), ("UP", 1, 1, 1), ("HALF_UP", 0, 1, 1)],
)
def test_rounding_has_a_name(rounding: str, two_fifths: int, half: int, three_fifths: int) -> None:
    of = Rounding(rounding)
    assert limit_of(2, Fraction(1, 5), of) == two_fifths
    assert limit_of(1, Fraction(1, 2), of) == half
    assert limit_of(3, Fraction(1, 5), of) == three_fifths
    assert limit_of(15, Fraction(1, 5), of) == 3


def test_base_levels() -> None:
    assert base_levels(HA_TINH) == {Level.GOOD}
    assert base_levels(OTHERS) == {Level.GOOD, Level.EXCELLENT}


@given(SMALL, SMALL)
def test_integers_equal_exact_fractions(excellent: int, good: int) -> None:
    quota_check = check(Counts(excellent=excellent, good=good), HA_TINH)
    assert quota_check.holds == (5 * excellent <= good) == (excellent <= Fraction(1, 5) * good)


@given(SMALL, st.fractions(0, 1, max_denominator=50))
def test_rounding_by_integers_equals_rounding_of_fractions(base: int, ratio: Fraction) -> None:
    exact = ratio * base
    assert limit_of(base, ratio, Rounding.DOWN) == floor(exact)
    assert limit_of(base, ratio, Rounding.UP) == ceil(exact)
    assert limit_of(base, ratio, Rounding.HALF_UP) == floor(exact + Fraction(1, 2))


@given(SMALL, SMALL, LEVELS, LEVELS)
def test_moving_keeps_the_total(
    excellent: int, good: int, before: Level | None, after: Level | None
) -> None:
    counts = Counts(excellent + 1, good + 1, 1, 1, 1)
    changed = after_change(counts, before, after)
    assert total(changed) == total(counts)
    assert changed == counts if before == after else changed != counts


def total(counts: Counts) -> int:
    return (
        counts.excellent + counts.good + counts.completed + counts.not_completed + counts.not_rated
    )
