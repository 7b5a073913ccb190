"""What every migration that is a script does: its statements one by one, and never back."""

from pathlib import Path

from alembic import op


def run_script(migration: str) -> None:
    """Run the `.sql` beside a migration's own file."""
    script = Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            op.execute(statement.replace(":", r"\:"))


def run_paragraphs(migration: str) -> None:
    """As `run_script`, for functions of several lines: an empty line separates the statements."""
    script = Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in script.split("\n\n"):
        op.execute(statement.replace(":", r"\:"))


def downgrade() -> None:
    """Refused, always: nothing that was written is taken back by a migration."""
    raise NotImplementedError("migrations go forward only")
