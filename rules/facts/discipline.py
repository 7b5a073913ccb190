"""Assigns a discipline to years and bodies: QĐ124 Articles 12.4.5 to 12.4.7."""

from dataclasses import dataclass
from datetime import date

OF_THE_YEAR = "QĐ124:Đ12.4"
EARLIER_YEAR = "QĐ124:Đ12.4.5"
OLD_BODY = "QĐ124:Đ12.4.6"
EACH_BODY = "QĐ124:Đ12.4.7"


@dataclass(frozen=True, slots=True)
class Violation:
    """A shortcoming or violation: the day it happened, and the body where it happened."""

    happened_on: date
    body: str


@dataclass(frozen=True, slots=True)
class DecidedDiscipline:
    """A discipline of a body or a person, for one or several violations.

    `decided_on` is the day of the decision, or of the decision that made it heavier. `body` is the body
    that carries it out: the new body of a person who has moved.
    """

    decided_on: date
    body: str
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class CountedDiscipline:
    """A year and a body for which a discipline counts, with every clause that says so.

    `to_rerate`: the year is before the decision; the superior party organisation decides whether to
    rate it again, and the registry records its choice (Đ12.4.5). No level changes automatically.
    """

    year: int
    body: str
    clauses: tuple[str, ...]
    to_rerate: bool


def counted_for(discipline: DecidedDiscipline) -> tuple[CountedDiscipline, ...]:
    """The years and bodies of the violations of a discipline, sorted and without repetitions."""
    places = sorted(
        {(violation.happened_on.year, violation.body) for violation in discipline.violations}
    )
    return tuple(_counted(year, body, discipline) for year, body in places)


def _counted(year: int, body: str, discipline: DecidedDiscipline) -> CountedDiscipline:
    is_earlier = year < discipline.decided_on.year
    clauses = [EARLIER_YEAR] if is_earlier else []
    bodies = {violation.body for violation in discipline.violations}
    if len(bodies) > 1:
        clauses.append(EACH_BODY)
    elif body != discipline.body:
        clauses.append(OLD_BODY)
    return CountedDiscipline(year, body, tuple(clauses) or (OF_THE_YEAR,), is_earlier)
