"""Quotas of peer groups, as they are and with proposed levels."""

import strawberry

from db.facade import PageWindow, appraisals, peer_groups
from resolvers.authorization.actor import bound
from resolvers.authorization.subject import SubjectKey
from resolvers.queries import quota as quotas
from rules.judgement.quota import BaseReading, Counts, QuotaCheck
from schema.context import Context, Info
from schema.types.enums import Level
from schema.types.registry import Clause, PeerGroup


@strawberry.input(description="A proposed level, for a trial count.")
class LevelProposal:
    appraisal: strawberry.ID = strawberry.field(description="The id of the appraisal.")
    level: Level = strawberry.field(description="The level that it would get.")


@strawberry.type(description="The same counts under the other reading of the base.")
class OtherReading:
    base: int = strawberry.field(description="How many count as its base.")
    limit: int = strawberry.field(description="How many EXCELLENT that allows.")
    holds: bool = strawberry.field(description="Whether there are no more than that.")

    @classmethod
    def of(cls, reading: BaseReading) -> "OtherReading":
        return cls(base=reading.base, limit=reading.limit, holds=reading.holds)


@strawberry.type(description="Tỷ lệ xuất sắc của một nhóm: EXCELLENT against its base.")
class Quota:
    group: PeerGroup = strawberry.field(description="Nhóm: whose quota it is.")
    excellent: int = strawberry.field(
        description="Hoàn thành xuất sắc nhiệm vụ: how many (QĐ124:Đ12.1)."
    )
    good: int = strawberry.field(description="Hoàn thành tốt nhiệm vụ: how many (QĐ124:Đ12.2).")
    completed: int = strawberry.field(description="Hoàn thành nhiệm vụ: how many (QĐ124:Đ12.3).")
    not_completed: int = strawberry.field(
        description="Không hoàn thành nhiệm vụ: how many (QĐ124:Đ12.4)."
    )
    not_rated: int = strawberry.field(description="Chưa xếp loại: how many have no level.")
    base: int = strawberry.field(
        description="Số để tính tỷ lệ: how many count as its base (QĐ124:Đ12.1.4)."
    )
    limit: int = strawberry.field(description="How many EXCELLENT that allows, rounded down.")
    headroom: int = strawberry.field(
        description="How many more EXCELLENT there may be; negative when there are too many."
    )
    holds: bool = strawberry.field(description="Whether there are no more than that.")
    other_reading: OtherReading = strawberry.field(
        description="The same under the reading that this edition does not take."
    )
    clause: Clause = strawberry.field(description="The point of the law that sets the limit.")

    @classmethod
    def of(cls, group: PeerGroup, counts: Counts, check: QuotaCheck) -> "Quota":
        return cls(
            group=group,
            excellent=counts.excellent,
            good=counts.good,
            completed=counts.completed,
            not_completed=counts.not_completed,
            not_rated=counts.not_rated,
            base=check.base,
            limit=check.limit,
            headroom=check.headroom,
            holds=check.holds,
            other_reading=OtherReading.of(check.other_reading),
            clause=Clause.of(check.clause),
        )


async def quota_check(
    info: Info, year: int, group: strawberry.ID, proposals: list[LevelProposal]
) -> Quota:
    """The quota with the proposals applied; the caller must be allowed to read every counted level.

    Raises:
        Forbidden: the counts would reveal a level that the caller may not read.
        NotFound, BadInput: as `quotas.check` does.
    """
    await guard_levels_of_group(info.context, year, str(group))
    tried_levels = [
        quotas.Proposal(str(proposal.appraisal), proposal.level) for proposal in proposals
    ]
    loaders = info.context.loaders
    counts, check = await loaders.run(
        lambda connection: quotas.check(connection, year, str(group), tried_levels)
    )
    row = await loaders.required(peer_groups.BY_GROUP_CODE, {"peer_group_code": str(group)})
    return Quota.of(PeerGroup.of(row), counts, check)


async def guard_levels_of_group(context: Context, year: int, group: str) -> None:
    """Raises Forbidden, with the clause that would allow it, unless the caller may read all levels of the group."""
    permitted = await context.authorizer.levels()
    if permitted is None:
        return
    link, key = (
        appraisals.not_permitted_in_group(permitted),
        {"year": year, "peer_group_code": group},
    )
    hidden = await context.loaders.many(link, key, PageWindow(1), **bound(permitted, year))
    if hidden:
        await context.authorizer.guard_level(SubjectKey.of_appraisal(hidden[0]), year)
