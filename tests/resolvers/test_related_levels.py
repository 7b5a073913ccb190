"""The levels of other subjects that the registry passes to the rules, missing ones, and their effects."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import dependence
from resolvers import computation
from rules.enums import Level

pytestmark = pytest.mark.anyio

AT = datetime(2023, 12, 20, tzinfo=UTC)
OF_POST = "SELECT id FROM appraisal WHERE year = 2023 AND track = 'OFFICIAL' AND post_code = :code"
OF_BODY = "SELECT id FROM appraisal WHERE year = 2023 AND body_code = :code"
DECIDE = "UPDATE appraisal SET level = :level WHERE year = 2023 AND body_code = :code"
LEVEL = "SELECT level FROM computation WHERE appraisal_id = :id"
CAUCUSES = "SELECT code FROM body WHERE kind IN ('PARTY_CAUCUS', 'PARTY_AFFAIRS_COMMITTEE')"
FARMERS, FARMERS_CHAIR = "ht.hnd.dd", "ht.hnd.truong"


async def scalar(registry: AsyncConnection, statement: str, **bound: object) -> UUID:
    key: UUID = (await registry.execute(text(statement), bound)).scalar_one()
    return key


async def of_post(registry: AsyncConnection, code: str, role: str) -> list[tuple[str, bool]]:
    """Whose level the holder of the post needs in that role, and whether the registry has it."""
    key = await scalar(registry, OF_POST, code=code)
    levels = await dependence.used_in(registry, 2023, [key])
    return [(used.name, used.is_known) for used in levels if used.role == role]


async def computed(registry: AsyncConnection, key: UUID) -> object:
    await computation.compute(registry, 2023, AT, [key])
    return (await registry.execute(text(LEVEL), {"id": key})).scalar_one()


async def test_party_caucuses_are_not_units(registry: AsyncConnection) -> None:
    caucuses = set((await registry.execute(text(CAUCUSES))).scalars())
    assert len(caucuses) == 11
    keys = (
        await registry.execute(
            text("SELECT id FROM appraisal WHERE year = 2023 AND post_code IS NOT NULL")
        )
    ).scalars()
    used = await dependence.used_in(registry, 2023, list(keys))
    units = {each.name for each in used if each.role == "units"}
    assert units
    assert units & caucuses == set()
    chair = await of_post(registry, "ht.ubnd.ct", "units")
    assert len(chair) == 34


async def test_a_head_without_a_leadership_collective_has_the_one_that_leads_the_body(
    registry: AsyncConnection,
) -> None:
    """The party caucus of the Farmers' Union leads it, and it is the caucus that is rated."""
    assert await of_post(registry, FARMERS_CHAIR, "collective") == [(FARMERS, True)]
    key = await scalar(registry, OF_POST, code=FARMERS_CHAIR)
    await registry.execute(text(DECIDE), {"level": str(Level.NOT_COMPLETED), "code": FARMERS})
    assert await computed(registry, key) == "NOT_COMPLETED"


async def test_levels_missing_in_the_registry_are_waited_for(registry: AsyncConnection) -> None:
    """No rater rates a collective of the enterprise, and its facts name none."""
    assert await of_post(registry, "ht.mitraco.cthdqt", "collective") == [("ht.mitraco", False)]
    key = await scalar(registry, OF_POST, code="ht.mitraco.cthdqt")
    assert await computed(registry, key) is None
    statement = """INSERT INTO facts SELECT (jsonb_populate_record(f, jsonb_build_object(
            'version', f.version + 1,
            'document', f.document || '{"levels": {"collective": {"ht.mitraco": "GOOD"}}}'))).*
        FROM facts f WHERE f.appraisal_id = :id ORDER BY f.version DESC LIMIT 1"""
    await registry.execute(text(statement), {"id": key})
    assert await computed(registry, key) is not None


async def test_a_party_organisation_has_the_bodies_of_its_level(registry: AsyncConnection) -> None:
    key = await scalar(registry, OF_BODY, code="ht.thach-ha")
    names = [
        (used.name, used.level)
        for used in await dependence.used_in(registry, 2023, [key])
        if used.role == "same_level"
    ]
    assert names == [("ht.thach-ha.hdnd", None), ("ht.thach-ha.ubnd", None)]
