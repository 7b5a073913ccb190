"""Điều 12 khoản 4: không hoàn thành nhiệm vụ. MET = the trigger holds; any one outweighs every level."""

from rules.facts import Concluded, Discipline, Disciplined, Work
from rules.finding import (
    ALL,
    COLLECTIVES,
    LEADERS,
    ORGS,
    PEOPLE,
    Case,
    Numbers,
    Seen,
    Share,
    clause,
    exempted,
    more_than,
    not_applicable,
    yes,
)
from rules.words import Grade, Level, Outcome

NOT_COMPLETED = Level.NOT_COMPLETED


@clause("QĐ124:Đ12.4", NOT_COMPLETED, ALL, "poor_criterion")
def basic_criterion_poor(c: Case, _: Numbers) -> Seen:
    """A poor criterion that is not basic blocks EXCELLENT and GOOD only (reading poor_criterion)."""
    poor = c.basic.many - c.basic.reaching[Grade.AVERAGE.rank]
    return yes(poor > 0, str(poor), "> 0")


@clause("QĐ124:Đ12.4.1a", NOT_COMPLETED, ORGS)
def subordinate_unit_disciplined(c: Case, _: Numbers) -> Seen:
    return any_not_exempt(c.facts.disciplines(Disciplined.SUBORDINATE_UNIT))


@clause("QĐ124:Đ12.4.1b", NOT_COMPLETED, ORGS)
def under_half_of_targets(c: Case, n: Numbers) -> Seen:
    return far_behind(c.facts.targets, n["targets_under"])


@clause("QĐ124:Đ12.4.1c", NOT_COMPLETED, ORGS)
def leadership_disciplined(c: Case, _: Numbers) -> Seen:
    """No exemption is written: exempted discipline counts too."""
    found = c.facts.disciplines(Disciplined.COLLECTIVE)
    return yes(bool(found), str(len(found)), "> 0")


@clause("QĐ124:Đ12.4.1c", NOT_COMPLETED, ORGS)
def many_units_disciplined(c: Case, n: Numbers) -> Seen:
    """No exemption is written: exempted discipline counts too."""
    units = {one.name for one in c.facts.disciplines(Disciplined.SUBORDINATE_UNIT)}
    return more_than(len(units), c.facts.subordinate_units, n["disciplined_units_over"])


@clause("QĐ124:Đ12.4.2a", NOT_COMPLETED, COLLECTIVES)
def disunity_or_degraded_member(c: Case, _: Numbers) -> Seen:
    return any_concluded(c, Concluded.INTERNAL_DISUNITY, Concluded.MEMBER_DEGRADED)


@clause("QĐ124:Đ12.4.2b", NOT_COMPLETED, COLLECTIVES)
def under_half_of_area(c: Case, n: Numbers) -> Seen:
    return far_behind(c.facts.area or c.facts.targets, n["area_under"])


@clause("QĐ124:Đ12.4.2c", NOT_COMPLETED, COLLECTIVES)
def collective_or_member_disciplined(c: Case, _: Numbers) -> Seen:
    return any_not_exempt(
        c.facts.disciplines(Disciplined.COLLECTIVE, Disciplined.LEADERSHIP_MEMBER)
    )


@clause("QĐ124:Đ12.4.3a", NOT_COMPLETED, PEOPLE)
def degraded_or_in_breach(c: Case, _: Numbers) -> Seen:
    return any_concluded(
        c, Concluded.DEGRADED, Concluded.FORBIDDEN_CONDUCT, Concluded.EXEMPLARINESS_BREACHED
    )


@clause("QĐ124:Đ12.4.3b", NOT_COMPLETED, PEOPLE)
def most_results_failed(c: Case, n: Numbers) -> Seen:
    return more_than(c.facts.failed_results, c.results.many, n["failed_results_over"])


@clause("QĐ124:Đ12.4.3c", NOT_COMPLETED, PEOPLE)
def low_confidence(c: Case, n: Numbers) -> Seen:
    votes = c.facts.confidence_votes
    if votes is None:
        return not_applicable("năm không lấy phiếu tín nhiệm")
    return more_than(votes.low, votes.valid, n["low_confidence_over"])


@clause("QĐ124:Đ12.4.3d", NOT_COMPLETED, PEOPLE, "exempted_discipline_of_person")
def disciplined_in_the_year(c: Case, _: Numbers) -> Seen:
    """Exempted: as if absent, with a remark (reading exempted_discipline_of_person)."""
    return any_not_exempt(c.facts.disciplines(Disciplined.SELF))


@clause("QĐ124:Đ12.4.4", NOT_COMPLETED, LEADERS)
def area_failed(c: Case, n: Numbers) -> Seen:
    """Not even force majeure excuses it."""
    if c.facts.area_not_completed:
        return yes(True, str(NOT_COMPLETED), str(NOT_COMPLETED))
    if c.facts.area is None or c.facts.area.assigned == 0:
        return not_applicable("không có lĩnh vực phụ trách")
    return less_than(c.facts.area, n["area_under"])


@clause("QĐ124:Đ12.4.4", NOT_COMPLETED, LEADERS)
def led_in_corruption(c: Case, _: Numbers) -> Seen:
    led = c.facts.disciplines(Disciplined.DIRECTLY_LED)
    return any_not_exempt(tuple(one for one in led if one.corruption))


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


def any_not_exempt(found: tuple[Discipline, ...]) -> Seen:
    counted = sum(not one.is_exempt for one in found)
    return yes(counted > 0, str(counted), "> 0", exempted(len(found) - counted))


def any_concluded(c: Case, *what: Concluded) -> Seen:
    found = [one for one in what if one in c.facts.concluded] if c.facts.concluded else []
    return yes(bool(found), ", ".join(found) or "không có kết luận", "có kết luận")


def far_behind(work: Work | None, share: Share) -> Seen:
    """Under the share of targets and a main target missed, unless force majeure."""
    if work is None or work.assigned == 0:
        return not_applicable("không có chỉ tiêu")
    seen = less_than(work, share)
    holds = seen.outcome is Outcome.MET and work.main_missed
    if holds and work.force_majeure:
        return yes(False, seen.measured, seen.required, "bất khả kháng")
    remark = "chỉ tiêu chủ yếu không đạt" if work.main_missed else ""
    return yes(holds, seen.measured, seen.required, remark)


def less_than(work: Work, share: Share) -> Seen:
    """As "dưới" says: the limit itself does not count."""
    holds = work.completed * share.denominator < share.numerator * work.assigned
    return yes(holds, f"{work.completed}/{work.assigned}", f"< {share.percent}")
