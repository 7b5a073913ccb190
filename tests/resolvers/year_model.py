"""A small model of the year, written from the specification: acceptance, refusals and effects of acts."""

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
from tests.resolvers.year_words import Act, ActKind, ActTarget

Refusal = type[Exception]
LEVELS = ("NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT")


@dataclass(slots=True)
class Subject:
    """One appraisal; `person` is the subject itself, `speaker` the person acting for it (the head of a body),
    `recorder` the person who recorded the facts in force.
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
    `left` to the group `joined`, whose authority is outside of the model.
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
        """Execute the act once for each key of a person; returns the refusal, if any."""
        first = self.keys.get((act.person, key))
        if first is not None:
            return None if first == act else KeyReused
        for check in CHECKS[act.word]:
            if refused := check(self, act):
                return refused
        self.keys[act.person, key] = act
        for target in act.targets:
            subject = self.subjects[target.subject]
            subject.version += 1
            self.acts += 1
            EFFECTS[act.word](self, subject, target, act)
        return None

    def may(self, act: Act, target: ActTarget) -> bool:
        """Authority, sections 1, 2 and 5: competence, never on oneself, two persons."""
        subject, person = self.subjects[target.subject], act.person
        is_chair, is_office = (
            person in seats.get(subject.authority, ()) for seats in (self.chairs, self.offices)
        )
        decides = self.decides(person, subject)
        may = {
            ActKind.REVIEW: is_office or person == subject.speaker,
            ActKind.SELF_RATE: person == subject.speaker,
            ActKind.PROPOSE: is_office or is_chair,
            ActKind.DECIDE: decides,
            ActKind.ANNUL: decides or self.is_superior(person, subject),
            ActKind.APPEAL: person == subject.speaker,
            ActKind.ANSWER: decides,
            ActKind.REVIEW_AGAIN: self.is_superior(person, subject),
            ActKind.EXCLUDE: (decides or self.is_superior(person, subject))
            if subject.stage == "DECIDED"
            else is_office,
            ActKind.END_EXCLUSION: is_office,
            ActKind.TRANSFER: is_office,
        }
        alone = person in {subject.proposer, subject.recorder} and target.level is not None
        if act.word in {ActKind.DECIDE, ActKind.ANNUL} and alone:
            return False
        return may[act.word] and not (act.word in NEVER_ON_ONESELF and person == subject.speaker)

    def may_at_all(self, act: Act, target: ActTarget) -> bool:
        """The check before any lock: one of the powers that the command may need."""
        if act.word is ActKind.ANNUL:  # the rule of two persons applies only if a level follows
            target = replace(target, level=None)
        if act.word is not ActKind.EXCLUDE:
            return self.may(act, target)
        subject = self.subjects[target.subject]
        may = act.person in self.offices.get(subject.authority, ())
        may = may or act.person in self.chairs.get(subject.authority, ())
        return act.person != subject.speaker and (may or self.is_superior(act.person, subject))

    def compiles(self, act: Act, target: ActTarget) -> bool:
        """The office, for other subjects; the subject itself only while the year is open."""
        subject = self.subjects[target.subject]
        is_office = act.person in self.offices.get(subject.authority, ())
        return is_office and act.person != subject.speaker

    def has_come_to(self, word: ActKind, subject: Subject) -> bool:
        if word is ActKind.ANSWER:
            return subject.has_open_appeal
        if word is ActKind.END_EXCLUSION:
            return subject.excluded
        if word in {ActKind.EXCLUDE, ActKind.TRANSFER}:
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
        """Whether the person chairs the committee directly above the subject, or above its rater."""
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


NEVER_ON_ONESELF = {ActKind.PROPOSE, ActKind.DECIDE, ActKind.ANNUL, ActKind.ANSWER}
NEVER_ON_ONESELF |= {ActKind.EXCLUDE, ActKind.END_EXCLUSION, ActKind.TRANSFER}
ENDED_WITH_THE_YEAR = {ActKind.SELF_RATE, ActKind.PROPOSE}
STAGES = {
    ActKind.REVIEW: {"NOT_STARTED"},
    ActKind.SELF_RATE: {"REVIEWED"},
    ActKind.PROPOSE: {"SELF_RATED"},
    ActKind.DECIDE: {"PROPOSED"},
    ActKind.ANNUL: {"DECIDED"},
    ActKind.APPEAL: {"DECIDED"},
    ActKind.REVIEW_AGAIN: {"REVIEWED", "SELF_RATED", "PROPOSED", "DECIDED"},
}

Check = Callable[[Year, Act], Refusal | None]


def closed(year: Year, _act: Act) -> Refusal | None:
    return None if year.is_open else YearClosed


def stale(year: Year, act: Act) -> Refusal | None:
    seen = all(year.subjects[one.subject].version == one.version for one in act.targets)
    return None if seen else StaleVersion


def left_out(year: Year, act: Act) -> Refusal | None:
    return LeftOut if any(year.subjects[one.subject].excluded for one in act.targets) else None


def no_member(year: Year, act: Act) -> Refusal | None:
    """Only party members are excluded or transferred."""
    return None if year.subjects[act.targets[0].subject].person else BadInput


def not_left_out(year: Year, act: Act) -> Refusal | None:
    return None if year.subjects[act.targets[0].subject].excluded else BadInput


def already_transferred(year: Year, act: Act) -> Refusal | None:
    return BadInput if year.subjects[act.targets[0].subject].group == year.joined else None


def moves_over_quota(year: Year, act: Act) -> Refusal | None:
    """A group that is left must not get worse while it is over; one that is joined must hold."""
    subject = year.subjects[act.targets[0].subject]
    if subject.level is None:
        return None
    before, after = Counter(year.counts[subject.group]), Counter(year.counts[subject.group])
    after[subject.level] -= 1
    rooms = [each["GOOD"] // 5 - each["EXCELLENT"] for each in (before, after)]
    gets_worse = rooms[1] < 0 and rooms[1] < rooms[0]
    fits = year.holds(year.joined, Counter([subject.level]))
    return QuotaExceeded if gets_worse or not fits else None


def mixed_groups(year: Year, act: Act) -> Refusal | None:
    groups = {year.subjects[one.subject].group for one in act.targets}
    return None if len(groups) == 1 else BadInput


def not_competent(year: Year, act: Act) -> Refusal | None:
    return None if all(year.may(act, one) for one in act.targets) else NotCompetent


def not_competent_at_all(year: Year, act: Act) -> Refusal | None:
    """Rights are checked first; if only an open year is missing, the refusal names the year."""
    if not all(year.may_at_all(act, one) for one in act.targets):
        return NotCompetent
    ends = act.word in ENDED_WITH_THE_YEAR or (
        act.word is ActKind.REVIEW and not year.compiles(act, act.targets[0])
    )
    return YearClosed if ends and not year.is_open else None


def out_of_order(year: Year, act: Act) -> Refusal | None:
    if act.word is ActKind.REVIEW and is_further(year.subjects[act.targets[0].subject]):
        return None
    stages = {year.subjects[one.subject].stage for one in act.targets}
    return None if stages <= STAGES[act.word] else OutOfOrder


def above_computed(year: Year, act: Act) -> Refusal | None:
    for target in act.targets:
        computed = year.subjects[target.subject].computed
        if computed in LEVELS and target.level in LEVELS[LEVELS.index(computed) + 1 :]:
            return AboveComputed
    return None


def without_reason(year: Year, act: Act) -> Refusal | None:
    """Below the computed level, or where none is determined, the reason is written."""
    silent = [one for one in act.targets if not (one.reason or "").strip()]
    return (
        ReasonNeeded
        if any(one.level != year.subjects[one.subject].computed for one in silent)
        else None
    )


def over_quota(year: Year, act: Act) -> Refusal | None:
    """The list is taken as a whole, whatever its order."""
    group = year.subjects[act.targets[0].subject].group
    return None if year.holds(group, Counter(one.level for one in act.targets)) else QuotaExceeded


def raised(year: Year, act: Act) -> Refusal | None:
    """Đ15.3: a fault found later raises no level; the superior of Đ13.3 may, and the authority that answered an appeal."""
    (target,) = act.targets
    subject = year.subjects[target.subject]
    if target.level is None or subject.level is None or not year.decides(act.person, subject):
        return None
    is_higher = LEVELS.index(target.level) > LEVELS.index(subject.level)
    is_higher = is_higher and not subject.is_appeal_answered
    return AboveAnnulled if is_higher else None


def rated_over_quota(year: Year, act: Act) -> Refusal | None:
    """An annulment alone passes; a new level must hold, or an EXCELLENT leaves a group that is over."""
    (target,) = act.targets
    subject = year.subjects[target.subject]
    if target.level is None or (subject.level == "EXCELLENT" and target.level != "EXCELLENT"):
        return None
    counts = Counter(year.counts[subject.group])
    counts[subject.level] -= 1
    counts[target.level] += 1
    return None if 5 * counts["EXCELLENT"] <= counts["GOOD"] else QuotaExceeded


def no_appeal(year: Year, act: Act) -> Refusal | None:
    return None if year.subjects[act.targets[0].subject].has_open_appeal else BadInput


PREPARING_CHECKS = (not_competent_at_all, stale, left_out, closed, not_competent, out_of_order)
REMEDY_CHECKS = (not_competent_at_all, stale, left_out, not_competent, out_of_order)
CHECKS: Mapping[ActKind, tuple[Check, ...]] = {
    ActKind.REVIEW: PREPARING_CHECKS,
    ActKind.SELF_RATE: PREPARING_CHECKS,
    ActKind.PROPOSE: PREPARING_CHECKS,
    ActKind.DECIDE: (
        *(closed, mixed_groups, not_competent, stale, left_out, out_of_order),
        *(above_computed, without_reason, over_quota),
    ),
    ActKind.ANNUL: (*REMEDY_CHECKS, raised, above_computed, rated_over_quota),
    ActKind.APPEAL: REMEDY_CHECKS,
    ActKind.ANSWER: (not_competent_at_all, stale, left_out, not_competent, no_appeal),
    ActKind.REVIEW_AGAIN: REMEDY_CHECKS,
    ActKind.EXCLUDE: (not_competent_at_all, stale, closed, left_out, not_competent, no_member),
    ActKind.END_EXCLUSION: (not_competent_at_all, stale, closed, not_competent, not_left_out),
    ActKind.TRANSFER: (
        *(not_competent_at_all, stale, no_member, already_transferred),
        *(closed, not_competent, moves_over_quota),
    ),
}
