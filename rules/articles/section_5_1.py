"""Mục 5.1: hoàn thành xuất sắc nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 1."""

from rules.articles.condition import attested
from rules.articles.finding import (
    COLLECTIVES,
    LEADERS,
    ORGS,
    PEOPLE,
    PERSONS,
    Case,
    Numbers,
    Observation,
    clause,
)
from rules.articles.related_level import (
    all_reaching,
    as_civil_servant,
    collective_of_head,
    organisation_of_secretary,
    subordinates_reaching,
)
from rules.articles.vote import residents_good_share, workplace_share
from rules.enums import Level
from rules.facts.facts import Attested

EXCELLENT = Level.EXCELLENT


@clause(
    "HD01:5.1.1a",
    EXCELLENT,
    ORGS,
    "có nhiều mô hình mới, cách làm hay, hiệu quả và có sản phẩm cụ thể vượt mục tiêu",
    "many new models and good ways of work, and concrete products above target",
)
def new_models(c: Case, _: Numbers) -> Observation:
    """A separate finding: a leading position does not imply results above target."""
    return attested(c, Attested.NEW_MODELS)


@clause(
    "HD01:5.1.1a",
    EXCELLENT,
    ORGS,
    "khẳng định vị thế, vai trò hàng đầu",
    "a leading position",
)
def leading_position(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.LEADING_POSITION)


@clause(
    "HD01:5.1.1a",
    EXCELLENT,
    ORGS,
    "{subordinates_completed_min} tổ chức đảng trực thuộc, đảng viên được xếp loại Hoàn thành nhiệm vụ",
    "{subordinates_completed_min} of the subordinate party organisations, or members, completed their duties",
)
def those_under_it_completed(c: Case, n: Numbers) -> Observation:
    return subordinates_reaching(c, Level.COMPLETED, n["subordinates_completed_min"])


@clause(
    "HD01:5.1.1a",
    EXCELLENT,
    ORGS,
    "từ {subordinates_good_min} tổ chức đảng trực thuộc, đảng viên được xếp loại Hoàn thành tốt nhiệm vụ trở lên",
    "from {subordinates_good_min} of the subordinate party organisations, or members, are good or better",
)
def those_under_it_good(c: Case, n: Numbers) -> Observation:
    return subordinates_reaching(c, Level.GOOD, n["subordinates_good_min"])


@clause(
    "HD01:5.1.1a",
    EXCELLENT,
    ORGS,
    "chính quyền, Mặt trận Tổ quốc và các đoàn thể cùng cấp được xếp loại Hoàn thành tốt nhiệm vụ trở lên",
    "government, Front and mass organisations of the same level are good or better",
)
def same_level_bodies_good(c: Case, _: Numbers) -> Observation:
    return all_reaching(c.facts.levels.same_level, Level.GOOD)


@clause(
    "HD01:5.1.1b",
    EXCELLENT,
    COLLECTIVES,
    "đoàn kết, đổi mới sáng tạo, giữ vị trí hàng đầu",
    "united, innovating, in a leading position",
)
def united_and_leading(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.UNITED_AND_LEADING)


@clause(
    "HD01:5.1.2",
    EXCELLENT,
    PERSONS,
    "thực sự tiêu biểu, có sản phẩm cụ thể lượng hóa được",
    "truly typical, with concrete, measured products",
)
def truly_typical(c: Case, _: Numbers) -> Observation:
    """The descriptive first bullet of 5.1.2 binds a PERSON; a LEADER has that of 5.1.3."""
    return attested(c, Attested.TRULY_TYPICAL)


@clause(
    "HD01:5.1.2",
    EXCELLENT,
    PEOPLE,
    "các tiêu chí về kết quả phải được lượng hóa",
    "the results criteria are quantified",
)
def results_quantified(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.RESULTS_QUANTIFIED)


@clause(
    "HD01:5.2.2",
    EXCELLENT,
    PEOPLE,
    "đảng viên là công chức, viên chức phải được xếp loại cán bộ, công chức, viên chức Hoàn thành tốt nhiệm vụ trở lên",
    "a party member is rated good or better as civil servant or public employee",
)
def rated_good_as_civil_servant(c: Case, n: Numbers) -> Observation:
    """The text is silent; GOOD requires it (reading civil_servant_for_excellent)."""
    return as_civil_servant(c, Level(n.readings["civil_servant_for_excellent"]))


@clause(
    "HD01:5.1.3",
    EXCELLENT,
    LEADERS,
    "có nhiều thành tích nổi bật; khẳng định vị thế, vai trò hàng đầu",
    "many outstanding achievements, a leading position",
)
def many_outstanding_achievements(c: Case, _: Numbers) -> Observation:
    """Đ12.1 already requires the achievements. An initiative counts "nếu có", so none is required."""
    return attested(c, Attested.LEADING_POSITION)


@clause(
    "HD01:5.1.3",
    EXCELLENT,
    LEADERS,
    "các tiêu chí về kết quả đều hoàn thành với chất lượng, hiệu quả cao, đúng tiến độ",
    "all results completed with high quality and on time",
)
def results_of_high_quality(c: Case, _: Numbers) -> Observation:
    return attested(c, Attested.HIGH_QUALITY_ON_TIME)


@clause(
    "HD01:5.1.3",
    EXCELLENT,
    LEADERS,
    "người đứng đầu thì tập thể phải được cơ quan cấp trên xếp loại chuyên môn hoàn thành xuất sắc nhiệm vụ",
    "the collective of a head is rated excellent by the superior",
)
def collective_excellent(c: Case, _: Numbers) -> Observation:
    return collective_of_head(c, EXCELLENT)


@clause(
    "HD01:5.1.3",
    EXCELLENT,
    LEADERS,
    "Bí thư, Phó Bí thư thì tổ chức đảng phải hoàn thành xuất sắc nhiệm vụ hoặc đưa đơn vị hoàn thành nhiệm vụ vượt bậc",
    "the party organisation of a secretary is excellent, or the unit was led to an outstanding completion",
)
def party_organisation_excellent(c: Case, _: Numbers) -> Observation:
    return organisation_of_secretary(c, EXCELLENT)


@clause(
    "HD01:5.1.3",
    EXCELLENT,
    LEADERS,
    "từ {workplace_votes_min} trở lên phiếu nơi công tác đánh giá hoàn thành xuất sắc nhiệm vụ",
    "from {workplace_votes_min} of the votes at the workplace for excellent",
)
def workplace_votes(c: Case, n: Numbers) -> Observation:
    return workplace_share(c, EXCELLENT, n)


@clause(
    "HD01:5.1.3",
    EXCELLENT,
    LEADERS,
    "từ {residents_votes_min} trở lên phiếu của nhân dân nơi cư trú đánh giá thực hiện tốt",
    "from {residents_votes_min} of the residents' votes for good",
)
def residents_votes(c: Case, n: Numbers) -> Observation:
    return residents_good_share(c, n["residents_votes_min"])


CLAUSES = (
    new_models,
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
