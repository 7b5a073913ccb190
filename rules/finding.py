"""What one condition of the law finds on one subject, and how a function says which point it is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from rules.facts import Disciplined, Facts, Graded, Rated, Work
from rules.words import Grade, Level, Outcome, SubjectClass


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share of the law, ready to be compared with a part of a whole by integers alone."""

    numerator: int
    denominator: int
    percent: str

    @classmethod
    def of(cls, fraction: Fraction) -> "Share":
        hundredths = fraction * 100
        whole = hundredths.denominator == 1
        shown = hundredths.numerator if whole else hundredths
        return cls(fraction.numerator, fraction.denominator, f"{shown}%")


EVERYBODY = Share.of(Fraction(1))

Numbers = Mapping[str, Share]
"""The numbers of one point, by name, as the edition has them."""

NOBODY = "không có ai: không áp dụng"
WAITING = "còn chờ xếp loại"
BODIES = (SubjectClass.ORG, SubjectClass.COLLECTIVE)
PEOPLE = (SubjectClass.PERSON, SubjectClass.LEADER)
ALL = (*BODIES, *PEOPLE)
ORGS = (SubjectClass.ORG,)
COLLECTIVES = (SubjectClass.COLLECTIVE,)
PERSONS = (SubjectClass.PERSON,)
LEADERS = (SubjectClass.LEADER,)


class Grades(NamedTuple):
    """The grades of some criteria, counted: `reaching[rank]` have the grade of that rank or better,
    `with_product[rank]` of them with a concrete product.
    """

    many: int
    reaching: tuple[int, ...]
    with_product: tuple[int, ...]

    @classmethod
    def of(cls, graded: Collection[Graded]) -> "Grades":
        ranks = [one.grade.rank for one in graded]
        shown = [one.grade.rank for one in graded if one.product]
        reaching, with_product = _cumulated(ranks), _cumulated(shown)
        return cls(len(ranks), reaching, with_product)


def _cumulated(ranks: list[int]) -> tuple[int, ...]:
    poor, average, good = ranks.count(0), ranks.count(1), ranks.count(2)
    every = len(ranks)
    return every, every - poor, every - poor - average, every - poor - average - good


class Case(NamedTuple):
    """The facts of one subject with its grades counted as the edition sorts its criteria."""

    facts: Facts
    every: Grades
    results: Grades
    basic: Grades


class Seen(NamedTuple):
    """An outcome, with what was measured against what was required."""

    outcome: Outcome
    measured: str
    required: str
    remark: str = ""


class Finding(NamedTuple):
    """One row of the explanation. For NOT_COMPLETED a row that is MET is a trigger that holds;
    for the other levels a row that is FAILED blocks its level. `condition` is the name of the
    function that looked, since one point may hold several conditions.
    """

    level: Level
    clause: str
    condition: str
    outcome: Outcome
    measured: str
    required: str
    remark: str


Test = Callable[[Case, Numbers], Seen]


@dataclass(frozen=True, slots=True)
class Clause:
    """A function of the law: its point, the level it is a condition of, and whom it binds."""

    cite: str
    level: Level
    binds: Collection[SubjectClass]
    test: Test
    name: str
    reading: str | None


def clause(
    cite: str, level: Level, binds: Collection[SubjectClass], reading: str | None = None
) -> Callable[[Test], Clause]:
    """Names the point that a function computes, and the edition's reading where the text is open."""
    return lambda test: Clause(cite, level, tuple(binds), test, test.__name__, reading)


MET, FAILED = Outcome.MET, Outcome.FAILED  # looking a member up costs more than all the rest


_seen = tuple.__new__  # as the constructor of Seen, without its checks


def yes(holds: bool, measured: str, required: str, remark: str = "") -> Seen:
    return _seen(Seen, (MET if holds else FAILED, measured, required, remark))


def not_applicable(remark: str, required: str = "") -> Seen:
    return Seen(Outcome.NOT_APPLICABLE, "", required, remark)


def attested(holds: bool) -> Seen:
    return yes(holds, "có xác nhận" if holds else "chưa có xác nhận", "có xác nhận")


def at_least(part: int, whole: int, share: Share) -> Seen:
    """`part` of `whole` is the share or more ("từ …", "ít nhất"); over nobody not applicable."""
    if whole == 0:
        return not_applicable(NOBODY, f"≥ {share.percent}")
    return yes(
        part * share.denominator >= share.numerator * whole, f"{part}/{whole}", f"≥ {share.percent}"
    )


def more_than(part: int, whole: int, share: Share) -> Seen:
    """As "trên" says: the limit itself does not count."""
    if whole == 0:
        return not_applicable(NOBODY, f"> {share.percent}")
    return yes(
        part * share.denominator > share.numerator * whole, f"{part}/{whole}", f"> {share.percent}"
    )


def at_most(part: int, whole: int, share: Share) -> Seen:
    """As "không quá" and "tối đa" say: the limit itself counts."""
    if whole == 0:
        return not_applicable(NOBODY, f"≤ {share.percent}")
    return yes(
        part * share.denominator <= share.numerator * whole, f"{part}/{whole}", f"≤ {share.percent}"
    )


def reaching(rated: Rated, level: Level, share: Share) -> Seen:
    """The share of those rated `level` or better; it waits while somebody is not rated yet."""
    levels = list(rated.values())
    if None in levels:
        return not_applicable(WAITING, _reached(share, level))
    if not levels:
        return not_applicable(NOBODY, _reached(share, level))
    least = level.rank
    good = sum([one.rank >= least for one in levels if one])
    holds = good * share.denominator >= share.numerator * len(levels)
    return yes(holds, f"{good}/{len(levels)}", _reached(share, level))


@cache
def _reached(share: Share, level: Level) -> str:
    return f"≥ {share.percent} {level}"


def all_reaching(rated: Rated, level: Level) -> Seen:
    return reaching(rated, level, EVERYBODY)


def grades(graded: Grades, lowest: Grade, *, with_product: bool = False) -> Seen:
    """Every grade is `lowest` or better, and shown by a product where the text asks for one."""
    if graded.many == 0:
        return not_applicable("không có tiêu chí")
    good = (graded.with_product if with_product else graded.reaching)[lowest.rank]
    return yes(
        good == graded.many, f"{good}/{graded.many}", _graded(graded.many, lowest, with_product)
    )


@cache
def _graded(many: int, lowest: Grade, with_product: bool) -> str:
    return f"{many}/{many} ≥ {lowest}" + (" + sản phẩm" if with_product else "")


def done(work: Work | None, share: Share) -> Seen:
    """Targets completed on time and with quality, of those assigned."""
    if work is None:
        return not_applicable("không có chỉ tiêu")
    return at_least(min(work.completed, work.on_time), work.assigned, share)


def discipline_not_exempt(c: Case) -> Seen:
    """Nobody under it or of its leadership disciplined, save self-discovered and remedied."""
    found = c.facts.disciplines(Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER)
    counted = sum(not one.is_exempt for one in found)
    return yes(counted == 0, str(counted), "0", exempted(len(found) - counted))


def exempted(many: int) -> str:
    return f"{many} trường hợp tự phát hiện và đã khắc phục xong hậu quả" if many else ""
