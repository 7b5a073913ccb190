"""What follows in the model of the year from each act that is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tests.resolvers.year_words import Act, Wanted, Word

if TYPE_CHECKING:
    from tests.resolvers.year_model import Subject, Year


def is_further(subject: Subject) -> bool:
    """Reviewed already, but not at this place: each place of review is recorded until the decision."""
    return subject.stage not in {"NOT_STARTED", "DECIDED"} and not subject.is_reviewed_here


def _review(_year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    subject.stage = subject.stage if is_further(subject) else "REVIEWED"
    subject.is_reviewed_here = True


def _self_rate(_year: Year, subject: Subject, one: Wanted, _act: Act) -> None:
    subject.stage, subject.self_level = "SELF_RATED", one.level


def _propose(_year: Year, subject: Subject, one: Wanted, act: Act) -> None:
    subject.stage, subject.proposed, subject.proposer = "PROPOSED", one.level, act.person


def _decide(year: Year, subject: Subject, one: Wanted, _act: Act) -> None:
    year.give(subject, one.level, subject.authority)


def _annul(year: Year, subject: Subject, one: Wanted, act: Act) -> None:
    """Rating again is a second act, of whoever annulled."""
    committees = (subject.authority, subject.superior, year.above.get(subject.rater or "", ""))
    decides = year.stands_in(act.person, subject)
    mine = next(code for code in committees if decides or act.person in year.chairs.get(code, ()))
    year.acts += one.level is not None
    year.give(subject, one.level, mine if one.level else None)


def _appeal(_year: Year, subject: Subject, _one: Wanted, act: Act) -> None:
    subject.has_open_appeal = subject.has_open_appeal or act.in_writing


def _answer(_year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    subject.has_open_appeal, subject.is_appeal_answered = False, True


def _review_again(_year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    """Before the decision back to the review; a decided level stands, to be reviewed."""
    if subject.stage == "DECIDED":
        subject.to_review = True
    else:
        subject.stage, subject.is_reviewed_here = "NOT_STARTED", False


def _exclude(year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    """Out of every count; a level that was decided is annulled first."""
    if subject.level is not None:
        year.acts += 1
        year.give(subject, None, None)
    year.counts[subject.group][None] -= 1
    subject.excluded = True


def _end_exclusion(year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    subject.excluded = False
    year.counts[subject.group][None] += 1


def _transfer(year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    """A level that was decided stands, to be reviewed, and with it the authority that decided."""
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


EFFECTS: Mapping[Word, Callable[[Year, Subject, Wanted, Act], None]] = {
    Word.REVIEW: _review,
    Word.SELF_RATE: _self_rate,
    Word.PROPOSE: _propose,
    Word.DECIDE: _decide,
    Word.ANNUL: _annul,
    Word.APPEAL: _appeal,
    Word.ANSWER: _answer,
    Word.REVIEW_AGAIN: _review_again,
    Word.EXCLUDE: _exclude,
    Word.END_EXCLUSION: _end_exclusion,
    Word.TRANSFER: _transfer,
}
