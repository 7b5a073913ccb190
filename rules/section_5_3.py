"""Mục 5.3: hoàn thành nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 3."""

from rules.conditions import RESULTS_FAILED
from rules.finding import LEADERS, ORGS, PEOPLE, Case, Numbers, Seen, at_most, clause, grades, yes
from rules.others import as_civil_servant
from rules.votes import at_home, at_work
from rules.words import Grade, Level

COMPLETED = Level.COMPLETED


@clause("HD01:5.3.1a", COMPLETED, ORGS, "mọi tiêu chí đạt Trung bình trở lên")
def every_criterion_of_organisation(c: Case, n: Numbers) -> Seen:
    """Stricter than Đ12.3, and it prevails for organisations (reading of the same name, QĐ124:Đ14.1)."""
    prevails = n.reads("every_criterion_of_organisation", "HD01_PREVAILS")
    return grades(c.every if prevails else c.basic, Grade.AVERAGE)


@clause("HD01:5.3.2", COMPLETED, PEOPLE, "xếp loại cán bộ, công chức, viên chức")
def civil_servant_completed(c: Case, _: Numbers) -> Seen:
    return as_civil_servant(c, COMPLETED)


@clause("HD01:5.3.3", COMPLETED, LEADERS, "tiêu chí chưa bảo đảm chất lượng, tiến độ, hiệu quả")
def few_results_short(c: Case, n: Numbers) -> Seen:
    """The results criteria are all completed ("đều hoàn thành"), and few of them are short of anything.

    Where the facts do not say which criteria are short, as many of the results as can be (reading weak_results).
    """
    short = c.facts.weak_results
    if short is None:
        short = min(c.facts.weak_criteria + c.facts.low_effect_criteria, c.results.many)
    seen = at_most(short, c.results.many, n["weak_criteria_max"])
    if c.facts.failed_results:
        return yes(False, seen.measured, seen.required, RESULTS_FAILED)
    return seen


@clause("HD01:5.3.3", COMPLETED, LEADERS, "phiếu nơi công tác: từ hoàn thành nhiệm vụ")
def workplace_votes_completed(c: Case, n: Numbers) -> Seen:
    return at_work(c, COMPLETED, n)


@clause("HD01:5.3.3", COMPLETED, LEADERS, "phiếu nơi cư trú: thực hiện tốt")
def residents_votes_enough(c: Case, n: Numbers) -> Seen:
    return at_home(c, n["residents_votes_min"])


CLAUSES = (
    every_criterion_of_organisation,
    civil_servant_completed,
    few_results_short,
    workplace_votes_completed,
    residents_votes_enough,
)
