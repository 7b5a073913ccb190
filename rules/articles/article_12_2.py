"""Điều 12 khoản 2: hoàn thành tốt nhiệm vụ."""

from rules.articles.condition import (
    attested,
    completed,
    nobody_disciplined_unless_exempt as none_disciplined,
    on_time,
    work_on_time,
)
from rules.articles.finding import (
    ALL,
    BODIES,
    LEADERS,
    PEOPLE,
    Case,
    Numbers,
    Observation,
    clause,
    grades,
)
from rules.articles.related_level import led_units
from rules.enums import Grade, Level
from rules.facts.facts import Attested, Disciplined

GOOD = Level.GOOD


@clause(
    "QĐ124:Đ12.2",
    GOOD,
    ALL,
    "các tiêu chí được đánh giá đạt Trung bình trở lên",
    "every criterion is Average or better",
)
def every_criterion_average(c: Case, _: Numbers) -> Observation:
    return grades(c.every, Grade.AVERAGE)


@clause(
    "QĐ124:Đ12.2",
    GOOD,
    ALL,
    "những tiêu chí về kết quả đều đạt Tốt trở lên bằng sản phẩm cụ thể",
    "every results criterion is Good or better, shown by a concrete product",
)
def results_good(c: Case, _: Numbers) -> Observation:
    return grades(c.results, Grade.GOOD, with_product=True)


@clause(
    "QĐ124:Đ12.2.1",
    GOOD,
    BODIES,
    "không có tổ chức trực thuộc hoặc thành viên của tập thể lãnh đạo, quản lý bị kỷ luật (trừ trường hợp tự phát hiện và khắc phục xong hậu quả)",
    "no subordinate organisation and no member of the leadership collective was disciplined, unless self-discovered and remedied",
)
def nobody_disciplined_unless_exempt(c: Case, _: Numbers) -> Observation:
    return none_disciplined(c, Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER)


@clause(
    "QĐ124:Đ12.2.2",
    GOOD,
    PEOPLE,
    "hoàn thành {targets_done_min} chỉ tiêu, nhiệm vụ đúng tiến độ, bảo đảm chất lượng, hiệu quả",
    "{targets_done_min} of the targets and tasks done on time and with quality",
)
def targets_all_completed(c: Case, n: Numbers) -> Observation:
    return work_on_time(c, n["targets_done_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS, "phải gương mẫu", "exemplary")
def exemplary(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.EXEMPLARY, Attested.TRULY_EXEMPLARY)


@clause(
    "QĐ124:Đ12.2.3",
    GOOD,
    LEADERS,
    "lĩnh vực trực tiếp phụ trách hoàn thành tất cả các chỉ tiêu, nhiệm vụ",
    "all targets of the area in charge are completed",
)
def area_all_completed(c: Case, n: Numbers) -> Observation:
    return completed(c.facts.area, n["area_done_min"])


@clause(
    "QĐ124:Đ12.2.3",
    GOOD,
    LEADERS,
    "lĩnh vực trực tiếp phụ trách có ít nhất {area_on_time_min} số lượng công việc hoàn thành đúng tiến độ, bảo đảm chất lượng",
    "at least {area_on_time_min} of the work of the area in charge is on time and with quality",
)
def area_on_time(c: Case, n: Numbers) -> Observation:
    return on_time(c.facts.area, n["area_on_time_min"])


@clause(
    "QĐ124:Đ12.2.3",
    GOOD,
    LEADERS,
    "{units_completed_min} cơ quan, đơn vị thuộc thẩm quyền lãnh đạo, quản lý trực tiếp được xếp loại từ hoàn thành nhiệm vụ trở lên",
    "{units_completed_min} of the directly led units completed their duties",
)
def led_units_all_completed(c: Case, n: Numbers) -> Observation:
    return led_units(c, Level.COMPLETED, n["units_completed_min"])


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
