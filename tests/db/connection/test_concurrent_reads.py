"""Decisions at the same time: every one is counted, and the quota holds at every instant."""

import asyncio
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.catalogue import Catalogue, load
from db.connection.engine import transaction
from db.errors import Conflict
from db.repositories import (
    appraisal as appraisals,
    cycle as cycles,
    quota as quotas,
    tally as tallies,
)
from db.repositories.appraisal import Appraisal
from rules.editions.lookup import edition_for

pytestmark = pytest.mark.anyio

Make = Callable[..., Appraisal]
GROUP = "departments"
CODES = "so-y-te so-tnmt so-gddt so-khcn so-gtvt so-khdt so-tttt nhnn so-noi-vu so-tu-phap"


@pytest.fixture
async def committed(engine: AsyncEngine, catalogue: Catalogue, appraisal: Make) -> list[Appraisal]:
    """Ten undecided appraisals of one group, visible to every connection."""
    made = [
        appraisal(body_code=f"ht.{code}.tt", peer_group_code=GROUP) for code in CODES.split(" ")
    ]
    opened = cycles.Cycle(year=2023, edition="ha-tinh-2023", opened_on=date(2023, 11, 21))
    async with transaction(engine) as connection:
        await load(connection, catalogue)
        await cycles.put(connection, opened)
        await connection.execute(text("DELETE FROM appraisal"))
        await appraisals.add(connection, made)
        await quotas.recount(connection, 2023, edition_for(2023).quota)
        await tallies.recompute(connection, 2023)
    return made


async def test_every_decision_outside_of_groups_is_tallied(
    engine: AsyncEngine, committed: list[Appraisal], appraisal: Make
) -> None:
    made = [level_given(appraisal, one, "GOOD", group=None) for one in committed]
    assert await asyncio.gather(*(decide(engine, one) for one in made)) == [True] * 10
    async with transaction(engine) as connection:
        assert await tally_of_the_province(connection) == (0, 10)
        assert await tallies.recompute(connection, 2023) == 0


async def test_only_as_many_excellent_as_the_quota_allows_are_accepted(
    engine: AsyncEngine, committed: list[Appraisal], appraisal: Make
) -> None:
    good, excellent = committed[:5], committed[5:]
    for good_appraisal in good:
        assert await decide(engine, level_given(appraisal, good_appraisal, "GOOD"))
    made = [level_given(appraisal, good_appraisal, "EXCELLENT") for good_appraisal in excellent]
    assert sorted(
        await asyncio.gather(*(decide(engine, good_appraisal) for good_appraisal in made))
    ) == [
        *[False] * 4,
        True,
    ]
    async with transaction(engine) as connection:
        assert await tally_of_the_province(connection) == (1, 5)


def level_given(
    appraisal: Make, before: Appraisal, level: str, group: str | None = GROUP
) -> Appraisal:
    return appraisal(id=before.id, body_code=before.body_code, peer_group_code=group, level=level)


async def decide(engine: AsyncEngine, decided: Appraisal) -> bool:
    """Whether the decision was accepted."""
    try:
        async with transaction(engine) as connection:
            groups = [decided.peer_group_code] if decided.peer_group_code else []
            await quotas.lock(connection, 2023, groups)
            await appraisals.save(connection, [decided])
            await quotas.recount(connection, 2023, edition_for(2023).quota, groups=groups)
            await tallies.recompute(connection, 2023, homes=[decided.home_body_code])
    except Conflict:
        return False
    return True


async def tally_of_the_province(connection: AsyncConnection) -> tuple[int, int]:
    statement = "SELECT excellent, good FROM tally WHERE body_code = 'ht' AND track = 'BODY'"
    row = (await connection.execute(text(statement))).one()
    return row.excellent, row.good
