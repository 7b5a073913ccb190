"""What one condition of the law finds on one subject, and how a function says which point it is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from rules.facts import Disciplined, Facts, Graded, Rated, Work
from rules.words import Grade, Level, Outcome, SubjectClass

Numbers = Mapping[str, Fraction]
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


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one subject with its grades sorted as the edition sorts its criteria."""

    facts: Facts
    every: tuple[Graded, ...]
    results: tuple[Graded, ...]
    basic: tuple[Graded, ...]


class Seen(NamedTuple):
    """An outcome, with what was measured against what was required."""

    outcome: Outcome
    measured: str
    required: str
    remark: str = ""


class Finding(NamedTuple):
    """One row of the explanation. For NOT_COMPLETED a row that is MET is a trigger that holds;
    for the other levels a row that is FAILED blocks its level.
    """

    level: Level
    clause: str
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

    @property
    def name(self) -> str:
        return self.test.__name__


def clause(cite: str, level: Level, binds: Collection[SubjectClass]) -> Callable[[Test], Clause]:
    """Names the point that a function computes."""
    return lambda test: Clause(cite, level, tuple(binds), test)


def yes(holds: bool, measured: str, required: str, remark: str = "") -> Seen:
    return Seen(Outcome.MET if holds else Outcome.FAILED, measured, required, remark)


def not_applicable(remark: str, required: str = "") -> Seen:
    return Seen(Outcome.NOT_APPLICABLE, "", required, remark)


def attested(holds: bool) -> Seen:
    return yes(holds, "có xác nhận" if holds else "chưa có xác nhận", "có xác nhận")


def at_least(part: int, whole: int, share: Fraction) -> Seen:
    """`part` of `whole` is the share or more ("từ …", "ít nhất"); over nobody not applicable."""
    if whole == 0:
        return not_applicable(NOBODY, f"≥ {percent(share)}")
    return yes(part >= share * whole, f"{part}/{whole}", f"≥ {percent(share)}")


def more_than(part: int, whole: int, share: Fraction) -> Seen:
    """As "trên" says: the limit itself does not count."""
    if whole == 0:
        return not_applicable(NOBODY, f"> {percent(share)}")
    return yes(part > share * whole, f"{part}/{whole}", f"> {percent(share)}")


def at_most(part: int, whole: int, share: Fraction) -> Seen:
    """As "không quá" and "tối đa" say: the limit itself counts."""
    if whole == 0:
        return not_applicable(NOBODY, f"≤ {percent(share)}")
    return yes(part <= share * whole, f"{part}/{whole}", f"≤ {percent(share)}")


def reaching(rated: Rated, level: Level, share: Fraction) -> Seen:
    """The share of those rated `level` or better; it waits while somebody is not rated yet."""
    levels = list(rated.values())
    if None in levels:
        return not_applicable(WAITING, f"≥ {percent(share)} {level}")
    seen = at_least(sum(one.reaches(level) for one in levels if one), len(levels), share)
    return seen._replace(required=f"≥ {percent(share)} {level}")


def all_reaching(rated: Rated, level: Level) -> Seen:
    return reaching(rated, level, Fraction(1))


def grades(graded: Collection[Graded], lowest: Grade, *, with_product: bool = False) -> Seen:
    """Every grade is `lowest` or better, and shown by a product where the text asks for one."""
    if not graded:
        return not_applicable("không có tiêu chí")
    good = sum(one.grade.reaches(lowest) and (one.product or not with_product) for one in graded)
    required = f"{len(graded)}/{len(graded)} ≥ {lowest}" + (" + sản phẩm" if with_product else "")
    return yes(good == len(graded), f"{good}/{len(graded)}", required)


def done(work: Work | None, share: Fraction) -> Seen:
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


def percent(share: Fraction) -> str:
    hundredths = share * 100
    whole = hundredths.numerator if hundredths.denominator == 1 else hundredths
    return f"{whole}%"
