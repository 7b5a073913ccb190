"""Annuls a decided level, and may give another one at once (QĐ124:Đ12.4.5, Đ13.3, Đ15.3)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from authz.policy_file import PolicyRow
from db.repositories import act as acts, appraisal as appraisals, cycle as cycles, quota as quotas
from db.repositories.appraisal import Appraisal
from resolvers.authorization.actor import Permission
from resolvers.commands.appraisal_lock import lock_with_dependents, refuse_left_out
from resolvers.commands.base import (
    act_on,
    as_row,
    authorize_early,
    authorize_one,
    ends_proposal,
    without_proposal,
)
from resolvers.commands.command import Answer, Command, Target
from resolvers.commands.conclude import (
    LevelDecision,
    answer,
    refuse_against_computed,
    with_decision,
)
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.level_change import LevelChange, apply_changes
from resolvers.commands.remedy_permission import clause_of_remedy
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.queries.year import edition_that_counts
from resolvers.refusals import AboveAnnulled, NoPeerGroup, QuotaExceeded, YearClosed
from resolvers.values import document_of, lines
from rules.authority import COMPETENT_AUTHORITY, OTHER_MEMBER
from rules.editions.lookup import Edition
from rules.enums import Act as ActWord, Level, Stage
from rules.judgement import quota
from rules.procedure.remedy import Remedy


@dataclass(frozen=True, slots=True)
class Annul(Command):
    """Annul a decided level, and rate again at once if `level` is given.

    The law orders the annulment regardless of the quota: a group that is over it then is marked. The
    new level must be within the quota like any decision. For a fault found later (Đ15.3) it must not be
    higher than the annulled one, unless a written appeal was answered since (Đ16.2). The command is also
    allowed in a closed year and for a dissolved body (QĐ124:Đ12.4.5, Đ13.3, Đ15.3).

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "annul"
    target: Target
    reason: str
    level: Level | None
    """The new level, if the subject is rated again at once."""
    document: DocumentReference

    def validate(self, today: date) -> "Annul":
        document = document_of(self.document, today)
        return replace(self, reason=lines(self.reason, "reason"), document=document)

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.ANNUL)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        versions = {self.target.appraisal: self.target.version}
        (appraisal,) = await lock_with_dependents(unit_of_work, versions)
        refuse_left_out([appraisal])
        edition = await _edition(unit_of_work, appraisal.year)
        decides = self.level is not None
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.ANNUL, decides=decides)
        change = await annulled(unit_of_work, appraisal, allowed, self.reason, self.document)
        if self.level is not None:
            # Rating again is a decision: not above the computed level, and under the four-eyes rule.
            instead = LevelDecision(appraisal.id, appraisal.version, self.level, self.reason)
            await _refuse_raised(unit_of_work, appraisal, self.level, allowed)
            refuse_against_computed([appraisal], {appraisal.id: instead})
            await _refuse_over_quota(unit_of_work, appraisal, self.level, edition)
            change = _rated_again(unit_of_work, change, instead, allowed, self.document)
        await apply_changes(unit_of_work, [change], edition, may_exceed=True)
        return await answer(unit_of_work, appraisal.year, [appraisal.id], None)


async def annulled(
    unit_of_work: UnitOfWork,
    appraisal: Appraisal,
    allowed: Permission,
    reason: str,
    document: DocumentReference,
) -> LevelChange:
    """The change that removes the level of an appraisal, by the permission to annul.

    Its proposal stands again, unless other facts were recorded since.

    Raises:
        OutOfOrder: it is not decided.
    """
    row = allowed.decision.row
    assert row is not None  # noqa: S101 -- it is allowed by it
    clause_of_remedy(_remedy_of(row), appraisal, reason)
    after = replace(
        appraisal,
        stage=Stage.PROPOSED,
        level=None,
        decided_on=None,
        rater_id=None,
        clause=None,
        reason=None,
        document_number=None,
        document_date=None,
        changed_at=unit_of_work.at,
        to_review=False,
    )
    payload: dict[str, Any] = {
        "look": _remedy_of(row),
        "was": appraisal.level,
        "document": document.plain(),
    }
    if not await acts.proposal_stands(unit_of_work.connection, appraisal.id):
        after, payload = without_proposal(after), payload | ends_proposal(appraisal)
    act = act_on(unit_of_work, ActWord.ANNUL, appraisal, allowed, reason=reason, payload=payload)
    return LevelChange(appraisal, after, [act])


def _rated_again(
    unit_of_work: UnitOfWork,
    taken: LevelChange,
    instead: LevelDecision,
    allowed: Permission,
    document: DocumentReference,
) -> LevelChange:
    """Rate again by the same permission: "huỷ bỏ, đánh giá, xếp loại lại" is one power (QĐ124:Đ13.3, Đ15.3)."""
    row = allowed.decision.row
    assert row is not None  # noqa: S101 -- it is allowed by it
    act = act_on(
        unit_of_work,
        ActWord.RATE,
        taken.before,
        allowed,
        level=instead.level,
        reason=instead.reason,
        payload={"look": _remedy_of(row), "document": document.plain()},
    )
    after = with_decision(unit_of_work, taken.after, instead, allowed, document)
    return LevelChange(taken.before, after, [*taken.acts, act])


async def _refuse_raised(
    unit_of_work: UnitOfWork, appraisal: Appraisal, level: Level, allowed: Permission
) -> None:
    """A fault found later must not raise the level (Đ15.3); an answered appeal (Đ16.2) or a superior (Đ13.3) may.

    Raises:
        AboveAnnulled: the level would be higher than the annulled one.
    """
    row = allowed.decision.row
    assert row is not None  # noqa: S101 -- it is allowed by it
    assert appraisal.level is not None  # noqa: S101 -- it is decided
    if _remedy_of(row) is not Remedy.ANNUL_FOR_LATER_FAULT or Level(appraisal.level).reaches(level):
        return
    if not await appraisals.is_appeal_answered(unit_of_work.connection, appraisal.id):
        raise AboveAnnulled([as_row(appraisal)])


async def _refuse_over_quota(
    unit_of_work: UnitOfWork, appraisal: Appraisal, level: Level, edition: Edition
) -> None:
    """The group must be within its quota with the new level, or have fewer EXCELLENT than before.

    Raises:
        QuotaExceeded: neither is so. An annulment without a new level is still possible.
        NoPeerGroup: no quota would count the EXCELLENT.
    """
    if appraisal.peer_group_code is None:
        if level is Level.EXCELLENT:
            raise NoPeerGroup([as_row(appraisal)])
        return
    before = await quotas.of_group(
        unit_of_work.connection, appraisal.peer_group_code, appraisal.year
    )
    assert before is not None  # noqa: S101 -- its row is locked
    assert appraisal.level is not None  # noqa: S101 -- it is decided
    after = quota.after_change(before, Level(appraisal.level), level)
    check = quota.check(after, edition.quota)
    if not check.holds and after.excellent >= before.excellent:
        raise QuotaExceeded(appraisal.peer_group_code, after, check)


def _remedy_of(row: PolicyRow) -> Remedy:
    if row.rater in {COMPETENT_AUTHORITY, OTHER_MEMBER}:
        return Remedy.ANNUL_FOR_LATER_FAULT
    return Remedy.ANNUL_FOR_BROKEN_RULES


async def _edition(unit_of_work: UnitOfWork, year: int) -> Edition:
    """The edition by which a year is counted, open or closed. Raises YearClosed (never opened), BadInput."""
    if year not in {cycle.year for cycle in await cycles.all_cycles(unit_of_work.connection)}:
        raise YearClosed(year, is_closed=False)
    return edition_that_counts(year)
