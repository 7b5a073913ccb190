"""Quotas: where a peer group stands, and where it would stand (QĐ124:Đ12.1.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.json_sql.relation import Relation
from db.repositories import quota as quotas
from resolvers.authorization.subject import identifier
from resolvers.errors import BadInput, NotFound
from resolvers.queries.year import edition_of
from rules.enums import Level
from rules.judgement import quota
from rules.judgement.quota import Counts, QuotaCheck

BY_CODE = Relation("peer_group", on=(("code", "code"),), to_one=True)
GROUP_BY_CODE = Relation("peer_group", on=(("code", "peer_group_code"),), to_one=True)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level that somebody thinks of giving to one appraisal of the group."""

    appraisal: str
    level: Level


async def check(
    connection: AsyncConnection, year: int, group: str, proposals: Sequence[Proposal]
) -> tuple[Counts, QuotaCheck]:
    """The counts of the group with the proposals applied, and whether the quota holds then.

    Raises:
        NotFound: no edition holds in the year, or the group has no quota in it.
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
    wanted = _by_appraisal(proposals)
    levels = await quotas.levels_of(connection, group, year, list(wanted))
    if strangers := sorted(str(one) for one in wanted.keys() - levels.keys()):
        raise BadInput(
            vi=f"proposals: không thuộc nhóm {group!r} năm {year}: {', '.join(strangers)}",
            en=f"proposals: not of the group {group!r} in {year}: {', '.join(strangers)}",
            field="proposals",
        )
    counts = standing
    for appraisal, level in wanted.items():
        counts = quota.after_change(counts, levels[appraisal], level)
    return counts, quota.check(counts, parameters)


def _by_appraisal(proposals: Sequence[Proposal]) -> dict[UUID, Level]:
    wanted: dict[UUID, Level] = {}
    for proposal in proposals:
        key = identifier(proposal.appraisal, "proposals.appraisal")
        if key in wanted:
            raise BadInput(
                vi=f"proposals: {key} được nêu hai lần",
                en=f"proposals: {key} is named twice",
                field="proposals",
            )
        wanted[key] = proposal.level
    return wanted
