"""Mục 5.2: hoàn thành tốt nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 2."""

from rules.articles.condition import WEAK_CRITERIA, attested
from rules.articles.finding import LEADERS, ORGS, PEOPLE, Case, Numbers, Observation, clause, met_if
from rules.articles.noun import CRITERIA
from rules.articles.related_level import (
    all_reaching,
    as_civil_servant,
    collective_of_head,
    organisation_of_secretary,
    subordinates_reaching,
)
from rules.articles.vote import residents_good_share, workplace_share
from rules.bilingual import NOTHING
from rules.enums import Level
from rules.facts.facts import Attested

GOOD = Level.GOOD


@clause(
    "HD01:5.2.1a",
    GOOD,
    ORGS,
    "{subordinates_completed_min} tổ chức đảng trực thuộc, đảng viên được xếp loại Hoàn thành nhiệm vụ",
    "{subordinates_completed_min} of the subordinate party organisations, or members, completed their duties",
)
def all_under_it_completed(c: Case, n: Numbers) -> Observation:
    return subordinates_reaching(c, Level.COMPLETED, n["subordinates_completed_min"])


@clause(
    "HD01:5.2.1a",
    GOOD,
    ORGS,
    "từ {subordinates_good_min} tổ chức đảng trực thuộc, đảng viên được xếp loại Hoàn thành tốt nhiệm vụ trở lên",
    "from {subordinates_good_min} of the subordinate party organisations, or members, are good or better",
)
def half_under_it_good(c: Case, n: Numbers) -> Observation:
    return subordinates_reaching(c, Level.GOOD, n["subordinates_good_min"])


@clause(
    "HD01:5.2.1a",
    GOOD,
    ORGS,
    "chính quyền, Mặt trận Tổ quốc và các đoàn thể cùng cấp được xếp loại Hoàn thành nhiệm vụ trở lên",
    "government, Front and mass organisations of the same level completed their duties",
)
def same_level_bodies_completed(c: Case, _: Numbers) -> Observation:
    return all_reaching(c.facts.levels.same_level, Level.COMPLETED)


@clause(
    "HD01:5.2.2",
    GOOD,
    PEOPLE,
    "đảng viên là công chức, viên chức phải được xếp loại cán bộ, công chức, viên chức Hoàn thành tốt nhiệm vụ trở lên",
    "a party member is rated good or better as civil servant or public employee",
)
def civil_servant_good(c: Case, _: Numbers) -> Observation:
    return as_civil_servant(c, GOOD)


@clause(
    "HD01:5.2.3",
    GOOD,
    LEADERS,
    "các tiêu chí về kết quả đều hoàn thành bảo đảm chất lượng, hiệu quả, đúng tiến độ",
    "all results completed with quality, effect and on time",
)
def results_on_time(c: Case, _: Numbers) -> Observation:
    """All results ("đều"): one criterion short of quality, time or effect fails the condition."""
    if c.facts.short_criteria:
        return met_if(False, CRITERIA.counted(c.facts.short_criteria), NOTHING, WEAK_CRITERIA)
    return attested(c, Attested.QUALITY_ON_TIME, Attested.HIGH_QUALITY_ON_TIME)


@clause(
    "HD01:5.2.3",
    GOOD,
    LEADERS,
    "người đứng đầu thì tập thể được cơ quan cấp trên xếp loại chuyên môn hoàn thành tốt nhiệm vụ",
    "the collective of a head is rated good by the superior",
)
def collective_good(c: Case, _: Numbers) -> Observation:
    return collective_of_head(c, GOOD)


@clause(
    "HD01:5.2.3",
    GOOD,
    LEADERS,
    "Bí thư, Phó Bí thư thì tổ chức đảng đạt loại hoàn thành tốt nhiệm vụ trở lên hoặc đưa đơn vị hoàn thành nhiệm vụ vượt bậc",
    "the party organisation of a secretary is good or better, or the unit was led to an outstanding completion",
)
def party_organisation_good(c: Case, _: Numbers) -> Observation:
    return organisation_of_secretary(c, GOOD)


@clause(
    "HD01:5.2.3",
    GOOD,
    LEADERS,
    "từ {workplace_votes_min} trở lên phiếu nơi công tác đánh giá hoàn thành tốt nhiệm vụ",
    "from {workplace_votes_min} of the votes at the workplace for good",
)
def workplace_votes_good(c: Case, n: Numbers) -> Observation:
    return workplace_share(c, GOOD, n)


@clause(
    "HD01:5.2.3",
    GOOD,
    LEADERS,
    "từ {residents_votes_min} trở lên phiếu của nhân dân nơi cư trú đánh giá thực hiện tốt",
    "from {residents_votes_min} of the residents' votes for good",
)
def residents_votes_good(c: Case, n: Numbers) -> Observation:
    return residents_good_share(c, n["residents_votes_min"])


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
