"""Judges one subject by one edition: the highest level whose conditions all hold, with every finding."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import NamedTuple

from rules.edition_parts import CriterionSet
from rules.editions import Edition
from rules.facts import Facts, Flag, Levels, Rated
from rules.finding import FAILED, MET, Case, Clause, Finding, Grades, Numbers, Share
from rules.law import point
from rules.words import ComputedLevel, Level, Outcome, SubjectClass

_finding = tuple.__new__
"""Makes a Finding of its parts without the checks of its constructor: this line runs the most."""

NOT_COMPLETED = Level.NOT_COMPLETED
UPWARD = (Level.EXCELLENT, Level.GOOD, Level.COMPLETED)


class WaitsFor(NamedTuple):
    """Somebody who is not rated yet, and the clause by which the level needs theirs."""

    reason: str
    subject: str
    clause: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """`level` is None exactly when it waits for somebody; findings are in the order of the law."""

    level: ComputedLevel | None
    waits_for: tuple[WaitsFor, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """What an edition asks of one class: its criteria by set, its conditions with their numbers."""

    results: frozenset[str]
    basic: frozenset[str]
    all_are_basic: bool
    conditions: tuple[tuple[Clause, Numbers], ...]


def judge(facts: Facts, edition: Edition) -> Judgement:
    """Try every condition that binds the subject's class; nothing is left out of the explanation."""
    asked = bench(edition, facts.subject_class)
    case = counted(facts, asked)
    findings = tuple(
        [
            _finding(
                Finding,
                (clause.level, clause.cite, clause.name, *clause.test(case, numbers)),
            )
            for clause, numbers in asked.conditions
        ]
    )
    waits = tuple(_waits(facts))
    return Judgement(None if waits else level_of(findings), waits, findings)


def counted(facts: Facts, asked: Bench) -> Case:
    """The facts with their grades counted: all of them, those of the results, the basic ones."""
    grades = facts.grades
    every = Grades.of(grades.values())
    return Case(
        facts,
        every=every,
        results=Grades.of([one for code, one in grades.items() if code in asked.results]),
        basic=every
        if asked.all_are_basic
        else Grades.of([one for code, one in grades.items() if code in asked.basic]),
    )


def level_of(findings: tuple[Finding, ...]) -> ComputedLevel:
    """A trigger of NOT_COMPLETED outweighs all; else the highest level of which nothing failed;
    else the text determines none, and a gap is never turned into NOT_COMPLETED.
    """
    failed = []
    for finding in findings:
        outcome = finding.outcome
        if outcome is FAILED:
            failed.append(finding.level)
        elif outcome is MET and finding.level is NOT_COMPLETED:
            return ComputedLevel.NOT_COMPLETED
    for level in UPWARD:
        if level not in failed:
            return ComputedLevel(level)
    return ComputedLevel.UNDETERMINED


def missing_for_next(judgement: Judgement) -> tuple[Finding, ...]:
    """What failed of the next higher level; of COMPLETED where the text determines no level."""
    if judgement.level in {None, ComputedLevel.EXCELLENT}:
        return ()
    if judgement.level is ComputedLevel.NOT_COMPLETED:
        triggers = [one for one in judgement.findings if one.level is Level.NOT_COMPLETED]
        return tuple(one for one in triggers if one.outcome is Outcome.MET)
    above = {
        ComputedLevel.GOOD: Level.EXCELLENT,
        ComputedLevel.COMPLETED: Level.GOOD,
        ComputedLevel.UNDETERMINED: Level.COMPLETED,
    }[judgement.level]
    return tuple(
        one for one in judgement.findings if one.level is above and one.outcome is Outcome.FAILED
    )


@cache
def bench(edition: Edition, subject_class: SubjectClass) -> Bench:
    """The part of an edition that binds one class, made ready once."""
    criteria = edition.criteria[subject_class]
    return Bench(
        results=frozenset(one.code for one in criteria if one.set is CriterionSet.RESULTS),
        basic=frozenset(one.code for one in criteria if one.basic),
        all_are_basic=all(one.basic for one in criteria),
        conditions=tuple(
            (clause, _numbers(edition, clause.cite))
            for name in edition.rule_modules
            for clause in import_module(name).CLAUSES
            if subject_class in clause.binds
        ),
    )


def _numbers(edition: Edition, cite: str) -> Numbers:
    named = {*point(cite).numbers, *edition.numbers.get(cite, {})}
    return {name: Share.of(edition.number(cite, name)) for name in named}


def _waits(facts: Facts) -> list[WaitsFor]:
    """Whoever is not rated yet, of those whose level a condition of this subject needs (QĐ124:Đ11.3).

    By name, so that the order in which facts were stored does not matter.
    """
    return [
        WaitsFor(reason, subject, clause)
        for reason, clause, rated in _needed(facts, facts.levels)
        for subject, level in sorted(rated.items())
        if level is None
    ]


def _needed(facts: Facts, levels: Levels) -> list[tuple[str, str, Rated]]:
    if facts.subject_class is SubjectClass.ORG:
        under = levels.subordinates if facts.is_a(Flag.PARTY_COMMITTEE) else levels.members
        asks = facts.is_a(Flag.PARTY_COMMITTEE) or facts.is_a(Flag.CELL)
        return [
            ("UNDER_IT", "HD01:5.1.1a", under if asks else {}),
            ("SAME_LEVEL", "HD01:5.1.1a", levels.same_level),
        ]
    if facts.subject_class is SubjectClass.COLLECTIVE:
        return []
    both = facts.is_a(Flag.PARTY_MEMBER) and facts.is_a(Flag.CIVIL_SERVANT)
    needed = [("CIVIL_SERVANT", "HD01:5.2.2", levels.civil_servant if both else {})]
    if facts.subject_class is SubjectClass.LEADER:
        needed += [
            ("UNIT", "QĐ124:Đ12.1.3", levels.units),
            ("COLLECTIVE", "HD01:5.1.3", levels.collective if facts.is_a(Flag.HEAD) else {}),
            (
                "PARTY_ORGANISATION",
                "HD01:5.1.3",
                levels.party_organisation if facts.is_a(Flag.SECRETARY) else {},
            ),
        ]
    return needed
