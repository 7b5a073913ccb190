"""What one condition of the law finds on one subject, and how a function says which point it is.

A condition is a function `(case, numbers) -> Seen` under `@clause(cite, level, binds, says)`. What it sees
is kept ready by the comparisons below (a share of 7 in 10 is the same for everybody), so judging builds
almost nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from rules.facts import Facts
from rules.facts_words import meaning
from rules.words import Grade, Level, Outcome, SubjectClass

BODIES = (SubjectClass.ORG, SubjectClass.COLLECTIVE)
PEOPLE = (SubjectClass.PERSON, SubjectClass.LEADER)
ALL = (*BODIES, *PEOPLE)
ORGS = (SubjectClass.ORG,)
COLLECTIVES = (SubjectClass.COLLECTIVE,)
PERSONS = (SubjectClass.PERSON,)
LEADERS = (SubjectClass.LEADER,)

NOBODY = "không có đối tượng nào để tính tỷ lệ"
WITH_PRODUCT = ", có sản phẩm"
KEPT_MAX = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """An outcome, with what was measured against what was required. Two are the same only by identity."""

    outcome: Outcome
    measured: str
    required: str
    remark: str = ""


class Finding(NamedTuple):
    """One row of the explanation, about one level.

    A row of EXCELLENT, GOOD or COMPLETED that FAILED blocks its level. For NOT_COMPLETED a row that is
    MET is a trigger that holds, and blocks every other level. `condition` is the name of the function
    that looked, since one point may hold several conditions.
    """

    level: Level
    clause: str
    condition: str
    outcome: Outcome
    measured: str
    required: str
    remark: str

    @property
    def blocks(self) -> bool:
        """Whether this row keeps its level from the subject (a trigger that holds: every other level)."""
        if self.level is Level.NOT_COMPLETED:
            return self.outcome is Outcome.MET
        return self.outcome is Outcome.FAILED


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A share of the law, as an edition has it, ready to be compared with counts by integers."""

    value: Fraction

    def __str__(self) -> str:
        hundredths = self.value * 100
        return f"{hundredths.numerator if hundredths.denominator == 1 else hundredths}%"

    def times(self, whole: int) -> int:
        return self.value.numerator * whole

    def of(self, part: int) -> int:
        return self.value.denominator * part


WHOLE = Limit(Fraction(1))


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The numbers of one point by name, and how the edition reads the texts that are open."""

    limits: Mapping[str, Limit]
    readings: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Limit:
        return self.limits[name]

    def reads(self, name: str, value: str) -> bool:
        """Whether the edition takes the reading `name` to be `value`."""
        return self.readings[name] == value


@dataclass(frozen=True, slots=True, eq=False)
class Grades:
    """A set of grades, counted: how many of each grade, and how many of those have a product."""

    many: int
    of_rank: tuple[int, ...]
    of_rank_with_product: tuple[int, ...]

    def reaching(self, lowest: Grade, *, with_product: bool = False) -> int:
        counted = self.of_rank_with_product if with_product else self.of_rank
        return sum(counted[lowest.rank :])


RANKS = len(Grade)


@lru_cache(maxsize=KEPT_MAX)
def grades_of(slots: tuple[int, ...]) -> Grades:
    """The set with so many POOR, AVERAGE, GOOD, EXCELLENT without a product, then so many with one."""
    without, products = slots[:RANKS], slots[RANKS:]
    every = tuple(map(sum, zip(without, products, strict=True)))
    return Grades(sum(every), every, products)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one subject with its grades counted by the sets of the edition's criteria."""

    facts: Facts
    every: Grades
    results: Grades
    basic: Grades
    basic_results: Grades
    residents_vote: bool
    """Whether the edition lists the year as one in which residents vote."""


Test = Callable[[Case, Numbers], Seen]


class Label(NamedTuple):
    """A condition for people."""

    vi: str
    en: str

    def filled(self, numbers: Mapping[str, object]) -> "Label":
        """With its numbers."""
        return Label(*(text.format(**numbers) for text in self))


