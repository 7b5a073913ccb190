"""Điều 12 khoản 3: hoàn thành nhiệm vụ."""

from rules.articles.condition import (
    NO_WORK,
    RESULTS_FAILED,
    attested,
    completed,
    is_counted,
    nobody_disciplined_unless_exempt as none_disciplined,
)
from rules.articles.finding import (
    ALL,
    BODIES,
    LEADERS,
    PEOPLE,
    WHOLE,
    Case,
    Numbers,
    Observation,
    at_most,
    clause,
    met_if,
    more_than,
    not_applicable,
    part_of_whole,
    required_grade,
    text_over,
)
from rules.articles.noun import CRITERIA, TASKS
from rules.articles.related_level import led_units
from rules.bilingual import NOTHING
from rules.enums import Grade, Level
from rules.facts.facts import Attested, Disciplined

COMPLETED = Level.COMPLETED
AVERAGE_WITH_PRODUCT = required_grade(Grade.AVERAGE, with_product=True)


@clause(
    "QĐ124:Đ12.3",
    COMPLETED,
    ALL,
    "các tiêu chí cơ bản được đánh giá đạt Trung bình trở lên bằng sản phẩm cụ thể",
    "every basic criterion is Average or better, the results shown by a concrete product",
)
def basic_criteria_average(c: Case, n: Numbers) -> Observation:
    """Results criteria among them need a concrete product (reading product_for_completed)."""
    good = c.basic.reaching(Grade.AVERAGE)
    if n.reads("product_for_completed", "RESULTS"):
        of_results = c.basic_results
        good -= of_results.reaching(Grade.AVERAGE)
        good += of_results.reaching(Grade.AVERAGE, with_product=True)
    return part_of_whole(good == c.basic.many, good, c.basic.many, CRITERIA, AVERAGE_WITH_PRODUCT)


@clause(
    "QĐ124:Đ12.3.1",
    COMPLETED,
    BODIES,
    "không có tổ chức trực thuộc hoặc thành viên của tập thể lãnh đạo, quản lý bị kỷ luật (trừ trường hợp tự phát hiện và khắc phục xong hậu quả)",
    "no subordinate organisation and no member of the leadership collective was disciplined, unless self-discovered and remedied",
)
def nobody_disciplined_or_exempt(c: Case, _: Numbers) -> Observation:
    return none_disciplined(c, Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER)


@clause(
    "QĐ124:Đ12.3.2",
    COMPLETED,
    PEOPLE,
    "các nhiệm vụ được giao đều hoàn thành",
    "all assigned tasks are completed",
)
def all_tasks_completed(c: Case, _: Numbers) -> Observation:
    """Counted where tasks were assigned in numbers, else attested. A failed result is an uncompleted task."""
    if c.facts.failed_results:
        return met_if(False, CRITERIA.counted(c.facts.failed_results), NOTHING, RESULTS_FAILED)
    if not is_counted(c.facts.targets):
        return attested(c, Attested.ALL_TASKS_COMPLETED, Attested.WORK_DONE_ON_TIME)
    return completed(c.facts.targets, WHOLE)


@clause(
    "QĐ124:Đ12.3.2",
    COMPLETED,
    PEOPLE,
    "không quá {weak_criteria_max} số tiêu chí chưa bảo đảm chất lượng, tiến độ",
    "at most {weak_criteria_max} of the criteria are short of quality or time",
)
def few_weak_criteria(c: Case, n: Numbers) -> Observation:
    return at_most(c.facts.weak_criteria, c.every.many, CRITERIA, n["weak_criteria_max"])


@clause("QĐ124:Đ12.3.3", COMPLETED, LEADERS, "phải gương mẫu", "exemplary")
def exemplary_enough(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.EXEMPLARY, Attested.TRULY_EXEMPLARY)


@clause(
    "QĐ124:Đ12.3.3",
    COMPLETED,
    LEADERS,
    "lĩnh vực trực tiếp phụ trách hoàn thành trên {area_done_over} các chỉ tiêu, nhiệm vụ",
    "over {area_done_over} of the targets of the area in charge are completed",
)
def area_mostly_completed(c: Case, n: Numbers) -> Observation:
    """The text says "trên 70%": exactly 70% is not enough (reading area_at_the_limit)."""
    area = c.facts.area
    if area is None:
        return not_applicable(NO_WORK, text_over(n["area_done_over"]))
    return more_than(area.completed, area.assigned, TASKS, n["area_done_over"])


@clause(
    "QĐ124:Đ12.3.3",
    COMPLETED,
    LEADERS,
    "ít nhất {units_completed_min} số cơ quan, đơn vị thuộc thẩm quyền lãnh đạo, quản lý trực tiếp được xếp loại hoàn thành nhiệm vụ",
    "at least {units_completed_min} of the directly led units completed their duties",
)
def led_units_mostly_completed(c: Case, n: Numbers) -> Observation:
    return led_units(c, COMPLETED, n["units_completed_min"])


CLAUSES = (
    basic_criteria_average,
    nobody_disciplined_or_exempt,
    all_tasks_completed,
    few_weak_criteria,
    exemplary_enough,
    area_mostly_completed,
    led_units_mostly_completed,
)
