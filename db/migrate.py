"""Migrates a database to the schema of this version, and refuses a schema that is too new."""

from enum import Enum, auto
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import database_role, deployment, lock as locks
from db.connection.engine import connect, transaction
from db.connection.lock import Lock
from db.errors import NewerSchemaError

MIGRATIONS = Path(__file__).parent / "migrations"
STATEMENT_MINUTES_MAX = 15
SERVES = "schema.serves"
SERVED = ("0005", "0010")
"""The heads of the earlier versions that work on this schema (tests/deploy/test_old_statements.py)."""


class SchemaState(Enum):
    """The schema compared with this version. SERVED: a later schema on which this version works."""

    CURRENT = auto()
    SERVED = auto()
    BEHIND = auto()
    AHEAD = auto()

    @property
    def will_do(self) -> bool:
        return self in (SchemaState.CURRENT, SchemaState.SERVED)


async def upgrade(url: str) -> None:
    """Run the missing migrations in one transaction; concurrent calls wait for it.

    Raises:
        DatabaseDownError: the database does not answer.
        NewerSchemaError: the database has a migration that this version does not know.
    """
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            longest = f"SET LOCAL statement_timeout = '{STATEMENT_MINUTES_MAX}min'"
            await connection.execute(text(longest))
            await locks.take(connection, Lock.UPGRADE)
            await refuse_newer_schema(connection)
            if await schema_state(connection) is SchemaState.SERVED:
                return
            await connection.run_sync(_upgrade)
            await deployment.put(connection, SERVES, ",".join(served()))
            await database_role.grant(connection)
    finally:
        await engine.dispose()


async def schema_state(connection: AsyncConnection) -> SchemaState:
    """The schema of this database compared with the one that this version needs."""
    revision = await connection.run_sync(_revision)
    head = _script().get_current_head()
    if revision == head:
        return SchemaState.CURRENT
    if revision is None or revision in _known():
        return SchemaState.BEHIND
    serves = await deployment.get(connection, SERVES) or ""
    return SchemaState.SERVED if head in serves.split(",") else SchemaState.AHEAD


def served() -> list[str]:
    """The heads of the versions that work on the schema of this version, its own last."""
    head = _known()[-1]
    return [*(version for version in SERVED if version != head), head]


async def refuse_newer_schema(connection: AsyncConnection) -> None:
    if await schema_state(connection) is SchemaState.AHEAD:
        raise NewerSchemaError(
            "the database belongs to a newer version of the service; start that version instead"
        )


def _known() -> list[str]:
    """Every revision that this version knows, oldest first."""
    return [revision.revision for revision in _script().walk_revisions()][::-1]


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
