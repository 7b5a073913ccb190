"""Judges one subject by one edition: the highest level whose conditions hold, with all findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from rules.articles.finding import (
    RANKS,
    Case,
    ClauseFunction,
    Finding,
    Numbers,
    Observation,
    ShareLimit,
    grades_of,
)
from rules.articles.related_level import LevelWaitsFor, levels_waited_for
from rules.bilingual import Bilingual
from rules.editions.edition import CriterionSet
from rules.editions.interpretation import readings_of
from rules.editions.lookup import Edition
from rules.enums import ComputedLevel, Level, SubjectClass
from rules.facts.facts import Facts
from rules.texts.law import point

UPWARD = (Level.COMPLETED, Level.GOOD, Level.EXCELLENT)
FINDINGS_CACHED_MAX = 4_096
"""Findings that each condition caches."""
_SLOTS = 2 * RANKS


@dataclass(frozen=True, slots=True)
class Judgement:
    """The computed level with its findings, in the order of the edition.

    `level` is None if and only if `waits_for` is not empty.
    """

    level: ComputedLevel | None
    waits_for: tuple[LevelWaitsFor, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A condition function with its numbers and a cache of its findings: equal findings are one object."""

    clause: ClauseFunction
    numbers: Numbers
    label: Bilingual
    cached_findings: dict[Observation, Finding] = field(default_factory=dict)

    def finding(self, observation: Observation) -> Finding:
        """Make and cache the finding of an observation. A full cache is cleared, which is harmless."""
        if len(self.cached_findings) >= FINDINGS_CACHED_MAX:
            self.cached_findings.clear()
        self.cached_findings[observation] = finding = Finding(
            self.clause.level,
            self.clause.cite,
            self.clause.name,
            observation.outcome,
            observation.measured,
            observation.required,
            observation.remark,
            observation.about,
        )
        return finding


@dataclass(frozen=True, slots=True, eq=False)
class CompiledEdition:
    """The part of an edition that binds one class: criteria by set, conditions with their numbers."""

    results: frozenset[str]
    basic: frozenset[str]
    residence_vote_years: frozenset[int]
    conditions: tuple[Condition, ...]


def judge(facts: Facts, edition: Edition) -> Judgement:
    """The level of the subject, from every condition that binds its class.

    Raises:
        EditionError: a reading of the edition has a value that is not allowed.
    """
    compiled = compiled_edition(edition, facts.subject_class)
    case = aggregate_facts(facts, compiled)
    findings = []
    for condition in compiled.conditions:
        observation = condition.clause.test(case, condition.numbers)
        findings.append(
            condition.cached_findings.get(observation) or condition.finding(observation)
        )
    level = level_of(findings)
    # A trigger that holds does not wait: no level of a related subject can change it.
    waiting = () if level is ComputedLevel.NOT_COMPLETED else levels_waited_for(case)
    return Judgement(None if waiting else level, waiting, tuple(findings))


def aggregate_facts(facts: Facts, compiled: CompiledEdition) -> Case:
    """The facts with their grades counted: all criteria, results, basic, and basic results."""
    every, results, basic, both = [0] * _SLOTS, [0] * _SLOTS, [0] * _SLOTS, [0] * _SLOTS
    for code, graded in facts.grades.items():
        slot = graded.grade.rank + RANKS * graded.product
        every[slot] += 1
        if code in compiled.results:
            results[slot] += 1
        if code in compiled.basic:
            basic[slot] += 1
            if code in compiled.results:
                both[slot] += 1
    return Case(
        facts,
        every=grades_of(tuple(every)),
        results=grades_of(tuple(results)),
        basic=grades_of(tuple(basic)),
        basic_results=grades_of(tuple(both)),
        residents_vote=facts.year in compiled.residence_vote_years,
    )


def level_of(findings: list[Finding]) -> ComputedLevel:
    """The level that the findings determine.

    A trigger of NOT_COMPLETED outweighs all. Otherwise the highest level without a FAILED condition of
    its own or of a lower level. Otherwise UNDETERMINED: a gap never becomes NOT_COMPLETED.
    """
    blocked = {finding.level for finding in findings if finding.blocks}
    if Level.NOT_COMPLETED in blocked:
        return ComputedLevel.NOT_COMPLETED
    reached = ComputedLevel.UNDETERMINED
    for level in UPWARD:
        if level in blocked:
            break
        reached = ComputedLevel(level)
    return reached


def triggers_that_hold(judgement: Judgement) -> tuple[Finding, ...]:
    """The triggers that make the level NOT_COMPLETED; `missing_for_next` never contains them."""
    return tuple(
        finding
        for finding in judgement.findings
        if finding.blocks and finding.level is Level.NOT_COMPLETED
    )


def missing_for_next(judgement: Judgement) -> tuple[Finding, ...]:
    """The failed conditions of the next higher level; those of COMPLETED for UNDETERMINED and
    NOT_COMPLETED.
    """
    level = judgement.level
    if level is None or level is ComputedLevel.EXCELLENT:
        return ()
    above = {ComputedLevel.GOOD: Level.EXCELLENT, ComputedLevel.COMPLETED: Level.GOOD}
    next_level = above.get(level, Level.COMPLETED)
    return tuple(
        finding for finding in judgement.findings if finding.blocks and finding.level is next_level
    )


@cache
def compiled_edition(edition: Edition, subject_class: SubjectClass) -> CompiledEdition:
    """The part of an edition that binds one class, compiled once.

    Raises:
        EditionError: a reading of the edition has a value that is not allowed.
    """
    criteria = edition.criteria[subject_class]
    readings = readings_of(edition)
    return CompiledEdition(
        results=frozenset(
            criterion.code for criterion in criteria if criterion.set is CriterionSet.RESULTS
        ),
        basic=frozenset(criterion.code for criterion in criteria if criterion.basic),
        residence_vote_years=edition.residence_votes.years,
        conditions=tuple(
            Condition(clause, numbers, clause.label.filled(**numbers.limits))
            for name in edition.rule_modules
            for clause in import_module(name).CLAUSES
            if subject_class in clause.binds
            for numbers in [Numbers(_limits(edition, clause.cite), readings)]
        ),
    )


@cache
def labels_of(edition: Edition) -> Mapping[str, Bilingual]:
    """The label of each condition of an edition, by the name of its function.

    Raises:
        EditionError: as `compiled_edition`.
    """
    conditions = [
        condition
        for subject_class in SubjectClass
        for condition in compiled_edition(edition, subject_class).conditions
    ]
    return {condition.clause.name: condition.label for condition in conditions}


def _limits(edition: Edition, cite: str) -> dict[str, ShareLimit]:
    named = {*point(cite).numbers, *edition.numbers.get(cite, {})}
    return {name: ShareLimit(edition.number(cite, name)) for name in sorted(named)}
