"""The moment of an act: taken once for a request, so that its day and its time are of one moment."""

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def moment(fixed: date | None) -> datetime:
    """Now in Viet Nam; where the day is fixed, as in a demonstration, the same time of that day.

    Authority is judged by the posts of the day, so an act that a demonstration records must lie on it.
    """
    now = datetime.now(VIETNAM)
    return now if fixed is None else datetime.combine(fixed, now.timetz())
