"""Điều 12 khoản 1: hoàn thành xuất sắc nhiệm vụ."""

from rules.facts import Attested, Disciplined
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
    done,
    grades,
    not_applicable,
    reaching,
    yes,
)
from rules.words import Grade, Level

EXCELLENT = Level.EXCELLENT


@clause("QĐ124:Đ12.1", EXCELLENT, ALL)
def outstanding_achievements(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.OUTSTANDING_ACHIEVEMENTS))


@clause("QĐ124:Đ12.1", EXCELLENT, ALL)
def model_for_others(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.MODEL_FOR_OTHERS))


@clause("QĐ124:Đ12.1", EXCELLENT, ALL)
def every_criterion_good(c: Case, _: Numbers) -> Seen:
    return grades(c.every, Grade.GOOD)


@clause("QĐ124:Đ12.1", EXCELLENT, ALL, "party_building_programme")
def results_excellent(c: Case, _: Numbers) -> Seen:
    return grades(c.results, Grade.EXCELLENT, with_product=True)


@clause("QĐ124:Đ12.1.1", EXCELLENT, BODIES)
def nobody_disciplined(c: Case, _: Numbers) -> Seen:
    """No exemption here: self-discovered and remedied discipline counts too."""
    found = c.facts.disciplines(Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER)
    return yes(not found, str(len(found)), "0")


@clause("QĐ124:Đ12.1.2", EXCELLENT, PEOPLE)
def targets_completed(c: Case, n: Numbers) -> Seen:
    return done(c.facts.targets, n["targets_done_min"])


@clause("QĐ124:Đ12.1.2", EXCELLENT, PEOPLE)
def targets_exceeded(c: Case, n: Numbers) -> Seen:
    work = c.facts.targets
    if work is None:
        return not_applicable("không có chỉ tiêu")
    return at_least(work.exceeded, work.assigned, n["targets_exceeded_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS)
def truly_exemplary(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.TRULY_EXEMPLARY))


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS)
def area_completed(c: Case, n: Numbers) -> Seen:
    area = c.facts.area
    if area is None:
        return not_applicable("không có lĩnh vực phụ trách")
    return at_least(area.completed, area.assigned, n["area_done_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "basically_exceeded")
def area_exceeded(c: Case, n: Numbers) -> Seen:
    """The words "cơ bản hoàn thành vượt mức" are read over all targets (reading basically_exceeded)."""
    area = c.facts.area
    if area is None:
        return not_applicable("không có lĩnh vực phụ trách")
    return at_least(area.exceeded, area.assigned, n["area_exceeded_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "share_over_nobody")
def led_units_completed(c: Case, n: Numbers) -> Seen:
    return reaching(c.facts.levels.units, Level.COMPLETED, n["units_completed_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "share_over_nobody")
def led_units_good(c: Case, n: Numbers) -> Seen:
    return reaching(c.facts.levels.units, Level.GOOD, n["units_good_min"])


CLAUSES = (
    outstanding_achievements,
    model_for_others,
    every_criterion_good,
    results_excellent,
    nobody_disciplined,
    targets_completed,
    targets_exceeded,
    truly_exemplary,
    area_completed,
    area_exceeded,
    led_units_completed,
    led_units_good,
)
