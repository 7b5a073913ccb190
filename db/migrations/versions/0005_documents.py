"""Documents of the file with their bytes, and the completion of the file (QĐ124:Đ17)."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
