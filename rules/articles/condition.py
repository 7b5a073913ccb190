"""Conditions that several articles share: attestations, counted work, disciplines."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain

from rules.articles.about import About, AboutKind, about_document, about_paper
from rules.articles.finding import (
    OBSERVATIONS_CACHED_MAX,
    Case,
    Observation,
    ShareLimit,
    at_least,
    concerning,
    met_if,
    none_of,
    not_applicable,
    part_of_whole,
    some_of,
    text_at_least,
    text_under,
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
    """MET where one of these is attested; the remark names its document."""
    for attestation in any_of:
        if attestation in c.facts.attested:
            return attested_by(ATTESTED, NOTHING, c.facts.attested[attestation])
    return met_if(False, NOT_ATTESTED)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def attested_by(measured: Bilingual, required: Bilingual, document: str) -> Observation:
    """MET by a document, which the remark names; it may be on file without being named."""
    return concerning(met_if(True, measured, required, same(document)), about_document(document))


def concluded(c: Case, *any_of: Concluded) -> Observation:
    """Trigger: the competent authority concluded one of these; the remark names the documents."""
    conclusions = [conclusion for conclusion in any_of if conclusion in c.facts.concluded]
    if not conclusions:
        return met_if(False, NOT_CONCLUDED)
    documents = [c.facts.concluded[conclusion] for conclusion in conclusions]
    observation = met_if(True, CONCLUDED, NOTHING, joined("; ", *map(same, documents)))
    return concerning(observation, tuple(chain.from_iterable(map(about_document, documents))))


def completed(work: Work | None, limit: ShareLimit) -> Observation:
    if work is None:
        return not_applicable(NO_WORK, text_at_least(limit))
    return at_least(work.completed, work.assigned, TASKS, limit)


def on_time(work: Work | None, limit: ShareLimit) -> Observation:
    """Completed on time and with quality."""
    if work is None:
        return not_applicable(NO_WORK, text_at_least(limit))
    return at_least(work.on_time, work.assigned, TASKS, limit)


def exceeded(work: Work | None, limit: ShareLimit) -> Observation:
    if work is None:
        return not_applicable(NO_WORK, text_at_least(limit))
    return at_least(work.exceeded, work.assigned, TASKS, limit)


def is_counted(work: Work | None) -> bool:
    """Whether targets or tasks were assigned in numbers."""
    return work is not None and work.assigned > 0


def work_on_time(c: Case, limit: ShareLimit) -> Observation:
    """The subject's own work on time and with quality: counted over targets, else attested.

    A criterion short of quality or time contradicts it.
    """
    if c.facts.weak_criteria:
        return met_if(False, CRITERIA.counted(c.facts.weak_criteria), NOTHING, WEAK_CRITERIA)
    if not is_counted(c.facts.targets):
        return attested(c, Attested.WORK_DONE_ON_TIME)
    return on_time(c.facts.targets, limit)


def work_exceeded(c: Case, limit: ShareLimit) -> Observation:
    """The subject's own work above target: counted over targets, else attested."""
    if not is_counted(c.facts.targets):
        return attested(c, Attested.HALF_OF_WORK_EXCEEDED)
    return exceeded(c.facts.targets, limit)


def under_share_and_main_missed(work: Work | None, limit: ShareLimit) -> Observation:
    """Trigger: under the share of targets and a main target missed, unless force majeure."""
    if work is None or work.assigned == 0:
        return not_applicable(NO_WORK, text_under(limit))
    is_under = limit.of(work.completed) < limit.times(work.assigned)
    holds, remark = is_under, MAIN_MISSED
    if not work.main_missed:
        holds, remark = False, NO_MAIN_MISSED
    elif work.force_majeure:
        holds, remark = False, FORCE_MAJEURE
    return part_of_whole(holds, work.completed, work.assigned, TASKS, text_under(limit), remark)


def nobody_disciplined(c: Case, *who: Disciplined) -> Observation:
    """No exemption: self-discovered and remedied discipline counts too."""
    return _observe_disciplines(none_of, c, who, c.facts.disciplines(*who), exempt=False)


def nobody_disciplined_unless_exempt(c: Case, *who: Disciplined) -> Observation:
    return _observe_disciplines(none_of, c, who, c.facts.disciplines(*who), exempt=True)


def disciplined(c: Case, *who: Disciplined) -> Observation:
    """Trigger. No exemption: self-discovered and remedied discipline counts too."""
    return _observe_disciplines(some_of, c, who, c.facts.disciplines(*who), exempt=False)


def disciplined_unless_exempt(c: Case, *who: Disciplined) -> Observation:
    """Trigger: a discipline, except self-discovered and remedied."""
    return _observe_disciplines(some_of, c, who, c.facts.disciplines(*who), exempt=True)


def led_disciplined(
    c: Case, *who: Disciplined, natures: Collection[Nature], by_law: bool, exempt: bool
) -> Observation:
    """Trigger: a directly led unit or person was disciplined for one of `natures`.

    With `by_law`, only punishment by law counts; with `exempt`, self-discovered and remedied
    discipline does not count.
    """
    counted = tuple(
        discipline
        for discipline in c.facts.disciplines(*who)
        if discipline.nature in natures and (discipline.punished_by_law or not by_law)
    )
    return _observe_disciplines(some_of, c, who, counted, exempt=exempt)


def _observe_disciplines(
    test: Callable[[int, Noun, Bilingual], Observation],
    c: Case,
    who: tuple[Disciplined, ...],
    counted: tuple[Discipline, ...],
    *,
    exempt: bool,
) -> Observation:
    """Tests the number of disciplines that count here.

    The observation names the disciplined, including those whose discipline counts elsewhere.
    """
    if not c.facts.discipline:
        return test(0, CASES, NOTHING)
    elsewhere = c.facts.counted_elsewhere(*who)
    left_out = sum(discipline.is_exempt for discipline in counted) if exempt else 0
    remarks = [EXEMPT.filled(many=left_out)] if left_out else []
    years = {
        year for discipline in elsewhere for year in discipline.counted_disciplines(c.facts.year)
    }
    remarks += sorted(map(_counted_for, years))
    observation = test(len(counted) - left_out, CASES, joined("; ", *remarks))
    return concerning(observation, about_disciplined(c, (*counted, *elsewhere)))


KIND_OF_DISCIPLINED: Mapping[Disciplined, AboutKind] = {
    Disciplined.SELF: AboutKind.PERSON,
    Disciplined.COLLECTIVE: AboutKind.COLLECTIVE,
    Disciplined.LEADERSHIP_MEMBER: AboutKind.PERSON,
    Disciplined.SUBORDINATE_UNIT: AboutKind.UNIT,
    Disciplined.SUBORDINATE_UNIT_PERSON: AboutKind.PERSON,
    Disciplined.DIRECTLY_LED: AboutKind.UNIT,
    Disciplined.DIRECTLY_LED_PERSON: AboutKind.PERSON,
}


def about_disciplined(c: Case, disciplines: Iterable[Discipline]) -> tuple[About, ...]:
    """The disciplined, each with the paper of the discipline; a discipline without a name is the subject's."""
    return tuple(
        entry
        for discipline in disciplines
        for entry in (
            About(KIND_OF_DISCIPLINED[discipline.who], discipline.name or c.facts.subject),
            *(about_paper(discipline.paper) if discipline.paper else ()),
        )
    )


def _counted_for(counted: CountedDiscipline) -> Bilingual:
    clauses = ", ".join(sorted(counted.clauses))
    text = COUNTED_AT if counted.body else COUNTED_FOR
    return text.filled(year=counted.year, body=counted.body, clauses=clauses)
