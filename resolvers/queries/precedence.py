"""What an appraisal waits for: whom each reason of the order (rules/procedure/precedence.py) means in the registry."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import act as acts, precedence as rows
from rules.enums import Act
from rules.procedure.precedence import (
    EarlierSubject,
    Reason,
    Standing,
    Step,
    StepWaitsFor,
    WrittenPermission,
    may_be_done_now,
    next_acts,
    reasons_that_bind,
    rule,
)

STEP_OF_ACT = {Act.SELF_RATE: Step.SELF_RATE, Act.APPRAISE: Step.APPRAISE, Act.RATE: Step.RATE}


async def standings(
    connection: AsyncConnection, ids: Sequence[UUID], too_few: Collection[UUID] = ()
) -> dict[UUID, Standing]:
    """How far these appraisals have come, and who comes before them, by three statements for all of them.

    What a direct superior let through in writing waits for nobody (QĐ124:Đ8.3, Đ13.3). In a year that is
    closed nobody waits for anybody else. `too_few` are those for whom too few officers are there
    (`resolvers.queries.officer`): a command asks that of nobody, its own checks are exact.

    Everybody named here has an appraisal in the same year, and a class of authority: whom no clause of
    sections 6 and 7 lets anybody rate, or at least appraise (HD01:6.1:+), is not waited for, because
    nobody could end the wait. An id that no appraisal has is left out.

    Reviewed first (QĐ124:Đ7.3.1, of a leader's cell Đ7.3.2):
      COLLECTIVE: for an official, the collective of the rated post's body: that body itself where it is
        a collective, else the leadership collective or (standing, cell) committee that leads it.
      HEAD, DEPUTIES: for deputies and members, the officials whose rated post is of that rank in the
        same body.
      CELL: for an official, the same person as a party member.
      PROFESSIONAL: for a party committee or caucus, the collectives, not of the party, that lead the
        same organisation. Organisations are not reviewed (Đ5).

    Decided first (QĐ124:Đ11.3, the quota by HD01:5.1.3):
      COLLECTIVE: as above.
      BODY: for a head, the organisation headed, and the collective as above; section 6 rates most
        organisations by what leads them alone.
      QUOTA: for a head, the peer groups of these bodies: settled once each body in them that somebody
        may rate is decided, and the group is not over its quota.
      LOWER: for a body, the organisations directly below the one that it is or leads, and all that lead
        these. A cell lies below its party organisation, not below the agency whose cell it is.
      PROFESSIONAL: for whatever is of the party, the bodies that are not, of the same organisation.
    """
    subjects = await rows.subjects(connection, ids)
    asked = [(one.id, reason) for one in subjects for reason in _binding(one)]
    earlier: dict[UUID, list[EarlierSubject]] = defaultdict(list)
    for one in await rows.before(connection, asked):
        earlier[one.appraisal_id].append(EarlierSubject(one.reason, one.subject, one.done))
    excepted = await acts.exceptions(connection, [one.id for one in subjects])
    return {
        one.id: Standing(
            one.key,
            one.subject_class,
            one.stage,
            tuple(earlier[one.id]),
            _permissions(excepted.get(one.id, {})),
            year_is_over=one.year_is_over,
            too_few_officers=one.id in too_few,
        )
        for one in subjects
    }


def _permissions(reasons: Mapping[str, str]) -> dict[Step, WrittenPermission]:
    """None but the direct superior may write one (`resolvers.commands.remedy`)."""
    return {
        Step(step): WrittenPermission("", is_direct_superior=True, reason=reason)
        for step, reason in reasons.items()
    }


def _binding(subject: rows.SubjectInOrder) -> tuple[Reason, ...]:
    if subject.year_is_over:
        return ()
    return reasons_that_bind(subject.subject_class, subject.track, subject.kind, subject.rank)


def blocks(standing: Standing, act: Act) -> tuple[StepWaitsFor, ...]:
    """What the act waits for; nothing when it may be done now."""
    return may_be_done_now(standing, STEP_OF_ACT[act]).waits_for


def blocks_next(standing: Standing) -> tuple[StepWaitsFor, ...]:
    """What the next step waits for; nothing when it may be taken now, or none is left."""
    left = next_acts(standing)
    return may_be_done_now(standing, left[0].step).waits_for if left else ()


def others_first(standing: Standing) -> tuple[EarlierSubject, ...]:
    """Whoever else is not done yet, though a step that is left waits for it."""
    left = {one.step for one in next_acts(standing) if not standing.lets_through(one.step)}
    return tuple(one for one in standing.earlier if not one.done and rule(one.reason).step in left)
