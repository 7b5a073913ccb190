"""Views that links read: memberships as bodies list them, posts of persons, members of raters."""

from alembic import op

from db.migrations.forward import downgrade

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]

RANK_ORDER = (
    "array_position(ARRAY['SECRETARY', 'HEAD', 'DEPUTY_SECRETARY', 'DEPUTY', 'MEMBER'], p.rank)"
)

BODY_MEMBERSHIP = f"""
CREATE VIEW body_membership AS
SELECT l.body_code, m.id, m.person_id, m.post_code, m.since, m.until, p.rank,
       {RANK_ORDER} AS rank_order, i.sort_key AS person_sort_key
FROM body_post l
JOIN post p ON p.code = l.post_code
JOIN membership m ON m.post_code = p.code
JOIN person i ON i.id = m.person_id
UNION ALL
SELECT m.body_code, m.id, m.person_id, NULL, m.since, m.until, NULL, 9, i.sort_key
FROM membership m
JOIN person i ON i.id = m.person_id
WHERE m.post_code IS NULL
"""

PERSON_POST = f"""
CREATE VIEW person_post AS
SELECT m.person_id, m.since, m.until, p.*, {RANK_ORDER} AS rank_order
FROM membership m
JOIN post p ON p.code = m.post_code
"""

RATER_MEMBER = f"""
CREATE VIEW rater_member AS
SELECT r.id AS rater_id, p.*, {RANK_ORDER} AS rank_order
FROM rater r
JOIN post_role s ON s.rater_code = r.code AND s.seat = 'member'
JOIN post p ON p.code = s.post_code
JOIN body_tree t ON t.ancestor_code = r.scope_body_code AND t.body_code = p.body_code
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(BODY_MEMBERSHIP)
    op.execute(PERSON_POST)
    op.execute(RATER_MEMBER)
