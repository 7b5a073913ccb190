"""Điều 12 khoản 1: hoàn thành xuất sắc nhiệm vụ."""

from rules.articles.condition import (
    attested,
    completed,
    exceeded,
    nobody_disciplined as none_disciplined,
    work_exceeded,
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

EXCELLENT = Level.EXCELLENT


@clause(
    "QĐ124:Đ12.1", EXCELLENT, ALL, "có nhiều thành tích nổi bật", "many outstanding achievements"
)
def outstanding_achievements(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.OUTSTANDING_ACHIEVEMENTS)


@clause(
    "QĐ124:Đ12.1",
    EXCELLENT,
    ALL,
    "là điển hình để tập thể, cá nhân khác học tập, noi theo",
    "a model from which others learn",
)
def model_for_others(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.MODEL_FOR_OTHERS)


@clause(
    "QĐ124:Đ12.1",
    EXCELLENT,
    ALL,
    "các tiêu chí đánh giá đều đạt Tốt trở lên",
    "every criterion is Good or better",
)
def every_criterion_good(c: Case, _: Numbers) -> Observation:
    return grades(c.every, Grade.GOOD)


@clause(
    "QĐ124:Đ12.1",
    EXCELLENT,
    ALL,
    "những tiêu chí về kết quả đều đạt Xuất sắc bằng sản phẩm cụ thể",
    "every results criterion is Excellent, shown by a concrete product",
)
def results_excellent(c: Case, _: Numbers) -> Observation:
    return grades(c.results, Grade.EXCELLENT, with_product=True)


@clause(
    "QĐ124:Đ12.1.1",
    EXCELLENT,
    BODIES,
    "không có tổ chức trực thuộc hoặc thành viên của tập thể lãnh đạo, quản lý bị kỷ luật",
    "no subordinate organisation and no member of the leadership collective was disciplined",
)
def nobody_disciplined(c: Case, _: Numbers) -> Observation:
    """No exemption: self-discovered and remedied discipline counts too.

    A discipline of the collective itself also blocks EXCELLENT (reading collective_itself).
    """
    return none_disciplined(
        c, Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER, Disciplined.COLLECTIVE
    )


@clause(
    "QĐ124:Đ12.1.2",
    EXCELLENT,
    PEOPLE,
    "hoàn thành {targets_done_min} chỉ tiêu, nhiệm vụ đúng tiến độ, bảo đảm chất lượng, hiệu quả",
    "{targets_done_min} of the targets and tasks done on time and with quality",
)
def targets_completed(c: Case, n: Numbers) -> Observation:
    return work_on_time(c, n["targets_done_min"])


@clause(
    "QĐ124:Đ12.1.2",
    EXCELLENT,
    PEOPLE,
    "ít nhất {targets_exceeded_min} chỉ tiêu, nhiệm vụ hoàn thành vượt mức",
    "at least {targets_exceeded_min} of the targets and tasks exceeded",
)
def targets_exceeded(c: Case, n: Numbers) -> Observation:
    return work_exceeded(c, n["targets_exceeded_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "thực sự gương mẫu", "truly exemplary")
def truly_exemplary(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.TRULY_EXEMPLARY)


@clause(
    "QĐ124:Đ12.1.3",
    EXCELLENT,
    LEADERS,
    "lĩnh vực trực tiếp phụ trách hoàn thành tất cả các chỉ tiêu, nhiệm vụ",
    "all targets of the area in charge are completed",
)
def area_completed(c: Case, n: Numbers) -> Observation:
    return completed(c.facts.area, n["area_done_min"])


@clause(
    "QĐ124:Đ12.1.3",
    EXCELLENT,
    LEADERS,
    "lĩnh vực trực tiếp phụ trách có ít nhất {area_exceeded_min} chỉ tiêu hoàn thành vượt mức",
    "at least {area_exceeded_min} of the targets of the area in charge are exceeded",
)
def area_exceeded(c: Case, n: Numbers) -> Observation:
    """The words "cơ bản hoàn thành vượt mức" are read over all targets (reading basically_exceeded)."""
    return exceeded(c.facts.area, n["area_exceeded_min"])


@clause(
    "QĐ124:Đ12.1.3",
    EXCELLENT,
    LEADERS,
    "{units_completed_min} cơ quan, đơn vị thuộc quyền lãnh đạo, quản lý trực tiếp được xếp loại hoàn thành nhiệm vụ trở lên",
    "{units_completed_min} of the directly led units completed their duties",
)
def led_units_completed(c: Case, n: Numbers) -> Observation:
    return led_units(c, Level.COMPLETED, n["units_completed_min"])


@clause(
    "QĐ124:Đ12.1.3",
    EXCELLENT,
    LEADERS,
    "ít nhất {units_good_min} số đơn vị xếp loại hoàn thành tốt nhiệm vụ trở lên",
    "at least {units_good_min} of the directly led units are good or better",
)
def led_units_good(c: Case, n: Numbers) -> Observation:
    return led_units(c, Level.GOOD, n["units_good_min"])


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
