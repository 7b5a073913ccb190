"""Điều 12 khoản 1: hoàn thành xuất sắc nhiệm vụ."""

from rules.conditions import attested, completed, exceeded, work_exceeded, work_on_time
from rules.conditions import nobody_disciplined as none_disciplined
from rules.facts import Attested, Disciplined
from rules.finding import ALL, BODIES, LEADERS, PEOPLE, Case, Numbers, Seen, clause, grades
from rules.others import reaching
from rules.words import Grade, Level

EXCELLENT = Level.EXCELLENT


@clause("QĐ124:Đ12.1", EXCELLENT, ALL, "nhiều thành tích nổi bật")
def outstanding_achievements(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.OUTSTANDING_ACHIEVEMENTS)


@clause("QĐ124:Đ12.1", EXCELLENT, ALL, "điển hình để tập thể, cá nhân khác học tập, noi theo")
def model_for_others(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.MODEL_FOR_OTHERS)


@clause("QĐ124:Đ12.1", EXCELLENT, ALL, "mọi tiêu chí đạt Tốt trở lên")
def every_criterion_good(c: Case, _: Numbers) -> Seen:
    return grades(c.every, Grade.GOOD)


@clause("QĐ124:Đ12.1", EXCELLENT, ALL, "mọi tiêu chí về kết quả đạt Xuất sắc bằng sản phẩm cụ thể")
def results_excellent(c: Case, _: Numbers) -> Seen:
    return grades(c.results, Grade.EXCELLENT, with_product=True)


@clause("QĐ124:Đ12.1.1", EXCELLENT, BODIES, "không có tổ chức trực thuộc, thành viên bị kỷ luật")
def nobody_disciplined(c: Case, _: Numbers) -> Seen:
    """No exemption here: self-discovered and remedied discipline counts too. The collective itself blocks
    EXCELLENT all the more (reading collective_itself).
    """
    return none_disciplined(
        c, Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER, Disciplined.COLLECTIVE
    )


@clause("QĐ124:Đ12.1.2", EXCELLENT, PEOPLE, "chỉ tiêu, nhiệm vụ đúng tiến độ, bảo đảm chất lượng")
def targets_completed(c: Case, n: Numbers) -> Seen:
    return work_on_time(c, n["targets_done_min"])


@clause("QĐ124:Đ12.1.2", EXCELLENT, PEOPLE, "chỉ tiêu, nhiệm vụ hoàn thành vượt mức")
def targets_exceeded(c: Case, n: Numbers) -> Seen:
    return work_exceeded(c, n["targets_exceeded_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "thực sự gương mẫu")
def truly_exemplary(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.TRULY_EXEMPLARY)


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "lĩnh vực phụ trách hoàn thành tất cả chỉ tiêu")
def area_completed(c: Case, n: Numbers) -> Seen:
    return completed(c.facts.area, n["area_done_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "chỉ tiêu của lĩnh vực phụ trách hoàn thành vượt mức")
def area_exceeded(c: Case, n: Numbers) -> Seen:
    """The words "cơ bản hoàn thành vượt mức" are read over all targets (reading basically_exceeded)."""
    return exceeded(c.facts.area, n["area_exceeded_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "đơn vị thuộc quyền từ Hoàn thành nhiệm vụ")
def led_units_completed(c: Case, n: Numbers) -> Seen:
    return reaching(c.facts.levels.units, Level.COMPLETED, n["units_completed_min"])


@clause("QĐ124:Đ12.1.3", EXCELLENT, LEADERS, "đơn vị thuộc quyền từ Hoàn thành tốt nhiệm vụ")
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
