"""Excludes a subject from a year, ends the exclusion, or transfers a person (QĐ124:Đ5.2, Đ7.2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db.repositories import person as persons, quota as quotas
from db.repositories.appraisal import Appraisal
from db.repositories.cycle import Cycle
from resolvers.commands.annulment import annulled
from resolvers.commands.appraisal_lock import (
    edition_of_open,
    hold_year_of,
    lock_with_dependents,
    refuse_left_out,
)
from resolvers.commands.base import act_on, authorize_early, authorize_one
from resolvers.commands.command import Answer, Command, Target
from resolvers.commands.conclude import answer
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.level_change import LevelChange, apply_changes
from resolvers.commands.rating_place import add_group, find_place, move_membership, record_flags
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput
from resolvers.queries.review import days_of_review
from resolvers.refusals import QuotaExceeded
from resolvers.values import code_of, day_between, document_of, lines
from rules.editions.lookup import Edition
from rules.enums import Act as ActWord, Level, Stage, Track
from rules.judgement import quota
from rules.judgement.exclusion import EXCLUSIONS, Exclusion, Ground, PartyLife, grounds_of, left_out
from rules.judgement.quota import Counts

HIGHEST_POST = "QĐ124:Đ7.2.3"


@dataclass(frozen=True, slots=True)
class Exclude(Command):
    """Exclude a party member from the year (QĐ124:Đ5.2.1): from every count, and without a level.

    An officer who may compile for the competent authority records it. A level that was decided falls with it, which
    takes the power to annul. The law orders this regardless of the quota: a group that is over it is marked.
    `reviewed_on` is the day of the cell's review.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "exclude"
    target: Target
    ground: Ground
    reason: str
    document: DocumentReference
    reviewed_on: date | None

    def validate(self, today: date) -> "Exclude":
        document = document_of(self.document, today)
        return replace(self, reason=lines(self.reason, "reason"), document=document)

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.ANNUL, ActWord.COMPILE)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        cycle = await hold_year_of(unit_of_work, self.target)
        edition, appraisal = await _lock_in_open_year(unit_of_work, self.target, cycle)
        refuse_left_out([appraisal])
        is_decided = appraisal.stage == Stage.DECIDED
        needed = ActWord.ANNUL if is_decided else ActWord.COMPILE
        allowed = await authorize_one(unit_of_work, appraisal, needed)
        exclusion = await _exclusion(unit_of_work, appraisal, self, edition)
        change = LevelChange(appraisal, appraisal, [])
        if is_decided:
            change = await annulled(unit_of_work, appraisal, allowed, self.reason, self.document)
        after = replace(change.after, excluded=exclusion.ground, changed_at=unit_of_work.at)
        payload = {
            "kind": "exclusion",
            "ground": exclusion.ground,
            "document": self.document.plain(),
            "reviewed_on": self.reviewed_on and self.reviewed_on.isoformat(),
        }
        act = act_on(
            unit_of_work,
            ActWord.COMPILE,
            appraisal,
            allowed,
            reason=self.reason,
            payload=payload,
            clause=exclusion.clause,
        )
        return await _apply_and_answer(
            unit_of_work, LevelChange(appraisal, after, [*change.acts, act]), edition
        )


@dataclass(frozen=True, slots=True)
class EndExclusion(Command):
    """End the exclusion of a subject: it counts again, without a level, at its former stage.

    Raises:
        BadInput: it is not left out.
        NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "end exclusion"
    target: Target
    reason: str
    document: DocumentReference

    def validate(self, today: date) -> "EndExclusion":
        reason = lines(self.reason, "reason")
        return replace(self, reason=reason, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.COMPILE)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        cycle = await hold_year_of(unit_of_work, self.target)
        edition, appraisal = await _lock_in_open_year(unit_of_work, self.target, cycle)
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.COMPILE)
        if appraisal.excluded is None:
            raise BadInput(
                vi="appraisal: đang thuộc diện đánh giá, xếp loại",
                en="appraisal: it is not left out",
                field="appraisal",
            )
        payload = {
            "kind": "end of exclusion",
            "was": appraisal.excluded,
            "document": self.document.plain(),
        }
        act = act_on(
            unit_of_work,
            ActWord.COMPILE,
            appraisal,
            allowed,
            reason=self.reason,
            payload=payload,
            clause=EXCLUSIONS[Ground(appraisal.excluded)].clause,
        )
        after = replace(appraisal, excluded=None, changed_at=unit_of_work.at)
        return await _apply_and_answer(unit_of_work, LevelChange(appraisal, after, [act]), edition)


@dataclass(frozen=True, slots=True)
class Transfer(Command):
    """Move a person to another post, or to another cell; the appraisal follows.

    `on` is the first day there, and the last where it was left. Home, peer group, due day and competent authority are
    those of the highest post held from then on (QĐ124:Đ7.2.3), or of the new cell. Steps that were done stand. A level
    that was decided stands too, marked to be reviewed, and its authority keeps its power over it (Đ15.3); it counts in
    the new group. Nothing in the law lets a transfer exceed a quota: it is refused where a group would not hold.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "transfer"
    target: Target
    to: str
    on: date
    document: DocumentReference

    def validate(self, today: date) -> "Transfer":
        code_of(self.to, "to")
        return replace(self, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.COMPILE)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        place = await find_place(unit_of_work, self.target, self.to, self.on)
        cycle = await hold_year_of(unit_of_work, self.target)
        await add_group(unit_of_work.connection, place)
        groups = [(place.year, place.group)] if place.group else []
        edition, appraisal = await _lock_in_open_year(
            unit_of_work, self.target, cycle, groups=groups, others=place.users
        )
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.COMPILE)
        is_decided = appraisal.stage == Stage.DECIDED
        await move_membership(unit_of_work, appraisal, place, self.on, transferred=not is_decided)
        after = replace(
            appraisal,
            post_code=place.post_code,
            home_body_code=place.entry.home_body_code,
            subject_class=place.entry.subject_class,
            peer_group_code=place.group,
            due=place.entry.due,
            to_review=appraisal.to_review or is_decided,
            changed_at=unit_of_work.at,
        )
        await _refuse_over_quota(unit_of_work, appraisal, after, edition)
        await record_flags(unit_of_work, appraisal, after, edition)
        payload = _payload(self, appraisal, after)
        act = act_on(
            unit_of_work, ActWord.COMPILE, appraisal, allowed, payload=payload, clause=HIGHEST_POST
        )
        return await _apply_and_answer(unit_of_work, LevelChange(appraisal, after, [act]), edition)


