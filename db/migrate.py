"""Brings a database to the schema of this version, and refuses one of a newer version."""

from enum import Enum, auto
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import connect, transaction
from db.errors import NewerSchemaError

MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 124_01  # any number, the same for every instance of the service


class SchemaState(Enum):
    CURRENT = auto()
    BEHIND = auto()
    AHEAD = auto()


async def upgrade(url: str) -> None:
    """Run the migrations that are missing, in one transaction; others who try meanwhile wait.

    Raises:
        DatabaseDownError: the database does not answer.
        NewerSchemaError: it has a migration that this version does not know.
    """
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            lock = text("SELECT pg_advisory_xact_lock(:lock)")
            await connection.execute(lock, {"lock": UPGRADE_LOCK})
            await refuse_newer_schema(connection)
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def schema_state(connection: AsyncConnection) -> SchemaState:
    """How the schema of this database stands to the one this version needs."""
    found = await connection.run_sync(_revision)
    script = _script()
    if found == script.get_current_head():
        return SchemaState.CURRENT
    known = {revision.revision for revision in script.walk_revisions()}
    return SchemaState.BEHIND if found is None or found in known else SchemaState.AHEAD


async def refuse_newer_schema(connection: AsyncConnection) -> None:
    if await schema_state(connection) is SchemaState.AHEAD:
        raise NewerSchemaError(
            "the database belongs to a newer version of the service; start that version instead"
        )


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
