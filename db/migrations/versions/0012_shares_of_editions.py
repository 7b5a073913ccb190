"""The share that a quota allows stands beside its counters, as the edition of the year has it.

An older version knows a fifth alone, which is the default: it goes on counting by that.
"""

from alembic import op

from db.migrations.forward import downgrade

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]

SHARES = """
ALTER TABLE quota
    ADD COLUMN share_part INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN share_rest INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN share_whole INTEGER NOT NULL DEFAULT 5,
    DROP CONSTRAINT ck_quota_holds,
    ADD CONSTRAINT ck_quota_holds CHECK (over_quota OR excellent * share_whole <= base * share_part + share_rest)
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(SHARES)
