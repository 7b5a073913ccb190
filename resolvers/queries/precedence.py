"""Finds the subjects that an appraisal waits for, for each reason of the order (rules/procedure/precedence.py)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """The stages of these appraisals, and the subjects that come before them, by three statements for all.

    A step that the direct superior permitted in writing does not wait (QĐ124:Đ8.3, Đ13.3). In a closed year
    no appraisal waits for another. `too_few` are those with too few officers (`resolvers.queries.officer`);
    commands do not pass it, as their own checks are exact.

    Every subject that is waited for has an appraisal in the same year, and a class of authority. A subject that
    no clause of sections 6 and 7 lets anyone rate, or at least appraise (HD01:6.1:+), is not waited for, because
    the wait could not end. An id without an appraisal is left out.

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
      PROFESSIONAL: for bodies of the party, the bodies of the same organisation that are not of the party.
    """
    subjects = await rows.subjects(connection, ids)
    before = await rows.before(connection, binding_pairs(subjects))
    exceptions = await acts.exceptions(connection, [subject.id for subject in subjects])
    return standings_of(subjects, before, exceptions, too_few)


def binding_pairs(subjects: Iterable[rows.SubjectInOrder]) -> list[tuple[UUID, Reason]]:
    """Each appraisal with each reason for which it may have to wait."""
    return [(subject.id, reason) for subject in subjects for reason in _binding(subject)]


def standings_of(
    subjects: Sequence[rows.SubjectInOrder],
    before: Iterable[rows.Before],
    exceptions: Mapping[UUID, Mapping[str, str]],
    too_few: Collection[UUID] = (),
) -> dict[UUID, Standing]:
    """The standings of appraisals from what was read of them; see `standings`."""
    earlier: dict[UUID, list[EarlierSubject]] = defaultdict(list)
    for row in before:
        earlier[row.appraisal_id].append(EarlierSubject(row.reason, row.subject, row.done))
    return {
        subject.id: Standing(
            subject.key,
            subject.subject_class,
            subject.stage,
            tuple(earlier[subject.id]),
            _permissions(exceptions.get(subject.id, {})),
            year_is_over=subject.year_is_over,
            too_few_officers=subject.id in too_few,
        )
        for subject in subjects
    }


def _permissions(reasons: Mapping[str, str]) -> dict[Step, WrittenPermission]:
    """The written permissions by step; only the direct superior may give one (`resolvers.commands.remedy`)."""
    return {
        Step(step): WrittenPermission("", is_direct_superior=True, reason=reason)
        for step, reason in reasons.items()
    }


def _binding(subject: rows.SubjectInOrder) -> tuple[Reason, ...]:
    if subject.year_is_over:
        return ()
    return reasons_that_bind(subject.subject_class, subject.track, subject.kind, subject.rank)


def blocks(standing: Standing, act: Act) -> tuple[StepWaitsFor, ...]:
    """What the act waits for; empty if it may be done now."""
    return may_be_done_now(standing, STEP_OF_ACT[act]).waits_for


def blocks_next(standing: Standing) -> tuple[StepWaitsFor, ...]:
    """What the next step waits for; empty if it may be taken now, or no step is left."""
    left = next_acts(standing)
    return may_be_done_now(standing, left[0].step).waits_for if left else ()


def others_first(standing: Standing) -> tuple[EarlierSubject, ...]:
    """The undone subjects for which one of the remaining steps waits."""
    left = {
        earlier.step for earlier in next_acts(standing) if not standing.lets_through(earlier.step)
    }
    return tuple(
        earlier
        for earlier in standing.earlier
        if not earlier.done and rule(earlier.reason).step in left
    )
