"""A tally of a body counts everything in its subtree, itself included, and nothing else."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import (
    appraisal as appraisals,
    body as bodies,
    cycle as cycles,
    tally as tallies,
)
from db.repositories.appraisal import Appraisal
from rules.enums import Level

pytestmark = pytest.mark.anyio

Make = Callable[..., Appraisal]
Counted = dict[tuple[str, str], tuple[int, ...]]
LEVELS = [Level.EXCELLENT, Level.GOOD, Level.COMPLETED, Level.NOT_COMPLETED, None]


async def test_every_tally_is_what_counting_by_hand_gives(
    year: AsyncConnection, appraisal: Make
) -> None:
    dice = Random(124)  # noqa: S311 -- the same every time
    all_bodies = await bodies.all_bodies(year)
    made = [appraisal(body_code=body.code, level=dice.choice(LEVELS)) for body in all_bodies]
    await appraisals.add(year, made)
    assert await tallies.recompute(year, 2023) == 3 * 199
    assert await stored(year) == by_hand(all_bodies, made)


async def test_counting_again_changes_nothing(year: AsyncConnection, appraisal: Make) -> None:
    await appraisals.add(year, [appraisal(body_code="ht.so-y-te.tt", level="GOOD")])
    await tallies.recompute(year, 2023)
    assert await tallies.recompute(year, 2023) == 0
    assert await tallies.recompute(year, 2023, homes=["ht.so-y-te.tt"]) == 0


async def test_a_change_reaches_the_bodies_above_it_and_no_others(
    year: AsyncConnection, appraisal: Make
) -> None:
    made = appraisal(body_code="ht.so-y-te.tt")
    await appraisals.add(year, [made])
    await tallies.recompute(year, 2023)
    decided = appraisal(id=made.id, body_code="ht.so-y-te.tt", level="EXCELLENT")
    await appraisals.save(year, [decided])
    assert await tallies.recompute(year, 2023, homes=["ht.so-y-te.tt"]) == 4
    changed = await stored(year)
    for code in ("ht.so-y-te.tt", "ht.so-y-te", "ht.ubnd", "ht"):
        assert changed[code, "BODY"] == (1, 0, 0, 0, 0, 1)
    assert changed["ht.so-tnmt", "BODY"] == (0, 0, 0, 0, 0, 0)


async def test_another_year_is_another_tally(year: AsyncConnection, appraisal: Make) -> None:
    before = cycles.Cycle(
        year=2022, edition="before", opened_on=date(2022, 11, 1), closed_on=date(2023, 1, 31)
    )
    await cycles.put(year, before)
    assert [cycle.year for cycle in await cycles.all_cycles(year)] == [2022, 2023]
    await appraisals.add(year, [appraisal(body_code="ht.btv", year=2022, level="GOOD")])
    await tallies.recompute(year, 2023)
    assert (await stored(year))["ht", "BODY"] == (0, 0, 0, 0, 0, 0)


def by_hand(all_bodies: list[bodies.Body], made: list[Appraisal]) -> Counted:
    parents = {body.code: body.parent_code for body in all_bodies}
    counters = {body.code: Counter[str | None]() for body in all_bodies}
    for counted in made:
        above: str | None = counted.home_body_code
        while above:
            counters[above][counted.level] += 1
            above = parents[above]
    nothing = (0,) * 6
    return {
        (code, track): (*(counter[level] for level in LEVELS), counter.total())
        if track == "BODY"
        else nothing
        for code, counter in counters.items()
        for track in ("BODY", "OFFICIAL", "PARTY_MEMBER")
    }


async def stored(connection: AsyncConnection) -> Counted:
    rows = await connection.execute(text("SELECT * FROM tally WHERE year = 2023"))
    return {
        (row.body_code, row.track): (
            row.excellent,
            row.good,
            row.completed,
            row.not_completed,
            row.not_rated,
            row.total,
        )
        for row in rows
    }
