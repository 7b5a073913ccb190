"""Mục 5.2: hoàn thành tốt nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 2."""

from rules.conditions import WEAK_CRITERIA, attested
from rules.facts import Attested
from rules.finding import LEADERS, ORGS, PEOPLE, Case, Numbers, Seen, clause, yes
from rules.others import (
    all_reaching,
    as_civil_servant,
    collective_of_head,
    organisation_of_secretary,
    under_it,
)
from rules.votes import at_home, at_work
from rules.words import Level

GOOD = Level.GOOD


@clause("HD01:5.2.1a", GOOD, ORGS, "tổ chức đảng trực thuộc, đảng viên từ Hoàn thành nhiệm vụ")
def all_under_it_completed(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.COMPLETED, n["subordinates_completed_min"])


@clause("HD01:5.2.1a", GOOD, ORGS, "tổ chức đảng trực thuộc, đảng viên từ Hoàn thành tốt nhiệm vụ")
def half_under_it_good(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.GOOD, n["subordinates_good_min"])


@clause("HD01:5.2.1a", GOOD, ORGS, "chính quyền, Mặt trận, đoàn thể cùng cấp")
def same_level_bodies_completed(c: Case, _: Numbers) -> Seen:
    return all_reaching(c.facts.levels.same_level, Level.COMPLETED)


@clause("HD01:5.2.2", GOOD, PEOPLE, "xếp loại cán bộ, công chức, viên chức")
def civil_servant_good(c: Case, _: Numbers) -> Seen:
    return as_civil_servant(c, GOOD)


@clause("HD01:5.2.3", GOOD, LEADERS, "kết quả đều bảo đảm chất lượng, hiệu quả, đúng tiến độ")
def results_on_time(c: Case, _: Numbers) -> Seen:
    """All of them ("đều"): a criterion short of quality, time or effect says the contrary."""
    short = c.facts.weak_criteria + c.facts.low_effect_criteria
    if short:
        return yes(False, str(short), "0", WEAK_CRITERIA)
    return attested(c, Attested.QUALITY_ON_TIME, Attested.HIGH_QUALITY_ON_TIME)


@clause("HD01:5.2.3", GOOD, LEADERS, "người đứng đầu: xếp loại chuyên môn của tập thể")
def collective_good(c: Case, _: Numbers) -> Seen:
    return collective_of_head(c, GOOD)


@clause("HD01:5.2.3", GOOD, LEADERS, "bí thư, phó bí thư: xếp loại của tổ chức đảng")
def party_organisation_good(c: Case, _: Numbers) -> Seen:
    return organisation_of_secretary(c, GOOD)


@clause("HD01:5.2.3", GOOD, LEADERS, "phiếu nơi công tác: từ hoàn thành tốt")
def workplace_votes_good(c: Case, n: Numbers) -> Seen:
    return at_work(c, GOOD, n)


@clause("HD01:5.2.3", GOOD, LEADERS, "phiếu nơi cư trú: thực hiện tốt")
def residents_votes_good(c: Case, n: Numbers) -> Seen:
    return at_home(c, n["residents_votes_min"])


CLAUSES = (
    all_under_it_completed,
    half_under_it_good,
    same_level_bodies_completed,
    civil_servant_good,
    results_on_time,
    collective_good,
    party_organisation_good,
    workplace_votes_good,
    residents_votes_good,
)
