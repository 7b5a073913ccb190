"""Remedies (xem xét lại): review again, annul and rate again, appeal and answer (QĐ124:Đ8.3, Đ11.2, Đ13.3, Đ15.3, Đ16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from db.repositories import appraisal as appraisals
from db.repositories.act import EXCEPTION
from resolvers.commands.appraisal_lock import hold_year_of, lock_appraisal, lock_list, refuse_closed
from resolvers.commands.base import (
    act_on,
    authorize_early,
    authorize_list,
    authorize_one,
    out_of_order,
    save,
    save_all,
)
from resolvers.commands.command import Answer, BatchItem, Command, ListedCommand, Target
from resolvers.commands.delegate import DocumentReference
from resolvers.commands.remedy_permission import clause_of_remedy
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.values import document_of, lines
from rules.editions.lookup import Occasion
from rules.enums import Act as ActWord, Stage
from rules.procedure.precedence import SUPERIOR_ON_RATING, SUPERIOR_ON_REVIEW, Reason, Step
from rules.procedure.remedy import Remedy


@dataclass(frozen=True, slots=True)
class RequireReviewAgain(Command):
    """The direct superior requires another review, or the reconsideration of a result (Đ8.3, Đ11.2).

    Before the decision the subject goes back to the review; a decided level stands, marked to be
    reviewed.
    """

    NAME = "review again"
    target: Target
    reason: str

    def validate(self, today: date) -> "RequireReviewAgain":  # noqa: ARG002 -- it needs no day
        return replace(self, reason=lines(self.reason, "reason"))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.REQUIRE_REREVIEW)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        appraisal = await lock_appraisal(unit_of_work, self.target)
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.REQUIRE_REREVIEW)
        stands = appraisal.stage == Stage.DECIDED
        remedy = Remedy.LOOK_AGAIN if stands else Remedy.REVIEW_AGAIN
        clause = clause_of_remedy(remedy, appraisal, self.reason)
        after = replace(
            appraisal,
            stage=appraisal.stage if stands else Stage.NOT_STARTED,
            to_review=appraisal.to_review or stands,
            changed_at=unit_of_work.at,
        )
        act = act_on(
            unit_of_work,
            ActWord.REQUIRE_REREVIEW,
            appraisal,
            allowed,
            reason=self.reason,
            clause=clause,
            payload={"look": remedy},
        )
        return await save(unit_of_work, after, act)


@dataclass(frozen=True, slots=True)
class SuggestReview(Command):
    """The direct superior suggests what is to be reviewed (gợi ý kiểm điểm: QĐ124:Đ8.3); its paper belongs to the file.

    A subject that was reviewed already may be reviewed again on the suggestion, until the decision.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "suggest"
    target: Target
    suggestion: str
    document: DocumentReference

    def validate(self, today: date) -> "SuggestReview":
        suggestion = lines(self.suggestion, "suggestion")
        return replace(self, suggestion=suggestion, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.REQUIRE_REREVIEW)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        cycle = await hold_year_of(unit_of_work, self.target)
        appraisal = await lock_appraisal(unit_of_work, self.target)
        refuse_closed(cycle, appraisal.year)
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.REQUIRE_REREVIEW)
        if appraisal.stage == Stage.DECIDED:
            raise out_of_order(appraisal, Reason.ALREADY_DONE)
        payload = {
            "kind": "suggestion",
            "occasion": Occasion.SUGGESTION,
            "document": self.document.plain(),
        }
        act = act_on(
            unit_of_work,
            ActWord.COMPILE,
            appraisal,
            allowed,
            reason=self.suggestion,
            clause=SUPERIOR_ON_REVIEW,
            payload=payload,
        )
        return await save(unit_of_work, replace(appraisal, changed_at=unit_of_work.at), act)


