"""The migrations make what the tables say, go forward only, and refuse a newer database."""

import asyncio
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import migrate, tables
from db.connection import deployment
from db.connection.engine import make_engine
from db.errors import NewerSchemaError
from db.migrate import SchemaState, schema_state

pytestmark = pytest.mark.anyio

OF_SERVES = f"WHERE key = '{migrate.SERVES}'"

# Everything that alembic's own comparison does not see: checks, collations, order of columns.
DETAILS = """
SELECT 'constraint', c.relname, o.conname, pg_get_constraintdef(o.oid)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
WHERE c.relnamespace = :schema ::regnamespace AND c.relname <> 'alembic_version'
UNION ALL
SELECT 'index', c.relname, i.relname,
       replace(pg_get_indexdef(x.indexrelid), :schema || '.', '')
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = :schema ::regnamespace AND c.relname <> 'alembic_version'
UNION ALL
SELECT 'column', c.relname, a.attname,
       format_type(a.atttypid, a.atttypmod) || a.attnotnull || coalesce(n.collname, '') || a.attnum
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_collation n ON n.oid = a.attcollation
WHERE c.relnamespace = :schema ::regnamespace AND c.relkind = 'r' AND a.attnum > 0
  AND c.relname <> 'alembic_version'
ORDER BY 1, 2, 3
"""


async def test_alembic_sees_no_difference_between_tables_and_migrations(
    connection: AsyncConnection,
) -> None:
    def differences(sync: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(sync), tables.metadata))

    assert await connection.run_sync(differences) == []


async def test_constraints_indexes_and_columns_are_those_of_the_tables(
    connection: AsyncConnection,
) -> None:
    migrated = await details(connection, "public")
    await connection.execute(text("CREATE SCHEMA made_from_tables"))
    await connection.execute(text("SET LOCAL search_path = made_from_tables"))
    await connection.run_sync(tables.metadata.create_all)
    assert migrated == await details(connection, "made_from_tables")
    assert len(migrated) > 250


async def details(connection: AsyncConnection, schema: str) -> list[tuple[str, ...]]:
    await connection.execute(text(f"SET LOCAL search_path = {schema}"))
    rows = await connection.execute(text(DETAILS), {"schema": schema})
    return [tuple(row) for row in rows]


async def test_a_migrated_database_is_current(connection: AsyncConnection) -> None:
    assert await schema_state(connection) is SchemaState.CURRENT


async def test_an_empty_database_is_behind(server_url: str) -> None:
    engine = make_engine(server_url)
    async with engine.connect() as opened:
        assert await schema_state(opened) is SchemaState.BEHIND
    await engine.dispose()


async def test_a_database_of_a_newer_version_may_serve_this_one(
    connection: AsyncConnection,
) -> None:
    await connection.execute(text("UPDATE alembic_version SET version_num = 'of the future'"))
    await deployment.put(connection, migrate.SERVES, f"{migrate.served()[-1]},of the future")
    assert await schema_state(connection) is SchemaState.SERVED
    await migrate.refuse_newer_schema(connection)


async def test_a_schema_serves_the_listed_versions_and_this_one_last(
    connection: AsyncConnection,
) -> None:
    serves = await deployment.get(connection, migrate.SERVES)
    assert serves == ",".join(migrate.served())
    assert set(migrate.SERVED) <= set(migrate.served())
    assert migrate.served()[-1] == ScriptDirectory(str(migrate.MIGRATIONS)).get_current_head()


async def test_an_older_version_leaves_a_schema_that_serves_it_as_it_is(
    empty_database: str,
) -> None:
    await migrate.upgrade(empty_database)
    await run(empty_database, "UPDATE alembic_version SET version_num = 'of the future'")
    await run(
        empty_database, f"UPDATE deployment SET value = value || ',of the future' {OF_SERVES}"
    )
    await migrate.upgrade(empty_database)
    assert await run(empty_database, "SELECT version_num FROM alembic_version") == "of the future"
    assert str(await run(empty_database, f"SELECT value FROM deployment {OF_SERVES}")).endswith(
        ",of the future"
    )


@pytest.mark.parametrize("serves", [None, "", "of the future", "of another past,of the future"])
async def test_a_database_of_a_newer_version_is_ahead(
    connection: AsyncConnection, serves: str | None
) -> None:
    await connection.execute(text("UPDATE alembic_version SET version_num = 'of the future'"))
    await connection.execute(text(f"DELETE FROM deployment {OF_SERVES}"))
    if serves is not None:
        await deployment.put(connection, migrate.SERVES, serves)
    assert await schema_state(connection) is SchemaState.AHEAD
    with pytest.raises(NewerSchemaError, match="newer version of the service"):
        await migrate.refuse_newer_schema(connection)


async def test_a_database_of_a_newer_version_is_not_upgraded(empty_database: str) -> None:
    await migrate.upgrade(empty_database)
    await run(empty_database, "UPDATE alembic_version SET version_num = 'of the future'")
    await run(empty_database, f"UPDATE deployment SET value = 'of the future' {OF_SERVES}")
    with pytest.raises(NewerSchemaError):
        await migrate.upgrade(empty_database)
    assert await run(empty_database, "SELECT version_num FROM alembic_version") == "of the future"


async def test_a_developer_runs_alembic_itself(empty_database: str) -> None:
    alembic = [sys.executable, "-m", "alembic", "-c", str(migrate.MIGRATIONS / "alembic.ini")]
    done = await asyncio.create_subprocess_exec(*alembic, "-x", f"url={empty_database}", "check")
    assert await done.wait() != 0
    done = await asyncio.create_subprocess_exec(
        *alembic, "-x", f"url={empty_database}", "upgrade", "head"
    )
    assert await done.wait() == 0
    assert await run(empty_database, "SELECT count(*) FROM body") == 0


async def test_several_instances_may_upgrade_at_once(empty_database: str) -> None:
    await asyncio.gather(*(migrate.upgrade(empty_database) for _ in range(4)))
    assert await run(empty_database, "SELECT count(*) FROM body") == 0


async def test_migrations_go_forward_only() -> None:
    script = ScriptDirectory(str(migrate.MIGRATIONS))
    revisions = list(script.walk_revisions())
    assert revisions[-1].revision == "0001"
    for revision in revisions:
        with pytest.raises(NotImplementedError, match="forward only"):
            revision.module.downgrade()


async def test_migrations_give_up_soon_where_a_table_is_locked() -> None:
    for path in (migrate.MIGRATIONS / "versions").glob("*.py"):
        assert "SET LOCAL lock_timeout = '5s'" in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("table", ["act", "facts"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_acts_and_facts_are_append_only(
    connection: AsyncConnection, table: str, change: str
) -> None:
    column = {"act": "level = NULL", "facts": "recorded_by = NULL"}[table]
    with pytest.raises(DBAPIError, match=f"{table} is append-only"):
        await connection.execute(text(change.format(table, column)))


async def run(url: str, statement: str) -> object:
    engine = make_engine(url)
    async with engine.begin() as opened:
        result = await opened.execute(text(statement))
        value = result.scalar_one() if result.returns_rows else None
    await engine.dispose()
    return value
