"""Records every statement that the service sends to PostgreSQL while tests run.

The list of a version is what later schemas are tried against (test_old_statements.py), and what Citus is
asked about (test_citus.py). Made once for each head of the migrations, before the next one is written:

    python -m tests.deploy.recording tests/deploy/statements/0005.sql tests/end_to_end
"""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate
from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server

FOLDER = Path(__file__).parent / "statements"
BETWEEN = ";\n\n"
OF_THE_SESSION = re.compile(
    r"(?:BEGIN|COMMIT|ROLLBACK|SET|SHOW|LISTEN|CREATE|ALTER|DROP|REVOKE|GRANT)\b", re.IGNORECASE
)
# Python imports `sitecustomize` at its start, in every process that the tests start.
HOOK = """
import os, asyncpg
from sqlalchemy import event
from sqlalchemy.engine import Engine

def note(statement):
    with open(os.environ["RECORD"], "a", encoding="utf-8") as out:
        out.write(statement + "\\0")

@event.listens_for(Engine, "before_cursor_execute")
def _(connection, cursor, statement, parameters, context, executemany):
    note(statement)

copy = asyncpg.Connection.copy_records_to_table
def noted(self, table, **given):
    columns = ", ".join(given["columns"])
    note(f"COPY {table} ({columns}) FROM STDIN")
    return copy(self, table, **given)
asyncpg.Connection.copy_records_to_table = noted
"""


def statements_of(version: str) -> list[str]:
    text = (FOLDER / f"{version}.sql").read_text(encoding="utf-8")
    return [each.strip() for each in text.split(BETWEEN) if each.strip()]


def columns_then(version: str) -> set[str]:
    return set((FOLDER / f"{version}.columns").read_text(encoding="utf-8").splitlines())


def distinct(recorded: str) -> list[str]:
    """The distinct statements, without comments and redundant blanks."""
    lines = re.sub(r"--[^\n]*", "", recorded)
    statements = {re.sub(r"\s+", " ", line).strip() for line in lines.split("\0")}
    return sorted(line for line in statements if line and not OF_THE_SESSION.match(line))


COLUMNS = """
SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'v')
  AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'alembic_version'
ORDER BY 1
"""


async def columns(connection: AsyncConnection) -> list[str]:
    """Every column of every table and view, with its type."""
    return list((await connection.execute(text(COLUMNS))).scalars())


async def columns_of_this_version(url: str) -> list[str]:
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        columns_found = await columns(connection)
    await engine.dispose()
    return columns_found


def main(target: str, *tests: str) -> None:
    with TemporaryDirectory(prefix="xeploai-") as folder, embedded_server(Path(folder)) as url:
        existing = asyncio.run(columns_of_this_version(url))
    Path(target).with_suffix(".columns").write_text("\n".join(existing) + "\n", encoding="utf-8")
    if not tests:
        return
    with TemporaryDirectory() as folder:
        hook, record = Path(folder) / "sitecustomize.py", Path(folder) / "record"
        hook.write_text(HOOK, encoding="utf-8")
        record.touch()
        environment = {**os.environ, "PYTHONPATH": folder, "RECORD": str(record)}
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
        subprocess.run(words, env=environment, check=True)
        statements = distinct(record.read_text(encoding="utf-8"))
    Path(target).write_text(
        BETWEEN.join(statements) + BETWEEN.rstrip("\n") + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
