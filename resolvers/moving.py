"""Who counts, and where: a subject is left out of a year, brought back, or transferred (QĐ124:Đ5.2, Đ7.2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db import persons, quotas
from db.appraisals import Appraisal
from resolvers.acting import (
    act_on,
    locked_with_all_they_reach,
    open_edition,
    permitted_at_all,
    permitted_one,
    refuse_left_out,
)
from resolvers.deciding import Change, answer, write
from resolvers.delegations import Document
from resolvers.errors import BadInput
from resolvers.looking_again import Annulment, annulled
from resolvers.places import add_group, find_place, move_membership, record_flags
from resolvers.refusals import QuotaExceeded
from resolvers.reviews import days_of_review
from resolvers.unit_of_work import Acting, Answer, Target, once
from resolvers.values import code_of, day_between, document_of, lines
from rules import quota
from rules.editions import Edition
from rules.exclusions import EXCLUSIONS, Exclusion, Ground, PartyLife, grounds_of, left_out
from rules.quota import Counts
from rules.words import Act as ActWord
from rules.words import Level, Stage, Track

HIGHEST_POST = "QĐ124:Đ7.2.3"


@dataclass(frozen=True, slots=True)
class LeavingOut:
    """Why a subject is left out, by which document; `reviewed_on` is the day of the cell's review."""

    ground: Ground
    reason: str
    document: Document
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """To which post, or which cell; `on` is the first day there, and the last where it was left."""

    to: str
    on: date
    document: Document


