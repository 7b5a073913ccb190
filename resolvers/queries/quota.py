"""Quotas: the counts of a peer group, and the counts with proposed levels (QĐ124:Đ12.1.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import quota as quotas
from resolvers.authorization.subject import identifier
from resolvers.errors import BadInput, NotFound
from resolvers.queries.year import edition_of
from rules.enums import Level
from rules.judgement import quota
from rules.judgement.quota import Counts, QuotaCheck


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed level for one appraisal of the group."""

    appraisal: str
    level: Level


async def check(
    connection: AsyncConnection, year: int, group: str, proposals: Sequence[Proposal]
) -> tuple[Counts, QuotaCheck]:
    """The counts of the group with the proposals applied, and whether they are within the quota.

    Raises:
        NotFound: no edition is in force in the year, or the group has no quota in it.
        BadInput: a proposal is not of the group and year, or names an appraisal twice.
    """
    parameters = edition_of(year, NotFound).quota
    standing = await quotas.of_group(connection, group, year)
    if standing is None:
        raise NotFound(
            vi=f"group: năm {year} không có nhóm {group!r}",
            en=f"group: there is no group {group!r} in {year}",
            field="group",
        )
    level_by_appraisal = _by_appraisal(proposals)
    levels = await quotas.levels_of(connection, group, year, list(level_by_appraisal))
    if strangers := sorted(str(one) for one in level_by_appraisal.keys() - levels.keys()):
        raise BadInput(
            vi=f"proposals: không thuộc nhóm {group!r} năm {year}: {', '.join(strangers)}",
            en=f"proposals: not of the group {group!r} in {year}: {', '.join(strangers)}",
            field="proposals",
        )
    counts = standing
    for appraisal, level in level_by_appraisal.items():
        counts = quota.after_change(counts, levels[appraisal], level)
    return counts, quota.check(counts, parameters)


def _by_appraisal(proposals: Sequence[Proposal]) -> dict[UUID, Level]:
    levels: dict[UUID, Level] = {}
    for proposal in proposals:
        key = identifier(proposal.appraisal, "proposals.appraisal")
        if key in levels:
            raise BadInput(
                vi=f"proposals: {key} được nêu hai lần",
                en=f"proposals: {key} is named twice",
                field="proposals",
            )
        levels[key] = proposal.level
    return levels
