"""Checks that the facts of one subject are consistent, and fit its class and year."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields

from rules.editions.edition import CriterionSet
from rules.editions.lookup import Edition
from rules.enums import SubjectClass, Track
from rules.facts.facts import (
    Attested,
    Concluded,
    Discipline,
    Disciplined,
    Facts,
    Flag,
    Levels,
    Work,
)
from rules.facts.fault import MISSING_FIELD, Fault

ORG, COLLECTIVE = SubjectClass.ORG, SubjectClass.COLLECTIVE
PERSON, LEADER = SubjectClass.PERSON, SubjectClass.LEADER

REQUIRED_FIELDS: Mapping[SubjectClass, tuple[str, ...]] = {
    ORG: ("targets",),
    COLLECTIVE: ("area",),
    PERSON: ("targets",),
    LEADER: ("targets", "area", "workplace_votes"),
}
"""Fields that a class must have; null means that there is nothing of the kind."""

FLAGS: Mapping[SubjectClass, tuple[Flag, ...]] = {
    ORG: (Flag.PARTY_COMMITTEE, Flag.CELL),
    COLLECTIVE: (),
    PERSON: (Flag.PARTY_MEMBER, Flag.CIVIL_SERVANT),
    LEADER: (Flag.PARTY_MEMBER, Flag.CIVIL_SERVANT, Flag.HEAD, Flag.SECRETARY),
}

DISCIPLINED: Mapping[SubjectClass, tuple[Disciplined, ...]] = {
    ORG: (
        Disciplined.COLLECTIVE,
        Disciplined.LEADERSHIP_MEMBER,
        Disciplined.SUBORDINATE_UNIT,
        Disciplined.SUBORDINATE_UNIT_PERSON,
    ),
    COLLECTIVE: (
        Disciplined.COLLECTIVE,
        Disciplined.LEADERSHIP_MEMBER,
        Disciplined.SUBORDINATE_UNIT,
    ),
    PERSON: (Disciplined.SELF,),
    LEADER: (Disciplined.SELF, Disciplined.DIRECTLY_LED, Disciplined.DIRECTLY_LED_PERSON),
}
NAMELESS = (Disciplined.SELF, Disciplined.COLLECTIVE)

OF_A_PERSON = (Concluded.DEGRADED, Concluded.FORBIDDEN_CONDUCT, Concluded.EXEMPLARINESS_BREACHED)
CONCLUDED: Mapping[SubjectClass, tuple[Concluded, ...]] = {
    ORG: (),
    COLLECTIVE: (Concluded.INTERNAL_DISUNITY, Concluded.MEMBER_DEGRADED),
    PERSON: OF_A_PERSON,
    LEADER: OF_A_PERSON,
}

LEVELS: Mapping[SubjectClass, tuple[str, ...]] = {
    ORG: ("subordinates", "members", "same_level"),
    COLLECTIVE: (),
    PERSON: ("civil_servant",),
    LEADER: ("units", "area", "collective", "party_organisation", "civil_servant"),
}
LEVELS_OF_FLAG: Mapping[str, Flag] = {
    "subordinates": Flag.PARTY_COMMITTEE,
    "members": Flag.CELL,
    "collective": Flag.HEAD,
    "party_organisation": Flag.SECRETARY,
    "civil_servant": Flag.CIVIL_SERVANT,
}
LEVELS_OF_OTHERS = tuple(field.name for field in fields(Levels) if field.name != "civil_servant")
"""Levels of related subjects; the rating as civil servant is the subject's own."""

_LEVELS = tuple(field.name for field in fields(Levels))


def consistency_faults(
    facts: Facts, document: Mapping[str, object], edition: Edition
) -> Iterator[Fault]:
    """Every inconsistency of facts whose fields are valid on their own."""
    yield from _of_class(facts, document)
    if not edition.holds_in(facts.year):
        years = f"a year in which {edition.code} holds"
        yield Fault("year", facts.year, years, f"năm áp dụng {edition.code}")
    yield from _grades(facts, edition)
    yield from _work("targets", facts.targets)
    yield from _work("area", facts.area)
    yield from _votes(facts)
    if facts.discipline:
        yield from _discipline(facts)
    yield from _levels(facts)
    if facts.attested.get(Attested.OUTSTANDING_COMPLETION) == "":
        path = f"attested.{Attested.OUTSTANDING_COMPLETION}"
        yield Fault(path, "", "the document that attests it", "văn bản xác nhận")


