"""What comes before a decision: the review, the facts, the self-rating, the proposal (QĐ124:Đ7, Đ11.2).

Each command has a form for a list (`execute_all`), of which the single command is the case of one. A list is carried
out as a whole or refused as a whole, and takes no key of its own: its caller holds the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from authz.decision import Decision, MissingRight
from authz.role import Seat
from db.repositories import body as bodies
from db.repositories.appraisal import Appraisal
from db.repositories.meeting import MeetingPaper
from resolvers.authorization.actor import Permission
from resolvers.commands.appraisal_lock import lock_list
from resolvers.commands.base import (
    act_on,
    as_row,
    authorize_early,
    authorize_list,
    out_of_order,
    read_appraisals,
    refuse_out_of_order,
    save_all,
)
from resolvers.commands.command import Answer, BatchItem, ListedCommand, Target
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.meeting import refuse_both_sides
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import nothing
from resolvers.queries import review as reviews
from resolvers.refusals import NotCompetent
from resolvers.values import (
    code_of,
    day_between,
    document_of,
    lines,
    of_form,
    optional_lines,
)
from rules.editions.lookup import Edition, Occasion
from rules.enums import Act, Level, Stage
from rules.kinds import BodyKind, Tier
from rules.procedure.precedence import Reason, Step
from rules.procedure.review_length import check_length
from rules.values import read_days_held

OPINION = "QĐ124:Đ17"
NO_SEAT = Decision(False, None, None, (), MissingRight.OTHER_SEAT, None)
"""The refusal of an opinion without a seat: only members give one, not offices, managers or subjects."""


@dataclass(frozen=True, slots=True)
class RecordReview(ListedCommand):
    """Record that the subject was reviewed, where, when and for how long (QĐ124:Đ7.2; HD01:3.2).

    `place` is the body, `days` the length in days as 1.5 or 1/2. A meeting shorter than the guide's minimum, or at a
    place that is none of the subject's, is recorded with a warning, and shown to the superior; where the Provincial
    Standing Committee gave a suggestion to the subject or to the place, it has a minimum of its own. A person is
    reviewed at every place that fits (QĐ124:Đ7.2), and again where something was suggested after the review there:
    until the decision each is recorded, and the stage stays.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "review"
    target: Target
    place: str
    held_on: date
    days: str
    minutes: DocumentReference

    def validate(self, today: date) -> "RecordReview":
        code_of(self.place, "place")
        of_form("days", self.days, lambda: read_days_held(self.days))
        return replace(self, minutes=document_of(self.minutes, today, "minutes"))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, Act.SELF_RATE, Act.COMPILE)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[RecordReview]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        edition, appraisals_held = await lock_list(items)
        allowed = await authorize_list(items, appraisals_held, Act.SELF_RATE, Act.COMPILE)
        year = appraisals_held[0].year
        first, last = reviews.days_of_review(year, unit_of_work.today, edition)
        for item in items:
            day_between(item.command.held_on, first, last, "heldOn")
        places = await _places(unit_of_work, items)
        at_places = {item.command.target.appraisal: item.command.place for item in items}
        earlier = await reviews.earlier(unit_of_work.connection, year, at_places)
        for_the_first_time = [one for one in appraisals_held if not earlier.is_further(one)]
        if for_the_first_time:
            await refuse_out_of_order(unit_of_work, Step.REVIEW, for_the_first_time)
        to_record = [
            reviews.ReviewHeld(appraisal, item.command.place, item.command.held_on)
            for item, appraisal in zip(items, appraisals_held, strict=True)
        ]
        papers = [_paper(item.command) for item in items]
        await refuse_both_sides(
            unit_of_work.connection, year, list(zip(to_record, papers, strict=True))
        )
        payloads = await _payloads(items, to_record, places, earlier, edition)
        done = []
        for item, appraisal, payload in zip(items, appraisals_held, payloads, strict=True):
            stage = appraisal.stage if earlier.is_further(appraisal) else Stage.REVIEWED
            act = act_on(
                item.unit_of_work,
                Act.COMPILE,
                appraisal,
                allowed[appraisal.id],
                payload=payload,
                clause="QĐ124:Đ7",
            )
            done.append((replace(appraisal, stage=stage, changed_at=unit_of_work.at), act))
        return await save_all(unit_of_work, done)


async def _places(
    unit_of_work: UnitOfWork, items: Sequence[BatchItem[RecordReview]]
) -> Mapping[str, bodies.Body]:
    """The bodies that held the reviews, by code. Raises NotFound."""
    codes = {item.command.place for item in items}
    places = await bodies.of_codes(unit_of_work.connection, codes)
    for unknown in sorted(codes - places.keys()):
        raise nothing("place", unknown)
    return places


def _paper(review: RecordReview) -> MeetingPaper:
    """The document that identifies the meeting, as in the act on the review."""
    minutes = review.minutes.plain()
    return MeetingPaper(review.held_on.isoformat(), minutes["number"], minutes["date"])


