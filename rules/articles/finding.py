"""Observations and findings of conditions, and the decorator that binds a function to its clause.

A condition is a function `(case, numbers) -> Observation` under `@clause(cite, level, binds, vi, en)`.
The comparisons below cache their observations (a share of 7 in 10 is the same for every subject), so
judging allocates almost no objects.
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
"""Observations that each comparison caches: shares of counts repeat across subjects."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """An outcome, with the measured and the required value. Equality is identity."""

    outcome: Outcome
    measured: Bilingual
    required: Bilingual
    remark: Bilingual = NOTHING
    about: tuple[About, ...] = ()


class Finding(NamedTuple):
    """One row of the explanation, about one level.

    A FAILED row of EXCELLENT, GOOD or COMPLETED blocks its level. A MET row of NOT_COMPLETED is a
    trigger that holds, and blocks every other level. `condition` is the name of the condition's
    function, since one point may hold several conditions. `about` names the subjects and papers.
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
        """Whether this row blocks its level (a trigger that holds blocks every other level)."""
        if self.level is Level.NOT_COMPLETED:
            return self.outcome is Outcome.MET
        return self.outcome is Outcome.FAILED

    def plain(self) -> dict[str, Any]:
        """The form that is stored as JSON.

        Texts are in Vietnamese; where the English text differs, it is stored as `…_in_english`.
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
    """A share of the law as an edition sets it, compared with counts by integer arithmetic."""

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
    """The numbers of one point by name, and the edition's readings of open texts."""

    limits: Mapping[str, ShareLimit]
    readings: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ShareLimit:
        return self.limits[name]

    def reads(self, name: str, value: str) -> bool:
        """Whether the edition's reading `name` is `value`."""
        return self.readings[name] == value


@dataclass(frozen=True, slots=True, eq=False)
class Grades:
    """Counts of a set of grades: by grade, and by grade among those with a product."""

    many: int
    of_rank: tuple[int, ...]
    of_rank_with_product: tuple[int, ...]

    def reaching(self, lowest: Grade, *, with_product: bool = False) -> int:
        counted = self.of_rank_with_product if with_product else self.of_rank
        return sum(counted[lowest.rank :])


RANKS = len(Grade)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def grades_of(slots: tuple[int, ...]) -> Grades:
    """Grades from eight counts: POOR, AVERAGE, GOOD, EXCELLENT without a product, then with one."""
    without, products = slots[:RANKS], slots[RANKS:]
    every = tuple(map(sum, zip(without, products, strict=True)))
    return Grades(sum(every), every, products)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one subject, with its grades counted by the edition's sets of criteria."""

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
    """A condition function with its point, its level, the classes it binds and its label."""

    cite: str
    level: Level
    binds: Collection[SubjectClass]
    label: Bilingual
    test: Test
    name: str


def clause(
    cite: str, level: Level, binds: Collection[SubjectClass], vi: str = "", en: str = ""
) -> Callable[[Test], ClauseFunction]:
    """Decorator: binds a function to the point that it computes.

    `vi` is the label in the words of the point, `en` in English; `{number}` is replaced by a number
    of the point. Without labels, the name of the function is its label.
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
    """The facts are not known yet: neither MET nor FAILED, and never NOT_APPLICABLE."""
    return Observation(Outcome.MISSING, NOTHING, required, remark)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def at_least(
    part: int, whole: int, noun: Noun, limit: ShareLimit, of: Bilingual = NOTHING
) -> Observation:
    """`part` of `whole` reaches the share ("từ …", "ít nhất"); NOT_APPLICABLE for an empty whole."""
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
    """The text of the requirement: the share or more."""
    return same(f"≥ {limit}")


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def text_over(limit: ShareLimit) -> Bilingual:
    """The text of the requirement: more than the share."""
    return same(f"> {limit}")


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def text_under(limit: ShareLimit) -> Bilingual:
    """The text of the requirement: less than the share."""
    return same(f"< {limit}")


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def share(holds: bool, part: int, whole: int, noun: Noun, required: Bilingual) -> Observation:
    """`part` of `whole`; NOT_APPLICABLE where the whole is empty."""
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
    """`part` of `whole`, which may be 0."""
    return met_if(holds, noun.shared(part, whole), required, remark)


def concerning(observation: Observation, entries: tuple[About, ...]) -> Observation:
    """The observation with the subjects and papers that it is about."""
    return _concerning(observation, entries) if entries else observation


def by_paper(paper: IssuedPaper | None, observation: Observation) -> Observation:
    """The observation with its paper, if there is one."""
    return observation if paper is None else concerning(observation, about_paper(paper))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def _concerning(observation: Observation, entries: tuple[About, ...]) -> Observation:
    return replace(observation, about=distinct_entries(entries))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def none_of(many: int, noun: Noun, remark: Bilingual = NOTHING) -> Observation:
    """MET where the number is 0."""
    return met_if(many == 0, noun.counted(many), NOTHING, remark)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def some_of(many: int, noun: Noun, remark: Bilingual = NOTHING) -> Observation:
    """Trigger: MET where the number is at least 1."""
    return met_if(many > 0, noun.counted(many), NOTHING, remark)


def required_grade(lowest: Grade, *, with_product: bool = False) -> Bilingual:
    """The grade that a criterion must have, in the words of the law."""
    or_better = "" if lowest is Grade.EXCELLENT else "≥ "
    name = joined("", same(or_better), name_of(lowest))
    return joined("", name, WITH_PRODUCT) if with_product else name


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def grades(graded: Grades, lowest: Grade, *, with_product: bool = False) -> Observation:
    """MET where every grade is `lowest` or better, with a product where `with_product`."""
    required = required_grade(lowest, with_product=with_product)
    good = graded.reaching(lowest, with_product=with_product)
    return share(good == graded.many, good, graded.many, CRITERIA, required)
