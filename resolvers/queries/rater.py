"""When the results of a rater are due."""

from datetime import date

from db.json_sql.relation import Row
from resolvers.queries.year import edition_if_any
from rules.authority import RATERS
from rules.procedure import calendar


def due(rater: Row, year: int) -> date | None:
    """The due day for the results of a rater in the year; None if the guide sets none."""
    code = RATERS[rater["code"]].due
    if code is None:
        return None
    edition = edition_if_any(year)
    return None if edition is None else calendar.due(code, year, edition).last_day
