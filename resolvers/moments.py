"""The moment of an act: now, on the day that the service goes by."""

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def moment_on(day: date) -> datetime:
    """Now; where the day is fixed, as in a demonstration, the same time of that day.

    Authority is judged by the posts of the day, so an act that a demonstration records must lie on it.
    """
    now = datetime.now(VIETNAM)
    return datetime.combine(day, now.timetz())