def _payload(command: Transfer, before: Appraisal, after: Appraisal) -> dict[str, object]:
    return {
        "kind": "transfer",
        "to": command.to,
        "on": command.on.isoformat(),
        "from_home": before.home_body_code,
        "from_group": before.peer_group_code,
        "home": after.home_body_code,
        "post": after.post_code,
        "group": after.peer_group_code,
        "document": command.document.plain(),
    }


async def _lock_in_open_year(
    unit_of_work: UnitOfWork,
    target: Target,
    cycle: Cycle | None,
    *,
    groups: Sequence[tuple[int, str]] = (),
    others: Sequence[UUID] = (),
) -> tuple[Edition, Appraisal]:
    """Lock the appraisal with its dependents, in a locked open year; returns it and the edition of the year."""
    versions = {target.appraisal: target.version}
    (appraisal,) = await lock_with_dependents(unit_of_work, versions, groups=groups, others=others)
    return edition_of_open(cycle, appraisal.year), appraisal


async def _apply_and_answer(
    unit_of_work: UnitOfWork, change: LevelChange, edition: Edition
) -> Answer:
    """Write the change and return the answer. The CHECK of the quota is off: an exclusion may exceed it, a transfer was checked."""
    await apply_changes(unit_of_work, [change], edition, may_exceed=True)
    appraisal = change.before
    return await answer(unit_of_work, appraisal.year, [appraisal.id], None)


async def _exclusion(
    unit_of_work: UnitOfWork, appraisal: Appraisal, command: Exclude, edition: Edition
) -> Exclusion:
    """The exclusion of a subject on a ground. Raises BadInput if the ground does not apply to the subject."""
    grounds = grounds_of(Track(appraisal.track))
    if command.ground not in grounds:
        may_be = ", ".join(grounds) or "–"
        raise BadInput(
            vi=f"ground: {command.ground}; với {appraisal.track} có thể là: {may_be}",
            en=f"ground: {command.ground}; of {appraisal.track} it may be: {may_be}",
            field="ground",
        )
    if command.reviewed_on is not None:
        first, last = days_of_review(appraisal.year, date.max, edition)  # it may be still to come
        day_between(command.reviewed_on, first, last, "reviewedOn")
    if command.ground is not Ground.NEWLY_ADMITTED:
        return EXCLUSIONS[command.ground]
    assert appraisal.person_id is not None  # noqa: S101 -- only a person has this ground
    person = await persons.person(unit_of_work.connection, appraisal.person_id)
    if command.reviewed_on is None or person.party_admitted_on is None:
        raise BadInput(
            vi="reviewedOn: cần ngày chi bộ kiểm điểm, và ngày kết nạp đã ghi nhận",
            en="reviewedOn: the day of the cell's review is needed, and a recorded day of admission",
            field="reviewedOn",
        )
    exclusion = left_out(PartyLife(person.party_admitted_on), command.reviewed_on, edition)
    if exclusion is None:
        raise BadInput(
            vi=f"reviewedOn: kết nạp {person.party_admitted_on:%d/%m/%Y}, đã đủ 6 tháng",
            en=f"reviewedOn: admitted on {person.party_admitted_on}, which is 6 months or more",
            field="reviewedOn",
        )
    return exclusion


async def _refuse_over_quota(
    unit_of_work: UnitOfWork, before: Appraisal, after: Appraisal, edition: Edition
) -> None:
    """Refuse a transfer of a level between groups if one of them exceeds its quota by it, or exceeds it more.

    An EXCELLENT may leave a group that is over its quota; a subject with a level may not join such a group.
    """
    old, new = before.peer_group_code, after.peer_group_code
    if before.level is None or old == new:
        return
    level = Level(before.level)
    if old is not None:
        counts = await _counts(unit_of_work, old, before.year)
        left = quota.without(counts, level)
        was, check_after = (quota.check(each, edition.quota) for each in (counts, left))
        if not check_after.holds and check_after.headroom < was.headroom:
            raise QuotaExceeded(old, left, check_after)
    if new is not None:
        joined = quota.with_one_more(await _counts(unit_of_work, new, before.year), level)
        check = quota.check(joined, edition.quota)
        if not check.holds:
            raise QuotaExceeded(new, joined, check)


async def _counts(unit_of_work: UnitOfWork, group: str, year: int) -> Counts:
    counts = await quotas.of_group(unit_of_work.connection, group, year)
    assert counts is not None  # noqa: S101 -- its row is locked
    return counts
