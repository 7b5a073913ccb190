"""A migration adds a column to a table under the ledger, and `xeploai migrate` covers its rows anew."""

import re

import pytest
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.engine import connect, transaction
from db.migrations.forward import add_to_digest
from db.repositories import ledger
from resolvers.verification import DiscrepancyKind, verify
from service import maintenance
from service.bootstrap import province

pytestmark = pytest.mark.anyio

TAMPERED = "ht.so-y-te.tt"


def add_columns(connection: Connection) -> None:
    """As two migrations of one upgrade would do it."""
    with Operations.context(MigrationContext.configure(connection)):
        for column in ("short_name", "dialect"):
            op.execute(f"ALTER TABLE body ADD COLUMN {column} TEXT")
            add_to_digest("body", f"n.{column}")


async def rows_otherwise(url: str) -> list[str]:
    """The rows that differ from what their last act covers, and the rows without an act."""
    engine = await connect(url)
    async with transaction(engine) as connection:
        findings = (await verify(connection)).findings
    await engine.dispose()
    return [finding.about for finding in findings if finding.kind is DiscrepancyKind.ROW]


async def execute_without_act(url: str, *statements: str) -> None:
    engine = await connect(url)
    async with transaction(engine) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def in_transaction(url: str) -> None:
    engine = await connect(url)
    async with transaction(engine) as connection:
        await connection.run_sync(add_columns)
    await engine.dispose()


async def test_rows_are_covered_anew_but_for_one_that_was_changed_without_an_act(
    empty_database: str,
) -> None:
    await maintenance.load(empty_database, province())
    await execute_without_act(
        empty_database, f"UPDATE body SET name = 'Tập thể khác' WHERE code = '{TAMPERED}'"
    )
    await in_transaction(empty_database)
    assert len(await rows_otherwise(empty_database)) > 100
    await maintenance.migrate(empty_database)
    assert await rows_otherwise(empty_database) == [f"body {TAMPERED}"]
    head = (await maintenance.verify(empty_database)).head
    await maintenance.migrate(empty_database)
    assert (await maintenance.verify(empty_database)).head == head


@pytest.mark.parametrize("column", ["name", "short_name", "dialect"])
async def test_the_changed_digest_covers_old_and_new_columns(
    empty_database: str, column: str
) -> None:
    await maintenance.load(empty_database, province())
    await in_transaction(empty_database)
    await maintenance.migrate(empty_database)
    assert await rows_otherwise(empty_database) == []
    await execute_without_act(
        empty_database, f"UPDATE body SET {column} = 'khác' WHERE code = '{TAMPERED}'"
    )
    assert await rows_otherwise(empty_database) == [f"body {TAMPERED}"]


async def test_without_rows_no_act_is_recorded(empty_database: str) -> None:
    await maintenance.migrate(empty_database)
    head = (await maintenance.verify(empty_database)).head
    await in_transaction(empty_database)
    await maintenance.migrate(empty_database)
    assert (await maintenance.verify(empty_database)).head == head


@pytest.mark.parametrize("relation", [*ledger.RELATIONS])
async def test_every_relation_of_the_ledger_can_get_a_column(
    connection: AsyncConnection, relation: str
) -> None:
    def add(sync: Connection) -> None:
        with Operations.context(MigrationContext.configure(sync)):
            op.execute(f"ALTER TABLE {relation} ADD COLUMN more TEXT")
            add_to_digest(relation, "n.more")

    await connection.run_sync(add)
    statement = text(
        f"SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure('row_digest({relation})')"
    )
    assert re.search(r"\bn\.more\) AS text\)", (await connection.execute(statement)).scalar_one())


async def test_a_relation_without_digest_is_refused(connection: AsyncConnection) -> None:
    def add(sync: Connection) -> None:
        with Operations.context(MigrationContext.configure(sync)):
            add_to_digest("quota", "n.more")

    with pytest.raises(LookupError, match=r"row_digest\(quota\)"):
        await connection.run_sync(add)
