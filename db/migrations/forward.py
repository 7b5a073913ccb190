"""What every migration that is a script does: its statements one by one, and never back."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

_END_OF_COLUMNS = ") AS text), 'UTF8'))"
"""Follows the list of columns in each function `row_digest` (0011_acts_prove_rows.sql)."""
_SOURCE = "SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure(:signature)"
_RENAME = "ALTER FUNCTION row_digest({relation}) RENAME TO row_digest_before"
_CREATE = """
CREATE OR REPLACE FUNCTION row_digest(n {relation}) RETURNS bytea LANGUAGE sql STABLE AS $${source}$$
"""


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


def add_to_digest(relation: str, *columns: str) -> None:
    """Let the digest of a relation's rows cover these columns too; `xeploai migrate` then notes its rows anew.

    A column is an SQL expression over the row `n`, such as `n.tier`. The function of before stays, as
    `row_digest_before`, until `ledger.renew` has noted the rows.

    Raises:
        LookupError: the relation has no such function, or one of another form.
    """
    connection = op.get_bind()

    def source_of(function: str) -> str | None:
        signature = f"{function}({relation})"
        return connection.execute(text(_SOURCE), {"signature": signature}).scalar_one_or_none()

    before = source_of("row_digest")
    if before is None or before.count(_END_OF_COLUMNS) != 1:
        raise LookupError(f"row_digest({relation}) has no list of columns")
    if source_of("row_digest_before") is None:
        connection.execute(text(_RENAME.format(relation=relation)))
    source = before.replace(_END_OF_COLUMNS, f", {', '.join(columns)}{_END_OF_COLUMNS}")
    op.execute(_CREATE.format(relation=relation, source=source).replace(":", r"\:"))


def downgrade() -> None:
    """Refused, always: nothing that was written is taken back by a migration."""
    raise NotImplementedError("migrations go forward only")
