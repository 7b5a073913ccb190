"""The dates of the year: the day before and the day of each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.editions.lookup import edition_for
from rules.kinds import BodyKind, Tier
from rules.procedure.calendar import due, due_of_body, overdue_days
from rules.texts.law import NotInForceError
from tests.rules.procedure.procedure_sheets import cases, name_of

EDITION = edition_for(2023)


@pytest.mark.parametrize("case", cases("calendar"), ids=name_of)
def test_late_from_the_day_written(case: dict[str, Any]) -> None:
    deadline = due(case["deadline"], 2023, EDITION)
    assert deadline.deadline.clause == case["clause"]
    assert overdue_days(deadline.last_day, case["day"]) == case["overdue_days"]


@pytest.mark.parametrize("case", cases("calendar", "body"), ids=name_of)
def test_when_a_body_completes(case: dict[str, Any]) -> None:
    leads = BodyKind(case["leads_kind"]) if "leads_kind" in case else None
    deadline = due_of_body(Tier(case["tier"]), BodyKind(case["kind"]), 2023, EDITION, leads)
    assert deadline.deadline.code == case["deadline"]


def test_every_deadline_has_both_sides_on_the_sheet() -> None:
    sides = {(case["deadline"], case["overdue_days"] > 0) for case in cases("calendar")}
    assert sides == {(row.code, late) for row in EDITION.calendar for late in (False, True)}


def test_the_day_written_and_the_last_day_stand_side_by_side() -> None:
    deadline = due("managed_files", 2023, EDITION)
    assert (deadline.before, deadline.last_day) == (date(2024, 1, 30), date(2024, 1, 29))


def test_a_deadline_that_the_edition_does_not_have() -> None:
    with pytest.raises(NotInForceError, match="lunar_new_year: no such deadline in ha-tinh-2023"):
        due("lunar_new_year", 2023, EDITION)


def test_a_body_that_no_deadline_is_for() -> None:
    silent = replace(EDITION, calendar=EDITION.calendar[:1])
    with pytest.raises(NotInForceError, match="DISTRICT PARTY_CELL: no deadline"):
        due_of_body(Tier.DISTRICT, BodyKind.PARTY_CELL, 2023, silent)
