"""Điều 12 khoản 2: hoàn thành tốt nhiệm vụ."""

from rules.facts import Attested
from rules.finding import (
    ALL,
    BODIES,
    LEADERS,
    PEOPLE,
    Case,
    Numbers,
    Seen,
    at_least,
    attested,
    clause,
    discipline_not_exempt,
    done,
    grades,
    not_applicable,
    reaching,
)
from rules.words import Grade, Level

GOOD = Level.GOOD


@clause("QĐ124:Đ12.2", GOOD, ALL)
def every_criterion_average(c: Case, _: Numbers) -> Seen:
    return grades(c.every, Grade.AVERAGE)


@clause("QĐ124:Đ12.2", GOOD, ALL, "party_building_programme")
def results_good(c: Case, _: Numbers) -> Seen:
    return grades(c.results, Grade.GOOD, with_product=True)


@clause("QĐ124:Đ12.2.1", GOOD, BODIES)
def nobody_disciplined_unless_exempt(c: Case, _: Numbers) -> Seen:
    return discipline_not_exempt(c)


@clause("QĐ124:Đ12.2.2", GOOD, PEOPLE)
def targets_all_completed(c: Case, n: Numbers) -> Seen:
    return done(c.facts.targets, n["targets_done_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS)
def exemplary(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.EXEMPLARY) or c.facts.has(Attested.TRULY_EXEMPLARY))


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS)
def area_all_completed(c: Case, n: Numbers) -> Seen:
    area = c.facts.area
    if area is None:
        return not_applicable("không có lĩnh vực phụ trách")
    return at_least(area.completed, area.assigned, n["area_done_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS)
def area_on_time(c: Case, n: Numbers) -> Seen:
    area = c.facts.area
    if area is None:
        return not_applicable("không có lĩnh vực phụ trách")
    return at_least(area.on_time, area.assigned, n["area_on_time_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS, "share_over_nobody")
def led_units_all_completed(c: Case, n: Numbers) -> Seen:
    return reaching(c.facts.levels.units, Level.COMPLETED, n["units_completed_min"])


CLAUSES = (
    every_criterion_average,
    results_good,
    nobody_disciplined_unless_exempt,
    targets_all_completed,
    exemplary,
    area_all_completed,
    area_on_time,
    led_units_all_completed,
)
