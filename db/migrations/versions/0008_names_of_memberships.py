"""Memberships as bodies list them, with the names of posts and persons, which were read there anyway."""

from alembic import op

from db.migrations.forward import downgrade

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]

BODY_MEMBERSHIP = """
CREATE OR REPLACE VIEW body_membership AS
SELECT l.body_code, m.id, m.person_id, m.post_code, m.since, m.until, p.rank,
       array_position(ARRAY['SECRETARY', 'HEAD', 'DEPUTY_SECRETARY', 'DEPUTY', 'MEMBER'], p.rank) AS rank_order,
       i.sort_key AS person_sort_key, p.title AS post_title, i.name AS person_name
FROM body_post l
JOIN post p ON p.code = l.post_code
JOIN membership m ON m.post_code = p.code
JOIN person i ON i.id = m.person_id
UNION ALL
SELECT m.body_code, m.id, m.person_id, NULL, m.since, m.until, NULL, 9, i.sort_key, NULL, i.name
FROM membership m
JOIN person i ON i.id = m.person_id
WHERE m.post_code IS NULL
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(BODY_MEMBERSHIP)
