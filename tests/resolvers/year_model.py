"""A small model of the year, from the spec alone: what is accepted, what is refused, what follows."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from resolvers.errors import BadInput
from resolvers.refusals import (
    AboveAnnulled,
    AboveComputed,
    KeyReused,
    LeftOut,
    NotCompetent,
    OutOfOrder,
    QuotaExceeded,
    ReasonNeeded,
    StaleVersion,
    YearClosed,
)
from tests.resolvers.year_effects import EFFECTS, is_further
from tests.resolvers.year_words import Act, Wanted, Word

Refusal = type[Exception]
LEVELS = ("NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT")


@dataclass(slots=True)
class Subject:
    """One appraisal; `person` is the subject itself, `speaker` whoever acts for it (the head of a body),
    `recorder` whoever recorded the facts in force.
    """

    group: str
    authority: str
    superior: str
    speaker: UUID
    person: UUID | None
    computed: str | None
    recorder: UUID | None
    stage: str
    version: int
    self_level: str | None = None
    proposed: str | None = None
    level: str | None = None
    rater: str | None = None
    to_review: bool = False
    proposer: UUID | None = None
    has_open_appeal: bool = False
    is_appeal_answered: bool = False
    excluded: bool = False
    is_reviewed_here: bool = False


@dataclass(slots=True)
class Year:
    """The year: `chairs` and `offices` by authority, `above` the committee directly above each.

    `acts` and `commands` count what was recorded; a refusal records nothing. A transfer leads from the group
    `left` to the group `joined`, whose authority is nobody here.
    """

    subjects: Mapping[UUID, Subject]
    counts: dict[str, Counter[str | None]]
    chairs: dict[str, set[UUID]]
    offices: Mapping[str, set[UUID]]
    above: Mapping[str, str]
    left: str
    joined: str
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
        decides = self.decides(person, subject)
        may = {
            Word.REVIEW: is_office or person == subject.speaker,
            Word.SELF_RATE: person == subject.speaker,
            Word.PROPOSE: is_office or is_chair,
            Word.DECIDE: decides,
            Word.ANNUL: decides or self.is_superior(person, subject),
            Word.APPEAL: person == subject.speaker,
            Word.ANSWER: decides,
            Word.REVIEW_AGAIN: self.is_superior(person, subject),
            Word.EXCLUDE: (decides or self.is_superior(person, subject))
            if subject.stage == "DECIDED"
            else is_office,
            Word.END_EXCLUSION: is_office,
            Word.TRANSFER: is_office,
        }
        alone = person in {subject.proposer, subject.recorder} and one.level is not None
        if act.word in {Word.DECIDE, Word.ANNUL} and alone:
            return False
        return may[act.word] and not (act.word in NEVER_ON_ONESELF and person == subject.speaker)

    def may_at_all(self, act: Act, one: Wanted) -> bool:
        """Before anything is locked: by any of the powers that the command may need."""
        if act.word is Word.ANNUL:  # four eyes are asked once it is known that a level follows
            one = replace(one, level=None)
        if act.word is not Word.EXCLUDE:
            return self.may(act, one)
        subject = self.subjects[one.subject]
        may = act.person in self.offices.get(subject.authority, ())
        may = may or act.person in self.chairs.get(subject.authority, ())
        return act.person != subject.speaker and (may or self.is_superior(act.person, subject))

    def compiles(self, act: Act, one: Wanted) -> bool:
        """The office does, papers of others; whoever is reviewed gives the own as long as the year is open."""
        subject = self.subjects[one.subject]
        is_office = act.person in self.offices.get(subject.authority, ())
        return is_office and act.person != subject.speaker

    def has_come_to(self, word: Word, subject: Subject) -> bool:
        if word is Word.ANSWER:
            return subject.has_open_appeal
        if word is Word.END_EXCLUSION:
            return subject.excluded
        if word in {Word.EXCLUDE, Word.TRANSFER}:
            return subject.group == self.left and not subject.excluded
        return subject.stage in STAGES[word]

    def decides(self, person: UUID, subject: Subject) -> bool:
        """For the authority of the subject."""
        is_chair = person in self.chairs.get(subject.authority, ())
        return is_chair or self.stands_in(person, subject)

    def stands_in(self, person: UUID, subject: Subject) -> bool:
        """Authority, Đ13: about the chair, another member of the authority decides, and looks at it again."""
        is_chair = subject.speaker in self.chairs.get(subject.authority, ())
        return is_chair and person in self.offices.get(subject.authority, ())

    def is_superior(self, person: UUID, subject: Subject) -> bool:
        """In the chair of the committee directly above the subject, or above whoever rated it."""
        committees = {subject.superior, self.above.get(subject.rater or "")}
        return any(person in self.chairs.get(one or "", ()) for one in committees)

    def give(self, subject: Subject, level: str | None, rater: str | None) -> None:
        self.counts[subject.group][subject.level] -= 1
        self.counts[subject.group][level] += 1
        subject.level, subject.rater, subject.is_appeal_answered = level, rater, False
        subject.stage, subject.to_review = "DECIDED" if level else "PROPOSED", False
        self.mark(subject.group)

    def mark(self, group: str) -> None:
        (self.over.discard if self.holds(group) else self.over.add)(group)

    def holds(self, group: str, more: Counter[str | None] | None = None) -> bool:
        """Rating, section 4: five GOOD for each EXCELLENT."""
        counts = Counter(self.counts[group])
        counts.update(more or {})
        return 5 * counts["EXCELLENT"] <= counts["GOOD"]


NEVER_ON_ONESELF = {Word.PROPOSE, Word.DECIDE, Word.ANNUL, Word.ANSWER}
NEVER_ON_ONESELF |= {Word.EXCLUDE, Word.END_EXCLUSION, Word.TRANSFER}
ENDED_WITH_THE_YEAR = {Word.SELF_RATE, Word.PROPOSE}
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


def left_out(year: Year, act: Act) -> Refusal | None:
    return LeftOut if any(year.subjects[one.subject].excluded for one in act.wanted) else None


def no_member(year: Year, act: Act) -> Refusal | None:
    """Only party members are left out, or go from cell to cell."""
    return None if year.subjects[act.wanted[0].subject].person else BadInput


def not_left_out(year: Year, act: Act) -> Refusal | None:
    return None if year.subjects[act.wanted[0].subject].excluded else BadInput


def there_already(year: Year, act: Act) -> Refusal | None:
    return BadInput if year.subjects[act.wanted[0].subject].group == year.joined else None


def moves_over_quota(year: Year, act: Act) -> Refusal | None:
    """A group that is left must not get worse while it is over; one that is joined must hold."""
    subject = year.subjects[act.wanted[0].subject]
    if subject.level is None:
        return None
    before, after = Counter(year.counts[subject.group]), Counter(year.counts[subject.group])
    after[subject.level] -= 1
    rooms = [each["GOOD"] // 5 - each["EXCELLENT"] for each in (before, after)]
    gets_worse = rooms[1] < 0 and rooms[1] < rooms[0]
    fits = year.holds(year.joined, Counter([subject.level]))
    return QuotaExceeded if gets_worse or not fits else None


def strangers(year: Year, act: Act) -> Refusal | None:
    groups = {year.subjects[one.subject].group for one in act.wanted}
    return None if len(groups) == 1 else BadInput


def not_competent(year: Year, act: Act) -> Refusal | None:
    return None if all(year.may(act, one) for one in act.wanted) else NotCompetent


def not_competent_at_all(year: Year, act: Act) -> Refusal | None:
    """Rights come before everything else; of whoever lacks nothing but an open year, the year is named."""
    if not all(year.may_at_all(act, one) for one in act.wanted):
        return NotCompetent
    ends = act.word in ENDED_WITH_THE_YEAR or (
        act.word is Word.REVIEW and not year.compiles(act, act.wanted[0])
    )
    return YearClosed if ends and not year.is_open else None


def out_of_order(year: Year, act: Act) -> Refusal | None:
    if act.word is Word.REVIEW and is_further(year.subjects[act.wanted[0].subject]):
        return None
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


def raised(year: Year, act: Act) -> Refusal | None:
    """Đ15.3: a fault found later raises no level; the superior of Đ13.3 may, and whoever answered an appeal."""
    (one,) = act.wanted
    subject = year.subjects[one.subject]
    if one.level is None or subject.level is None or not year.decides(act.person, subject):
        return None
    is_higher = LEVELS.index(one.level) > LEVELS.index(subject.level)
    is_higher = is_higher and not subject.is_appeal_answered
    return AboveAnnulled if is_higher else None


def rated_over_quota(year: Year, act: Act) -> Refusal | None:
    """An annulment alone passes; a new level must hold, or an EXCELLENT leaves a group that is over."""
    (one,) = act.wanted
    subject = year.subjects[one.subject]
    if one.level is None or (subject.level == "EXCELLENT" and one.level != "EXCELLENT"):
        return None
    counts = Counter(year.counts[subject.group])
    counts[subject.level] -= 1
    counts[one.level] += 1
    return None if 5 * counts["EXCELLENT"] <= counts["GOOD"] else QuotaExceeded


def no_appeal(year: Year, act: Act) -> Refusal | None:
    return None if year.subjects[act.wanted[0].subject].has_open_appeal else BadInput


PREPARING = (not_competent_at_all, stale, left_out, closed, not_competent, out_of_order)
LOOKING_AGAIN = (not_competent_at_all, stale, left_out, not_competent, out_of_order)
CHECKS: Mapping[Word, tuple[Check, ...]] = {
    Word.REVIEW: PREPARING,
    Word.SELF_RATE: PREPARING,
    Word.PROPOSE: PREPARING,
    Word.DECIDE: (
        *(closed, strangers, not_competent, stale, left_out, out_of_order),
        *(above_computed, without_reason, over_quota),
    ),
    Word.ANNUL: (*LOOKING_AGAIN, raised, above_computed, rated_over_quota),
    Word.APPEAL: LOOKING_AGAIN,
    Word.ANSWER: (not_competent_at_all, stale, left_out, not_competent, no_appeal),
    Word.REVIEW_AGAIN: LOOKING_AGAIN,
    Word.EXCLUDE: (not_competent_at_all, stale, closed, left_out, not_competent, no_member),
    Word.END_EXCLUSION: (not_competent_at_all, stale, closed, not_competent, not_left_out),
    Word.TRANSFER: (
        *(not_competent_at_all, stale, no_member, there_already),
        *(closed, not_competent, moves_over_quota),
    ),
}
