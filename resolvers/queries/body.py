"""Bodies: organisations, and the collectives that lead them."""

from db.json_sql.relation import Link

BY_CODE = Link("body", on=(("code", "code"),))
PARENT = Link("body", on=(("code", "parent_code"),))
LEADS = Link("body", on=(("code", "leads_code"),))
CHILDREN = Link("body", on=(("parent_code", "code"),), order=("sort_key", "code"))
PEER_GROUP = Link("peer_group", on=(("code", "peer_group_code"),))
RATING = Link(
    "appraisal",
    on=(("body_code", "code"),),
    where="t.year = :year AND t.track = 'BODY' AND t.level IS NOT NULL",
)
APPRAISAL = Link(
    "appraisal", on=(("body_code", "code"),), where="t.year = :year AND t.track = 'BODY'"
)
TALLY = Link("tally", on=(("body_code", "code"),), where="t.year = :year AND t.track = :track")
MEMBERSHIPS = Link(
    "body_membership",
    on=(("body_code", "code"),),
    where=(
        "t.since <= :day AND (t.until IS NULL OR t.until >= :day) "
        "AND (CAST(:ranks AS text[]) IS NULL OR t.rank = ANY(CAST(:ranks AS text[])))"
    ),
    order=("rank_order", "post_code", "person_sort_key", "id"),
    holds=(
        ("post", (("code", "post_code"), ("title", "post_title"), ("rank", "rank"))),
        ("person", (("id", "person_id"), ("name", "person_name"))),
    ),
)
