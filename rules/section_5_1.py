"""Mục 5.1: hoàn thành xuất sắc nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 1."""

from rules.conditions import attested
from rules.facts import Attested
from rules.finding import (
    COLLECTIVES,
    LEADERS,
    ORGS,
    PEOPLE,
    PERSONS,
    Case,
    Numbers,
    Seen,
    clause,
)
from rules.others import (
    all_reaching,
    as_civil_servant,
    collective_of_head,
    organisation_of_secretary,
    under_it,
)
from rules.votes import at_home, at_work
from rules.words import Level

EXCELLENT = Level.EXCELLENT


@clause("HD01:5.1.1a", EXCELLENT, ORGS, "mô hình mới, sản phẩm vượt mục tiêu, vai trò hàng đầu")
def leading_position(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.LEADING_POSITION)


@clause("HD01:5.1.1a", EXCELLENT, ORGS, "tổ chức đảng trực thuộc, đảng viên từ Hoàn thành nhiệm vụ")
def those_under_it_completed(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.COMPLETED, n["subordinates_completed_min"])


@clause("HD01:5.1.1a", EXCELLENT, ORGS, "tổ chức đảng trực thuộc, đảng viên từ Hoàn thành tốt")
def those_under_it_good(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.GOOD, n["subordinates_good_min"])


@clause("HD01:5.1.1a", EXCELLENT, ORGS, "chính quyền, Mặt trận, đoàn thể cùng cấp")
def same_level_bodies_good(c: Case, _: Numbers) -> Seen:
    return all_reaching(c.facts.levels.same_level, Level.GOOD)


@clause("HD01:5.1.1b", EXCELLENT, COLLECTIVES, "đoàn kết, đổi mới sáng tạo, giữ vị trí hàng đầu")
def united_and_leading(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.UNITED_AND_LEADING)


@clause("HD01:5.1.2", EXCELLENT, PERSONS, "thực sự tiêu biểu, có sản phẩm lượng hóa được")
def truly_typical(c: Case, _: Numbers) -> Seen:
    """The descriptive first bullet of 5.1.2 binds a PERSON; a LEADER has that of 5.1.3."""
    return attested(c, Attested.TRULY_TYPICAL)


@clause("HD01:5.1.2", EXCELLENT, PEOPLE, "tiêu chí về kết quả được lượng hóa")
def results_quantified(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.RESULTS_QUANTIFIED)


@clause("HD01:5.2.2", EXCELLENT, PEOPLE, "xếp loại cán bộ, công chức, viên chức")
def rated_good_as_civil_servant(c: Case, n: Numbers) -> Seen:
    """The text is silent; GOOD requires it (reading civil_servant_for_excellent)."""
    return as_civil_servant(c, Level(n.readings["civil_servant_for_excellent"]))


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "nhiều thành tích nổi bật, vai trò hàng đầu")
def many_outstanding_achievements(c: Case, _: Numbers) -> Seen:
    """An initiative counts "if any", so nothing asks for one."""
    return attested(c, Attested.LEADING_POSITION)


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "kết quả hoàn thành với chất lượng cao, đúng tiến độ")
def results_of_high_quality(c: Case, _: Numbers) -> Seen:
    return attested(c, Attested.HIGH_QUALITY_ON_TIME)


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "người đứng đầu: xếp loại chuyên môn của tập thể")
def collective_excellent(c: Case, _: Numbers) -> Seen:
    return collective_of_head(c, EXCELLENT)


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "bí thư, phó bí thư: xếp loại của tổ chức đảng")
def party_organisation_excellent(c: Case, _: Numbers) -> Seen:
    return organisation_of_secretary(c, EXCELLENT)


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "phiếu nơi công tác: xuất sắc")
def workplace_votes(c: Case, n: Numbers) -> Seen:
    return at_work(c, EXCELLENT, n)


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "phiếu nơi cư trú: thực hiện tốt")
def residents_votes(c: Case, n: Numbers) -> Seen:
    return at_home(c, n["residents_votes_min"])


CLAUSES = (
    leading_position,
    those_under_it_completed,
    those_under_it_good,
    same_level_bodies_good,
    united_and_leading,
    truly_typical,
    results_quantified,
    rated_good_as_civil_servant,
    many_outstanding_achievements,
    results_of_high_quality,
    collective_excellent,
    party_organisation_excellent,
    workplace_votes,
    residents_votes,
)
