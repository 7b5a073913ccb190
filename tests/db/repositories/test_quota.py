"""Quotas are counted from the appraisals, and the database itself refuses one EXCELLENT too many."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import Conflict, RowMissing
from db.repositories import appraisal as appraisals, quota as quotas, verification
from db.repositories.appraisal import Appraisal
from db.repositories.quota import PeerGroup
from rules.editions.lookup import edition_for, read_edition
from rules.enums import Level
from rules.judgement.quota import Counts

pytestmark = pytest.mark.anyio

Make = Callable[..., Appraisal]
ROOT = Path(__file__).parents[2]
GROUP = "departments"
HA_TINH = edition_for(2023).quota
INVENTED = read_edition(ROOT / "rules" / "editions" / "invented-2031.toml").quota
"""A quarter of GOOD_OR_BETTER, rounded half up."""
DEPARTMENTS = "so-y-te so-tnmt so-gddt so-khcn so-gtvt so-khdt so-tttt nhnn"


@pytest.fixture
def departments(appraisal: Make) -> Callable[[str], list[Appraisal]]:
    """Appraisals of the group with these levels, a letter each: e, g, c, n or - for none."""
    levels = {"e": "EXCELLENT", "g": "GOOD", "c": "COMPLETED", "n": "NOT_COMPLETED", "-": None}

    def make(letters: str) -> list[Appraisal]:
        codes = [f"ht.{code}.tt" for code in DEPARTMENTS.split(" ")]
        return [
            appraisal(body_code=code, peer_group_code=GROUP, level=levels[letter])
            for code, letter in zip(codes, letters, strict=False)
        ]

    return make


async def test_a_group_is_counted_from_its_appraisals(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    await appraisals.add(year, departments("eggggg-n"))
    assert await quotas.recount(year, 2023, HA_TINH) == 8
    assert await quotas.of_group(year, GROUP, 2023) == counts(1, 5, 0, 1, 1)
    assert await quotas.of_group(year, "caucuses", 2023) == counts(0, 0, 0, 0, 0)
    assert await base(year) == 5
    assert await quotas.recount(year, 2023, HA_TINH) == 0


async def test_the_base_counts_the_levels_that_the_edition_says(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    await appraisals.add(year, departments("egggg"))
    await quotas.recount(year, 2023, INVENTED)
    assert await base(year) == 5


async def test_the_share_is_that_of_the_edition(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    """Two of six are the half-up quarter of six, and more than a fifth of the four GOOD."""
    await appraisals.add(year, departments("eegggg"))
    await quotas.recount(year, 2023, INVENTED)
    assert await verification.other_quotas(year, 2023, INVENTED) == []
    (over,) = await verification.other_quotas(year, 2023, HA_TINH)
    assert (over.code, over.is_over) == (GROUP, True)
    with pytest.raises(Conflict):
        await quotas.recount(year, 2023, HA_TINH)


async def test_one_more_than_the_share_of_the_edition_is_refused_or_marked(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    """A quarter of five is one and a quarter, so one."""
    await appraisals.add(year, departments("eeggg"))
    async with year.begin_nested() as attempt:
        with pytest.raises(Conflict):
            await quotas.recount(year, 2023, INVENTED)
        await attempt.rollback()
    await quotas.recount(year, 2023, INVENTED, groups=[GROUP], may_exceed=True)
    marked = "SELECT over_quota FROM quota WHERE peer_group_code = :group AND year = 2023"
    assert (await year.execute(text(marked), {"group": GROUP})).scalar_one() is True


async def test_one_excellent_too_many_is_refused_by_the_database(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    await appraisals.add(year, departments("egggg"))
    with pytest.raises(Conflict, match="more EXCELLENT than its quota"):
        await quotas.recount(year, 2023, HA_TINH)


async def test_what_the_law_orders_marks_the_group_until_it_holds_again(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    made = departments("egggg-")
    await appraisals.add(year, made)
    await quotas.recount(year, 2023, HA_TINH, groups=[GROUP], may_exceed=True)
    assert await is_over(year) is True
    await year.execute(
        text(
            "UPDATE appraisal SET level = 'GOOD', stage = 'DECIDED', decided_on = '2023-12-20', "
            "rater_id = 'panel_6_2_3', clause = 'HD01:6.2.3:a' WHERE id = :id"
        ),
        {"id": made[-1].id},
    )
    await quotas.recount(year, 2023, HA_TINH, groups=[GROUP])
    assert await is_over(year) is False


async def test_a_group_that_is_over_refuses_everything_else(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    await appraisals.add(year, departments("egggg"))
    await quotas.recount(year, 2023, HA_TINH, groups=[GROUP], may_exceed=True)
    with pytest.raises(Conflict):
        await quotas.recount(year, 2023, HA_TINH, groups=[GROUP])


async def test_only_the_levels_of_the_group_and_year_are_returned(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]], appraisal: Make
) -> None:
    made = departments("g-")
    stranger = appraisal(body_code="ht.btv", level="GOOD")
    await appraisals.add(year, [*made, stranger])
    ids = [made[0].id, made[1].id, stranger.id, uuid4()]
    assert await quotas.levels_of(year, GROUP, 2023, ids) == {
        made[0].id: Level.GOOD,
        made[1].id: None,
    }
    assert await levels(year, 2022, ids) == {}


async def test_locking_tells_where_the_groups_stand(
    year: AsyncConnection, departments: Callable[[str], list[Appraisal]]
) -> None:
    await appraisals.add(year, departments("gg"))
    await quotas.recount(year, 2023, HA_TINH)
    assert await quotas.lock(year, 2023, [GROUP, "caucuses"]) == {
        "caucuses": counts(0, 0, 0, 0, 0),
        GROUP: counts(0, 2, 0, 0, 0),
    }


async def test_a_group_that_was_never_counted_is_missing(year: AsyncConnection) -> None:
    assert await quotas.of_group(year, GROUP, 2023) is None
    with pytest.raises(RowMissing, match="no quota in 2023 for caucuses, departments"):
        await quotas.lock(year, 2023, [GROUP, "caucuses"])


async def test_groups_of_persons_are_counted_too(year: AsyncConnection) -> None:
    heads = PeerGroup(code="departments.heads", name="Cấp trưởng", track="OFFICIAL")
    await quotas.add_groups(year, [heads])
    await quotas.recount(year, 2023, HA_TINH)
    assert await quotas.of_group(year, heads.code, 2023) == counts(0, 0, 0, 0, 0)


def counts(excellent: int, good: int, completed: int, not_completed: int, not_rated: int) -> Counts:
    return Counts(
        excellent=excellent,
        good=good,
        completed=completed,
        not_completed=not_completed,
        not_rated=not_rated,
    )


async def levels(
    connection: AsyncConnection, year: int, ids: Sequence[UUID]
) -> dict[UUID, Level | None]:
    return await quotas.levels_of(connection, GROUP, year, ids)


async def base(connection: AsyncConnection) -> object:
    return await scalar(connection, "base")


async def is_over(connection: AsyncConnection) -> object:
    return await scalar(connection, "over_quota")


async def scalar(connection: AsyncConnection, column: str) -> object:
    statement = text(f"SELECT {column} FROM quota WHERE peer_group_code = :group")
    return (await connection.execute(statement, {"group": GROUP})).scalar_one()
