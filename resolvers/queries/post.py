"""Posts: the chairs that persons hold, with their ranks."""

from db.json_sql.relation import Link

BY_CODE = Link("post", on=(("code", "code"),))
OF_MEMBERSHIP = Link("post", on=(("code", "post_code"),))
BODY = Link("body", on=(("code", "body_code"),))
