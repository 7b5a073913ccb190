"""Whether the acts of a year stand in the order of the law (QĐ124:Đ11.2, Đ11.3, Đ15.1): looked at, not enforced."""

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
"""For what a decision waits, as far as the acts say it. Who was in a group when its quota was settled, they do not."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """An act that stands where it may not, and why."""

    sequence: int
    subject: VerifiedSubject
    sentence: str


async def misplaced(connection: AsyncConnection, year: int) -> list[Misplaced]:
    """The acts of a year that are out of order, and that no superior let through in writing before.

    A decision on another body is missed only where it is certain: something had been done on that body
    before. Bodies are looked for where the registry has them now.
    """
    out_of_step = await act_order.out_of_step(connection, year)
    ratings = await act_order.rated(connection, year)
    others = await _others_first(connection, [rating.appraisal_id for rating in ratings])
    acts = await act_order.of_bodies(connection, year)
    found = [Misplaced(act.sequence, act.subject, _sentence(act)) for act in out_of_step]
    found += _before_others(ratings, others, acts)
    return sorted(found, key=lambda act: act.sequence)


def _sentence(act: OutOfStep) -> str:
    if act.stage_needed is None:
        return f"{act.act} is dated before the step before it"
    return f"{act.act} at {act.stage}, not at {act.stage_needed}, and no superior let it through"


async def _others_first(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Before]:
    """The bodies that are decided before each of these appraisals."""
    asked = [
        (subject.id, reason)
        for subject in await rows.subjects(connection, ids)
        for reason in reasons_that_bind(
            subject.subject_class, subject.track, subject.kind, subject.rank
        )
        if reason in ON_BODIES
    ]
    return await rows.before(connection, asked)


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
    """Whether the body waited for its decision at this place of the chain, and was not left out then."""
    acts = by_body.get(body, ())
    before = [act for act in acts if act.sequence < sequence]
    levels = [act.level_stands for act in before if act.level_stands is not None]
    came_back = any(act.ends_exclusion for act in acts if act.sequence > sequence)
    return bool(before) and not came_back and not any(levels[-1:])
