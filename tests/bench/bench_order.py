"""What the order costs on a province: standings of a group of 30, and the compliance list."""

import asyncio
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import load_policy
from db import migrate
from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from db.json_sql.relation import PageWindow, count, fetch
from db.relations.compliance import every
from resolvers.queries import compliance
from resolvers.queries.authority import all_places
from resolvers.queries.precedence import standings
from tests.bench.province import fill

POLICY = load_policy()
DAY = date(2023, 12, 11)
YEAR = 2023
ROUNDS = 15
GROUPS = {
    "heads of departments": "peer_group_code = 'departments.heads'",
    "deputies of departments": "peer_group_code = 'departments.deputies'",
    "departments": "peer_group_code = 'departments'",
    "caucuses": "peer_group_code = 'caucuses'",
    "cells": "track = 'BODY' AND body_code LIKE 'g.c%'",
    "committees and bodies of all kinds": "track = 'BODY' AND body_code NOT LIKE 'g.%'",
    "members of cells": "track = 'PARTY_MEMBER'",
    "everybody who is no party member": "track <> 'PARTY_MEMBER' AND home_body_code NOT LIKE 'g.%'",
}


async def groups(connection: AsyncConnection) -> None:
    for name, condition in GROUPS.items():
        limit = 500 if name.startswith("everybody") else 30
        statement = f"SELECT id FROM appraisal WHERE year = {YEAR} AND {condition} ORDER BY id LIMIT {limit}"
        ids = list((await connection.execute(text(statement))).scalars())
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            group_standings = await standings(connection, ids)
            times.append((time.perf_counter() - began) * 1000)
        earlier = sum(len(one.earlier) for one in group_standings.values())
        print(
            f"  {name}: {len(ids)} appraisals, {earlier} before them: first {times[0]:.1f} ms, "
            f"then {median(times):.1f} ms"
        )


async def offices(connection: AsyncConnection) -> None:
    places = await all_places(connection)
    for round_ in ("first", "then"):
        began = time.perf_counter()
        offices = compliance.offices_of(POLICY, places.rows)
        made = time.perf_counter()
        link, bound = every(offices), {**offices.bound(YEAR), "today": DAY}
        (page,) = await fetch(connection, link, [(YEAR,)], bound, PageWindow(50))
        paged = time.perf_counter()
        (many,) = await count(connection, link, [(YEAR,)], bound)
        counted = time.perf_counter()
        some = [places.by_id[row["rater_id"]] for row in page]
        await compliance.waiting(connection, POLICY, places, some, YEAR)
        waited = time.perf_counter()
        upper = [row for row in places.rows if row["section"] != "7"]
        waits = await compliance.waiting(connection, POLICY, places, upper, YEAR)
        ended = time.perf_counter()
        print(
            f"  compliance of {many} offices, {round_}: rights {(made - began) * 1000:.0f} ms, "
            f"page {(paged - made) * 1000:.0f} ms, count {(counted - paged) * 1000:.0f} ms, "
            f"who waits for whom {(waited - counted) * 1000:.0f} ms; of the {len(upper)} offices of "
            f"section 6 {(ended - waited) * 1000:.0f} ms ({sum(one.appraisals for one in waits.values())})"
        )


async def main(url: str) -> None:
    await migrate.upgrade(url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        await fill(connection)
    async with transaction(engine) as connection:
        await groups(connection)
        await offices(connection)
    await engine.dispose()


if __name__ == "__main__":
    with TemporaryDirectory() as data, embedded_server(Path(data)) as served:
        asyncio.run(main(served))
