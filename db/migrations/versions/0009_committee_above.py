"""The committee directly above a body, looked up level by level instead of among all committees."""

from alembic import op

from db.migrations.forward import downgrade

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]

# The nearest whose place the body lies in without being it (QĐ124:Đ8.3, Đ13.3), `rater_place` written out: PostgreSQL reads
# that view whole for every body.
DIRECT_SUPERIOR = """
CREATE OR REPLACE VIEW direct_superior AS
SELECT DISTINCT ON (b.code) b.code AS body_code, r.id AS rater_id
FROM body b
JOIN body_tree t ON t.depth > 0
    AND t.body_code = CASE b.kind WHEN 'PARTY_CELL' THEN b.code ELSE coalesce(b.leads_code, b.code) END
JOIN body above ON above.code = t.ancestor_code
JOIN rater r ON r.scope_body_code IN (above.code, above.succeeded_by)
WHERE r.code IN ('grassroots_committee', 'district_standing_committee', 'bloc_standing_committee', 'provincial_standing_committee')
ORDER BY b.code, t.depth, r.id
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(DIRECT_SUPERIOR)
