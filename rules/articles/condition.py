"""Conditions that several articles share: what is attested, work that is counted, who was disciplined."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain

from rules.articles.about import About, AboutKind, of_document, of_paper
from rules.articles.finding import (
    KEPT_MAX,
    Case,
    Observation,
    ShareLimit,
    at_least,
    concerning,
    counts,
    least,
    none_of,
    not_applicable,
    some_of,
    under,
    yes,
)
from rules.articles.noun import CASES, CRITERIA, TASKS, Noun
from rules.bilingual import NOTHING, Bilingual, joined, same
from rules.facts.discipline import CountedDiscipline
from rules.facts.facts import Attested, Concluded, Discipline, Disciplined, Nature, Work

ATTESTED = Bilingual("có xác nhận", "attested")
NOT_ATTESTED = Bilingual("chưa có xác nhận", "not attested")
CONCLUDED = Bilingual("có kết luận", "concluded")
NOT_CONCLUDED = Bilingual("không có kết luận", "not concluded")
NO_WORK = Bilingual("không giao chỉ tiêu, nhiệm vụ bằng số", "nothing assigned in numbers")
MAIN_MISSED = Bilingual("chỉ tiêu chủ yếu không đạt", "a main target missed")
NO_MAIN_MISSED = Bilingual("các chỉ tiêu chủ yếu đều đạt", "no main target missed")
FORCE_MAJEURE = Bilingual("bất khả kháng", "force majeure")
WEAK_CRITERIA = Bilingual(
    "còn tiêu chí chưa bảo đảm chất lượng, tiến độ", "criteria are short of quality or time"
)
RESULTS_FAILED = Bilingual(
    "còn tiêu chí về kết quả không hoàn thành", "results criteria are not completed"
)
EXEMPT = Bilingual(
    "{many} tự phát hiện và đã khắc phục xong hậu quả", "{many} self-discovered and remedied"
)
COUNTED_FOR = Bilingual(
    "tính cho năm {year} ({clauses})", "counted for the year {year} ({clauses})"
)
COUNTED_AT = Bilingual(
    "tính cho năm {year}, tại {body} ({clauses})",
    "counted for the year {year}, at {body} ({clauses})",
)
CORRUPTION = frozenset({Nature.CORRUPTION})
CORRUPTION_OR_NEGATIVITY = frozenset({Nature.CORRUPTION, Nature.NEGATIVITY})


def attested(c: Case, *any_of: Attested) -> Observation:
    """One of these is attested; the remark names its document."""
    for one in any_of:
        if one in c.facts.attested:
            return attested_by(ATTESTED, NOTHING, c.facts.attested[one])
    return yes(False, NOT_ATTESTED)


@lru_cache(maxsize=KEPT_MAX)
def attested_by(measured: Bilingual, required: Bilingual, document: str) -> Observation:
    """A document says so, which the remark names; it may be on file without being named."""
    return concerning(yes(True, measured, required, same(document)), of_document(document))


def concluded(c: Case, *any_of: Concluded) -> Observation:
    """For triggers: the competent authority concluded one of these; the remark names the documents."""
    found = [one for one in any_of if one in c.facts.concluded]
    if not found:
        return yes(False, NOT_CONCLUDED)
    documents = [c.facts.concluded[word] for word in found]
    seen = yes(True, CONCLUDED, NOTHING, joined("; ", *map(same, documents)))
    return concerning(seen, tuple(chain.from_iterable(map(of_document, documents))))


def completed(work: Work | None, limit: ShareLimit) -> Observation:
    if work is None:
        return not_applicable(NO_WORK, least(limit))
    return at_least(work.completed, work.assigned, TASKS, limit)


def on_time(work: Work | None, limit: ShareLimit) -> Observation:
    """Completed on time and with quality."""
    if work is None:
        return not_applicable(NO_WORK, least(limit))
    return at_least(work.on_time, work.assigned, TASKS, limit)


def exceeded(work: Work | None, limit: ShareLimit) -> Observation:
    if work is None:
        return not_applicable(NO_WORK, least(limit))
    return at_least(work.exceeded, work.assigned, TASKS, limit)


def is_counted(work: Work | None) -> bool:
    """Whether targets or tasks were assigned in numbers."""
    return work is not None and work.assigned > 0


def work_on_time(c: Case, limit: ShareLimit) -> Observation:
    """The subject's own work, on time and with quality: of targets, or attested where none are counted.

    A criterion short of quality or time says the contrary.
    """
    if c.facts.weak_criteria:
        return yes(False, CRITERIA.counted(c.facts.weak_criteria), NOTHING, WEAK_CRITERIA)
    if not is_counted(c.facts.targets):
        return attested(c, Attested.WORK_DONE_ON_TIME)
    return on_time(c.facts.targets, limit)


def work_exceeded(c: Case, limit: ShareLimit) -> Observation:
    """The subject's own work, above target: of targets, or attested where none are counted."""
    if not is_counted(c.facts.targets):
        return attested(c, Attested.HALF_OF_WORK_EXCEEDED)
    return exceeded(c.facts.targets, limit)


