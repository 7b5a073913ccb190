"""Finds subjects with too few officers: one must propose, another decide, neither about oneself (Đ11.2, Đ13)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.competence import competence_for, standing_rows
from authz.policy_file import Policy
from db.repositories import officer as officers
from db.repositories.officer import Power, Undecided
from rules.authority import with_derived
from rules.enums import Act


async def too_few(
    connection: AsyncConnection, policy: Policy, ids: Collection[UUID], day: date
) -> frozenset[UUID]:
    """Those of these appraisals that have a rater in the matrix, but no two officers on the day."""
    return await _too_few(connection, policy, await officers.undecided(connection, ids), day)


async def too_few_of_year(
    connection: AsyncConnection, policy: Policy, year: int, day: date
) -> frozenset[UUID]:
    """As above, for all appraisals of a year."""
    undecided = await officers.undecided_of_year(connection, year)
    return await _too_few(connection, policy, undecided, day)


async def _too_few(
    connection: AsyncConnection, policy: Policy, undecided: Sequence[Undecided], day: date
) -> frozenset[UUID]:
    powers = list(_powers(policy, undecided))
    if not powers:
        return frozenset()
    others = bool(policy.of_other_member[Act.RATE])
    return frozenset(await officers.too_few(connection, powers, day, others=others))


def _powers(policy: Policy, undecided: Sequence[Undecided]) -> Iterator[Power]:
    """The powers to rate and to appraise each appraisal; none for an appraisal that no rater may rate."""
    holdings: dict[UUID, list[Undecided]] = defaultdict(list)
    for holding in undecided:
        holdings[holding.appraisal_id].append(holding)
    for appraisal, held in holdings.items():
        classes = frozenset(holding.class_code for holding in held if holding.class_code)
        if not competence_for(policy, Act.RATE, classes).granted:
            continue
        for act in (Act.RATE, Act.APPRAISE):
            for row in standing_rows(policy, act, classes):
                for holding in held:
                    cls = holding.class_code
                    if cls and row.cls in with_derived(frozenset({cls})):
                        yield Power(appraisal, act, row.rater, cls, holding.body_code)
