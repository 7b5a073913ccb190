"""What comes before a decision: the review, the facts, the self-rating, the proposal (QĐ124:Đ7, Đ11.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from authz.decisions import Decision, Missing
from authz.roles import Seat
from db import acts, appraisals, bodies
from db.appraisals import Appraisal, Facts
from db.bodies import Body
from resolvers import computing, reviews
from resolvers.acting import (
    Acting,
    Answer,
    Target,
    act_on,
    ends_proposal,
    in_order,
    is_repeated,
    locked,
    once,
    open_edition,
    permitted_at_all,
    permitted_one,
    row_of,
    rows_now,
    save,
    seen,
    waiting,
    without_proposal,
)
from resolvers.actors import Permission
from resolvers.attesting import unattested
from resolvers.delegations import Document
from resolvers.errors import nothing
from resolvers.recording import complete_facts
from resolvers.refusals import NotCompetent
from resolvers.values import (
    code_of,
    day_between,
    document_of,
    facts_of,
    lines,
    of_form,
    optional_lines,
)
from rules.authority import RATERS, SECTION_6_1
from rules.editions import Edition, Occasion
from rules.kinds import BodyKind, Tier
from rules.lengths import check_length
from rules.order import Reason, Step
from rules.values import read_days_held
from rules.words import Act, Level, Stage

OPINION = "QĐ124:Đ17"
NO_SEAT = Decision(False, None, None, (), Missing.OTHER_SEAT, None)
"""An opinion is a member's; who only compiles, manages or is rated gives none."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it was held: `place` is the body, `days` its length in days as 1.5 or 1/2."""

    place: str
    held_on: date
    days: str
    minutes: Document


async def record_review(acting: Acting, key: UUID, target: Target, review: Review) -> Answer:
    """Record that the subject was reviewed, where, when and for how long (QĐ124:Đ7.2; HD01:3.2).

    A meeting shorter than the guide's minimum, or at a place that is none of the subject's, is recorded with
    a warning, and shown to the superior; where the Provincial Standing Committee gave a suggestion to the
    subject or to the place, it has a minimum of its own. A person is reviewed at every place that fits (QĐ124:Đ7.2), and again where something was
    suggested after the review there: until the decision each is recorded, and the stage stays.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    review, days = _read(acting, review)
    await permitted_at_all(acting, key, target, Act.SELF_RATE, Act.COMPILE)

    async def work() -> Answer:
        one = await locked(acting, target)
        edition = await open_edition(acting, one.year)
        allowed = await permitted_one(acting, one, Act.SELF_RATE, Act.COMPILE)
        place = await _place_of(acting, one, review, edition)
        is_further = await _is_further(acting, one, place.code)
        if not is_further:
            await in_order(acting, Step.REVIEW, [one])
        is_suggested = await _is_suggested(acting, one, place.code)
        length = check_length(
            Tier(place.tier), BodyKind(place.kind), days, edition, is_suggested=is_suggested
        )
        elsewhere = await reviews.warning(
            acting.connection, one, place.code, review.held_on, edition
        )
        payload = {
            "kind": "review",
            "place": review.place,
            "held_on": review.held_on.isoformat(),
            "days": review.days,
            "minutes": review.minutes.plain(),
            "suggested": is_suggested,
            "warning": "; ".join(filter(None, [length.warning(), elsewhere])) or None,
        }
        stage = one.stage if is_further else Stage.REVIEWED
        after = replace(one, stage=stage, changed_at=acting.at)
        act = act_on(acting, Act.COMPILE, one, allowed, payload=payload, clause="QĐ124:Đ7")
        return await save(acting, after, act)

    given = ["review", target.appraisal, target.version, review.place, review.held_on, review.days]
    return await once(acting, key, [*given, review.minutes.plain()], work)


def _read(acting: Acting, review: Review) -> tuple[Review, Fraction]:
    """The review with its texts as they are stored, and its length in days. Raises BadInput."""
    code_of(review.place, "place")
    days = of_form("days", review.days, lambda: read_days_held(review.days))
    return replace(review, minutes=document_of(review.minutes, acting.today, "minutes")), days


async def _place_of(acting: Acting, one: Appraisal, review: Review, edition: Edition) -> Body:
    """The body that held it. Raises BadInput, NotFound: not on a day for it, or there is no such body."""
    first, last = reviews.days_of_review(one.year, acting.today, edition)
    day_between(review.held_on, first, last, "heldOn")
    place = await bodies.one(acting.connection, review.place)
    if place is None:
        raise nothing("place", review.place)
    return place


async def _is_further(acting: Acting, one: Appraisal, place: str) -> bool:
    """Whether it is reviewed already, but not at this place, or not since the last suggestion."""
    if one.stage in {Stage.NOT_STARTED, Stage.DECIDED}:
        return False
    last_there = await acts.last_review(acting.connection, one.id, place)
    suggested = await acts.last_suggestion(acting.connection, one.year, one.id, place)
    return last_there is None or (suggested is not None and suggested.sequence > last_there)


async def _is_suggested(acting: Acting, one: Appraisal, place: str) -> bool:
    """Only a suggestion of the Provincial Standing Committee has a minimum of its own (HD01:3.2)."""
    suggested = await acts.last_suggestion(acting.connection, one.year, one.id, place)
    if suggested is None or suggested.rater is None:
        return False
    return RATERS[suggested.rater].section == SECTION_6_1


async def rate_oneself(
    acting: Acting, key: UUID, target: Target, level: Level, remark: str
) -> Answer:
    """Bước 1: the subject rates itself (QĐ124:Đ11.2).

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    remark = optional_lines(remark, "remark")
    await permitted_at_all(acting, key, target, Act.SELF_RATE)

    async def work() -> Answer:
        one = await locked(acting, target)
        await open_edition(acting, one.year)
        allowed = await permitted_one(acting, one, Act.SELF_RATE)
        await in_order(acting, Step.SELF_RATE, [one])
        after = replace(one, stage=Stage.SELF_RATED, self_level=level, changed_at=acting.at)
        act = act_on(acting, Act.SELF_RATE, one, allowed, level=level, reason=remark)
        return await save(acting, after, act)

    return await once(acting, key, ["self", target.appraisal, target.version, level, remark], work)


