"""Each result says by which revision of its edition it was judged, and a correction of the law is on record."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
