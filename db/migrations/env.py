"""Runs the migrations: on the connection of db.migrate, or for a developer on the URL of `-x url=`."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from db.connection.engine import connect
from db.tables import metadata


def run_on(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def run_for_developer(url: str) -> None:
    engine = await connect(url)
    async with engine.begin() as connection:
        await connection.run_sync(run_on)
    await engine.dispose()


connection = context.config.attributes.get("connection")
if connection is None:
    asyncio.run(run_for_developer(context.get_x_argument(as_dictionary=True)["url"]))
else:
    run_on(connection)
