"""What one condition of the law finds on one subject, and how a function says which point it is.

A condition is a function `(case, numbers) -> Seen` under `@clause(cite, level, binds, says)`. What it sees
is kept ready by the comparisons below (a share of 7 in 10 is the same for everybody), so judging builds
almost nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from rules.articles.about import About, about_paper, distinct_entries
from rules.articles.noun import CRITERIA, Noun
from rules.bilingual import NOTHING, Bilingual, joined, same
from rules.enums import Grade, Level, Outcome, SubjectClass
from rules.facts.enums import name_of
from rules.facts.facts import Facts
from rules.facts.paper import IssuedPaper

BODIES = (SubjectClass.ORG, SubjectClass.COLLECTIVE)
PEOPLE = (SubjectClass.PERSON, SubjectClass.LEADER)
ALL = (*BODIES, *PEOPLE)
ORGS = (SubjectClass.ORG,)
COLLECTIVES = (SubjectClass.COLLECTIVE,)
PERSONS = (SubjectClass.PERSON,)
LEADERS = (SubjectClass.LEADER,)

NOBODY = Bilingual("không có đối tượng nào để tính tỷ lệ", "nobody to share among")
WITH_PRODUCT = Bilingual(", có sản phẩm", ", with a product")
OBSERVATIONS_CACHED_MAX = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """An outcome, with what was measured against what was required. Two are the same only by identity."""

    outcome: Outcome
    measured: Bilingual
    required: Bilingual
    remark: Bilingual = NOTHING
    about: tuple[About, ...] = ()


class Finding(NamedTuple):
    """One row of the explanation, about one level.

    A row of EXCELLENT, GOOD or COMPLETED that FAILED blocks its level. For NOT_COMPLETED a row that is
    MET is a trigger that holds, and blocks every other level. `condition` is the name of the function
    that looked, since one point may hold several conditions. `about` names whom and which papers.
    """

    level: Level
    clause: str
    condition: str
    outcome: Outcome
    measured: Bilingual
    required: Bilingual
    remark: Bilingual
    about: tuple[About, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether this row keeps its level from the subject (a trigger that holds: every other level)."""
        if self.level is Level.NOT_COMPLETED:
            return self.outcome is Outcome.MET
        return self.outcome is Outcome.FAILED

    def plain(self) -> dict[str, Any]:
        """As it is stored. Texts are in Vietnamese; beside one that is written otherwise in English stands
        `…_in_english`.
        """
        row: dict[str, Any] = {}
        for name, value in self._asdict().items():
            if isinstance(value, Bilingual):
                row[name] = value.vi
                if value.en != value.vi:
                    row[f"{name}_in_english"] = value.en
            else:
                row[name] = str(value)
        return row | {"about": [entry.plain() for entry in self.about]}


@dataclass(frozen=True, slots=True, eq=False)
class ShareLimit:
    """A share of the law, as an edition has it, ready to be compared with counts by integers."""

    value: Fraction

    def __str__(self) -> str:
        hundredths = self.value * 100
        return f"{hundredths.numerator if hundredths.denominator == 1 else hundredths}%"

    def times(self, whole: int) -> int:
        return self.value.numerator * whole

    def of(self, part: int) -> int:
        return self.value.denominator * part


