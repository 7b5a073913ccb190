"""Types of refusals: a command that the law does not allow answers with one of them."""

from typing import Any

import strawberry

from db.facade import peer_groups
from resolvers import refusals
from rules.facts.fault import shown
from schema.context import Info
from schema.types.appraisal import Appraisal, Waiting
from schema.types.quota import Quota
from schema.types.registry import Clause, PeerGroup


@strawberry.interface(description="Từ chối: why nothing was done; nothing at all was written.")
class Refusal:
    code: str = strawberry.field(
        description="What clients decide by; docs/errors has a page for each."
    )
    message: str = strawberry.field(
        description="The refusal in one sentence, in the caller's language."
    )
    clause: Clause | None = strawberry.field(
        description="The point of the law behind it; null where it is no matter of law."
    )


@strawberry.type(description="The law gives the act to another rater, or to none.")
class NotCompetent(Refusal):
    appraisals: list[Appraisal] = strawberry.field(
        description="Of which the caller may not decide."
    )


@strawberry.type(description="Another step must come first (QĐ124:Đ7.3, QĐ124:Đ11).")
class OutOfOrder(Refusal):
    waits_for: list[Waiting] = strawberry.field(description="The steps that must come first.")


@strawberry.type(description="More than the conditions of the law give (QĐ124:Đ12).")
class AboveComputed(Refusal):
    appraisals: list[Appraisal] = strawberry.field(
        description="Whose conditions do not give the level."
    )


@strawberry.type(description="The decision needs its reason in writing.")
class ReasonNeeded(Refusal):
    appraisals: list[Appraisal] = strawberry.field(description="Whose decision needs a reason.")


@strawberry.type(description="More EXCELLENT than the group may have (QĐ124:Đ12.1.4).")
class QuotaExceeded(Refusal):
    # May be null in the graph, as in Conclusion: one selection asks both for the same field.
    quota: Quota | None = strawberry.field(description="The quota with the levels of the command.")


@strawberry.type(description="Changed since the caller saw it; these are the versions now.")
class StaleVersion(Refusal):
    appraisals: list[Appraisal] = strawberry.field(description="As they are now.")


@strawberry.type(description="Left out of the rating of the year (QĐ124:Đ5.2.1).")
class LeftOut(Refusal):
    appraisals: list[Appraisal] = strawberry.field(description="Which are left out of the year.")


@strawberry.type(description="The year is not open.")
class YearClosed(Refusal):
    pass


@strawberry.type(description="The year was opened before (QĐ124:Đ14.2).")
class YearOpened(Refusal):
    pass


@strawberry.type(
    description="Only an officer of the office that compiles for the Provincial Standing Committee "
    "(Ban Tổ chức Tỉnh uỷ) may open or close a year (HD01:6.1)."
)
class NotAnOfficer(Refusal):
    pass


@strawberry.type(description="The idempotency key came with another command before.")
class KeyReused(Refusal):
    pass


@strawberry.type(description="Party and profession are not reviewed in one meeting (HD01:3.1.1).")
class MeetingForbidden(Refusal):
    pass


@strawberry.type(description="One thing that is wrong with facts.")
class FactsFault:
    path: str = strawberry.field(description="Where in the facts.")
    was: str = strawberry.field(description="The value in that field.")
    may_be: str = strawberry.field(description="The permitted values of that field.")


@strawberry.type(description="The facts are not what the edition of the year reads.")
class FactsRefused(Refusal):
    faults: list[FactsFault] = strawberry.field(description="Everything that is wrong, at once.")


TYPES: dict[type[refusals.CommandRefused], type[Refusal]] = {
    refusals.NotCompetent: NotCompetent,
    refusals.OutOfOrder: OutOfOrder,
    refusals.AboveComputed: AboveComputed,
    refusals.AboveAnnulled: AboveComputed,
    refusals.ReasonNeeded: ReasonNeeded,
    refusals.QuotaExceeded: QuotaExceeded,
    refusals.NoPeerGroup: QuotaExceeded,
    refusals.StaleVersion: StaleVersion,
    refusals.LeftOut: LeftOut,
    refusals.YearClosed: YearClosed,
    refusals.YearOpened: YearOpened,
    refusals.NotAnOfficer: NotAnOfficer,
    refusals.KeyReused: KeyReused,
    refusals.MeetingForbidden: MeetingForbidden,
    refusals.FactsRefused: FactsRefused,
}


async def as_refusal(refused: refusals.CommandRefused, info: Info) -> Refusal:
    """The refusal as its type of the graph, with the message in the caller's language."""
    more: dict[str, Any] = {}
    match refused:
        case refusals.OutOfOrder():
            every = [standing for waits in refused.waits.values() for standing in waits]
            more["waits_for"] = [Waiting.of(standing) for standing in dict.fromkeys(every)]
        case refusals.QuotaExceeded():
            key = {"peer_group_code": refused.group}
            row = await info.context.loaders.required(peer_groups.BY_GROUP_CODE, key)
            more["quota"] = Quota.of(PeerGroup.of(row), refused.counts, refused.check)
        case refusals.NoPeerGroup():
            more["quota"] = None
        case refusals.FactsRefused():
            more["faults"] = [
                FactsFault(
                    path=fault.path,
                    was=shown(fault.was),
                    may_be=fault.vi if info.context.language == "vi" else fault.may_be,
                )
                for fault in refused.faults
            ]
        case (
            refusals.NotCompetent()
            | refusals.AboveComputed()
            | refusals.ReasonNeeded()
            | refusals.StaleVersion()
            | refusals.LeftOut()
        ):
            more["appraisals"] = [Appraisal.of(row) for row in refused.appraisals]
    return TYPES[type(refused)](
        code=refused.code,
        message=refused.vi if info.context.language == "vi" else refused.en,
        clause=Clause.maybe(refused.clause),
        **more,
    )
