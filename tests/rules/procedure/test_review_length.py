"""The length of the review meeting: each minimum and a little less."""

from fractions import Fraction
from typing import Any

import pytest

from rules.editions.lookup import edition_for
from rules.kinds import BodyKind, Tier
from rules.procedure.review_length import LengthCheck, check_length
from tests.rules.procedure.procedure_sheets import cases, name_of


@pytest.mark.parametrize("case", cases("lengths"), ids=name_of)
def test_shortest_meeting(case: dict[str, Any]) -> None:
    check = check_length(
        Tier(case["tier"]),
        BodyKind(case["kind"]),
        Fraction(case["days"]),
        edition_for(2023),
        is_suggested=case.get("suggested", False),
    )
    assert check.days_min == (Fraction(case["days_min"]) if "days_min" in case else None)
    assert check.is_short is case["short"]
    assert (check.warning() is not None) is case["short"]
    assert check.clause == "HD01:3.2"


def test_a_short_meeting_is_warned_of_in_both_languages() -> None:
    check = LengthCheck(Fraction(1), Fraction(3, 2), "HD01:3.2")
    assert check.warning() == "Kiểm điểm 1 ngày, ít hơn tối thiểu 1,5 ngày"
    assert check.warning("en") == "The review took 1 days, less than the minimum of 1.5"
