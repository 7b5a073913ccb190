"""Mục 5.3: hoàn thành nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 3."""

from rules.articles.condition import RESULTS_FAILED
from rules.articles.finding import (
    LEADERS,
    ORGS,
    PEOPLE,
    Case,
    Numbers,
    Observation,
    at_most,
    clause,
    grades,
    met_if,
)
from rules.articles.noun import CRITERIA
from rules.articles.related_level import as_civil_servant
from rules.articles.vote import residents_good_share, workplace_share
from rules.enums import Grade, Level

COMPLETED = Level.COMPLETED


@clause(
    "HD01:5.3.1a",
    COMPLETED,
    ORGS,
    "các tiêu chí đều đạt Trung bình trở lên",
    "every criterion is Average or better",
)
def every_criterion_of_organisation(c: Case, n: Numbers) -> Observation:
    """Stricter than Đ12.3; it prevails for organisations (reading of the same name, QĐ124:Đ14.1)."""
    prevails = n.reads("every_criterion_of_organisation", "HD01_PREVAILS")
    return grades(c.every if prevails else c.basic, Grade.AVERAGE)


@clause(
    "HD01:5.3.2",
    COMPLETED,
    PEOPLE,
    "đảng viên là công chức, viên chức phải được xếp loại cán bộ, công chức, viên chức Hoàn thành nhiệm vụ trở lên",
    "a party member completed the duties of a civil servant or public employee",
)
def civil_servant_completed(c: Case, _: Numbers) -> Observation:
    return as_civil_servant(c, COMPLETED)


@clause(
    "HD01:5.3.3",
    COMPLETED,
    LEADERS,
    "các tiêu chí về kết quả đều hoàn thành, tối đa {weak_criteria_max} tiêu chí chưa bảo đảm chất lượng, tiến độ hoặc hiệu quả thấp",
    "all results completed, at most {weak_criteria_max} of them short of quality, time or effect",
)
def few_results_short(c: Case, n: Numbers) -> Observation:
    """All results criteria are completed ("đều hoàn thành"), and few are short of quality, time or effect.

    Where the facts do not say which criteria are short, as many results criteria as possible count
    as short (reading weak_results).
    """
    short = c.facts.weak_results
    if short is None:
        short = min(c.facts.short_criteria, c.results.many)
    observation = at_most(short, c.results.many, CRITERIA, n["weak_criteria_max"])
    if c.facts.failed_results:
        return met_if(False, observation.measured, observation.required, RESULTS_FAILED)
    return observation


@clause(
    "HD01:5.3.3",
    COMPLETED,
    LEADERS,
    "từ {workplace_votes_min} trở lên phiếu nơi công tác đánh giá hoàn thành nhiệm vụ",
    "from {workplace_votes_min} of the votes at the workplace for completion",
)
def workplace_votes_completed(c: Case, n: Numbers) -> Observation:
    return workplace_share(c, COMPLETED, n)


@clause(
    "HD01:5.3.3",
    COMPLETED,
    LEADERS,
    "từ {residents_votes_min} trở lên phiếu của nhân dân nơi cư trú đánh giá thực hiện tốt",
    "from {residents_votes_min} of the residents' votes for good",
)
def residents_votes_enough(c: Case, n: Numbers) -> Observation:
    return residents_good_share(c, n["residents_votes_min"])


CLAUSES = (
    every_criterion_of_organisation,
    civil_servant_completed,
    few_results_short,
    workplace_votes_completed,
    residents_votes_enough,
)
