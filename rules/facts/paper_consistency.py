"""Checks the papers of disciplines and votes in submitted facts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from rules.facts.facts import Discipline, Facts
from rules.facts.fault import MISSING_FIELD, Fault
from rules.facts.paper import IssuedPaper
from rules.values import BadValueError, read_document_day

VOTES = ("workplace_votes", "residents_votes", "confidence_votes")


def paper_faults(facts: Facts, today: date) -> Iterator[Fault]:
    """Faults of papers: an impossible day, another day than the discipline's, two papers of one discipline."""
    for name in VOTES:
        votes = getattr(facts, name)
        if votes is not None and votes.paper is not None:
            held_on = getattr(votes, "held_on", None) or date(facts.year, 1, 1)
            yield from _of_vote(f"{name}.paper", votes.paper, held_on, today)
    for place, discipline in enumerate(facts.discipline):
        if discipline.paper is not None:
            yield from _of_discipline(
                f"discipline[{place}]", discipline, discipline.paper, facts.year, today
            )
    yield from _duplicate_faults(facts.discipline)


def _of_vote(path: str, paper: IssuedPaper, held_on: date, today: date) -> Iterator[Fault]:
    yield from _day(path, paper, today)
    if paper.date < held_on:
        en, vi = f"{held_on} or later, when the vote was held", f"từ {held_on}, ngày lấy phiếu"
        yield Fault(f"{path}.date", paper.date, en, vi)


def _of_discipline(
    path: str, discipline: Discipline, paper: IssuedPaper, year: int, today: date
) -> Iterator[Fault]:
    """The paper is the decision, so both have one day; a decision without a day is of the rated year."""
    yield from _day(f"{path}.paper", paper, today)
    if discipline.decided_on is None:
        if paper.date.year != year:
            en, vi = f"{paper.date}, the day of its paper", f"{paper.date}, ngày của văn bản"
            yield Fault(f"{path}.decided_on", MISSING_FIELD, en, vi)
    elif paper.date != discipline.decided_on:
        en = f"{discipline.decided_on}, the day of the decision"
        yield Fault(
            f"{path}.paper.date", paper.date, en, f"{discipline.decided_on}, ngày quyết định"
        )


def _day(path: str, paper: IssuedPaper, today: date) -> Iterator[Fault]:
    try:
        read_document_day(paper.date, today)
    except BadValueError as bad:
        yield Fault(f"{path}.date", paper.date, bad.en, bad.vi)


def _duplicate_faults(disciplines: Sequence[Discipline]) -> Iterator[Fault]:
    """Faults of duplicates: a paper disciplines a subject once, and a discipline has one paper."""
    by_paper: dict[object, int] = {}
    by_discipline: dict[object, int] = {}
    for place, discipline in enumerate(disciplines):
        if discipline.paper is None:
            continue
        path, number = f"discipline[{place}].paper", discipline.paper.number
        same_paper = by_paper.setdefault((discipline.who, discipline.name, discipline.paper), place)
        of_day = replace(
            discipline, paper=None, decided_on=discipline.decided_on or discipline.paper.date
        )
        same_discipline = by_discipline.setdefault(of_day, place)
        if same_paper != place:
            en = f"another one than that of discipline[{same_paper}]: it disciplines somebody once"
            vi = f"khác văn bản của discipline[{same_paper}]: một văn bản chỉ kỷ luật một lần"
            yield Fault(path, number, en, vi)
        elif same_discipline != place:
            en = f"that of discipline[{same_discipline}]: the same discipline has one paper"
            vi = f"văn bản của discipline[{same_discipline}]: cùng một kỷ luật chỉ có một văn bản"
            yield Fault(path, number, en, vi)
