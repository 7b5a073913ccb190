"""Posts: the chairs that persons hold, with their ranks."""

from db.links import Link

BY_CODE = Link("post", on=(("code", "code"),))
OF_MEMBERSHIP = Link("post", on=(("code", "post_code"),))
BODY = Link("body", on=(("code", "body_code"),))
