"""What comes before a decision: the review, the facts, the self-rating, the proposal (QĐ124:Đ7, Đ11.2).

Each command has a form for a list, of which the single command is the case of one. A list is carried out as
a whole or refused as a whole, and takes no key of its own: whoever gives it holds the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from authz.decisions import Decision, Missing
from authz.roles import Seat
from db import appraisals, bodies, documents
from db.acts import Act as ActRow
from db.appraisals import Appraisal, Facts
from db.meetings import Paper
from resolvers import computing, reviews
from resolvers.acting import (
    act_on,
    ends_proposal,
    held,
    in_order,
    permitted_at_all,
    permitted_each,
    row_of,
    rows_now,
    save_all,
    seen,
    waiting,
    without_proposal,
)
from resolvers.actors import Permission
from resolvers.attesting import unattested
from resolvers.delegations import Document
from resolvers.earlier_years import flag_earlier_years
from resolvers.errors import nothing
from resolvers.meetings import refuse_both_sides
from resolvers.recording import complete_facts, flags_of_each
from resolvers.refusals import NotCompetent
from resolvers.unit_of_work import Acting, Answer, Command, Target, is_repeated, once
from resolvers.values import (
    code_of,
    day_between,
    document_of,
    facts_of,
    lines,
    of_form,
    optional_lines,
)
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
    review = _read(acting, review)
    await permitted_at_all(acting, key, target, Act.SELF_RATE, Act.COMPILE)
    given = ["review", target.appraisal, target.version, review.place, review.held_on, review.days]
    commands = [Command(acting, target, review)]
    return await once(
        acting, key, [*given, review.minutes.plain()], lambda: record_reviews(commands)
    )


async def record_reviews(commands: Sequence[Command[Review]]) -> Answer:
    """As `record_review`, of several subjects. Raises the same."""
    acting = commands[0].acting
    commands = [replace(one, content=_read(one.acting, one.content)) for one in commands]
    edition, appraisals_held = await held(commands)
    allowed = await permitted_each(commands, appraisals_held, Act.SELF_RATE, Act.COMPILE)
    first, last = reviews.days_of_review(appraisals_held[0].year, acting.today, edition)
    for command in commands:
        day_between(command.content.held_on, first, last, "heldOn")
    codes = {command.content.place for command in commands}
    places = await bodies.some(acting.connection, codes)
    for unknown in sorted(codes - places.keys()):
        raise nothing("place", unknown)
    at_places = {one.target.appraisal: one.content.place for one in commands}
    earlier = await reviews.earlier(acting.connection, appraisals_held[0].year, at_places)
    for_the_first_time = [one for one in appraisals_held if not earlier.is_further(one)]
    if for_the_first_time:
        await in_order(acting, Step.REVIEW, for_the_first_time)
    to_record = [
        reviews.Held(one, command.content.place, command.content.held_on)
        for command, one in zip(commands, appraisals_held, strict=True)
    ]
    papers = [_paper(command.content) for command in commands]
    await refuse_both_sides(
        acting.connection, appraisals_held[0].year, list(zip(to_record, papers, strict=True))
    )
    payloads = await _payloads(commands, to_record, places, earlier, edition)
    done = []
    for command, one, payload in zip(commands, appraisals_held, payloads, strict=True):
        stage = one.stage if earlier.is_further(one) else Stage.REVIEWED
        act = act_on(
            command.acting,
            Act.COMPILE,
            one,
            allowed[one.id],
            payload=payload,
            clause="QĐ124:Đ7",
        )
        done.append((replace(one, stage=stage, changed_at=acting.at), act))
    return await save_all(acting, done)


def _paper(review: Review) -> Paper:
    """By what the meeting is known, as the act on the review says it."""
    minutes = review.minutes.plain()
    return Paper(review.held_on.isoformat(), minutes["number"], minutes["date"])


async def _payloads(
    commands: Sequence[Command[Review]],
    to_record: Sequence[reviews.Held],
    places: Mapping[str, bodies.Body],
    earlier: reviews.Earlier,
    edition: Edition,
) -> list[dict[str, Any]]:
    """What the act on each review says."""
    elsewhere = await reviews.warnings(commands[0].acting.connection, to_record, edition)
    payloads = []
    for command, held_one, warning in zip(commands, to_record, elsewhere, strict=True):
        review, place = command.content, places[command.content.place]
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
class GivenLevel:
    """A level that a subject gives itself, or that an office proposes, with its remark."""

    level: Level
    remark: str


async def rate_oneself(
    acting: Acting, key: UUID, target: Target, level: Level, remark: str
) -> Answer:
    """Bước 1: the subject rates itself (QĐ124:Đ11.2).

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    remark = optional_lines(remark, "remark")
    await permitted_at_all(acting, key, target, Act.SELF_RATE)
    commands = [Command(acting, target, GivenLevel(level, remark))]
    given = ["self", target.appraisal, target.version, level, remark]
    return await once(acting, key, given, lambda: rate_themselves(commands))


