"""Điều 12 khoản 3: hoàn thành nhiệm vụ."""

from rules.facts import Attested
from rules.finding import (
    ALL,
    BODIES,
    EVERYBODY,
    LEADERS,
    PEOPLE,
    Case,
    Numbers,
    Seen,
    at_least,
    at_most,
    attested,
    clause,
    discipline_not_exempt,
    grades,
    more_than,
    not_applicable,
    reaching,
)
from rules.words import Grade, Level

COMPLETED = Level.COMPLETED


@clause("QĐ124:Đ12.3", COMPLETED, ALL, "product_for_completed")
def basic_criteria_average(c: Case, _: Numbers) -> Seen:
    return grades(c.basic, Grade.AVERAGE)


@clause("QĐ124:Đ12.3.1", COMPLETED, BODIES)
def nobody_disciplined_or_exempt(c: Case, _: Numbers) -> Seen:
    return discipline_not_exempt(c)


@clause("QĐ124:Đ12.3.2", COMPLETED, PEOPLE, "between_completed_and_not_completed")
def all_tasks_completed(c: Case, _: Numbers) -> Seen:
    work = c.facts.targets
    if work is None:
        return attested(c.facts.has(Attested.ALL_TASKS_COMPLETED))
    return at_least(work.completed, work.assigned, EVERYBODY)


@clause("QĐ124:Đ12.3.2", COMPLETED, PEOPLE, "weak_criteria")
def few_weak_criteria(c: Case, n: Numbers) -> Seen:
    return at_most(c.facts.weak_criteria, c.every.many, n["weak_criteria_max"])


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS)
def exemplary_enough(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.EXEMPLARY) or c.facts.has(Attested.TRULY_EXEMPLARY))


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS, "area_at_the_limit")
def area_mostly_completed(c: Case, n: Numbers) -> Seen:
    """As "trên 70%" says: exactly 70% is not enough (reading area_at_the_limit)."""
    area = c.facts.area
    if area is None:
        return not_applicable("không có lĩnh vực phụ trách")
    return more_than(area.completed, area.assigned, n["area_done_over"])


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS, "share_over_nobody")
def led_units_mostly_completed(c: Case, n: Numbers) -> Seen:
    return reaching(c.facts.levels.units, COMPLETED, n["units_completed_min"])


CLAUSES = (
    basic_criteria_average,
    nobody_disciplined_or_exempt,
    all_tasks_completed,
    few_weak_criteria,
    exemplary_enough,
    area_mostly_completed,
    led_units_mostly_completed,
)
