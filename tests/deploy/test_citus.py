"""Growth past one machine: the service uses only statements that Citus' documentation allows.

One province is one distributed schema there, so that each statement stays on one node and is planned by
PostgreSQL itself. No Citus runs here; docs/scale.md says what follows from that.
"""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.migrate import MIGRATIONS
from db.repositories.ledger import RELATIONS
from tests.deploy.recording import FOLDER, statements_of
from tests.house.tree import ROOT

pytestmark = pytest.mark.anyio

CALLED = re.compile(r"\b([a-z_][a-z0-9_]*)\s*\(")
OF_ALEMBIC = ("pg_catalog.", "alembic_version")
STATEMENTS = sorted(
    statement
    for statement in {
        statement for path in FOLDER.glob("*.sql") for statement in statements_of(path.stem)
    }
    if not any(word in statement for word in OF_ALEMBIC)
)
REFUSED_ANYWHERE = {
    "MERGE has conditions of its own": r"\bMERGE\s+INTO\b",
    "the rule system": r"\bCREATE\s+(OR\s+REPLACE\s+)?RULE\b",
    "a subquery among the values of an INSERT": r"\bVALUES\s*\([^;]*\(\s*SELECT\b",
    "two schemas in one statement": r"(?<!DISTINCT )(?<!extract\(year )\b(?:FROM|JOIN|INTO|UPDATE)\s+[a-z_]+\.[a-z_]+(?!\s*\()",
}
REFUSED_IN_MIGRATIONS = REFUSED_ANYWHERE | {
    "a table made from a query": r"\bCREATE\s+TABLE\s+\S+\s+AS\b",
    "a table of a type": r"\bCREATE\s+TABLE\s+\S+\s+OF\b",
    "a partitioned table": r"\bPARTITION\s+BY\s+(RANGE|LIST|HASH)\s*\(",
    "inheritance": r"\bINHERITS\b",
    "another schema": r"\bSET\s+SCHEMA\b",
    "a sequence that is too small": r"\b(SMALL)?SERIAL\b",
}
TRIGGERS = """
SELECT DISTINCT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal
"""
OF_A_TABLE = re.compile(f"note_rows_of_({'|'.join(RELATIONS)})$")
ACROSS = """
SELECT count(*) FROM pg_constraint o
JOIN pg_class a ON a.oid = o.conrelid JOIN pg_class b ON b.oid = o.confrelid
WHERE o.contype = 'f' AND a.relnamespace <> b.relnamespace
"""
WITH_SUBQUERIES = (
    "SELECT count(*) FROM pg_policies WHERE qual ~* 'select' OR with_check ~* 'select'"
)


def migrations() -> list[str]:
    folder = MIGRATIONS / "versions"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def refused(statement: str, patterns: dict[str, str]) -> list[str]:
    return [why for why, each in patterns.items() if re.search(each, statement, re.IGNORECASE)]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: str(STATEMENTS.index(each)))
def test_a_statement_uses_nothing_that_is_refused(statement: str) -> None:
    assert refused(statement, REFUSED_ANYWHERE) == []


def test_migrations_use_nothing_that_is_refused() -> None:
    assert [refused(each, REFUSED_IN_MIGRATIONS) for each in migrations()] == [[]] * len(
        migrations()
    )


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("INSERT INTO a (b) VALUES ((SELECT 1))", "a subquery among the values of an INSERT"),
        ("SELECT 1 FROM hanoi.body b JOIN hue.body c ON true", "two schemas in one statement"),
        (
            "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
            "MERGE has conditions of its own",
        ),
        ("CREATE TABLE a AS SELECT 1", "a table made from a query"),
        ("CREATE TABLE a (id SERIAL)", "a sequence that is too small"),
    ],
)
def test_what_is_refused_is_found(statement: str, why: str) -> None:
    assert why in refused(statement, REFUSED_IN_MIGRATIONS)


async def functions(connection: AsyncConnection, volatility: str) -> set[str]:
    statement = f"SELECT DISTINCT proname FROM pg_proc WHERE provolatile = '{volatility}'"
    return set((await connection.execute(text(statement))).scalars())


async def test_no_update_calls_a_volatile_function(connection: AsyncConnection) -> None:
    """By PostgreSQL's own word for each function: what is volatile, and nothing of that name is not."""
    volatile = await functions(connection, "v")
    volatile -= await functions(connection, "i") | await functions(connection, "s")
    assert {"random", "clock_timestamp", "uuidv7"} <= volatile
    updates = [each for each in STATEMENTS if re.search(r"\bUPDATE \w+( \w+)? SET\b", each)]
    assert updates
    for update in updates:
        changing = update[update.index("UPDATE ") :]
        assert set(CALLED.findall(changing)) & volatile == set(), update


async def test_nothing_but_tables_is_changed(connection: AsyncConnection) -> None:
    result = await connection.execute(text("SELECT relname FROM pg_class WHERE relkind = 'v'"))
    views = set(result.scalars())
    changed = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
    assert {name for each in STATEMENTS for name in changed.findall(each)} & views == set()


async def test_triggers_are_those_that_are_spoken_of(connection: AsyncConnection) -> None:
    """Citus creates none on distributed tables: docs/scale.md names the replacement."""
    triggers = set((await connection.execute(text(TRIGGERS))).scalars())
    scale = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    # One for each table of the ledger, under one name.
    spoken_of = {OF_A_TABLE.sub("note_rows_of_TABLE", name) for name in triggers}
    assert {name for name in spoken_of if f"`{name}`" not in scale} == set()
    assert "refuse_change" in triggers


@pytest.mark.parametrize("count", [ACROSS, WITH_SUBQUERIES])
async def test_the_schema_has_nothing_that_is_refused(
    connection: AsyncConnection, count: str
) -> None:
    assert (await connection.execute(text(count))).scalar_one() == 0
