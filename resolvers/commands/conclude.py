"""Decides levels by the competent authority: all of a list, or none (QĐ124:Đ11.2, Đ12.1.4)."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from db.connection.driver import Read
from db.repositories import dependence, quota as quotas
from db.repositories.appraisal import Appraisal
from resolvers.authorization.actor import Permission
from resolvers.commands.appraisal_lock import (
    edition_of_open,
    lock_rows,
    refuse_closed_year,
    refuse_left_out,
)
from resolvers.commands.base import (
    act_on,
    as_row,
    authorize_all,
    current_rows,
    read_appraisals,
    refuse_out_of_order,
)
from resolvers.commands.command import RECEIPT, Answer, Command, parts
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.level_change import LevelChange, apply_changes
from resolvers.commands.situation import Situation
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import BadInput
from resolvers.queries.authority import remark_on_decision
from resolvers.refusals import AboveComputed, NoPeerGroup, QuotaExceeded, ReasonNeeded
from resolvers.values import code_of, document_of, optional_lines
from rules.editions.lookup import Edition
from rules.enums import Act as ActWord, ComputedLevel, Level, Stage
from rules.judgement import quota
from rules.judgement.quota import Counts
from rules.procedure.precedence import Step

DECISIONS_MAX = 1_000
"""Decisions of one command; the largest peer group of the province has fewer than half as many."""
NAMED_MAX = 20
"""Maximum ids that a refusal names."""


@dataclass(frozen=True, slots=True)
class LevelDecision:
    """One level of a list; `version` is the one that the chair saw."""

    appraisal: UUID
    version: int
    level: Level
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude(Command):
    """A list of decisions by one document, all in one peer group: all levels are given, or none.

    `group` is None only for appraisals that an older version opened without one; they are refused.

    Raises:
        BadInput, NotFound: an appraisal is named twice, or is not of the year and group.
        YearClosed, StaleVersion, NotCompetent, OutOfOrder, AboveComputed, ReasonNeeded, QuotaExceeded,
        NoPeerGroup, KeyReused: see resolvers/refusals.py.
    """

    NAME = "decide"
    LOCKS_KEY = True
    year: int
    group: str | None
    decisions: Sequence[LevelDecision]
    document: DocumentReference

    def validate(self, today: date) -> "Conclude":
        _refuse_bad_list([decision.appraisal for decision in self.decisions])
        if self.group is not None:
            code_of(self.group, "group")
        document = document_of(self.document, today)
        return replace(
            self, decisions=[_valid(decision) for decision in self.decisions], document=document
        )

    @property
    def appraisals(self) -> Collection[UUID]:
        return [decision.appraisal for decision in self.decisions]

    @property
    def early_reads(self) -> Sequence[Read]:
        return [(dependence.USERS, {"ids": self.appraisals})]

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await refuse_closed_year(unit_of_work, self.year)
        ids = [decision.appraisal for decision in self.decisions]
        before = await read_appraisals(unit_of_work, ids)
        _refuse_other_groups(before, self)
        await authorize_all(unit_of_work, before, ActWord.RATE)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        chosen = {decision.appraisal: decision for decision in self.decisions}
        locked, before = await self._lock(unit_of_work)
        counts_of, users = locked.more
        refuse_left_out(before)
        _refuse_other_groups(before, self)
        edition = edition_of_open(locked.cycle, self.year)
        allowed = await authorize_all(unit_of_work, before, ActWord.RATE)
        await refuse_out_of_order(unit_of_work, Step.RATE, before)
        refuse_against_computed(before, chosen)
        counts = _within_quota(self, dict(counts_of), before, chosen, edition)
        changes = [
            _change(
                unit_of_work,
                appraisal,
                chosen[appraisal.id],
                allowed[appraisal.id],
                self.document,
            )
            for appraisal in before
        ]
        concerned = [(user.user_id, user.cause_id) for user in users if user.is_concerned]
        await apply_changes(unit_of_work, changes, edition, users=concerned)
        return await answer(unit_of_work, self.year, list(chosen), counts)

    async def _lock(self, unit_of_work: UnitOfWork) -> tuple[Situation, list[Appraisal]]:
        """Lock the list, the quotas in which it counts and what uses its levels; the appraisals by id.

        `more` of the situation are the counts of the groups by code, and the users.
        """
        early, ids = unit_of_work.known.early, {"ids": self.appraisals}
        assert early is not None  # noqa: S101 -- `appraisals` are read before every command
        (early_users,) = early.more
        locked = await lock_rows(
            unit_of_work,
            {decision.appraisal: decision.version for decision in self.decisions},
            users={user.user_id for user in early_users},
            with_quotas=True,
            more=[(quotas.OF_APPRAISALS, ids), (dependence.USERS, ids)],
        )
        return locked, [locked.appraisals[key] for key in sorted(locked.appraisals)]

    def canonical(self) -> object:
        """Equal for every order of the decisions. The form is that of the first release, whose keys are still stored."""
        plain: dict[str, object] = {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
        }
        plain["document"] = parts(self.document)
        plain["decisions"] = sorted(
            [str(key), *others] for key, *others in map(parts, self.decisions)
        )
        return {"command": self.NAME, "wanted": plain}


@dataclass(frozen=True, slots=True)
class Decide(Command):
    """As `Conclude`, for one appraisal: in its own year, and within the quota of its group.

    The group is not part of the command: it may have changed when the same command is repeated.

    Raises:
        NotFound: there is no such appraisal.
    """

    NAME = "decide one"
    LOCKS_KEY = True
    decision: LevelDecision
    document: DocumentReference

    def validate(self, today: date) -> "Decide":
        return Decide(_valid(self.decision), document_of(self.document, today))

    @property
    def appraisals(self) -> Collection[UUID]:
        return (self.decision.appraisal,)

    @property
    def early_reads(self) -> Sequence[Read]:
        return [(dependence.USERS, {"ids": self.appraisals})]

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await (await self._conclusion(unit_of_work)).authorize(unit_of_work)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        return await (await self._conclusion(unit_of_work)).execute(unit_of_work)

    async def _conclusion(self, unit_of_work: UnitOfWork) -> Conclude:
        (appraisal,) = await read_appraisals(unit_of_work, [self.decision.appraisal])
        return Conclude(
            year=appraisal.year,
            group=appraisal.peer_group_code,
            decisions=[self.decision],
            document=self.document,
        )


def _refuse_bad_list(ids: Sequence[UUID]) -> None:
    """Raises BadInput."""
    if not ids:
        raise BadInput(vi="decisions: trống", en="decisions: empty", field="decisions")
    if len(ids) > DECISIONS_MAX:
        raise BadInput(
            vi=f"decisions: {len(ids)}; tối đa {DECISIONS_MAX} trong một lệnh",
            en=f"decisions: {len(ids)}; at most {DECISIONS_MAX} in one command",
            field="decisions",
        )
    if len(set(ids)) < len(ids):
        raise BadInput(
            vi="decisions: có hồ sơ được nêu hai lần",
            en="decisions: an appraisal is named twice",
            field="decisions",
        )


def _valid(decision: LevelDecision) -> LevelDecision:
    """The decision with its reason in the stored form. Raises BadInput."""
    reason = optional_lines(decision.reason or "", "decisions.reason")
    return replace(decision, reason=reason or None)


def _refuse_other_groups(targets: Sequence[Appraisal], command: Conclude) -> None:
    """Raises BadInput."""
    strangers = sorted(
        str(appraisal.id)
        for appraisal in targets
        if (appraisal.year, appraisal.peer_group_code) != (command.year, command.group)
    )
    if strangers:
        named = ", ".join(strangers[:NAMED_MAX]) + (" …" if len(strangers) > NAMED_MAX else "")
        raise BadInput(
            vi=f"decisions: không thuộc nhóm {command.group!r} năm {command.year}: {named}",
            en=f"decisions: not of the group {command.group!r} in {command.year}: {named}",
            field="decisions",
        )


def refuse_against_computed(
    targets: Sequence[Appraisal], chosen: Mapping[UUID, LevelDecision]
) -> None:
    """A decision may not exceed the computed level; a decision below it needs a reason.

    If the law determines no level, or no level was computed, the authority decides with a reason.
    Raises AboveComputed, ReasonNeeded.
    """
    above, without_reason = [], []
    for appraisal in targets:
        decision, computed = chosen[appraisal.id], appraisal.computed_level
        has_reason = bool((decision.reason or "").strip())
        if computed is None or computed == ComputedLevel.UNDETERMINED:
            without_reason += [] if has_reason else [as_row(appraisal)]
        elif not Level(computed).reaches(decision.level):
            above.append(as_row(appraisal))
        elif decision.level != computed and not has_reason:
            without_reason.append(as_row(appraisal))
    if above:
        raise AboveComputed(above)
    if without_reason:
        raise ReasonNeeded(without_reason)


def _within_quota(
    command: Conclude,
    counts_of: Mapping[str, Counts],
    targets: Sequence[Appraisal],
    chosen: Mapping[UUID, LevelDecision],
    edition: Edition,
) -> Counts:
    """The counts of the group with the whole list. Raises QuotaExceeded, NoPeerGroup."""
    if command.group is None:
        raise NoPeerGroup([as_row(appraisal) for appraisal in targets])
    counts = counts_of[command.group]  # its row is locked
    for appraisal in targets:
        counts = quota.after_change(counts, _level(appraisal), chosen[appraisal.id].level)
    check = quota.check(counts, edition.quota)
    if not check.holds:
        raise QuotaExceeded(command.group, counts, check)
    return counts


def _change(
    unit_of_work: UnitOfWork,
    appraisal: Appraisal,
    decision: LevelDecision,
    allowed: Permission,
    document: DocumentReference,
) -> LevelChange:
    payload: dict[str, Any] = {"document": document.plain(), "version": appraisal.version + 1}
    if remark := remark_on_decision(allowed.decision):
        payload["remark"] = remark
    act = act_on(
        unit_of_work,
        ActWord.RATE,
        appraisal,
        allowed,
        level=decision.level,
        reason=decision.reason,
        payload=payload,
    )
    return LevelChange(
        appraisal, with_decision(unit_of_work, appraisal, decision, allowed, document), [act]
    )


def with_decision(
    unit_of_work: UnitOfWork,
    appraisal: Appraisal,
    decision: LevelDecision,
    allowed: Permission,
    document: DocumentReference,
) -> Appraisal:
    """The appraisal with its level, by the permission that gives it."""
    row, source = allowed.decision.row, allowed.source
    assert row is not None  # noqa: S101 -- it is allowed by it
    assert source is not None  # noqa: S101 -- nobody rates without a seat
    return replace(
        appraisal,
        stage=Stage.DECIDED,
        level=decision.level,
        decided_on=unit_of_work.today,
        rater_id=source.rater_id,
        clause=row.clause,
        reason=decision.reason,
        document_number=document.number,
        document_date=document.dated,
        changed_at=unit_of_work.at,
        to_review=False,
    )


async def answer(
    unit_of_work: UnitOfWork, year: int, ids: Sequence[UUID], counts: Counts | None
) -> Answer:
    """The answer of a command that changed levels, as plain data; the receipt is added at its end."""
    return {
        "year": year,
        "appraisals": await current_rows(unit_of_work, ids),
        "counts": None if counts is None else {name: getattr(counts, name) for name in COUNTED},
        RECEIPT: None,
    }


def _level(appraisal: Appraisal) -> Level | None:
    return None if appraisal.level is None else Level(appraisal.level)


COUNTED = tuple(Counts.__dataclass_fields__)
