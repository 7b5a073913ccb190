"""Checks whether the acts of a year are in the order of the law (QĐ124:Đ11.2, Đ11.3, Đ15.1); nothing is enforced."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import act_order, precedence as rows
from db.repositories.act_order import OfBody, OutOfStep, RatedAct
from db.repositories.precedence import Before
from db.repositories.verification import VerifiedSubject
from rules.procedure.precedence import Reason, reasons_that_bind, rule

ON_BODIES = frozenset(
    {
        Reason.COLLECTIVE_NOT_RATED,
        Reason.BODY_NOT_RATED,
        Reason.LOWER_NOT_RATED,
        Reason.PROFESSIONAL_NOT_RATED,
    }
)
"""The reasons for which a decision waits that acts can prove. They do not record who was in a group when its quota was settled."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """An act that is out of order, and why."""

    sequence: int
    subject: VerifiedSubject
    sentence: str


async def misplaced(connection: AsyncConnection, year: int) -> list[Misplaced]:
    """The acts of a year that are out of order, and that no superior permitted in writing before.

    A missing decision on another body counts only if it is certain: an act on that body came before. The places
    of bodies are those of the registry at present.
    """
    out_of_step = await act_order.out_of_step(connection, year)
    ratings = await act_order.rated(connection, year)
    others = await _others_first(connection, [rating.appraisal_id for rating in ratings])
    acts = await act_order.of_bodies(connection, year)
    findings = [Misplaced(act.sequence, act.subject, _sentence(act)) for act in out_of_step]
    findings += _before_others(ratings, others, acts)
    return sorted(findings, key=lambda act: act.sequence)


def _sentence(act: OutOfStep) -> str:
    if act.stage_needed is None:
        return f"{act.act} is dated before the step before it"
    return f"{act.act} at {act.stage}, not at {act.stage_needed}, and no superior let it through"


async def _others_first(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Before]:
    """The bodies that must be decided before each of these appraisals."""
    pairs = [
        (subject.id, reason)
        for subject in await rows.subjects(connection, ids)
        for reason in reasons_that_bind(
            subject.subject_class, subject.track, subject.kind, subject.rank
        )
        if reason in ON_BODIES
    ]
    return await rows.before(connection, pairs)


def _before_others(
    ratings: Iterable[RatedAct], others: Iterable[Before], acts: Iterable[OfBody]
) -> Iterator[Misplaced]:
    by_body: dict[str, list[OfBody]] = defaultdict(list)
    for act in acts:
        by_body[act.body_code].append(act)
    first: dict[UUID, list[Before]] = defaultdict(list)
    for before in others:
        first[before.appraisal_id].append(before)
    for rating in ratings:
        for before in first[rating.appraisal_id]:
            if _was_open(by_body, before.subject, rating.sequence):
                clause = rule(before.reason).clause
                sentence = f"{clause}: {before.subject} was not decided yet, and no superior let it through"
                yield Misplaced(rating.sequence, rating.subject, sentence)


def _was_open(by_body: Mapping[str, Sequence[OfBody]], body: str, sequence: int) -> bool:
    """Whether the body was undecided at this sequence of the chain, and was not excluded then."""
    acts = by_body.get(body, ())
    before = [act for act in acts if act.sequence < sequence]
    levels = [act.level_stands for act in before if act.level_stands is not None]
    came_back = any(act.ends_exclusion for act in acts if act.sequence > sequence)
    return bool(before) and not came_back and not any(levels[-1:])
