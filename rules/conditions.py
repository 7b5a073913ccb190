"""Conditions that several articles share: what is attested, work that is counted, who was disciplined."""

from collections.abc import Collection, Iterable

from rules.discipline import Counted
from rules.facts import Attested, Concluded, Discipline, Disciplined, Nature, Work
from rules.finding import Case, Limit, Seen, at_least, none_of, not_applicable, some_of, yes

ATTESTED, NOT_ATTESTED = "có xác nhận", "chưa có xác nhận"
CONCLUDED, NOT_CONCLUDED = "có kết luận", "không có kết luận"
NO_WORK = "không giao chỉ tiêu, nhiệm vụ bằng số"
MAIN_MISSED = "chỉ tiêu chủ yếu không đạt"
NO_MAIN_MISSED = "các chỉ tiêu chủ yếu đều đạt"
FORCE_MAJEURE = "bất khả kháng"
WEAK_CRITERIA = "còn tiêu chí chưa bảo đảm chất lượng, tiến độ"
RESULTS_FAILED = "còn tiêu chí về kết quả không hoàn thành"
EXEMPT = "tự phát hiện và đã khắc phục xong hậu quả"
CORRUPTION = frozenset({Nature.CORRUPTION})
CORRUPTION_OR_NEGATIVITY = frozenset({Nature.CORRUPTION, Nature.NEGATIVITY})
COUNTED_FOR_YEAR, COUNTED_AT = "tính cho năm ", "tại "


def attested(c: Case, *any_of: Attested) -> Seen:
    """One of these is attested; the remark names its document."""
    for one in any_of:
        if one in c.facts.attested:
            return yes(True, ATTESTED, "", c.facts.attested[one])
    return yes(False, NOT_ATTESTED, "")


def concluded(c: Case, *any_of: Concluded) -> Seen:
    """For triggers: the competent authority concluded one of these; the remark names the documents."""
    found = [one for one in any_of if one in c.facts.concluded]
    if not found:
        return yes(False, NOT_CONCLUDED, "")
    return yes(True, CONCLUDED, "", "; ".join(filter(None, map(c.facts.concluded.get, found))))


def completed(work: Work | None, limit: Limit) -> Seen:
    if work is None:
        return not_applicable(NO_WORK, f"≥ {limit}")
    return at_least(work.completed, work.assigned, limit)


def on_time(work: Work | None, limit: Limit) -> Seen:
    """Completed on time and with quality."""
    if work is None:
        return not_applicable(NO_WORK, f"≥ {limit}")
    return at_least(work.on_time, work.assigned, limit)


def exceeded(work: Work | None, limit: Limit) -> Seen:
    if work is None:
        return not_applicable(NO_WORK, f"≥ {limit}")
    return at_least(work.exceeded, work.assigned, limit)


def is_counted(work: Work | None) -> bool:
    """Whether targets or tasks were assigned in numbers."""
    return work is not None and work.assigned > 0


def work_on_time(c: Case, limit: Limit) -> Seen:
    """The subject's own work, on time and with quality: of targets, or attested where none are counted.

    A criterion short of quality or time says the contrary.
    """
    if c.facts.weak_criteria:
        return yes(False, str(c.facts.weak_criteria), "", WEAK_CRITERIA)
    if not is_counted(c.facts.targets):
        return attested(c, Attested.WORK_DONE_ON_TIME)
    return on_time(c.facts.targets, limit)


def work_exceeded(c: Case, limit: Limit) -> Seen:
    """The subject's own work, above target: of targets, or attested where none are counted."""
    if not is_counted(c.facts.targets):
        return attested(c, Attested.HALF_OF_WORK_EXCEEDED)
    return exceeded(c.facts.targets, limit)


def far_behind(work: Work | None, limit: Limit) -> Seen:
    """For triggers: under the share of targets and a main target missed, unless force majeure."""
    if work is None or work.assigned == 0:
        return not_applicable(NO_WORK, f"< {limit}")
    is_under = limit.of(work.completed) < limit.times(work.assigned)
    holds, remark = is_under, MAIN_MISSED
    if not work.main_missed:
        holds, remark = False, NO_MAIN_MISSED
    elif work.force_majeure:
        holds, remark = False, FORCE_MAJEURE
    return yes(holds, f"{work.completed}/{work.assigned}", f"< {limit}", remark)


def nobody_disciplined(c: Case, *who: Disciplined) -> Seen:
    """No exemption: self-discovered and remedied discipline counts too."""
    return none_of(len(c.facts.disciplines(*who)), _remark(c, who))


def nobody_disciplined_unless_exempt(c: Case, *who: Disciplined) -> Seen:
    found = c.facts.disciplines(*who)
    return none_of(_not_exempt(found), _remark(c, who, found))


def disciplined(c: Case, *who: Disciplined) -> Seen:
    """For triggers. No exemption: self-discovered and remedied discipline counts too."""
    return some_of(len(c.facts.disciplines(*who)), _remark(c, who))


def disciplined_unless_exempt(c: Case, *who: Disciplined) -> Seen:
    """For triggers: somebody disciplined, save self-discovered and remedied."""
    found = c.facts.disciplines(*who)
    return some_of(_not_exempt(found), _remark(c, who, found))


def led_disciplined(
    c: Case, *who: Disciplined, natures: Collection[Nature], by_law: bool, exempt: bool
) -> Seen:
    """For triggers: somebody directly led, for one of these; punished by law if `by_law`; save self-discovered
    and remedied if `exempt`.
    """
    found = tuple(
        one
        for one in c.facts.disciplines(*who)
        if one.nature in natures and (one.punished_by_law or not by_law)
    )
    if exempt:
        return some_of(_not_exempt(found), _remark(c, who, found))
    return some_of(len(found), _remark(c, who))


def _counted_for(counted: Counted) -> str:
    where = f", {COUNTED_AT}{counted.body}" if counted.body else ""
    return f"{COUNTED_FOR_YEAR}{counted.year}{where} ({', '.join(sorted(counted.clauses))})"


def _not_exempt(found: Iterable[Discipline]) -> int:
    return sum(not one.is_exempt for one in found)


def _remark(c: Case, who: tuple[Disciplined, ...], found: tuple[Discipline, ...] = ()) -> str:
    """How many were left out as exempt, and for which year and body others count instead."""
    if not c.facts.discipline:
        return ""
    exempt = sum(one.is_exempt for one in found)
    elsewhere = c.facts.counted_elsewhere(*who)
    remarks = [f"{exempt} {EXEMPT}"] if exempt else []
    if elsewhere:
        counted = {each for one in elsewhere for each in one.counted(c.facts.year)}
        remarks += sorted(map(_counted_for, counted))
    return "; ".join(remarks)