async def rate_themselves(commands: Sequence[Command[GivenLevel]]) -> Answer:
    """As `rate_oneself`, of several subjects, each by itself. Raises the same."""
    acting = commands[0].acting
    _, appraisals_held = await held(commands)
    allowed = await permitted_each(commands, appraisals_held, Act.SELF_RATE)
    await in_order(acting, Step.SELF_RATE, appraisals_held)
    done = []
    for command, one in zip(commands, appraisals_held, strict=True):
        level, remark = command.content.level, optional_lines(command.content.remark, "remark")
        after = replace(one, stage=Stage.SELF_RATED, self_level=level, changed_at=acting.at)
        act = act_on(
            command.acting, Act.SELF_RATE, one, allowed[one.id], level=level, reason=remark
        )
        done.append((after, act))
    return await save_all(acting, done)


async def propose(acting: Acting, key: UUID, target: Target, level: Level, remark: str) -> Answer:
    """Bước 2: the appraisal and the proposed level (QĐ124:Đ11.2).

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    remark = optional_lines(remark, "remark")
    await permitted_at_all(acting, key, target, Act.APPRAISE)
    commands = [Command(acting, target, GivenLevel(level, remark))]
    given = ["propose", target.appraisal, target.version, level, remark]
    return await once(acting, key, given, lambda: propose_all(commands))


async def propose_all(commands: Sequence[Command[GivenLevel]]) -> Answer:
    """As `propose`, of several subjects. Raises the same."""
    acting = commands[0].acting
    _, appraisals_held = await held(commands)
    allowed = await permitted_each(commands, appraisals_held, Act.APPRAISE)
    await in_order(acting, Step.APPRAISE, appraisals_held)
    done = []
    for command, one in zip(commands, appraisals_held, strict=True):
        level, remark = command.content.level, optional_lines(command.content.remark, "remark")
        after = replace(one, stage=Stage.PROPOSED, proposed_level=level, changed_at=acting.at)
        act = act_on(command.acting, Act.APPRAISE, one, allowed[one.id], level=level, reason=remark)
        done.append((after, act))
    return await save_all(acting, done)


async def record_facts(
    acting: Acting, key: UUID, target: Target, document: Mapping[str, Any]
) -> Answer:
    """Record a new version of the subject's own facts, and compute its level anew.

    The registry itself says who is rated, in which year, class and track. A proposal rests on the facts
    that it was made from: new ones end it, and step 2 is taken again (QĐ124:Đ11.2). Of somebody decided
    already the decision stands, and is marked to be reviewed; so is an earlier year in which an act was done that
    was disciplined now (QĐ124:Đ12.4.5).

    Raises:
        FactsRefused: the facts are not what the edition reads, or something is attested without a
            document; all faults at once.
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    await permitted_at_all(acting, key, target, Act.APPRAISE, Act.COMPILE)
    document = facts_of(document)
    commands: list[Command[Mapping[str, Any]]] = [Command(acting, target, document)]
    given = ["facts", target.appraisal, target.version, document]
    return await once(acting, key, given, lambda: record_facts_of_all(commands))


