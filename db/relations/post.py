"""Posts of bodies, with their ranks and holders."""

from db.json_sql.relation import Relation

BY_CODE = Relation("post", on=(("code", "code"),), to_one=True)
OF_MEMBERSHIP = Relation("post", on=(("code", "post_code"),), to_one=True)
BODY = Relation("body", on=(("code", "body_code"),), to_one=True)
