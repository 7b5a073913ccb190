"""Changes: which transaction wrote an appraisal last, and the secret of this registry's cursors."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
