"""One function ends a command: chain, tallies and receipt by one statement, while their locks are held."""

from alembic import op

from db.migrations.forward import downgrade, run_paragraphs

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_paragraphs(__file__)
