"""The dates of the year: QĐ124 Article 14.2; HD01 sections 6.2, 8.1 and 8.2."""

from dataclasses import dataclass
from datetime import date, timedelta

from rules.editions.lookup import Deadline, Edition
from rules.kinds import BodyKind, Tier
from rules.texts.law import NotInForceError


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in one year: `before` is the day in the text, `last_day` the last day in time."""

    deadline: Deadline
    before: date
    last_day: date


def due(code: str, year: int, edition: Edition) -> Due:
    """When the duty `code` of the rated year is due. "Trước ngày D" is strictly before D.

    Raises:
        NotInForceError: the edition has no such deadline.
    """
    for deadline in edition.calendar:
        if deadline.code == code:
            before = date(year + deadline.next_year, deadline.month, deadline.day)
            return Due(deadline, before, before - timedelta(days=1))
    raise NotInForceError(f"{code}: no such deadline in {edition.code}")


def due_of_body(
    tier: Tier, kind: BodyKind, year: int, edition: Edition, leads_kind: BodyKind | None = None
) -> Due:
    """When a body must have completed its review and rating: the first row that fits (HD01:8.1).

    For a leadership collective, the kind of the body that it leads counts: `leads_kind`.

    Raises:
        NotInForceError: no row fits.
    """
    is_leadership = kind is BodyKind.LEADERSHIP_COLLECTIVE and leads_kind is not None
    effective_kind = leads_kind if is_leadership else kind
    for deadline in edition.calendar:
        if tier in deadline.tiers and (not deadline.kinds or effective_kind in deadline.kinds):
            return due(deadline.code, year, edition)
    raise NotInForceError(f"{tier} {kind}: no deadline in {edition.code}")


def overdue_days(last_day: date, day: date) -> int:
    """Days by which `day` is late: 0 up to `last_day`, 1 on the day in the text."""
    return max(0, (day - last_day).days)
