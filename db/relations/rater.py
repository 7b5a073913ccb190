"""Raters: the committees and panels that rate by section 6 of the guide."""

from db.json_sql.relation import Relation

BY_ID = Relation("rater", on=(("id", "id"),), to_one=True)
OF_RATING = Relation("rater", on=(("id", "rater_id"),), to_one=True)
CHAIR = Relation("post", on=(("code", "chair_post_code"),), to_one=True)
MEMBERS = Relation("rater_member", on=(("rater_id", "id"),), order=("rank_order", "code"))
COMPILED_BY = Relation("body", on=(("code", "compiled_by_body_code"),), to_one=True)