async def _payloads(
    items: Sequence[BatchItem[RecordReview]],
    to_record: Sequence[reviews.ReviewHeld],
    places: Mapping[str, bodies.Body],
    earlier: reviews.EarlierReviews,
    edition: Edition,
) -> list[dict[str, Any]]:
    """The payload of the act on each review."""
    elsewhere = await reviews.warnings(items[0].unit_of_work.connection, to_record, edition)
    payloads = []
    for item, held_one, warning in zip(items, to_record, elsewhere, strict=True):
        review, place = item.command, places[item.command.place]
        is_suggested = earlier.is_suggested(held_one.appraisal)
        tier, kind, days = Tier(place.tier), BodyKind(place.kind), read_days_held(review.days)
        length = check_length(tier, kind, days, edition, is_suggested=is_suggested)
        payloads.append(
            {
                "kind": "review",
                "place": review.place,
                "held_on": review.held_on.isoformat(),
                "days": review.days,
                "minutes": review.minutes.plain(),
                "suggested": is_suggested,
                "warning": "; ".join(filter(None, [length.warning(), warning])) or None,
            }
        )
    return payloads


@dataclass(frozen=True, slots=True)
class RateOneself(ListedCommand):
    """Bước 1: the subject rates itself (QĐ124:Đ11.2), with its remark.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "self"
    target: Target
    level: Level
    remark: str

    def validate(self, today: date) -> "RateOneself":  # noqa: ARG002 -- every command is told the day
        return replace(self, remark=optional_lines(self.remark, "remark"))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, Act.SELF_RATE)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[RateOneself]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        _, appraisals_held = await lock_list(items)
        allowed = await authorize_list(items, appraisals_held, Act.SELF_RATE)
        await refuse_out_of_order(unit_of_work, Step.SELF_RATE, appraisals_held)
        done = []
        for item, appraisal in zip(items, appraisals_held, strict=True):
            level, remark = item.command.level, item.command.remark
            after = replace(
                appraisal, stage=Stage.SELF_RATED, self_level=level, changed_at=unit_of_work.at
            )
            by = allowed[appraisal.id]
            act = act_on(
                item.unit_of_work, Act.SELF_RATE, appraisal, by, level=level, reason=remark
            )
            done.append((after, act))
        return await save_all(unit_of_work, done)


@dataclass(frozen=True, slots=True)
class Propose(ListedCommand):
    """Bước 2: the appraisal and the proposed level (QĐ124:Đ11.2), with the remark of the office.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "propose"
    target: Target
    level: Level
    remark: str

    def validate(self, today: date) -> "Propose":  # noqa: ARG002 -- every command is told the day
        return replace(self, remark=optional_lines(self.remark, "remark"))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, Act.APPRAISE)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[Propose]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        _, appraisals_held = await lock_list(items)
        allowed = await authorize_list(items, appraisals_held, Act.APPRAISE)
        await refuse_out_of_order(unit_of_work, Step.APPRAISE, appraisals_held)
        done = []
        for item, appraisal in zip(items, appraisals_held, strict=True):
            level, remark = item.command.level, item.command.remark
            after = replace(
                appraisal, stage=Stage.PROPOSED, proposed_level=level, changed_at=unit_of_work.at
            )
            by = allowed[appraisal.id]
            act = act_on(item.unit_of_work, Act.APPRAISE, appraisal, by, level=level, reason=remark)
            done.append((after, act))
        return await save_all(unit_of_work, done)


@dataclass(frozen=True, slots=True)
class GiveOpinion(ListedCommand):
    """A member of the authority gives an opinion in writing, before the decision (HD01:6.2; Đ17.7).

    Raises:
        BadInput: the opinion is empty.
        NotCompetent: the actor has no seat on the authority that decides.
        NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "opinion"
    target: Target
    opinion: str

    def validate(self, today: date) -> "GiveOpinion":  # noqa: ARG002 -- every command is told the day
        return replace(self, opinion=lines(self.opinion, "opinion"))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        before = await read_appraisals(unit_of_work, [self.target.appraisal])
        await _authorize_by_seat([BatchItem(unit_of_work, self)], before)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[GiveOpinion]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        _, appraisals_held = await lock_list(items)
        allowed = await _authorize_by_seat(items, appraisals_held)
        done = []
        for item, appraisal in zip(items, appraisals_held, strict=True):
            if appraisal.stage == Stage.DECIDED:
                raise out_of_order(appraisal, Reason.ALREADY_DONE)
            act = act_on(
                item.unit_of_work,
                Act.COMPILE,
                appraisal,
                allowed[appraisal.id],
                reason=item.command.opinion,
                payload={"kind": "opinion", "occasion": Occasion.OPINION},
                clause=OPINION,
            )
            done.append((replace(appraisal, changed_at=unit_of_work.at), act))
        return await save_all(unit_of_work, done)


async def _authorize_by_seat(
    items: Sequence[BatchItem[GiveOpinion]], every: Sequence[Appraisal]
) -> dict[UUID, Permission]:
    """The permission of each actor by a seat on the authority that decides. Raises NotCompetent: the actor has none."""
    allowed = await authorize_list(items, every, Act.READ_FILE)
    for appraisal in every:
        role = allowed[appraisal.id].decision.role
        if role is None or role.is_superior or role.seat not in {Seat.CHAIR, Seat.MEMBER}:
            raise NotCompetent(NO_SEAT, [as_row(appraisal)])
    return allowed