def standalone_level_faults(facts: Facts) -> Iterator[Fault]:
    """Levels in standalone facts that the class or flags do not allow, or require and lack."""
    for name in _LEVELS:
        rated, flag = getattr(facts.levels, name), LEVELS_OF_FLAG.get(name)
        if name not in LEVELS[facts.subject_class]:
            if rated is not None:
                yield _one_of(f"levels.{name}", name, LEVELS[facts.subject_class])
        elif flag and rated is not None and not facts.is_a(flag):
            en, vi = f"absent without the flag {flag}", f"chỉ khi có {flag} trong flags"
            yield Fault(f"levels.{name}", name, en, vi)
        elif flag and rated is None and facts.is_a(flag) and _is_required(facts, name):
            en = f"levels by name, as {flag} needs: null where not rated yet, {{}} where nobody is"
            vi = f"phải có với {flag}: mức theo tên, null khi chưa xếp loại, {{}} khi không có"
            yield Fault(f"levels.{name}", MISSING_FIELD, en, vi)


def _is_required(facts: Facts, name: str) -> bool:
    """The rating as civil servant is required of party members only: an official's may be this one."""
    return name != "civil_servant" or facts.track is Track.PARTY_MEMBER


def _of_class(facts: Facts, document: Mapping[str, object]) -> Iterator[Fault]:
    of_class = facts.subject_class
    is_body = of_class in {ORG, COLLECTIVE}
    if is_body != (facts.track is Track.BODY):
        tracks = [Track.BODY] if is_body else [Track.OFFICIAL, Track.PARTY_MEMBER]
        yield _one_of("track", facts.track, tracks)
    for name in REQUIRED_FIELDS[of_class]:
        if name not in document:
            en = f"asked of every {of_class}: null where there is nothing of the kind"
            yield Fault(name, MISSING_FIELD, en, f"phải có với {of_class}; null khi không có")
    for index, flag in enumerate(facts.flags):
        if flag not in FLAGS[of_class]:
            yield _one_of(f"flags[{index}]", flag, FLAGS[of_class])
        elif flag in facts.flags[:index]:
            en, vi = "there once, but stands twice", "chỉ ghi một lần, nhưng đã ghi hai lần"
            yield Fault(f"flags[{index}]", flag, en, vi)
    if facts.is_a(Flag.PARTY_COMMITTEE) and facts.is_a(Flag.CELL):
        en = "PARTY_COMMITTEE or CELL, not both"
        yield Fault("flags", [*facts.flags], en, "PARTY_COMMITTEE hoặc CELL, không cả hai")
    for concluded in facts.concluded:
        if concluded not in CONCLUDED[of_class]:
            yield _one_of(f"concluded.{concluded}", concluded, CONCLUDED[of_class])


def _grades(facts: Facts, edition: Edition) -> Iterator[Fault]:
    criteria = {criterion.code: criterion for criterion in edition.criteria[facts.subject_class]}
    if facts.grades.keys() != criteria.keys():
        known = ", ".join(criteria)
        en, vi = f"one of {known}", f"một trong {known}"
        for code in sorted(facts.grades.keys() - criteria.keys()):
            yield Fault(f"grades.{code}", code, en, vi)
        for code, criterion in criteria.items():
            if code not in facts.grades and not criterion.if_any:
                en = f"the grade of this criterion ({criterion.clause})"
                yield Fault(
                    f"grades.{code}",
                    MISSING_FIELD,
                    en,
                    f"mức độ của tiêu chí này ({criterion.clause})",
                )
    short = facts.short_criteria
    if short > 0:
        name = "low_effect_criteria" if facts.low_effect_criteria else "weak_criteria"
        yield from _above(name, short, "criteria graded", len(facts.grades))
    if facts.weak_results is None and not facts.failed_results:
        return
    results = sum(
        criteria[code].set is CriterionSet.RESULTS for code in facts.grades if code in criteria
    )
    if facts.weak_results is not None:
        yield from _above("weak_results", facts.weak_results, "results criteria", results)
        yield from _above("weak_results", facts.weak_results, "criteria that are short", short)
    if facts.failed_results > 0:
        yield from _above("failed_results", facts.failed_results, "results criteria", results)


def _work(name: str, work: Work | None) -> Iterator[Fault]:
    if work is None:
        return
    yield from _above(f"{name}.completed", work.completed, "assigned", work.assigned)
    yield from _above(f"{name}.on_time", work.on_time, "completed", work.completed)
    yield from _above(f"{name}.exceeded", work.exceeded, "completed", work.completed)
    if work.main_missed and work.completed >= work.assigned:
        en = "false where all targets are completed"
        yield Fault(f"{name}.main_missed", True, en, "false khi mọi chỉ tiêu đều hoàn thành")