async def exclude(acting: Acting, key: UUID, target: Target, wanted: LeavingOut) -> Answer:
    """Leave a party member out of the year (QĐ124:Đ5.2.1): out of every count, and without a level.

    Whoever may compile for the competent authority records it. A level that was decided falls with it, which
    takes the power to annul. The law orders this regardless of the quota: a group that is over it is marked.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    document = document_of(wanted.document, acting.today)
    wanted = replace(wanted, reason=lines(wanted.reason, "reason"), document=document)
    await permitted_at_all(acting, key, target, ActWord.ANNUL, ActWord.COMPILE)

    async def work() -> Answer:
        edition, one = await _held(acting, target)
        refuse_left_out([one])
        is_decided = one.stage == Stage.DECIDED
        allowed = await permitted_one(acting, one, ActWord.ANNUL if is_decided else ActWord.COMPILE)
        exclusion = await _exclusion(acting, one, wanted, edition)
        change = Change(one, one, [])
        if is_decided:
            taken = Annulment(wanted.reason, wanted.document)
            change = await annulled(acting, one, allowed, taken)
        after = replace(change.after, excluded=exclusion.ground, changed_at=acting.at)
        payload = {
            "kind": "exclusion",
            "ground": exclusion.ground,
            "document": wanted.document.plain(),
            "reviewed_on": wanted.reviewed_on and wanted.reviewed_on.isoformat(),
        }
        act = act_on(
            acting,
            ActWord.COMPILE,
            one,
            allowed,
            reason=wanted.reason,
            payload=payload,
            clause=exclusion.clause,
        )
        return await _written(acting, Change(one, after, [*change.acts, act]), edition)

    given = ["exclude", target.appraisal, target.version, wanted.ground, wanted.reason]
    return await once(acting, key, [*given, wanted.document.plain(), wanted.reviewed_on], work)


async def end_exclusion(
    acting: Acting, key: UUID, target: Target, reason: str, document: Document
) -> Answer:
    """Bring a subject back that was left out: it counts again, not rated, where it had come to.

    Raises:
        BadInput: it is not left out.
        NotFound, Refused: see resolvers/refusals.py.
    """
    reason = lines(reason, "reason")
    document = document_of(document, acting.today)
    await permitted_at_all(acting, key, target, ActWord.COMPILE)

    async def work() -> Answer:
        edition, one = await _held(acting, target)
        allowed = await permitted_one(acting, one, ActWord.COMPILE)
        if one.excluded is None:
            raise BadInput(
                vi="appraisal: đang thuộc diện đánh giá, xếp loại",
                en="appraisal: it is not left out",
                field="appraisal",
            )
        clause = EXCLUSIONS[Ground(one.excluded)].clause
        payload = {"kind": "end of exclusion", "was": one.excluded, "document": document.plain()}
        act = act_on(
            acting,
            ActWord.COMPILE,
            one,
            allowed,
            reason=reason,
            payload=payload,
            clause=clause,
        )
        after = replace(one, excluded=None, changed_at=acting.at)
        return await _written(acting, Change(one, after, [act]), edition)

    given = ["end exclusion", target.appraisal, target.version, reason, document.plain()]
    return await once(acting, key, given, work)


async def transfer(acting: Acting, key: UUID, target: Target, wanted: Transfer) -> Answer:
    """Move a person to another post, or to another cell; the appraisal follows.

    Home, peer group, due day and competent authority are those of the highest post held from then on
    (QĐ124:Đ7.2.3), or of the new cell. Steps that were done stand. A level that was decided stands too,
    marked to be reviewed, and its authority keeps its power over it (Đ15.3); it counts in the new group.
    Nothing in the law lets a transfer exceed a quota: it is refused where a group would not hold.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """
    code_of(wanted.to, "to")
    wanted = replace(wanted, document=document_of(wanted.document, acting.today))
    await permitted_at_all(acting, key, target, ActWord.COMPILE)

    async def work() -> Answer:
        place = await find_place(acting, target, wanted.to, wanted.on)
        await add_group(acting.connection, place)
        groups = [(place.year, place.group)] if place.group else []
        edition, one = await _held(acting, target, groups=groups, others=place.users)
        allowed = await permitted_one(acting, one, ActWord.COMPILE)
        is_decided = one.stage == Stage.DECIDED
        await move_membership(acting, one, place, wanted.on, transferred=not is_decided)
        after = replace(
            one,
            post_code=place.post_code,
            home_body_code=place.entry.home_body_code,
            subject_class=place.entry.subject_class,
            peer_group_code=place.group,
            due=place.entry.due,
            to_review=one.to_review or is_decided,
            changed_at=acting.at,
        )
        await _refuse_over_quota(acting, one, after, edition)
        await record_flags(acting, one, after, edition)
        payload = _payload(wanted, one, after)
        act = act_on(acting, ActWord.COMPILE, one, allowed, payload=payload, clause=HIGHEST_POST)
        return await _written(acting, Change(one, after, [act]), edition)

    given = ["transfer", target.appraisal, target.version, wanted.to, wanted.on]
    return await once(acting, key, [*given, wanted.document.plain()], work)


def _payload(wanted: Transfer, before: Appraisal, after: Appraisal) -> dict[str, object]:
    return {
        "kind": "transfer",
        "to": wanted.to,
        "on": wanted.on.isoformat(),
        "from_home": before.home_body_code,
        "from_group": before.peer_group_code,
        "home": after.home_body_code,
        "post": after.post_code,
        "group": after.peer_group_code,
        "document": wanted.document.plain(),
    }


async def _held(
    acting: Acting,
    target: Target,
    *,
    groups: Sequence[tuple[int, str]] = (),
    others: Sequence[UUID] = (),
) -> tuple[Edition, Appraisal]:
    """The appraisal with all that it reaches, in an open year, and the edition of that year."""
    versions = {target.appraisal: target.version}
    (one,) = await locked_with_all_they_reach(acting, versions, groups=groups, others=others)
    return await open_edition(acting, one.year), one


async def _written(acting: Acting, change: Change, edition: Edition) -> Answer:
    """Nothing here needs the CHECK of the table: an exclusion may exceed, a transfer was counted."""
    await write(acting, [change], edition, may_exceed=True)
    one = change.before
    return await answer(acting, one.year, [one.id], None)


async def _exclusion(
    acting: Acting, one: Appraisal, wanted: LeavingOut, edition: Edition
) -> Exclusion:
    """Raises BadInput where the ground does not hold for the subject."""
    grounds = grounds_of(Track(one.track))
    if wanted.ground not in grounds:
        may_be = ", ".join(grounds) or "–"
        raise BadInput(
            vi=f"ground: {wanted.ground}; với {one.track} có thể là: {may_be}",
            en=f"ground: {wanted.ground}; of {one.track} it may be: {may_be}",
            field="ground",
        )
    if wanted.reviewed_on is not None:
        first, last = days_of_review(one.year, date.max, edition)  # it may be still to come
        day_between(wanted.reviewed_on, first, last, "reviewedOn")
    if wanted.ground is not Ground.NEWLY_ADMITTED:
        return EXCLUSIONS[wanted.ground]
    assert one.person_id is not None  # noqa: S101 -- only a person has this ground
    person = await persons.person(acting.connection, one.person_id)
    if wanted.reviewed_on is None or person.party_admitted_on is None:
        raise BadInput(
            vi="reviewedOn: cần ngày chi bộ kiểm điểm, và ngày kết nạp đã ghi nhận",
            en="reviewedOn: the day of the cell's review is needed, and a recorded day of admission",
            field="reviewedOn",
        )
    found = left_out(PartyLife(person.party_admitted_on), wanted.reviewed_on, edition)
    if found is None:
        raise BadInput(
            vi=f"reviewedOn: kết nạp {person.party_admitted_on:%d/%m/%Y}, đã đủ 6 tháng",
            en=f"reviewedOn: admitted on {person.party_admitted_on}, which is 6 months or more",
            field="reviewedOn",
        )
    return found


async def _refuse_over_quota(
    acting: Acting, before: Appraisal, after: Appraisal, edition: Edition
) -> None:
    """Whoever has a level takes it from one group to another: both must hold, or not get worse.

    A group that is over its quota may be left by an EXCELLENT, and nobody with a level may join it.
    """
    old, new = before.peer_group_code, after.peer_group_code
    if before.level is None or old == new:
        return
    level = Level(before.level)
    if old is not None:
        counts = await _counts(acting, old, before.year)
        left = quota.without(counts, level)
        was, found = (quota.check(each, edition.quota) for each in (counts, left))
        if not found.holds and found.headroom < was.headroom:
            raise QuotaExceeded(old, left, found)
    if new is not None:
        joined = quota.with_one_more(await _counts(acting, new, before.year), level)
        check = quota.check(joined, edition.quota)
        if not check.holds:
            raise QuotaExceeded(new, joined, check)


async def _counts(acting: Acting, group: str, year: int) -> Counts:
    counts = await quotas.of_group(acting.connection, group, year)
    assert counts is not None  # noqa: S101 -- its row is locked
    return counts
