"""Prepares a database for the demonstration: migrations, catalogue, invented people and their years."""

import sys
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.engine import connect, transaction
from db.copy import analyze
from db.repositories import person as persons
from demo import loader
from resolvers import registry_act
from service import maintenance
from service.bootstrap import print_corrections, province
from service.errors import REAL_PEOPLE, DemonstrationProblem
from service.settings import Settings


async def prepare(settings: Settings, url: str) -> None:
    """At start: load the demonstration; without migration at start, only refuse real people.

    Raises:
        DemonstrationProblem: the database has real people.
    """
    if settings.migrate_at_start:
        await load(url)
    else:
        await refuse_real_people(url)


async def refuse_real_people(url: str) -> None:
    """Raises DemonstrationProblem before any change, for every version of the database."""
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            if await persons.any_real(connection):
                raise DemonstrationProblem(REAL_PEOPLE)
    finally:
        await engine.dispose()


async def load(url: str) -> bool:
    """Migrate the database and load the demonstration; False if it was loaded before.

    Raises:
        DemonstrationProblem: the database is not one for invented people.
    """
    await refuse_real_people(url)
    print_corrections(await maintenance.migrate(url))
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            return await load_demonstration(connection)
    finally:
        await engine.dispose()


async def load_demonstration(connection: AsyncConnection) -> bool:
    """Load the catalogue and, once, the invented people with their years; True if they were loaded now.

    Raises:
        DemonstrationProblem: the database is not one for invented people.
    """
    if await persons.any_real(connection):
        raise DemonstrationProblem(REAL_PEOPLE)
    await maintenance.load_catalogue(connection, province())
    if await loader.is_loaded(connection):
        return False
    sys.stdout.write("loading the demonstration: Hà Tĩnh 2023, invented people …\n")
    sys.stdout.flush()
    await loader.load(connection)
    await registry_act.record(connection, "demonstration", datetime.now(UTC))
    await analyze(connection)
    return True
