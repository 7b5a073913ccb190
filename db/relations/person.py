"""Persons, who hold posts or belong to cells."""

from db.json_sql.relation import Relation

BY_ID = Relation("person", on=(("id", "id"),), to_one=True)
OF_MEMBERSHIP = Relation("person", on=(("id", "person_id"),), to_one=True)
RATING = Relation(
    "appraisal",
    on=(("person_id", "id"),),
    where="t.year = :year AND t.track = :track AND t.level IS NOT NULL",
    to_one=True,
)
APPRAISAL = Relation(
    "appraisal", on=(("person_id", "id"),), where="t.year = :year AND t.track = :track", to_one=True
)
MEMBERSHIPS = Relation(
    "membership",
    on=(("person_id", "id"),),
    where="t.since <= :day AND (t.until IS NULL OR t.until >= :day)",
    order=("since", "id"),
)
POSTS = Relation(
    "person_post",
    on=(("person_id", "id"),),
    where="t.since <= :day AND (t.until IS NULL OR t.until >= :day)",
    order=("rank_order", "code"),
)