async def propose(acting: Acting, key: UUID, target: Target, level: Level, remark: str) -> Answer:
    """Bước 2: the appraisal and the proposed level (QĐ124:Đ11.2).

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    remark = optional_lines(remark, "remark")
    await permitted_at_all(acting, key, target, Act.APPRAISE)

    async def work() -> Answer:
        one = await locked(acting, target)
        await open_edition(acting, one.year)
        allowed = await permitted_one(acting, one, Act.APPRAISE)
        await in_order(acting, Step.APPRAISE, [one])
        after = replace(one, stage=Stage.PROPOSED, proposed_level=level, changed_at=acting.at)
        act = act_on(acting, Act.APPRAISE, one, allowed, level=level, reason=remark)
        return await save(acting, after, act)

    return await once(
        acting, key, ["propose", target.appraisal, target.version, level, remark], work
    )


async def record_facts(
    acting: Acting, key: UUID, target: Target, document: Mapping[str, Any]
) -> Answer:
    """Record a new version of the subject's own facts, and compute its level anew.

    The registry itself says who is rated, in which year, class and track. A proposal rests on the facts
    that it was made from: new ones end it, and step 2 is taken again (QĐ124:Đ11.2). Of somebody decided
    already the decision stands, and is marked to be reviewed.

    Raises:
        FactsRefused: the facts are not what the edition reads, or something is attested without a
            document; all faults at once.
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    await permitted_at_all(acting, key, target, Act.APPRAISE, Act.COMPILE)
    document = facts_of(document)

    async def work() -> Answer:
        one = await locked(acting, target)
        edition = await open_edition(acting, one.year)
        allowed = await permitted_one(acting, one, Act.APPRAISE, Act.COMPILE)
        latest = await appraisals.latest_facts(acting.connection, [one.id])
        found = await unattested(acting.connection, one.id, document, acting.today, edition)
        complete = await complete_facts(acting.connection, one, document, edition, found)
        facts = Facts(
            appraisal_id=one.id,
            version=latest[0].version + 1 if latest else 1,
            document=complete,
            recorded_at=acting.at,
            recorded_by=acting.person,
        )
        await appraisals.add_facts(acting.connection, [facts])
        is_decided = one.stage == Stage.DECIDED
        after = replace(one, to_review=one.to_review or is_decided, changed_at=acting.at)
        payload: dict[str, Any] = {"kind": "facts", "version": facts.version}
        if one.stage == Stage.PROPOSED:
            after, payload = without_proposal(after), payload | ends_proposal(one)
        act = act_on(acting, Act.COMPILE, one, allowed, payload=payload, clause="QĐ124:Đ11.1")
        await save(acting, after, act)
        await computing.compute(acting.connection, one.year, acting.at, [one.id])
        return {"appraisals": await rows_now(acting, [one.id])}

    return await once(acting, key, ["facts", target.appraisal, target.version, document], work)


async def give_opinion(acting: Acting, key: UUID, target: Target, opinion: str) -> Answer:
    """A member of the authority gives an opinion in writing, before the decision (HD01:6.2; Đ17.7).

    Raises:
        BadInput: the opinion is empty.
        NotCompetent: the actor has no seat on the authority that decides.
        NotFound, Refused: see resolvers/refusals.py.
    """
    opinion = lines(opinion, "opinion")
    if not await is_repeated(acting, key):
        (seen_before,) = await seen(acting, [target.appraisal])
        await _seated(acting, seen_before)

    async def work() -> Answer:
        one = await locked(acting, target)
        await open_edition(acting, one.year)
        allowed = await _seated(acting, one)
        if one.stage == Stage.DECIDED:
            raise waiting(one, Reason.ALREADY_DONE)
        payload = {"kind": "opinion", "occasion": Occasion.OPINION}
        act = act_on(
            acting, Act.COMPILE, one, allowed, reason=opinion, payload=payload, clause=OPINION
        )
        return await save(acting, replace(one, changed_at=acting.at), act)

    return await once(acting, key, ["opinion", target.appraisal, target.version, opinion], work)


async def _seated(acting: Acting, one: Appraisal) -> Permission:
    """By which seat on the authority that decides. Raises NotCompetent: the actor has none there."""
    allowed = await permitted_one(acting, one, Act.READ_FILE)
    role = allowed.decision.role
    if role is None or role.is_superior or role.seat not in {Seat.CHAIR, Seat.MEMBER}:
        raise NotCompetent(NO_SEAT, [row_of(one)])
    return allowed
