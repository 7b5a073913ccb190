"""Raters: the committees and panels that section 6 of the guide gives the rating to."""

from datetime import date

from db.json_sql.relation import Relation, Row
from resolvers.queries.year import edition_if_any
from rules.authority import RATERS
from rules.procedure import calendar

BY_ID = Relation("rater", on=(("id", "id"),), to_one=True)
OF_RATING = Relation("rater", on=(("id", "rater_id"),), to_one=True)
CHAIR = Relation("post", on=(("code", "chair_post_code"),), to_one=True)
MEMBERS = Relation("rater_member", on=(("rater_id", "id"),), order=("rank_order", "code"))
COMPILED_BY = Relation("body", on=(("code", "compiled_by_body_code"),), to_one=True)


def due(rater: Row, year: int) -> date | None:
    """The last day in time for a rater's results of the year; None where no day is written."""
    code = RATERS[rater["code"]].due
    if code is None:
        return None
    edition = edition_if_any(year)
    return None if edition is None else calendar.due(code, year, edition).last_day
