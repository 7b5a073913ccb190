"""Raters: the committees and panels that rate by section 6 of the guide."""

from db.json_sql.relation import Relation
from db.repositories.rater import SEATS_OF_RATER

BY_ID = Relation("rater", on=(("id", "id"),), to_one=True)
OF_RATING = Relation("rater", on=(("id", "rater_id"),), to_one=True)
CHAIR = Relation("post", on=(("code", "chair_post_code"),), to_one=True)
MEMBERS = Relation(
    f"""(
SELECT r.id AS rater_id, p.*,
       array_position(ARRAY['SECRETARY', 'HEAD', 'DEPUTY_SECRETARY', 'DEPUTY', 'MEMBER'], p.rank) AS rank_order
FROM rater r CROSS JOIN LATERAL ({SEATS_OF_RATER}) s JOIN post p ON p.code = s.post_code
WHERE s.seat = 'member')""",
    on=(("rater_id", "id"),),
    order=("rank_order", "code"),
)
"""The rows of the view `rater_member`, which PostgreSQL reads by way of every post that has the same word."""
COMPILED_BY = Relation("body", on=(("code", "compiled_by_body_code"),), to_one=True)
