"""The quota of EXCELLENT in a peer group (QĐ124:Đ12.1.4), in integers and under both readings."""

from dataclasses import dataclass, replace

from rules.editions.lookup import QuotaBase, QuotaParameters, Rounding
from rules.enums import Level


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of subjects of a peer group at each level."""

    excellent: int = 0
    good: int = 0
    completed: int = 0
    not_completed: int = 0
    not_rated: int = 0


@dataclass(frozen=True, slots=True)
class BaseReading:
    """One reading of the base: the allowed number of EXCELLENT, and whether the counts keep it."""

    base: int
    limit: int
    holds: bool


@dataclass(frozen=True, slots=True)
class QuotaCheck:
    """The quota of a group under the edition's reading; `headroom` is negative above the limit."""

    base: int
    limit: int
    headroom: int
    holds: bool
    other_reading: BaseReading
    clause: str


_FIELD = {
    Level.EXCELLENT: "excellent",
    Level.GOOD: "good",
    Level.COMPLETED: "completed",
    Level.NOT_COMPLETED: "not_completed",
    None: "not_rated",
}


def check(counts: Counts, parameters: QuotaParameters) -> QuotaCheck:
    """Whether the counts keep the quota: EXCELLENT is at most the ratio of the base.

    An act that the law orders regardless of the quota (QĐ124:Đ13.3, QĐ124:Đ15.3) may push a group above
    it: `holds` is then false, and no list of decisions is accepted until it holds again.
    """
    own = base_reading(counts, parameters.base, parameters)
    other = next(base for base in QuotaBase if base is not parameters.base)
    return QuotaCheck(
        base=own.base,
        limit=own.limit,
        headroom=own.limit - counts.excellent,
        holds=own.holds,
        other_reading=base_reading(counts, other, parameters),
        clause=parameters.clause,
    )


def base_reading(counts: Counts, base: QuotaBase, parameters: QuotaParameters) -> BaseReading:
    counted = counts.good + (counts.excellent if base is QuotaBase.GOOD_OR_BETTER else 0)
    limit = share_of(parameters).limit(counted)
    return BaseReading(counted, limit, counts.excellent <= limit)


@dataclass(frozen=True, slots=True)
class Share:
    """The limit as whole numbers: (part · base + rest) // whole, so that a table can hold it."""

    part: int
    rest: int
    whole: int

    def limit(self, base: int) -> int:
        """The number of EXCELLENT that a base allows."""
        return (self.part * base + self.rest) // self.whole


def share_of(parameters: QuotaParameters) -> Share:
    """The share of an edition, with its rounding: "không vượt quá" is a ceiling, so Hà Tĩnh rounds down."""
    part, whole = parameters.ratio.numerator, parameters.ratio.denominator
    if parameters.rounding is Rounding.DOWN:
        return Share(part, 0, whole)
    if parameters.rounding is Rounding.UP:
        return Share(part, whole - 1, whole)
    return Share(2 * part, whole, 2 * whole)


def after_change(counts: Counts, before: Level | None, after: Level | None) -> Counts:
    """The counts after one subject changes its level; None = not rated."""
    return with_one_more(without(counts, before), after)


def without(counts: Counts, level: Level | None) -> Counts:
    """The counts after one subject of this level leaves the group; None = not rated."""
    return replace(counts, **{_FIELD[level]: getattr(counts, _FIELD[level]) - 1})


def with_one_more(counts: Counts, level: Level | None) -> Counts:
    """The counts after one subject of this level joins the group; None = not rated."""
    return replace(counts, **{_FIELD[level]: getattr(counts, _FIELD[level]) + 1})


def base_levels(parameters: QuotaParameters) -> frozenset[Level]:
    """The levels that the edition counts in the base."""
    if parameters.base is QuotaBase.GOOD:
        return frozenset({Level.GOOD})
    return frozenset({Level.GOOD, Level.EXCELLENT})
