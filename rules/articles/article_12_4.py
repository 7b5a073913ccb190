"""Điều 12 khoản 4: không hoàn thành nhiệm vụ. MET = the trigger holds; any one outweighs every level."""

from itertools import chain

from rules.articles import condition as conditions
from rules.articles.about import AboutKind, about_names
from rules.articles.finding import (
    ALL,
    COLLECTIVES,
    LEADERS,
    ORGS,
    PEOPLE,
    Case,
    Numbers,
    Observation,
    by_paper,
    clause,
    concerning,
    less_than,
    met_if,
    more_than,
    not_applicable,
    some_of,
    text_over,
    text_under,
)
from rules.articles.noun import BALLOTS, CRITERIA, TASKS, UNITS
from rules.articles.related_level import NAME_OF_LEVEL
from rules.bilingual import Bilingual
from rules.enums import Grade, Level
from rules.facts.facts import Concluded, Disciplined, Flag, Rated

NOT_COMPLETED = Level.NOT_COMPLETED
NO_CONFIDENCE_VOTE = Bilingual("năm không lấy phiếu tín nhiệm", "no confidence vote this year")


@clause(
    "QĐ124:Đ12.4",
    NOT_COMPLETED,
    ALL,
    "có các tiêu chí đánh giá ở mức Kém",
    "a basic criterion is Poor",
)
def basic_criterion_poor(c: Case, n: Numbers) -> Observation:
    """MET: a basic criterion is Kém. Kém of another criterion only blocks EXCELLENT and GOOD (reading
    poor_criterion).
    """
    graded = c.basic if n.reads("poor_criterion", "BASIC_ONLY") else c.every
    return some_of(graded.many - graded.reaching(Grade.AVERAGE), CRITERIA)


@clause(
    "QĐ124:Đ12.4.1a",
    NOT_COMPLETED,
    ORGS,
    "có đơn vị trực thuộc xảy ra vụ việc bị xử lý kỷ luật",
    "a case in a subordinate unit was disciplined",
)
def subordinate_unit_disciplined(c: Case, _: Numbers) -> Observation:
    """MET: a unit or its person was disciplined for an event there, except self-discovered and remedied."""
    return conditions.disciplined_unless_exempt(
        c, Disciplined.SUBORDINATE_UNIT, Disciplined.SUBORDINATE_UNIT_PERSON
    )


@clause(
    "QĐ124:Đ12.4.1b",
    NOT_COMPLETED,
    ORGS,
    "chỉ hoàn thành dưới {targets_under} số chỉ tiêu, nhiệm vụ và có các chỉ tiêu chủ yếu không đạt",
    "under {targets_under} of the targets completed, and a main target missed",
)
def under_half_of_targets(c: Case, n: Numbers) -> Observation:
    """MET: under half of the targets completed and a main one missed, except force majeure."""
    return conditions.under_share_and_main_missed(c.facts.targets, n["targets_under"])


@clause(
    "QĐ124:Đ12.4.1c",
    NOT_COMPLETED,
    ORGS,
    "tập thể lãnh đạo, quản lý bị xử lý kỷ luật",
    "the leadership collective was disciplined",
)
def leadership_disciplined(c: Case, _: Numbers) -> Observation:
    """MET: the leadership collective was disciplined. The text has no exemption, so every discipline counts."""
    return conditions.disciplined(c, Disciplined.COLLECTIVE)


@clause(
    "QĐ124:Đ12.4.1c",
    NOT_COMPLETED,
    ORGS,
    "có trên {disciplined_units_over} số đơn vị trực thuộc bị kỷ luật trong năm",
    "over {disciplined_units_over} of the subordinate units were disciplined in the year",
)
def many_units_disciplined(c: Case, n: Numbers) -> Observation:
    """MET: more units than the share. The text has no exemption; a unit disciplined twice counts once."""
    disciplines = c.facts.disciplines(Disciplined.SUBORDINATE_UNIT)
    units = {one.name for one in disciplines}
    limit = n["disciplined_units_over"]
    observation = more_than(len(units), c.facts.subordinate_units, UNITS, limit)
    return (
        concerning(observation, conditions.about_disciplined(c, disciplines))
        if disciplines
        else observation
    )


@clause(
    "QĐ124:Đ12.4.2a",
    NOT_COMPLETED,
    COLLECTIVES,
    "bị kết luận mất đoàn kết nội bộ; có thành viên suy thoái, tự diễn biến, tự chuyển hoá",
    "internal disunity concluded, or a member degraded",
)
def disunity_or_degraded_member(c: Case, _: Numbers) -> Observation:
    """MET: the competent authority concluded one of the two."""
    return conditions.concluded(c, Concluded.INTERNAL_DISUNITY, Concluded.MEMBER_DEGRADED)


@clause(
    "QĐ124:Đ12.4.2b",
    NOT_COMPLETED,
    COLLECTIVES,
    "địa phương, tổ chức, cơ quan, đơn vị do mình trực tiếp lãnh đạo, quản lý chỉ hoàn thành dưới {area_under} số chỉ tiêu và có các chỉ tiêu chủ yếu không đạt",
    "under {area_under} of the targets of what it leads completed, and a main target missed",
)
def under_half_of_area(c: Case, n: Numbers) -> Observation:
    """MET: under half of the area's targets completed and a main one missed, except force majeure."""
    return conditions.under_share_and_main_missed(c.facts.area, n["area_under"])