@dataclass(frozen=True, slots=True)
class PermitOutOfOrder(ListedCommand):
    """The direct superior permits one step out of order, in writing; the permission stays on the file.

    Raises:
        BadInput, NotFound, Refused: see resolvers/refusals.py.
    """

    NAME = "permit"
    target: Target
    step: Step
    reason: str
    document: DocumentReference

    def validate(self, today: date) -> "PermitOutOfOrder":
        document = document_of(self.document, today)
        return replace(self, reason=lines(self.reason, "reason"), document=document)

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.REQUIRE_REREVIEW)

    @classmethod
    async def execute_all(cls, items: "Sequence[BatchItem[PermitOutOfOrder]]") -> Answer:
        unit_of_work = items[0].unit_of_work
        _, appraisals_held = await lock_list(items)
        allowed = await authorize_list(items, appraisals_held, ActWord.REQUIRE_REREVIEW)
        done = []
        for item, appraisal in zip(items, appraisals_held, strict=True):
            command = item.command
            act = act_on(
                item.unit_of_work,
                ActWord.REQUIRE_REREVIEW,
                appraisal,
                allowed[appraisal.id],
                reason=command.reason,
                clause=SUPERIOR_ON_REVIEW if command.step is Step.REVIEW else SUPERIOR_ON_RATING,
                payload={
                    "kind": EXCEPTION,
                    "step": command.step,
                    "document": command.document.plain(),
                },
            )
            done.append((replace(appraisal, changed_at=unit_of_work.at), act))
        return await save_all(unit_of_work, done)


@dataclass(frozen=True, slots=True)
class Appeal(Command):
    """The subject reserves its opinion, or with a document appeals; the level stands meanwhile (Đ16)."""

    NAME = "appeal"
    target: Target
    reason: str
    document: DocumentReference | None

    def validate(self, today: date) -> "Appeal":
        reason = lines(self.reason, "reason")
        document = document_of(self.document, today) if self.document else None
        return replace(self, reason=reason, document=document)

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.APPEAL)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        appraisal = await lock_appraisal(unit_of_work, self.target)
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.APPEAL)
        remedy = Remedy.RESERVE_OPINION if self.document is None else Remedy.APPEAL
        clause = clause_of_remedy(remedy, appraisal, self.reason)
        paper = {"document": self.document.plain()} if self.document else {}
        act = act_on(
            unit_of_work,
            ActWord.APPEAL,
            appraisal,
            allowed,
            reason=self.reason,
            clause=clause,
            payload={"look": remedy} | paper,
        )
        return await save(unit_of_work, replace(appraisal, changed_at=unit_of_work.at), act)


@dataclass(frozen=True, slots=True)
class AnswerAppeal(Command):
    """The authority that rated concludes on a written appeal and answers it in writing (Đ16.2)."""

    NAME = "answer"
    target: Target
    conclusion: str
    document: DocumentReference

    def validate(self, today: date) -> "AnswerAppeal":
        conclusion = lines(self.conclusion, "conclusion")
        return replace(self, conclusion=conclusion, document=document_of(self.document, today))

    async def authorize(self, unit_of_work: UnitOfWork) -> None:
        await authorize_early(unit_of_work, self.target, ActWord.ANSWER_APPEAL)

    async def execute(self, unit_of_work: UnitOfWork) -> Answer:
        appraisal = await lock_appraisal(unit_of_work, self.target)
        allowed = await authorize_one(unit_of_work, appraisal, ActWord.ANSWER_APPEAL)
        is_open = await appraisals.has_open_appeal(unit_of_work.connection, appraisal.id)
        remedy = Remedy.ANSWER_APPEAL
        clause = clause_of_remedy(remedy, appraisal, self.conclusion, has_written_appeal=is_open)
        act = act_on(
            unit_of_work,
            ActWord.ANSWER_APPEAL,
            appraisal,
            allowed,
            reason=self.conclusion,
            clause=clause,
            payload={"look": remedy, "document": self.document.plain()},
        )
        return await save(unit_of_work, replace(appraisal, changed_at=unit_of_work.at), act)
