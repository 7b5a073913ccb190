"""Who is left out, the day before and the day of six months."""

from datetime import date, timedelta
from typing import Any

import pytest

from rules.editions.lookup import edition_for
from rules.enums import Track
from rules.judgement.exclusion import (
    Ground,
    PartyLife,
    admitted_until,
    first_review_day,
    grounds_of,
    left_out,
)
from tests.rules.procedure.procedure_sheets import cases, name_of

EDITION = edition_for(2023)


def member_of(case: dict[str, Any]) -> PartyLife:
    return PartyLife(
        case["admitted_on"],
        is_excused=case.get("excused", False),
        is_suspended=case.get("suspended", False),
    )


@pytest.mark.parametrize("case", cases("exclusions"), ids=name_of)
def test_left_out(case: dict[str, Any]) -> None:
    exclusion = left_out(member_of(case), case["reviewed_on"], EDITION)
    assert (exclusion and exclusion.ground) == case.get("left_out")
    assert exclusion is None or exclusion.clause == "QĐ124:Đ5.2.1"


def test_the_first_day_is_reported() -> None:
    assert first_review_day(date(2023, 8, 31), EDITION) == date(2024, 2, 29)


@pytest.mark.parametrize("case", cases("exclusions", "last"), ids=name_of)
def test_the_last_day_of_admission_is_reported(case: dict[str, Any]) -> None:
    reviewed_on, last = case["reviewed_on"], case["admitted_until"]
    assert admitted_until(reviewed_on, EDITION) == last
    assert left_out(PartyLife(last), reviewed_on, EDITION) is None
    assert left_out(PartyLife(last + timedelta(days=1)), reviewed_on, EDITION) is not None


def test_only_party_members_are_left_out_by_a_province() -> None:
    """Đ5.2.2 leaves no official out, and no body is; the collectives of Đ9.1.2 are not the province's."""
    grounds = grounds_of(Track.PARTY_MEMBER)
    assert set(grounds) == {Ground.EXCUSED, Ground.SUSPENDED, Ground.NEWLY_ADMITTED}
    assert grounds_of(Track.OFFICIAL) == grounds_of(Track.BODY) == ()
