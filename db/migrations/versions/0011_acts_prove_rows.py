"""Acts of format 2, and the ledger of rows that they prove."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
