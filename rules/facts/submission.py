"""Checks of submitted facts; stored facts are not checked again, because their level stands.

Refused are fields of another class, grades that contradict counts, a conclusion without a document,
more than one collective or rating as civil servant, and papers as in `rules.facts.paper_consistency`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rules.editions.edition import CriterionSet
from rules.editions.lookup import Edition
from rules.enums import Grade, SubjectClass
from rules.facts.facts import Attested, Facts
from rules.facts.fault import Fault
from rules.facts.paper_consistency import paper_faults

ORG, COLLECTIVE = SubjectClass.ORG, SubjectClass.COLLECTIVE
PERSON, LEADER = SubjectClass.PERSON, SubjectClass.LEADER
PEOPLE = (PERSON, LEADER)
EVERY_CLASS = tuple(SubjectClass)

CLASSES_OF_FIELDS: Mapping[str, Sequence[SubjectClass]] = {
    "targets": (ORG, PERSON, LEADER),
    "area": (COLLECTIVE, LEADER),
    "weak_criteria": PEOPLE,
    "low_effect_criteria": (LEADER,),
    "weak_results": (LEADER,),
    "failed_results": PEOPLE,
    "subordinate_units": (ORG,),
    "workplace_votes": (LEADER,),
    "residents_votes": (LEADER,),
    "confidence_votes": PEOPLE,
}
"""The classes whose conditions read a field; every class may have a field that is not listed."""

CLASSES_OF_ATTESTATIONS: Mapping[Attested, Sequence[SubjectClass]] = {
    Attested.NEW_MODELS: (ORG,),
    Attested.LEADING_POSITION: (ORG, LEADER),
    Attested.UNITED_AND_LEADING: (COLLECTIVE,),
    Attested.TRULY_TYPICAL: (PERSON,),
    Attested.RESULTS_QUANTIFIED: PEOPLE,
    Attested.EXEMPLARY: (LEADER,),
    Attested.TRULY_EXEMPLARY: (LEADER,),
    Attested.HIGH_QUALITY_ON_TIME: (LEADER,),
    Attested.QUALITY_ON_TIME: (LEADER,),
    Attested.ALL_TASKS_COMPLETED: PEOPLE,
    Attested.WORK_DONE_ON_TIME: PEOPLE,
    Attested.HALF_OF_WORK_EXCEEDED: PEOPLE,
    Attested.OUTSTANDING_COMPLETION: (LEADER,),
}
"""The classes whose conditions need an attestation; every class may have one that is not listed."""

SINGLE_LEVELS = ("collective", "civil_servant")
"""A head leads one collective, and a person has one rating as civil servant (HD01:5.1.3, HD01:5.2.2)."""


def submission_faults(
    facts: Facts, document: Mapping[str, object], edition: Edition, today: date
) -> Iterator[Fault]:
    """Every further fault of submitted facts that pass the general checks."""
    yield from _of_another_class(facts, document)
    yield from _contradictions(facts, edition)
    for concluded, paper in facts.concluded.items():
        if not paper:
            en, vi = "the document that concludes it", "văn bản kết luận"
            yield Fault(f"concluded.{concluded}", paper, en, vi)
    for name in SINGLE_LEVELS:
        rated = getattr(facts.levels, name)
        if rated is not None and rated.total > 1:
            yield Fault(f"levels.{name}", rated.total, "only one", "chỉ có một")
    yield from paper_faults(facts, today)


def may_have(field: str, subject_class: SubjectClass) -> bool:
    """Whether a condition that binds the class reads the field."""
    return subject_class in CLASSES_OF_FIELDS.get(field, EVERY_CLASS)


def may_attest(attested: Attested, subject_class: SubjectClass) -> bool:
    """Whether a condition that binds the class needs the attestation."""
    return subject_class in CLASSES_OF_ATTESTATIONS.get(attested, EVERY_CLASS)


def _of_another_class(facts: Facts, document: Mapping[str, object]) -> Iterator[Fault]:
    """Fields of another class; every class may have null and 0, which mean that there is nothing."""
    own = facts.subject_class
    for name, classes in CLASSES_OF_FIELDS.items():
        if getattr(facts, name) and not may_have(name, own):
            yield _only_of(classes, name, document[name], own)
    for attested in facts.attested:
        if not may_attest(attested, own):
            path = f"attested.{attested}"
            yield _only_of(CLASSES_OF_ATTESTATIONS[attested], path, attested, own)


def _only_of(classes: Sequence[SubjectClass], path: str, was: object, own: SubjectClass) -> Fault:
    of_them = ", ".join(classes)
    en, vi = f"absent for {own}: only {of_them} has it", f"bỏ trống với {own}: chỉ {of_them} có"
    return Fault(path, was, en, vi)


def _contradictions(facts: Facts, edition: Edition) -> Iterator[Fault]:
    """An uncompleted result is not graded Tốt; a criterion short of quality or time not Xuất sắc."""
    of_results = {
        criterion.code
        for criterion in edition.criteria[facts.subject_class]
        if criterion.set is CriterionSet.RESULTS
    }
    results = [graded.grade for code, graded in facts.grades.items() if code in of_results]
    not_good = results.count(Grade.AVERAGE) + results.count(Grade.POOR)
    if not_good < facts.failed_results <= len(results):
        en = f"at most {not_good} (results criteria graded POOR or AVERAGE)"
        vi = f"không quá {not_good} (tiêu chí về kết quả ở mức Kém, Trung bình)"
        yield Fault("failed_results", facts.failed_results, en, vi)
    short = facts.short_criteria
    not_excellent = sum(graded.grade is not Grade.EXCELLENT for graded in facts.grades.values())
    if not_excellent < short <= len(facts.grades):
        name = "low_effect_criteria" if facts.low_effect_criteria else "weak_criteria"
        en = f"at most {not_excellent} (criteria not graded EXCELLENT)"
        vi = f"không quá {not_excellent} (tiêu chí không ở mức Xuất sắc)"
        yield Fault(name, short, en, vi)
