"""Appraisals are saved by version, locked in one order, and keep what the tables promise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import Conflict, RowMissing
from db.repositories import appraisal as appraisals
from db.repositories.appraisal import Appraisal, Computation, Facts

pytestmark = pytest.mark.anyio

AT = datetime(2023, 12, 12, 9, tzinfo=UTC)
Make = Callable[..., Appraisal]


async def test_a_saved_appraisal_moves_to_the_next_version(
    year: AsyncConnection, appraisal: Make
) -> None:
    first = appraisal(body_code="ht.so-noi-vu.tt", peer_group_code="departments")
    await appraisals.add(year, [first])
    decided = replace(
        first,
        stage="DECIDED",
        level="GOOD",
        decided_on=date(2023, 12, 12),
        rater_id="panel_6_2_3",
        clause="HD01:6.2.3:a",
        reason="Đủ điều kiện",
        changed_at=AT,
    )
    await appraisals.save(year, [decided])
    assert await appraisals.of_year(year, 2023) == [replace(decided, version=2)]


async def test_an_appraisal_changed_meanwhile_is_a_conflict(
    year: AsyncConnection, appraisal: Make
) -> None:
    kept, changed = appraisal(body_code="ht.so-y-te.tt"), appraisal(body_code="ht.so-tnmt.tt")
    await appraisals.add(year, [kept, changed])
    await appraisals.save(year, [replace(changed, self_level="GOOD", stage="SELF_RATED")])
    with pytest.raises(Conflict, match=f"meanwhile: {changed.id}$"):
        await appraisals.save(year, [kept, changed])


async def test_appraisals_are_locked_by_id(year: AsyncConnection, appraisal: Make) -> None:
    made = [appraisal(body_code=code) for code in ("ht.so-y-te.tt", "ht.so-tnmt.tt", "ht.btv")]
    await appraisals.add(year, made)
    locked = await appraisals.lock(year, [one.id for one in made])
    assert locked == sorted(made, key=lambda one: one.id)


async def test_an_appraisal_that_does_not_exist_is_missing(year: AsyncConnection) -> None:
    with pytest.raises(RowMissing, match=str(UUID(int=1))):
        await appraisals.lock(year, [UUID(int=1)])


async def test_the_latest_facts_are_read(year: AsyncConnection, appraisal: Make) -> None:
    made = appraisal(body_code="ht.so-y-te.tt")
    without = appraisal(body_code="ht.so-tnmt.tt")
    await appraisals.add(year, [made, without])
    versions = [facts(made.id, version) for version in (1, 3, 2)]
    await appraisals.add_facts(year, versions)
    assert await appraisals.with_facts(year, 2023) == [made.id]
    assert await appraisals.with_facts(year, 2022) == []
    assert await appraisals.latest_facts(year, [made.id, without.id]) == [facts(made.id, 3)]


async def test_a_computation_shows_its_level_and_moves_the_version_only_if_it_differs(
    year: AsyncConnection, appraisal: Make
) -> None:
    made = appraisal(body_code="ht.so-y-te.tt")
    await appraisals.add(year, [made])
    await appraisals.add_facts(year, [facts(made.id, 1)])
    for _ in range(2):
        await appraisals.put_computations(year, [computation(made.id, "EXCELLENT")])
        assert await appraisals.of_year(year, 2023) == [
            replace(made, computed_level="EXCELLENT", version=2, changed_at=AT)
        ]
    await appraisals.put_computations(year, [computation(made.id, None)])
    assert await appraisals.of_year(year, 2023) == [replace(made, version=3, changed_at=AT)]


async def test_a_computation_needs_existing_facts(year: AsyncConnection, appraisal: Make) -> None:
    made = appraisal(body_code="ht.so-y-te.tt")
    await appraisals.add(year, [made])
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="facts"):
        await appraisals.put_computations(year, [computation(made.id, "GOOD")])


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"level": "GREAT"}, "ck_appraisal_level"),
        ({"stage": "DECIDED"}, "ck_appraisal_decided"),
        ({"level": "GOOD", "rater_id": None}, "ck_appraisal_decided_by"),
        ({"level": "GOOD", "clause": None}, "ck_appraisal_decided_by"),
        ({"track": "OFFICIAL"}, "ck_appraisal_track_fits"),
        ({"person_id": uuid4()}, "ck_appraisal_one_subject"),
        ({"self_level": "UNDETERMINED"}, "ck_appraisal_self_level"),
        ({"subject_class": "GOD"}, "ck_appraisal_subject_class"),
        ({"version": 0}, "ck_appraisal_version"),
    ],
)
async def test_the_table_refuses(
    year: AsyncConnection, appraisal: Make, wrong: dict[str, object], rule: str
) -> None:
    columns: dict[str, object] = {"body_code": "ht.so-y-te.tt", "track": "BODY"}
    with pytest.raises(asyncpg.CheckViolationError, match=rule):
        await appraisals.add(year, [appraisal(**columns | wrong)])


async def test_a_subject_has_one_appraisal_per_year_and_track(
    year: AsyncConnection, appraisal: Make
) -> None:
    await appraisals.add(year, [appraisal(body_code="ht.so-y-te.tt")])
    with pytest.raises(asyncpg.UniqueViolationError, match="year_track_body_code"):
        await appraisals.add(year, [appraisal(body_code="ht.so-y-te.tt")])


def facts(appraisal_id: UUID, version: int) -> Facts:
    return Facts(
        appraisal_id=appraisal_id,
        version=version,
        document={"bản": version},
        recorded_at=AT,
        recorded_by=None,
    )


def computation(appraisal_id: UUID, level: str | None) -> Computation:
    return Computation(
        appraisal_id=appraisal_id,
        facts_version=1,
        edition="ha-tinh-2023",
        facts={},
        level=level,
        waits_for=[] if level else [{"reason": "UNITS", "subject": "ht.so-y-te"}],
        findings=[],
        computed_at=AT,
        edition_revision=1,
    )
