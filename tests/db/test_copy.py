"""A whole year of a province is written by COPY and comes back as it was."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.connection.engine import transaction
from db.copy import copy_rows
from db.errors import DatabaseDownError
from db.repositories import (
    act as acts,
    appraisal as appraisals,
    person as persons,
    tally as tallies,
)
from db.repositories.act import ChainAct
from db.repositories.appraisal import Appraisal, Computation, Facts
from db.repositories.person import Membership, Person
from rules.enums import Level

pytestmark = pytest.mark.anyio

DIES = """CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"""
WHEN_COPIED = "CREATE TRIGGER dies BEFORE INSERT ON peer_group FOR EACH ROW EXECUTE FUNCTION dies()"

PERSONS, BODIES = 2600, 150
AT = datetime(2023, 12, 11, 8, tzinfo=UTC)
FINDING = {
    "level": "EXCELLENT",
    "clause": "QĐ124:Đ12.1.3",
    "outcome": "FAILED",
    "measured": "69/100",
    "required": "70/100",
    "remark": "Ít nhất 70% số đơn vị xếp loại hoàn thành tốt nhiệm vụ trở lên",
}


@pytest.fixture
def whole_year(appraisal: Callable[..., Appraisal]) -> list[Appraisal]:
    """About 5,500 appraisals: bodies, officials and party members, with every level."""
    dice = Random(2023)  # noqa: S311 -- the same every time
    levels = [*Level, None]
    officials = [
        appraisal(id=UUID(int=n), person_id=UUID(int=n), home_body_code="ht.so-noi-vu")
        for n in range(1, PERSONS + 1)
    ]
    members = [
        appraisal(
            id=UUID(int=10_000 + n),
            person_id=UUID(int=n),
            track="PARTY_MEMBER",
            home_body_code="ht.thach-ha",
            level=dice.choice(levels),
        )
        for n in range(1, PERSONS + 1)
    ]
    return officials + members


async def test_a_whole_year(year: AsyncConnection, whole_year: list[Appraisal]) -> None:
    await persons.add_persons(year, [invented(n) for n in range(1, PERSONS + 1)])
    await persons.add_memberships(year, [member(n) for n in range(1, PERSONS + 1)])
    await appraisals.add(year, whole_year)
    facts = [facts_of(one) for one in whole_year]
    await appraisals.add_facts(year, facts)
    await appraisals.put_computations(year, [computation_of(one) for one in whole_year])
    last = (await acts.append_acts(year, [act_of(one) for one in whole_year])).sequence
    await tallies.recompute(year, 2023)

    assert last == len(whole_year) == 5200
    assert await acts.first_broken(year) is None
    stored = await appraisals.of_year(year, 2023)
    assert [one.computed_level for one in stored] == ["GOOD"] * 5200
    assert await appraisals.latest_facts(year, [one.id for one in whole_year]) == facts
    rows = await year.execute(
        text("SELECT findings -> 24 ->> 'clause' FROM computation GROUP BY 1")
    )
    assert list(rows.scalars()) == ["QĐ124:Đ12.1.3"]
    rows = await year.execute(text("SELECT total FROM tally WHERE body_code = 'ht' ORDER BY track"))
    assert list(rows.scalars()) == [0, PERSONS, PERSONS]


async def test_copied_rows_are_rolled_back_with_their_transaction(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await copy_rows(connection, "deployment", ["key", "value"], [["half", "done"]])
        await connection.rollback()
    async with transaction(engine) as connection:
        rows = await connection.execute(text("SELECT * FROM deployment WHERE key = 'half'"))
        assert rows.all() == []


async def test_the_rules_of_the_tables_hold_for_copied_rows(connection: AsyncConnection) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="membership"):
        await persons.add_memberships(connection, [member(1)])


async def test_copying_nothing_does_nothing(connection: AsyncConnection) -> None:
    await appraisals.add(connection, [])
    assert await appraisals.of_year(connection, 2023) == []


def invented(number: int) -> Person:
    return Person(
        id=UUID(int=number), name=f"Nguyễn Văn {number}", is_invented=True, is_civil_servant=True
    )


def member(number: int) -> Membership:
    return Membership(
        id=UUID(int=number),
        person_id=UUID(int=number),
        body_code="ht.so-noi-vu",
        post_code=None,
        since=date(2020, 1, 1),
    )


def facts_of(appraisal: Appraisal) -> Facts:
    document = {"targets": {"done": 10, "all": 10}, "ghi chú": "chưa có"}
    return Facts(
        appraisal_id=appraisal.id,
        version=1,
        document=document,
        recorded_at=AT,
        recorded_by=appraisal.person_id,
    )


def computation_of(appraisal: Appraisal) -> Computation:
    return Computation(
        appraisal_id=appraisal.id,
        facts_version=1,
        edition="ha-tinh-2023",
        facts={"levels": {"units": ["GOOD", None]}},
        level=Level.GOOD,
        waits_for=[],
        findings=[FINDING] * 25,
        computed_at=AT,
        edition_revision=1,
    )


def act_of(appraisal: Appraisal) -> ChainAct:
    return ChainAct(
        appraisal_id=appraisal.id,
        act="self_rate",
        at=AT,
        actor_person_id=appraisal.person_id,
        actor_post_code=None,
        on_behalf_rater_id=None,
        payload={"version": appraisal.version},
    )


async def copy_into_a_dying_table(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text(DIES))
        await connection.execute(text(WHEN_COPIED))
        row = ["lost", "Nhóm", "BODY"]
        await copy_rows(connection, "peer_group", ["code", "name", "track"], [row])


async def test_a_connection_lost_in_a_copy_is_unavailable(engine: AsyncEngine) -> None:
    with pytest.raises(DatabaseDownError):
        await copy_into_a_dying_table(engine)
    async with transaction(engine) as connection:
        lost = text("SELECT count(*) FROM peer_group WHERE code = 'lost'")
        assert (await connection.execute(lost)).scalar_one() == 0