async def record_facts_of_all(commands: Sequence[Command[Mapping[str, Any]]]) -> Answer:
    """As `record_facts`, of several subjects, whose levels are computed together. Raises the same."""
    acting = commands[0].acting
    edition, appraisals_held = await held(commands)
    allowed = await permitted_each(commands, appraisals_held, Act.APPRAISE, Act.COMPILE)
    ids = [one.id for one in appraisals_held]
    facts = await _next_facts(commands, appraisals_held, edition)
    await appraisals.add_facts(acting.connection, facts)
    done = [
        _recorded(command.acting, one, allowed[one.id], recorded.version)
        for command, one, recorded in zip(commands, appraisals_held, facts, strict=True)
    ]
    await save_all(acting, done)
    for command, one, recorded in zip(commands, appraisals_held, facts, strict=True):
        await flag_earlier_years(command.acting, one, allowed[one.id], recorded.document, edition)
    await computing.compute(acting.connection, appraisals_held[0].year, acting.at, ids)
    return {"appraisals": await rows_now(acting, ids)}


def _recorded(
    acting: Acting, one: Appraisal, allowed: Permission, version: int
) -> tuple[Appraisal, ActRow]:
    """An appraisal of which facts were recorded, and the act on it."""
    to_review = one.to_review or one.stage == Stage.DECIDED
    after = replace(one, to_review=to_review, changed_at=acting.at)
    payload: dict[str, Any] = {"kind": "facts", "version": version}
    if one.stage == Stage.PROPOSED:
        after, payload = without_proposal(after), payload | ends_proposal(one)
    return after, act_on(acting, Act.COMPILE, one, allowed, payload=payload, clause="QĐ124:Đ11.1")


async def _next_facts(
    commands: Sequence[Command[Mapping[str, Any]]],
    appraisals_held: Sequence[Appraisal],
    edition: Edition,
) -> list[Facts]:
    """The facts of each command as the next version of its subject's. Raises FactsRefused."""
    acting, ids = commands[0].acting, [one.id for one in appraisals_held]
    latest = await appraisals.latest_facts(acting.connection, ids)
    versions = {one.appraisal_id: one.version for one in latest}
    files = await documents.of_files(acting.connection, ids)
    flags = await flags_of_each(acting.connection, appraisals_held)
    facts = []
    for command, one, of_subject in zip(commands, appraisals_held, flags, strict=True):
        document = facts_of(command.content)
        faults = unattested(files[one.id], document, acting.today, edition)
        complete = complete_facts(
            one, document, edition, of_subject, today=acting.today, found=faults
        )
        facts.append(
            Facts(
                appraisal_id=one.id,
                version=versions.get(one.id, 0) + 1,
                document=complete,
                recorded_at=acting.at,
                recorded_by=command.acting.person,
            )
        )
    return facts


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
        await _seated([Command(acting, target, opinion)], [seen_before])
    commands = [Command(acting, target, opinion)]
    given = ["opinion", target.appraisal, target.version, opinion]
    return await once(acting, key, given, lambda: give_opinions(commands))


async def give_opinions(commands: Sequence[Command[str]]) -> Answer:
    """As `give_opinion`, on several subjects. Raises the same."""
    acting = commands[0].acting
    _, appraisals_held = await held(commands)
    allowed = await _seated(commands, appraisals_held)
    done = []
    for command, one in zip(commands, appraisals_held, strict=True):
        if one.stage == Stage.DECIDED:
            raise waiting(one, Reason.ALREADY_DONE)
        act = act_on(
            command.acting,
            Act.COMPILE,
            one,
            allowed[one.id],
            reason=lines(command.content, "opinion"),
            payload={"kind": "opinion", "occasion": Occasion.OPINION},
            clause=OPINION,
        )
        done.append((replace(one, changed_at=acting.at), act))
    return await save_all(acting, done)


async def _seated(
    commands: Sequence[Command[str]], every: Sequence[Appraisal]
) -> dict[UUID, Permission]:
    """By which seat on the authority that decides. Raises NotCompetent: the actor has none there."""
    allowed = await permitted_each(commands, every, Act.READ_FILE)
    for one in every:
        role = allowed[one.id].decision.role
        if role is None or role.is_superior or role.seat not in {Seat.CHAIR, Seat.MEMBER}:
            raise NotCompetent(NO_SEAT, [row_of(one)])
    return allowed


def _read(acting: Acting, review: Review) -> Review:
    """The review with its texts as they are stored. Raises BadInput."""
    code_of(review.place, "place")
    of_form("days", review.days, lambda: read_days_held(review.days))
    return replace(review, minutes=document_of(review.minutes, acting.today, "minutes"))
