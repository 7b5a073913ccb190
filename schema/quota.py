"""Quotas of peer groups, as they stand and as they would stand."""

import strawberry

from resolvers import quotas
from rules.quota import Counts, QuotaCheck, Reading
from schema.context import Info
from schema.types import Clause, PeerGroup
from schema.words import Level


@strawberry.input(description="A level that somebody thinks of giving.")
class LevelProposal:
    appraisal: strawberry.ID
    level: Level


@strawberry.type(description="The same counts under the other reading of the base.")
class OtherReading:
    base: int
    limit: int
    holds: bool

    @classmethod
    def of(cls, reading: Reading) -> "OtherReading":
        return cls(base=reading.base, limit=reading.limit, holds=reading.holds)


@strawberry.type(description="Tỷ lệ xuất sắc của một nhóm: EXCELLENT against its base.")
class Quota:
    group: PeerGroup
    excellent: int
    good: int
    completed: int
    not_completed: int
    not_rated: int
    base: int
    limit: int
    headroom: int = strawberry.field(
        description="How many more EXCELLENT there may be; negative when there are too many."
    )
    holds: bool
    other_reading: OtherReading
    clause: Clause

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
    wanted = [quotas.Proposal(str(one.appraisal), one.level) for one in proposals]
    loaders = info.context.loaders
    counts, check = await loaders.run(
        lambda connection: quotas.check(connection, year, str(group), wanted)
    )
    row = await loaders.required(quotas.GROUP_BY_CODE, {"peer_group_code": str(group)})
    return Quota.of(PeerGroup.of(row), counts, check)
