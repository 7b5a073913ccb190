"""`verify` replays the order of the acts, and reports an act in the wrong place."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.facts import YEAR
from resolvers.queries.act_order import misplaced
from resolvers.verification import DiscrepancyKind, verify
from tests.resolvers.tamperings import OF_MEMBER, ORDER
from tests.resolvers.test_verification import scalar, sealed_anew, tampered

pytestmark = pytest.mark.anyio


async def test_acts_out_of_order_are_found_though_the_chain_was_made_anew(
    registry: AsyncConnection,
) -> None:
    """The order is read from what the acts say, so that a chain that holds hides nothing."""
    await registry.execute(text("SET LOCAL session_replication_role = replica"))
    named: set[int | None] = set()
    for tampering in ORDER:
        for statement in tampering.statements:
            await registry.execute(text(statement))
        orders = {one.sequence for one in await misplaced(registry, YEAR)}
        assert orders - named, tampering.name
        named |= orders
    await sealed_anew(registry)
    findings = (await verify(registry)).findings
    assert {one.sequence for one in findings if one.kind is DiscrepancyKind.ORDER} == named


async def test_the_act_out_of_order_is_named(registry: AsyncConnection) -> None:
    sequence = await scalar(
        registry, f"SELECT sequence FROM act WHERE act = 'rate' AND appraisal_id = {OF_MEMBER}"
    )
    discrepancies = await tampered(registry, *ORDER[0].statements)
    (order,) = [one for one in discrepancies.findings if one.kind is DiscrepancyKind.ORDER]
    assert order.sequence == sequence
    assert order.sentence == "rate at SELF_RATED, not at PROPOSED, and no superior let it through"


async def test_a_deputy_decided_before_the_collective_is_named(registry: AsyncConnection) -> None:
    """Unless the direct superior let it through in writing before, as the demonstration shows (QĐ124:Đ11.3)."""
    discrepancies = await tampered(registry, *ORDER[-1].statements)
    orders = [one for one in discrepancies.findings if one.kind is DiscrepancyKind.ORDER]
    deputies = {
        str(key)
        for key in (
            await registry.execute(
                text(
                    "SELECT person_id FROM appraisal WHERE year = 2023 AND level IS NOT NULL "
                    "AND peer_group_code = 'departments.deputies'"
                )
            )
        ).scalars()
    }
    named = {one.about.partition(",")[0] for one in orders}
    assert len(deputies) > 50
    assert deputies <= named
    assert all("QĐ124:Đ11.3: " in one.sentence for one in orders)
