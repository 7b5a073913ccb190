"""Điều 12 khoản 2: hoàn thành tốt nhiệm vụ."""

from rules.conditions import attested, completed, on_time, work_on_time
from rules.conditions import nobody_disciplined_unless_exempt as none_disciplined
from rules.facts import Attested, Disciplined
from rules.finding import ALL, BODIES, LEADERS, PEOPLE, Case, Numbers, Seen, clause, grades
from rules.others import reaching
from rules.words import Grade, Level

GOOD = Level.GOOD


@clause("QĐ124:Đ12.2", GOOD, ALL, "mọi tiêu chí đạt Trung bình trở lên")
def every_criterion_average(c: Case, _: Numbers) -> Seen:
    return grades(c.every, Grade.AVERAGE)


@clause("QĐ124:Đ12.2", GOOD, ALL, "mọi tiêu chí về kết quả đạt Tốt trở lên bằng sản phẩm cụ thể")
def results_good(c: Case, _: Numbers) -> Seen:
    return grades(c.results, Grade.GOOD, with_product=True)


@clause("QĐ124:Đ12.2.1", GOOD, BODIES, "không có tổ chức trực thuộc, thành viên bị kỷ luật")
def nobody_disciplined_unless_exempt(c: Case, _: Numbers) -> Seen:
    return none_disciplined(c, Disciplined.SUBORDINATE_UNIT, Disciplined.LEADERSHIP_MEMBER)


@clause("QĐ124:Đ12.2.2", GOOD, PEOPLE, "chỉ tiêu, nhiệm vụ đúng tiến độ, bảo đảm chất lượng")
def targets_all_completed(c: Case, n: Numbers) -> Seen:
    return work_on_time(c, n["targets_done_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS, "gương mẫu")
def exemplary(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.EXEMPLARY, Attested.TRULY_EXEMPLARY)


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS, "lĩnh vực phụ trách hoàn thành tất cả chỉ tiêu")
def area_all_completed(c: Case, n: Numbers) -> Seen:
    return completed(c.facts.area, n["area_done_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS, "công việc của lĩnh vực phụ trách đúng tiến độ, chất lượng")
def area_on_time(c: Case, n: Numbers) -> Seen:
    return on_time(c.facts.area, n["area_on_time_min"])


@clause("QĐ124:Đ12.2.3", GOOD, LEADERS, "đơn vị thuộc quyền từ Hoàn thành nhiệm vụ")
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
