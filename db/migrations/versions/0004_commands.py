"""Commands: the answer of each by its key, and why somebody's level is to be reviewed."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
