"""Delegations, from the rater that gives them and from the post that receives them."""

from db.json_sql.relation import Relation

BY_ID = Relation("delegation", on=(("id", "id"),), to_one=True)
RATER = Relation("rater", on=(("id", "rater_id"),), to_one=True)
TO_POST = Relation("post", on=(("code", "post_code"),), to_one=True)
GIVEN_BY_RATER = Relation("delegation", on=(("rater_id", "id"),), order=("since", "id"))
RECEIVED_BY_POST = Relation("delegation", on=(("post_code", "code"),), order=("since", "id"))