def far_behind(work: Work | None, limit: ShareLimit) -> Observation:
    """For triggers: under the share of targets and a main target missed, unless force majeure."""
    if work is None or work.assigned == 0:
        return not_applicable(NO_WORK, under(limit))
    is_under = limit.of(work.completed) < limit.times(work.assigned)
    holds, remark = is_under, MAIN_MISSED
    if not work.main_missed:
        holds, remark = False, NO_MAIN_MISSED
    elif work.force_majeure:
        holds, remark = False, FORCE_MAJEURE
    return counts(holds, work.completed, work.assigned, TASKS, under(limit), remark)


def nobody_disciplined(c: Case, *who: Disciplined) -> Observation:
    """No exemption: self-discovered and remedied discipline counts too."""
    return _disciplines(none_of, c, who, c.facts.disciplines(*who), exempt=False)


def nobody_disciplined_unless_exempt(c: Case, *who: Disciplined) -> Observation:
    return _disciplines(none_of, c, who, c.facts.disciplines(*who), exempt=True)


def disciplined(c: Case, *who: Disciplined) -> Observation:
    """For triggers. No exemption: self-discovered and remedied discipline counts too."""
    return _disciplines(some_of, c, who, c.facts.disciplines(*who), exempt=False)


def disciplined_unless_exempt(c: Case, *who: Disciplined) -> Observation:
    """For triggers: somebody disciplined, save self-discovered and remedied."""
    return _disciplines(some_of, c, who, c.facts.disciplines(*who), exempt=True)


def led_disciplined(
    c: Case, *who: Disciplined, natures: Collection[Nature], by_law: bool, exempt: bool
) -> Observation:
    """For triggers: somebody directly led, for one of these; punished by law if `by_law`; save self-discovered
    and remedied if `exempt`.
    """
    counted = tuple(
        one
        for one in c.facts.disciplines(*who)
        if one.nature in natures and (one.punished_by_law or not by_law)
    )
    return _disciplines(some_of, c, who, counted, exempt=exempt)


def _disciplines(
    test: Callable[[int, Noun, Bilingual], Observation],
    c: Case,
    who: tuple[Disciplined, ...],
    counted: tuple[Discipline, ...],
    *,
    exempt: bool,
) -> Observation:
    """What the disciplines that count here show, with who was disciplined, those named that count elsewhere too."""
    if not c.facts.discipline:
        return test(0, CASES, NOTHING)
    elsewhere = c.facts.counted_elsewhere(*who)
    left_out = sum(one.is_exempt for one in counted) if exempt else 0
    remarks = [EXEMPT.filled(many=left_out)] if left_out else []
    years = {each for one in elsewhere for each in one.counted(c.facts.year)}
    remarks += sorted(map(_counted_for, years))
    seen = test(len(counted) - left_out, CASES, joined("; ", *remarks))
    return concerning(seen, whose(c, (*counted, *elsewhere)))


KIND_OF_DISCIPLINED: Mapping[Disciplined, AboutKind] = {
    Disciplined.SELF: AboutKind.PERSON,
    Disciplined.COLLECTIVE: AboutKind.COLLECTIVE,
    Disciplined.LEADERSHIP_MEMBER: AboutKind.PERSON,
    Disciplined.SUBORDINATE_UNIT: AboutKind.UNIT,
    Disciplined.SUBORDINATE_UNIT_PERSON: AboutKind.PERSON,
    Disciplined.DIRECTLY_LED: AboutKind.UNIT,
    Disciplined.DIRECTLY_LED_PERSON: AboutKind.PERSON,
}


def whose(c: Case, disciplines: Iterable[Discipline]) -> tuple[About, ...]:
    """Who was disciplined, each with the paper of the discipline. What has no name is the subject itself."""
    return tuple(
        entry
        for one in disciplines
        for entry in (
            About(KIND_OF_DISCIPLINED[one.who], one.name or c.facts.subject),
            *(of_paper(one.paper) if one.paper else ()),
        )
    )


def _counted_for(counted: CountedDiscipline) -> Bilingual:
    clauses = ", ".join(sorted(counted.clauses))
    text = COUNTED_AT if counted.body else COUNTED_FOR
    return text.filled(year=counted.year, body=counted.body, clauses=clauses)
