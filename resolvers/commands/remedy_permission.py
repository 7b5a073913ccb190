"""Checks whether a remedy (xem xét lại) may be taken now (rules/procedure/remedy.py), after the policy has allowed it."""

from db.repositories.appraisal import Appraisal
from resolvers.commands.base import out_of_order
from resolvers.errors import BadInput
from rules.enums import Stage
from rules.procedure.precedence import Reason
from rules.procedure.remedy import MissingForRemedy, Remedy, may_look_again, second_look


def clause_of_remedy(
    remedy: Remedy, appraisal: Appraisal, reason: str, *, has_written_appeal: bool = False
) -> str:
    """The clause by which the remedy is taken; the policy has decided before who may take it.

    An answer refers to an appeal against a decided level, even if the level has changed since.

    Raises:
        OutOfOrder: the subject is not at the stage of the remedy.
        BadInput: no written appeal waits for the answer.
    """
    stage = Stage.DECIDED if remedy is Remedy.ANSWER_APPEAL else Stage(appraisal.stage)
    verdict = may_look_again(
        remedy, {second_look(remedy).who}, stage, reason, has_written_appeal=has_written_appeal
    )
    if MissingForRemedy.STAGE in verdict.missing:
        raise out_of_order(appraisal, _before(remedy))
    if MissingForRemedy.WRITTEN_APPEAL in verdict.missing:
        raise BadInput(
            vi="appraisal: không có khiếu nại bằng văn bản nào chờ trả lời",
            en="appraisal: no written appeal waits for an answer",
            field="appraisal",
        )
    assert verdict.allowed  # noqa: S101 -- its reason is given, and who may take it was checked before
    return verdict.clause


def _before(remedy: Remedy) -> Reason:
    """The step that comes before the remedy: the review, or the decision."""
    reviewed = second_look(remedy).from_stage is Stage.REVIEWED
    return Reason.NOT_REVIEWED if reviewed else Reason.NOT_PROPOSED
