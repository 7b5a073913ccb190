"""The effects of each accepted act in the model of the year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tests.resolvers.year_words import Act, ActKind, ActTarget

if TYPE_CHECKING:
    from tests.resolvers.year_model import Subject, Year


def is_further(subject: Subject) -> bool:
    """Reviewed already, but not at this place: each place of review is recorded until the decision."""
    return subject.stage not in {"NOT_STARTED", "DECIDED"} and not subject.is_reviewed_here


def _review(_year: Year, subject: Subject, _one: ActTarget, _act: Act) -> None:
    subject.stage = subject.stage if is_further(subject) else "REVIEWED"
    subject.is_reviewed_here = True


def _self_rate(_year: Year, subject: Subject, target: ActTarget, _act: Act) -> None:
    subject.stage, subject.self_level = "SELF_RATED", target.level


def _propose(_year: Year, subject: Subject, target: ActTarget, act: Act) -> None:
    subject.stage, subject.proposed, subject.proposer = "PROPOSED", target.level, act.person


def _decide(year: Year, subject: Subject, target: ActTarget, _act: Act) -> None:
    year.give(subject, target.level, subject.authority)


def _annul(year: Year, subject: Subject, target: ActTarget, act: Act) -> None:
    """Rating again is a second act by the same authority."""
    committees = (subject.authority, subject.superior, year.above.get(subject.rater or "", ""))
    decides = year.stands_in(act.person, subject)
    mine = next(code for code in committees if decides or act.person in year.chairs.get(code, ()))
    year.acts += target.level is not None
    year.give(subject, target.level, mine if target.level else None)


def _appeal(_year: Year, subject: Subject, _one: ActTarget, act: Act) -> None:
    subject.has_open_appeal = subject.has_open_appeal or act.in_writing


def _answer(_year: Year, subject: Subject, _one: ActTarget, _act: Act) -> None:
    subject.has_open_appeal, subject.is_appeal_answered = False, True


def _review_again(_year: Year, subject: Subject, _one: ActTarget, _act: Act) -> None:
    """Before the decision, the stage goes back to the review; a decided level is kept and marked."""
    if subject.stage == "DECIDED":
        subject.to_review = True
    else:
        subject.stage, subject.is_reviewed_here = "NOT_STARTED", False


def _exclude(year: Year, subject: Subject, _one: ActTarget, _act: Act) -> None:
    """Removes the subject from every count; a decided level is annulled first."""
    if subject.level is not None:
        year.acts += 1
        year.give(subject, None, None)
    year.counts[subject.group][None] -= 1
    subject.excluded = True


def _end_exclusion(year: Year, subject: Subject, _one: ActTarget, _act: Act) -> None:
    subject.excluded = False
    year.counts[subject.group][None] += 1


def _transfer(year: Year, subject: Subject, _one: ActTarget, _act: Act) -> None:
    """A decided level is kept and marked, with the authority that decided."""
    if not subject.excluded:
        year.counts[subject.group][subject.level] -= 1
        year.counts[year.joined][subject.level] += 1
    subject.group = year.joined
    if subject.stage == "DECIDED":
        subject.to_review = True
    else:
        subject.authority = year.joined
    year.mark(year.left)
    year.mark(year.joined)


EFFECTS: Mapping[ActKind, Callable[[Year, Subject, ActTarget, Act], None]] = {
    ActKind.REVIEW: _review,
    ActKind.SELF_RATE: _self_rate,
    ActKind.PROPOSE: _propose,
    ActKind.DECIDE: _decide,
    ActKind.ANNUL: _annul,
    ActKind.APPEAL: _appeal,
    ActKind.ANSWER: _answer,
    ActKind.REVIEW_AGAIN: _review_again,
    ActKind.EXCLUDE: _exclude,
    ActKind.END_EXCLUSION: _end_exclusion,
    ActKind.TRANSFER: _transfer,
}