@clause(
    "QĐ124:Đ12.4.2c",
    NOT_COMPLETED,
    COLLECTIVES,
    "bị xử lý kỷ luật hoặc thành viên bị kỷ luật trong năm",
    "the collective or a member was disciplined in the year",
)
def collective_or_member_disciplined(c: Case, _: Numbers) -> Observation:
    """MET: the collective or a member was disciplined, except self-discovered and remedied."""
    return conditions.disciplined_unless_exempt(
        c, Disciplined.COLLECTIVE, Disciplined.LEADERSHIP_MEMBER
    )


@clause(
    "QĐ124:Đ12.4.3a",
    NOT_COMPLETED,
    PEOPLE,
    "bị kết luận suy thoái, tự diễn biến, tự chuyển hoá; vi phạm những điều đảng viên không được làm; vi phạm trách nhiệm nêu gương",
    "concluded: degraded, did what members must not do, or breached exemplariness",
)
def degraded_or_in_breach(c: Case, _: Numbers) -> Observation:
    """MET: the competent authority concluded one of the three."""
    return conditions.concluded(
        c, Concluded.DEGRADED, Concluded.FORBIDDEN_CONDUCT, Concluded.EXEMPLARINESS_BREACHED
    )


@clause(
    "QĐ124:Đ12.4.3b",
    NOT_COMPLETED,
    PEOPLE,
    "có trên {failed_results_over} số tiêu chí về kết quả được đánh giá không hoàn thành",
    "over {failed_results_over} of the results criteria are not completed",
)
def most_results_failed(c: Case, n: Numbers) -> Observation:
    """MET: more results criteria failed than the share."""
    return more_than(c.facts.failed_results, c.results.many, CRITERIA, n["failed_results_over"])


@clause(
    "QĐ124:Đ12.4.3c",
    NOT_COMPLETED,
    PEOPLE,
    "có trên {low_confidence_over} số phiếu tín nhiệm thấp",
    "over {low_confidence_over} of the votes are of low confidence",
)
def low_confidence(c: Case, n: Numbers) -> Observation:
    """MET: more low-confidence votes than the share, where a vote was held that year."""
    votes = c.facts.confidence_votes
    if votes is None:
        return not_applicable(NO_CONFIDENCE_VOTE, text_over(n["low_confidence_over"]))
    observation = more_than(votes.low, votes.valid, BALLOTS, n["low_confidence_over"])
    return by_paper(votes.paper, observation)


@clause(
    "QĐ124:Đ12.4.3d",
    NOT_COMPLETED,
    PEOPLE,
    "bị xử lý kỷ luật trong năm đánh giá",
    "disciplined in the rated year",
)
def disciplined_in_the_year(c: Case, _: Numbers) -> Observation:
    """MET: the person was disciplined. Exempt discipline is ignored, with a remark (reading
    exempted_discipline_of_person).
    """
    return conditions.disciplined_unless_exempt(c, Disciplined.SELF)


@clause(
    "QĐ124:Đ12.4.4",
    NOT_COMPLETED,
    LEADERS,
    "lĩnh vực trực tiếp phụ trách hoàn thành dưới {area_under} số chỉ tiêu, nhiệm vụ hoặc xếp loại không hoàn thành nhiệm vụ",
    "under {area_under} of the targets of the area in charge completed, or the area rated as non-completion",
)
def area_failed(c: Case, n: Numbers) -> Observation:
    """MET: the area completed less than the share, or is rated NOT_COMPLETED; no force majeure exemption.

    The collective that a head leads is in the head's charge: its level counts as the area's.
    """
    area, levels = c.facts.area, c.facts.levels
    of_head = levels.collective if c.facts.is_a(Flag.HEAD) else None
    if _has_failed(levels.area) or _has_failed(of_head):
        observation = met_if(True, NAME_OF_LEVEL[NOT_COMPLETED], text_under(n["area_under"]))
        areas = (AboutKind.UNIT, levels.area), (AboutKind.COLLECTIVE, of_head)
        names = [about_names(kind, rated.below(Level.COMPLETED)) for kind, rated in areas if rated]
        return concerning(observation, tuple(chain.from_iterable(names)))
    if area is None:
        return not_applicable(conditions.NO_WORK, text_under(n["area_under"]))
    return less_than(area.completed, area.assigned, TASKS, n["area_under"])


def _has_failed(rated: Rated | None) -> bool:
    return rated is not None and rated.of_level[NOT_COMPLETED] > 0


@clause(
    "QĐ124:Đ12.4.4",
    NOT_COMPLETED,
    LEADERS,
    "cơ quan, đơn vị, cá nhân thuộc quyền lãnh đạo, quản lý trực tiếp liên quan đến tham nhũng, tiêu cực và bị xử lý kỷ luật",
    "a body, unit or person directly led was involved in corruption or negativity and disciplined",
)
def led_in_corruption(c: Case, _: Numbers) -> Observation:
    """MET: a directly led body, unit or person was disciplined for it, except self-discovered and remedied."""
    return conditions.led_disciplined(
        c,
        Disciplined.DIRECTLY_LED,
        Disciplined.DIRECTLY_LED_PERSON,
        natures=conditions.CORRUPTION_OR_NEGATIVITY,
        by_law=False,
        exempt=True,
    )


CLAUSES = (
    basic_criterion_poor,
    subordinate_unit_disciplined,
    under_half_of_targets,
    leadership_disciplined,
    many_units_disciplined,
    disunity_or_degraded_member,
    under_half_of_area,
    collective_or_member_disciplined,
    degraded_or_in_breach,
    most_results_failed,
    low_confidence,
    disciplined_in_the_year,
    area_failed,
    led_in_corruption,
)
