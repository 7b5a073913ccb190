"""A command locks by one statement, and writes by one: a round trip for each, whatever it locks and writes."""

from alembic import op

from db.migrations.forward import downgrade, run_paragraphs

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_paragraphs(__file__)
