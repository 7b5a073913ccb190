"""A small model of the year, from the spec alone: what is accepted, what is refused, what follows."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from resolvers.errors import BadInput
from resolvers.refusals import (
    AboveComputed,
    KeyReused,
    NotCompetent,
    OutOfOrder,
    QuotaExceeded,
    ReasonNeeded,
    StaleVersion,
    YearClosed,
)

Refusal = type[Exception]
LEVELS = ("NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT")


class Word(StrEnum):
    """What somebody asks for."""

    REVIEW = "REVIEW"
    SELF_RATE = "SELF_RATE"
    PROPOSE = "PROPOSE"
    DECIDE = "DECIDE"
    ANNUL = "ANNUL"
    APPEAL = "APPEAL"
    ANSWER = "ANSWER"
    REVIEW_AGAIN = "REVIEW_AGAIN"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One subject of an act, in the version that the actor saw."""

    subject: UUID
    version: int
    level: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What a person asks for: of one subject, or of a list that is decided together.

    `said` stands for the reason, the remark or the number of the paper.
    """

    word: Word
    person: UUID
    wanted: tuple[Wanted, ...]
    said: str = "x"
    in_writing: bool = True


@dataclass(slots=True)
class Subject:
    """One appraisal; `person` is the subject itself, `speaker` whoever acts for it (the head of a body)."""

    group: str
    authority: str
    superior: str
    speaker: UUID
    person: UUID | None
    computed: str | None
    stage: str
    version: int
    self_level: str | None = None
    proposed: str | None = None
    level: str | None = None
    rater: str | None = None
    to_review: bool = False
    proposer: UUID | None = None
    has_open_appeal: bool = False


@dataclass(slots=True)
class Year:
    """The year: `chairs` and `offices` by authority, `above` the committee directly above each.

    `acts` and `commands` count what was recorded; a refusal records nothing.
    """

    subjects: Mapping[UUID, Subject]
    counts: dict[str, Counter[str | None]]
    chairs: dict[str, set[UUID]]
    offices: Mapping[str, set[UUID]]
    above: Mapping[str, str]
    over: set[str] = field(default_factory=set)
    keys: dict[tuple[UUID, UUID], Act] = field(default_factory=dict)
    is_open: bool = True
    acts: int = 0

    @property
    def commands(self) -> int:
        return len(self.keys)

    def ask(self, key: UUID, act: Act) -> Refusal | None:
        """Carry out the act, once for each key of a person; or why it is refused."""
        first = self.keys.get((act.person, key))
        if first is not None:
            return None if first == act else KeyReused
        for check in CHECKS[act.word]:
            if refused := check(self, act):
                return refused
        self.keys[act.person, key] = act
        for one in act.wanted:
            subject = self.subjects[one.subject]
            subject.version += 1
            self.acts += 1
            EFFECTS[act.word](self, subject, one, act)
        return None

    def may(self, act: Act, one: Wanted) -> bool:
        """Authority, sections 1, 2 and 5: whose act it is, never on oneself, four eyes."""
        subject, person = self.subjects[one.subject], act.person
        is_chair, is_office = (
            person in seats.get(subject.authority, ()) for seats in (self.chairs, self.offices)
        )
        may = {
            Word.REVIEW: is_office or person == subject.speaker,
            Word.SELF_RATE: person == subject.speaker,
            Word.PROPOSE: is_office or is_chair,
            Word.DECIDE: is_chair,
            Word.ANNUL: is_chair or self.is_superior(person, subject),
            Word.APPEAL: person == subject.speaker,
            Word.ANSWER: is_chair,
            Word.REVIEW_AGAIN: self.is_superior(person, subject),
        }
        alone = person == subject.proposer and one.level is not None
        if act.word in {Word.DECIDE, Word.ANNUL} and alone:
            return False
        return may[act.word] and not (act.word in NEVER_ON_ONESELF and person == subject.person)

    def has_come_to(self, word: Word, subject: Subject) -> bool:
        if word is Word.ANSWER:
            return subject.has_open_appeal
        return subject.stage in STAGES[word]

    def is_superior(self, person: UUID, subject: Subject) -> bool:
        """In the chair of the committee directly above the subject, or above whoever rated it."""
        committees = {subject.superior, self.above.get(subject.rater or "")}
        return any(person in self.chairs.get(one or "", ()) for one in committees)

    def give(self, subject: Subject, level: str | None, rater: str | None) -> None:
        self.counts[subject.group][subject.level] -= 1
        self.counts[subject.group][level] += 1
        subject.level, subject.rater = level, rater
        subject.stage, subject.to_review = "DECIDED" if level else "PROPOSED", False
        (self.over.discard if self.holds(subject.group) else self.over.add)(subject.group)

    def holds(self, group: str, more: Counter[str | None] | None = None) -> bool:
        """Rating, section 4: five GOOD for each EXCELLENT."""
        counts = Counter(self.counts[group])
        counts.update(more or {})
        return 5 * counts["EXCELLENT"] <= counts["GOOD"]


NEVER_ON_ONESELF = {Word.PROPOSE, Word.DECIDE, Word.ANNUL, Word.ANSWER}
STAGES = {
    Word.REVIEW: {"NOT_STARTED"},
    Word.SELF_RATE: {"REVIEWED"},
    Word.PROPOSE: {"SELF_RATED"},
    Word.DECIDE: {"PROPOSED"},
    Word.ANNUL: {"DECIDED"},
    Word.APPEAL: {"DECIDED"},
    Word.REVIEW_AGAIN: {"REVIEWED", "SELF_RATED", "PROPOSED", "DECIDED"},
}

Check = Callable[[Year, Act], Refusal | None]


def closed(year: Year, _act: Act) -> Refusal | None:
    return None if year.is_open else YearClosed


def stale(year: Year, act: Act) -> Refusal | None:
    seen = all(year.subjects[one.subject].version == one.version for one in act.wanted)
    return None if seen else StaleVersion


def strangers(year: Year, act: Act) -> Refusal | None:
    groups = {year.subjects[one.subject].group for one in act.wanted}
    return None if len(groups) == 1 else BadInput


def not_competent(year: Year, act: Act) -> Refusal | None:
    return None if all(year.may(act, one) for one in act.wanted) else NotCompetent


def out_of_order(year: Year, act: Act) -> Refusal | None:
    stages = {year.subjects[one.subject].stage for one in act.wanted}
    return None if stages <= STAGES[act.word] else OutOfOrder


def above_computed(year: Year, act: Act) -> Refusal | None:
    for one in act.wanted:
        computed = year.subjects[one.subject].computed
        if computed in LEVELS and one.level in LEVELS[LEVELS.index(computed) + 1 :]:
            return AboveComputed
    return None


def without_reason(year: Year, act: Act) -> Refusal | None:
    """Below the computed level, or where none is determined, the reason is written."""
    silent = [one for one in act.wanted if not (one.reason or "").strip()]
    return (
        ReasonNeeded
        if any(one.level != year.subjects[one.subject].computed for one in silent)
        else None
    )


def over_quota(year: Year, act: Act) -> Refusal | None:
    """The list is taken as a whole, whatever its order."""
    group = year.subjects[act.wanted[0].subject].group
    return None if year.holds(group, Counter(one.level for one in act.wanted)) else QuotaExceeded


def no_appeal(year: Year, act: Act) -> Refusal | None:
    return None if year.subjects[act.wanted[0].subject].has_open_appeal else BadInput


PREPARING = (stale, closed, not_competent, out_of_order)
LOOKING_AGAIN = (stale, not_competent, out_of_order)
CHECKS: Mapping[Word, tuple[Check, ...]] = {
    Word.REVIEW: PREPARING,
    Word.SELF_RATE: PREPARING,
    Word.PROPOSE: PREPARING,
    Word.DECIDE: (
        *(closed, stale, strangers, not_competent, out_of_order),
        *(above_computed, without_reason, over_quota),
    ),
    Word.ANNUL: (*LOOKING_AGAIN, above_computed),
    Word.APPEAL: LOOKING_AGAIN,
    Word.ANSWER: (stale, not_competent, no_appeal),
    Word.REVIEW_AGAIN: LOOKING_AGAIN,
}


def _review(_year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    subject.stage = "REVIEWED"


def _self_rate(_year: Year, subject: Subject, one: Wanted, _act: Act) -> None:
    subject.stage, subject.self_level = "SELF_RATED", one.level


def _propose(_year: Year, subject: Subject, one: Wanted, act: Act) -> None:
    subject.stage, subject.proposed, subject.proposer = "PROPOSED", one.level, act.person


def _decide(year: Year, subject: Subject, one: Wanted, _act: Act) -> None:
    year.give(subject, one.level, subject.authority)


def _annul(year: Year, subject: Subject, one: Wanted, act: Act) -> None:
    """Regardless of the quota; rating again is a second act, of whoever annulled."""
    committees = (subject.authority, subject.superior, year.above.get(subject.rater or "", ""))
    mine = next(code for code in committees if act.person in year.chairs.get(code, ()))
    year.acts += one.level is not None
    year.give(subject, one.level, mine if one.level else None)


def _appeal(_year: Year, subject: Subject, _one: Wanted, act: Act) -> None:
    subject.has_open_appeal = subject.has_open_appeal or act.in_writing


def _answer(_year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    subject.has_open_appeal = False


def _review_again(_year: Year, subject: Subject, _one: Wanted, _act: Act) -> None:
    """Before the decision back to the review; a decided level stands, to be reviewed."""
    if subject.stage == "DECIDED":
        subject.to_review = True
    else:
        subject.stage = "NOT_STARTED"


EFFECTS: Mapping[Word, Callable[[Year, Subject, Wanted, Act], None]] = {
    Word.REVIEW: _review,
    Word.SELF_RATE: _self_rate,
    Word.PROPOSE: _propose,
    Word.DECIDE: _decide,
    Word.ANNUL: _annul,
    Word.APPEAL: _appeal,
    Word.ANSWER: _answer,
    Word.REVIEW_AGAIN: _review_again,
}
