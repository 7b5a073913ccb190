"""Persons: whoever holds a post or belongs to a cell."""

from db.json_sql.relation import Link

BY_ID = Link("person", on=(("id", "id"),))
OF_MEMBERSHIP = Link("person", on=(("id", "person_id"),))
RATING = Link(
    "appraisal",
    on=(("person_id", "id"),),
    where="t.year = :year AND t.track = :track AND t.level IS NOT NULL",
)
APPRAISAL = Link(
    "appraisal", on=(("person_id", "id"),), where="t.year = :year AND t.track = :track"
)
MEMBERSHIPS = Link(
    "membership",
    on=(("person_id", "id"),),
    where="t.since <= :day AND (t.until IS NULL OR t.until >= :day)",
    order=("since", "id"),
)
POSTS = Link(
    "person_post",
    on=(("person_id", "id"),),
    where="t.since <= :day AND (t.until IS NULL OR t.until >= :day)",
    order=("rank_order", "code"),
)
