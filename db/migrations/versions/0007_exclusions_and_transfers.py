"""Who is left out of a year's rating (QĐ124:Đ5.2.1), and which posts were left by a transfer (Đ7.2.3)."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