def _votes(facts: Facts) -> Iterator[Fault]:
    at_work, at_home, trust = facts.workplace_votes, facts.residents_votes, facts.confidence_votes
    if at_work:
        counted = at_work.excellent + at_work.good + at_work.completed
        yield from _above("workplace_votes.returned", at_work.returned, "issued", at_work.issued)
        yield from _above("workplace_votes.valid", at_work.valid, "returned", at_work.returned)
        yield from _above("workplace_votes", counted, "valid", at_work.valid)
    if at_home:
        counted = at_home.good + at_home.not_good
        yield from _above("residents_votes.returned", at_home.returned, "issued", at_home.issued)
        yield from _above("residents_votes.valid", at_home.valid, "returned", at_home.returned)
        yield from _above("residents_votes", counted, "valid", at_home.valid)
        if at_home.held_on and at_home.held_on.year != facts.year:
            yield _of_the_year("residents_votes.held_on", at_home.held_on, facts)
    if trust:
        yield from _above("confidence_votes.low", trust.low, "valid", trust.valid)
        if trust.held_on and trust.held_on.year != facts.year:
            yield _of_the_year("confidence_votes.held_on", trust.held_on, facts)


def _discipline(facts: Facts) -> Iterator[Fault]:
    for index, discipline in enumerate(facts.discipline):
        path = f"discipline[{index}]"
        if discipline.who not in DISCIPLINED[facts.subject_class]:
            yield _one_of(f"{path}.who", discipline.who, DISCIPLINED[facts.subject_class])
        if not discipline.name and discipline.who not in NAMELESS:
            yield Fault(
                f"{path}.name", "", "the code or name of who was disciplined", "mã hoặc tên"
            )
        if discipline.who is Disciplined.SUBORDINATE_UNIT and discipline.name == facts.subject:
            yield _not_itself(f"{path}.name", discipline.name)
        yield from _dates(path, discipline, facts)
    if facts.subject_class is ORG:
        units = {
            discipline.name
            for discipline in facts.discipline
            if discipline.who is Disciplined.SUBORDINATE_UNIT
        }
        yield from _above("discipline", len(units), "subordinate_units", facts.subordinate_units)


def _dates(path: str, discipline: Discipline, facts: Facts) -> Iterator[Fault]:
    """Checks violation ≤ decision ≤ end, and that a violation or the decision is of the rated year."""
    if discipline.until and discipline.decided_on and discipline.until < discipline.decided_on:
        en, vi = f"{discipline.decided_on} or later", f"từ {discipline.decided_on}"
        yield Fault(f"{path}.until", discipline.until, en, vi)
    for index, violation in enumerate(discipline.violations):
        where = f"{path}.violations[{index}].on"
        if discipline.decided_on and violation.on > discipline.decided_on:
            en, vi = f"{discipline.decided_on} or earlier", f"không sau {discipline.decided_on}"
            yield Fault(where, violation.on, en, vi)
        elif not discipline.decided_on and violation.on.year > facts.year:
            en, vi = f"a day of {facts.year} or earlier", f"không sau năm {facts.year}"
            yield Fault(where, violation.on, en, vi)
    days = [violation.on for violation in discipline.violations] + [
        discipline.decided_on or facts.year
    ]
    if facts.year not in {day if isinstance(day, int) else day.year for day in days}:
        yield _of_the_year(f"{path}.decided_on", discipline.decided_on, facts)


def _levels(facts: Facts) -> Iterator[Fault]:
    for name in LEVELS_OF_OTHERS:
        rated = getattr(facts.levels, name)
        if rated is not None and facts.subject in rated.by_name:
            yield _not_itself(f"levels.{name}", facts.subject)


def _above(path: str, part: int, of: str, whole: int) -> Iterator[Fault]:
    if part > whole:
        yield Fault(path, part, f"at most {whole} ({of})", f"không quá {whole} ({of})")


def _one_of(path: str, was: str, words: Iterable[str]) -> Fault:
    known: Collection[str] = list(map(str, words))
    if not known:
        return Fault(path, str(was), "not given for this class", "không có với đối tượng này")
    return Fault(path, str(was), f"one of {', '.join(known)}", f"một trong {', '.join(known)}")


def _of_the_year(path: str, was: object, facts: Facts) -> Fault:
    return Fault(path, was, f"a day of {facts.year}", f"một ngày trong năm {facts.year}")


def _not_itself(path: str, was: str) -> Fault:
    return Fault(path, was, "another one than the subject itself", "không phải chính đối tượng này")
