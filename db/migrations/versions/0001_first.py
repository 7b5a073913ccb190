"""The first tables, and what makes acts and facts append-only."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
