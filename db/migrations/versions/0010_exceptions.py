"""Written exceptions to the order are few, and found without looking through the acts of everybody."""

from alembic import op

from db.migrations.forward import downgrade

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]

EXCEPTIONS = """
CREATE INDEX ix_act_exception ON act (appraisal_id)
WHERE act = 'require_rereview' AND payload ->> 'kind' = 'exception'
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(EXCEPTIONS)
