"""The quota: both sides of its limits, both readings, and integers against fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.editions import QuotaBase, QuotaParameters, Rounding, edition_for
from rules.quota import Counts, base_levels, check, moved, rounded
from rules.words import Level

HA_TINH = edition_for(2023).quota
OTHERS = QuotaParameters(QuotaBase.GOOD_OR_BETTER, Fraction(1, 5), Rounding.DOWN, HA_TINH.clause)
SMALL = st.integers(0, 200)


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
    found = check(Counts(excellent=excellent, good=good), HA_TINH)
    assert (found.base, found.limit, found.holds) == (good, limit, holds)
    assert found.headroom == limit - excellent


def test_the_other_reading_counts_excellent_too() -> None:
    """Seven EXCELLENT and twenty-eight GOOD: 7 > 28/5, and 7 = 35/5."""
    found = check(Counts(excellent=7, good=28), HA_TINH)
    assert (found.limit, found.holds) == (5, False)
    assert (found.other_reading.base, found.other_reading.limit) == (35, 7)
    assert found.other_reading.holds
    turned = check(Counts(excellent=7, good=28), OTHERS)
    assert (turned.holds, turned.other_reading.holds) == (True, False)


@pytest.mark.parametrize(
    ("rounding", "four_fifths", "half"), [("DOWN", 0, 0), ("UP", 1, 1), ("HALF_UP", 1, 1)]
)
def test_rounding_has_a_name(rounding: str, four_fifths: int, half: int) -> None:
    assert rounded(Fraction(4, 5), Rounding(rounding)) == four_fifths
    assert rounded(Fraction(1, 2), Rounding(rounding)) == half
    assert rounded(Fraction(3), Rounding(rounding)) == 3


def test_base_levels() -> None:
    assert base_levels(HA_TINH) == {Level.GOOD}
    assert base_levels(OTHERS) == {Level.GOOD, Level.EXCELLENT}


@given(SMALL, SMALL)
def test_integers_equal_exact_fractions(excellent: int, good: int) -> None:
    assert check(Counts(excellent=excellent, good=good), HA_TINH).holds == (5 * excellent <= good)


@given(SMALL, SMALL, st.sampled_from([*Level, None]), st.sampled_from([*Level, None]))
def test_moving_keeps_the_total(
    excellent: int, good: int, before: Level | None, after: Level | None
) -> None:
    counts = Counts(excellent + 1, good + 1, 1, 1, 1)
    found = moved(counts, before, after)
    assert sum_of(found) == sum_of(counts)
    assert found == counts if before == after else found != counts


def sum_of(counts: Counts) -> int:
    return (
        counts.excellent + counts.good + counts.completed + counts.not_completed + counts.not_rated
    )
