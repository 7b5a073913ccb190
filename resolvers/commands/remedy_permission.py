"""Whether a second look may be taken now (rules/procedure/remedy.py), once the policy lets somebody take it."""

from db.repositories.appraisal import Appraisal
from resolvers.commands.base import waiting
from resolvers.errors import BadInput
from rules.enums import Stage
from rules.procedure.precedence import Reason
from rules.procedure.remedy import MissingForRemedy, Remedy, may_look_again, second_look


def clause_of_remedy(
    remedy: Remedy, one: Appraisal, reason: str, *, has_written_appeal: bool = False
) -> str:
    """The clause by which the remedy is taken. Whose it is, the policy has said already.

    An answer is to an appeal against a decided level, whatever became of the level since.

    Raises:
        OutOfOrder: the subject has not come so far.
        BadInput: no written appeal waits for the answer.
    """
    stage = Stage.DECIDED if remedy is Remedy.ANSWER_APPEAL else Stage(one.stage)
    verdict = may_look_again(
        remedy, {second_look(remedy).who}, stage, reason, has_written_appeal=has_written_appeal
    )
    if MissingForRemedy.STAGE in verdict.missing:
        raise waiting(one, _before(remedy))
    if MissingForRemedy.WRITTEN_APPEAL in verdict.missing:
        raise BadInput(
            vi="appraisal: không có khiếu nại bằng văn bản nào chờ trả lời",
            en="appraisal: no written appeal waits for an answer",
            field="appraisal",
        )
    assert verdict.allowed  # noqa: S101 -- its reason is written, and whose it is was asked before
    return verdict.clause


def _before(remedy: Remedy) -> Reason:
    """What comes before the look: the review, or the decision."""
    reviewed = second_look(remedy).from_stage is Stage.REVIEWED
    return Reason.NOT_REVIEWED if reviewed else Reason.NOT_PROPOSED