@dataclass(frozen=True, slots=True)
class Clause:
    """A function of the law: its point, the level it is a condition of, whom it binds, its label."""

    cite: str
    level: Level
    binds: Collection[SubjectClass]
    label: Label
    test: Test
    name: str


def clause(
    cite: str, level: Level, binds: Collection[SubjectClass], vi: str = "", en: str = ""
) -> Callable[[Test], Clause]:
    """Names the point that a function computes. `vi` is its condition in the words of the point, `en` in English;
    `{number}` stands for a number of the point. Without them the name of the function is its label.
    """

    def named(test: Test) -> Clause:
        words = test.__name__.replace("_", " ")
        return Clause(
            cite, level, tuple(binds), Label(vi or words, en or words), test, test.__name__
        )

    return named


@lru_cache(maxsize=KEPT_MAX)
def yes(holds: bool, measured: str, required: str, remark: str = "") -> Seen:
    return Seen(Outcome.MET if holds else Outcome.FAILED, measured, required, remark)


@lru_cache(maxsize=KEPT_MAX)
def not_applicable(remark: str, required: str = "") -> Seen:
    return Seen(Outcome.NOT_APPLICABLE, "", required, remark)


@lru_cache(maxsize=KEPT_MAX)
def missing(remark: str, required: str = "") -> Seen:
    """Nobody knows yet: it is neither met nor failed, and never "not applicable"."""
    return Seen(Outcome.MISSING, "", required, remark)


@lru_cache(maxsize=KEPT_MAX)
def at_least(part: int, whole: int, limit: Limit, of: str = "") -> Seen:
    """`part` of `whole` is the share or more ("từ …", "ít nhất"); over nobody not applicable."""
    return _share(limit.of(part) >= limit.times(whole), part, whole, f"≥ {limit}{of}")


@lru_cache(maxsize=KEPT_MAX)
def more_than(part: int, whole: int, limit: Limit) -> Seen:
    """As "trên" says: the limit itself does not count."""
    return _share(limit.of(part) > limit.times(whole), part, whole, f"> {limit}")


@lru_cache(maxsize=KEPT_MAX)
def at_most(part: int, whole: int, limit: Limit) -> Seen:
    """As "không quá" and "tối đa" say: the limit itself counts."""
    return _share(limit.of(part) <= limit.times(whole), part, whole, f"≤ {limit}")


@lru_cache(maxsize=KEPT_MAX)
def less_than(part: int, whole: int, limit: Limit) -> Seen:
    """As "dưới" says: the limit itself does not count."""
    return _share(limit.of(part) < limit.times(whole), part, whole, f"< {limit}")


def _share(holds: bool, part: int, whole: int, required: str) -> Seen:
    if whole == 0:
        return not_applicable(NOBODY, required)
    return yes(holds, f"{part}/{whole}", required)


@lru_cache(maxsize=KEPT_MAX)
def none_of(many: int, remark: str = "") -> Seen:
    """Nobody and nothing of the kind there is."""
    return yes(many == 0, str(many), "", remark)


@lru_cache(maxsize=KEPT_MAX)
def some_of(many: int, remark: str = "") -> Seen:
    """For triggers: there is one at least."""
    return yes(many > 0, str(many), "", remark)


def required_grade(lowest: Grade, *, with_product: bool = False) -> str:
    """What a criterion must have, in the words of the law."""
    name = meaning(lowest).vi
    required = f"≥ {name}" if lowest is not Grade.EXCELLENT else name
    return required + WITH_PRODUCT if with_product else required


@lru_cache(maxsize=KEPT_MAX)
def grades(graded: Grades, lowest: Grade, *, with_product: bool = False) -> Seen:
    """Every grade is `lowest` or better, and shown by a product where the text asks for one."""
    required = required_grade(lowest, with_product=with_product)
    if graded.many == 0:
        return not_applicable(NOBODY, required)
    good = graded.reaching(lowest, with_product=with_product)
    return yes(good == graded.many, f"{good}/{graded.many}", required)
