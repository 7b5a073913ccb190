"""How long a peer group of thirty takes to conclude, with all its consequences, on a province's data."""

import asyncio
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db import migrate
from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from db.repositories import person as persons
from resolvers import computation
from resolvers.authorization.actor import actor_of
from resolvers.authorization.principal import SignedIn
from resolvers.commands.conclude import Conclude, LevelDecision
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.runner import execute_once
from resolvers.commands.unit_of_work import UnitOfWork
from rules.editions.lookup import edition_for
from rules.enums import Level
from tests.bench.province import fill

DAY, CHAIR = date(2023, 12, 11), "ht.ubnd.ct"
MANY, ROUNDS = 30, 15
GROUP = "departments"
# The group has 22 collectives in the data: eight of the units that the same panel rates join it, not decided yet. They
# are the excellent ones first, so that the group they leave stays within its quota.
_THIRTY = """
UPDATE appraisal SET peer_group_code = :group, stage = 'PROPOSED', level = NULL, decided_on = NULL,
    rater_id = NULL, clause = NULL
WHERE id IN (SELECT a.id FROM appraisal a WHERE a.year = 2023 AND a.peer_group_code = 'public-units'
    ORDER BY a.level = 'EXCELLENT' DESC NULLS LAST, a.id LIMIT :many - (SELECT count(*) FROM appraisal d
        WHERE d.year = 2023 AND d.peer_group_code = :group))
"""
_GROUP = """
SELECT id, version, computed_level FROM appraisal
WHERE year = 2023 AND peer_group_code = :group AND stage = 'PROPOSED' ORDER BY id
"""


async def make_thirty(connection: AsyncConnection) -> None:
    await connection.execute(text(_THIRTY), {"group": GROUP, "many": MANY})
    await computation.recount(connection, 2023, edition_for(2023))


async def conclude(connection: AsyncConnection) -> tuple[int, float]:
    """Conclude the whole group at the computed levels, EXCELLENT as GOOD; how many, and seconds."""
    rows = (await connection.execute(text(_GROUP), {"group": GROUP})).all()
    decisions = [
        LevelDecision(row.id, row.version, _level(row.computed_level), "Trong hạn mức")
        for row in rows
    ]
    (chair, *_) = await persons.holders(connection, CHAIR, DAY)
    actor = await actor_of(connection, SignedIn(chair), DAY)
    acting = UnitOfWork.now(connection, load_policy(), actor, DAY)
    command = Conclude(
        year=2023, group=GROUP, decisions=decisions, document=DocumentReference("1", DAY)
    )
    began = time.perf_counter()
    await execute_once(acting, uuid4(), command)
    return len(decisions), time.perf_counter() - began


def _level(computed: str) -> Level:
    level = Level(computed) if computed in set(Level) else Level.COMPLETED
    return Level.GOOD if level is Level.EXCELLENT else level


async def main(url: str) -> None:
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        await fill(connection)
        await make_thirty(connection)
    times = []
    for _ in range(ROUNDS):
        async with engine.connect() as connection:
            many, seconds = await conclude(connection)
            await connection.rollback()
        times.append(seconds * 1000)
    summary = f"{median(times):.0f} ms, the slowest of {ROUNDS} {max(times):.0f} ms"
    print(f"  {many} concluded with all consequences: {summary} (bar 100)")
    await engine.dispose()


if __name__ == "__main__":
    with TemporaryDirectory() as data, embedded_server(Path(data)) as url:
        asyncio.run(main(url))
