"""Authority: classes of members, delegations, revisions of the policy, and where subjects stand."""

from alembic import op

from db.migrations.forward import downgrade, run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

__all__ = ["downgrade", "upgrade"]


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    run_script(__file__)