WHOLE = ShareLimit(Fraction(1))


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The numbers of one point by name, and how the edition reads the texts that are open."""

    limits: Mapping[str, ShareLimit]
    readings: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ShareLimit:
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


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
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


Test = Callable[[Case, Numbers], Observation]


@dataclass(frozen=True, slots=True)
class ClauseFunction:
    """A function of the law: its point, the level it is a condition of, whom it binds, its label."""

    cite: str
    level: Level
    binds: Collection[SubjectClass]
    label: Bilingual
    test: Test
    name: str


def clause(
    cite: str, level: Level, binds: Collection[SubjectClass], vi: str = "", en: str = ""
) -> Callable[[Test], ClauseFunction]:
    """Names the point that a function computes. `vi` is its condition in the words of the point, `en` in English;
    `{number}` stands for a number of the point. Without them the name of the function is its label.
    """

    def named(test: Test) -> ClauseFunction:
        words = test.__name__.replace("_", " ")
        return ClauseFunction(
            cite, level, tuple(binds), Bilingual(vi or words, en or words), test, test.__name__
        )

    return named


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def met_if(
    holds: bool, measured: Bilingual, required: Bilingual = NOTHING, remark: Bilingual = NOTHING
) -> Observation:
    return Observation(Outcome.MET if holds else Outcome.FAILED, measured, required, remark)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def not_applicable(remark: Bilingual, required: Bilingual = NOTHING) -> Observation:
    return Observation(Outcome.NOT_APPLICABLE, NOTHING, required, remark)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def missing(remark: Bilingual, required: Bilingual = NOTHING) -> Observation:
    """Nobody knows yet: it is neither met nor failed, and never "not applicable"."""
    return Observation(Outcome.MISSING, NOTHING, required, remark)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def at_least(
    part: int, whole: int, noun: Noun, limit: ShareLimit, of: Bilingual = NOTHING
) -> Observation:
    """`part` of `whole` is the share or more ("từ …", "ít nhất"); over nobody not applicable."""
    required = joined(" ", text_at_least(limit), of)
    return share(limit.of(part) >= limit.times(whole), part, whole, noun, required)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def more_than(part: int, whole: int, noun: Noun, limit: ShareLimit) -> Observation:
    """As "trên" says: the limit itself does not count."""
    return share(limit.of(part) > limit.times(whole), part, whole, noun, text_over(limit))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def at_most(part: int, whole: int, noun: Noun, limit: ShareLimit) -> Observation:
    """As "không quá" and "tối đa" say: the limit itself counts."""
    required = same(f"≤ {limit}")
    return share(limit.of(part) <= limit.times(whole), part, whole, noun, required)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def less_than(part: int, whole: int, noun: Noun, limit: ShareLimit) -> Observation:
    """As "dưới" says: the limit itself does not count."""
    return share(limit.of(part) < limit.times(whole), part, whole, noun, text_under(limit))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def text_at_least(limit: ShareLimit) -> Bilingual:
    """The share or more, as it is required."""
    return same(f"≥ {limit}")


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def text_over(limit: ShareLimit) -> Bilingual:
    """More than the share, as it is required."""
    return same(f"> {limit}")


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def text_under(limit: ShareLimit) -> Bilingual:
    """Less than the share, as it is required."""
    return same(f"< {limit}")


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def share(holds: bool, part: int, whole: int, noun: Noun, required: Bilingual) -> Observation:
    """`part` of `whole`, over nobody not applicable."""
    if whole == 0:
        return not_applicable(NOBODY, required)
    return part_of_whole(holds, part, whole, noun, required)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def part_of_whole(  # noqa: PLR0913, PLR0917 -- all that a share is
    holds: bool,
    part: int,
    whole: int,
    noun: Noun,
    required: Bilingual,
    remark: Bilingual = NOTHING,
) -> Observation:
    """`part` of `whole`, which may be nobody."""
    return met_if(holds, noun.shared(part, whole), required, remark)


def concerning(observation: Observation, entries: tuple[About, ...]) -> Observation:
    """What was seen, and whom or which papers it is about."""
    return _concerning(observation, entries) if entries else observation


def by_paper(paper: IssuedPaper | None, observation: Observation) -> Observation:
    """What was seen, and the paper that says so, where there is one."""
    return observation if paper is None else concerning(observation, about_paper(paper))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def _concerning(observation: Observation, entries: tuple[About, ...]) -> Observation:
    return replace(observation, about=distinct_entries(entries))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def none_of(many: int, noun: Noun, remark: Bilingual = NOTHING) -> Observation:
    """Nobody and nothing of the kind there is."""
    return met_if(many == 0, noun.counted(many), NOTHING, remark)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def some_of(many: int, noun: Noun, remark: Bilingual = NOTHING) -> Observation:
    """For triggers: there is one at least."""
    return met_if(many > 0, noun.counted(many), NOTHING, remark)


def required_grade(lowest: Grade, *, with_product: bool = False) -> Bilingual:
    """What a criterion must have, in the words of the law."""
    or_better = "" if lowest is Grade.EXCELLENT else "≥ "
    name = joined("", same(or_better), name_of(lowest))
    return joined("", name, WITH_PRODUCT) if with_product else name


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def grades(graded: Grades, lowest: Grade, *, with_product: bool = False) -> Observation:
    """Every grade is `lowest` or better, and shown by a product where the text asks for one."""
    required = required_grade(lowest, with_product=with_product)
    good = graded.reaching(lowest, with_product=with_product)
    return share(good == graded.many, good, graded.many, CRITERIA, required)
