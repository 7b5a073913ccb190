"""Bodies: organisations, and the collectives that lead them."""

from db.json_sql.relation import Relation

BY_CODE = Relation("body", on=(("code", "code"),), to_one=True)
PARENT = Relation("body", on=(("code", "parent_code"),), to_one=True)
LEADS = Relation("body", on=(("code", "leads_code"),), to_one=True)
CHILDREN = Relation("body", on=(("parent_code", "code"),), order=("sort_key", "code"))
PEER_GROUP = Relation("peer_group", on=(("code", "peer_group_code"),), to_one=True)
RATING = Relation(
    "appraisal",
    on=(("body_code", "code"),),
    where="t.year = :year AND t.track = 'BODY' AND t.level IS NOT NULL",
    to_one=True,
)
APPRAISAL = Relation(
    "appraisal",
    on=(("body_code", "code"),),
    where="t.year = :year AND t.track = 'BODY'",
    to_one=True,
)
TALLY = Relation(
    "tally", on=(("body_code", "code"),), where="t.year = :year AND t.track = :track", to_one=True
)
MEMBERSHIPS = Relation(
    "body_membership",
    on=(("body_code", "code"),),
    where=(
        "t.since <= :day AND (t.until IS NULL OR t.until >= :day) "
        "AND (CAST(:ranks AS text[]) IS NULL OR t.rank = ANY(CAST(:ranks AS text[])))"
    ),
    order=("rank_order", "post_code", "person_sort_key", "id"),
    covers=(
        ("post", (("code", "post_code"), ("title", "post_title"), ("rank", "rank"))),
        ("person", (("id", "person_id"), ("name", "person_name"))),
    ),
)
