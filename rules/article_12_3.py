"""Điều 12 khoản 3: hoàn thành nhiệm vụ."""

from rules.conditions import NO_WORK, attested, completed
from rules.conditions import nobody_disciplined_unless_exempt as none_disciplined
from rules.facts import Attested, Disciplined
from rules.finding import (
    ALL,
    BODIES,
    LEADERS,
    PEOPLE,
    WHOLE,
    Case,
    Numbers,
    Seen,
    at_most,
    clause,
    grades,
    more_than,
    not_applicable,
)
from rules.others import reaching
from rules.words import Grade, Level

COMPLETED = Level.COMPLETED


@clause("QĐ124:Đ12.3", COMPLETED, ALL, "mọi tiêu chí cơ bản đạt Trung bình trở lên")
def basic_criteria_average(c: Case, _: Numbers) -> Seen:
    """The words "bằng sản phẩm cụ thể" ask for no product here: HD01:5.3.1b and HD01:5.3.2 drop them."""
    return grades(c.basic, Grade.AVERAGE)


@clause("QĐ124:Đ12.3.1", COMPLETED, BODIES, "không có tổ chức trực thuộc, thành viên bị kỷ luật")
def nobody_disciplined_or_exempt(c: Case, _: Numbers) -> Seen:
    return none_disciplined(c, Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER)


@clause("QĐ124:Đ12.3.2", COMPLETED, PEOPLE, "các nhiệm vụ được giao đều hoàn thành")
def all_tasks_completed(c: Case, _: Numbers) -> Seen:
    """Counted where tasks were assigned in numbers; else attested."""
    work = c.facts.targets
    if work is None or work.assigned == 0:
        return attested(c, Attested.ALL_TASKS_COMPLETED)
    return completed(work, WHOLE)


@clause("QĐ124:Đ12.3.2", COMPLETED, PEOPLE, "tiêu chí chưa bảo đảm chất lượng, tiến độ")
def few_weak_criteria(c: Case, n: Numbers) -> Seen:
    return at_most(c.facts.weak_criteria, c.every.many, n["weak_criteria_max"])


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS, "gương mẫu")
def exemplary_enough(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.EXEMPLARY, Attested.TRULY_EXEMPLARY)


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS, "lĩnh vực phụ trách hoàn thành chỉ tiêu")
def area_mostly_completed(c: Case, n: Numbers) -> Seen:
    """As "trên 70%" says: exactly 70% is not enough (reading area_at_the_limit)."""
    area = c.facts.area
    if area is None:
        return not_applicable(NO_WORK, f"> {n['area_done_over']}")
    return more_than(area.completed, area.assigned, n["area_done_over"])


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS, "đơn vị thuộc quyền từ Hoàn thành nhiệm vụ")
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
