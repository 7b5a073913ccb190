"""Conditions on the levels that others were given, and whom a subject has to wait for (QĐ124:Đ11.3)."""

from collections.abc import Iterator
from typing import NamedTuple

from rules.facts import Attested, Facts, Flag, Rated
from rules.facts_words import meaning
from rules.finding import NOBODY, WHOLE, Case, Limit, Seen, at_least, missing, not_applicable, yes
from rules.words import Level, SubjectClass

WAITING = "còn chờ xếp loại"
NEITHER = "không phải đảng bộ, chi bộ"
NOT_AS_CIVIL_SERVANT = "không phải đảng viên là công chức, viên chức"
NOT_HEAD = "không phải người đứng đầu"
NOT_SECRETARY = "không phải bí thư, phó bí thư"
OUTSTANDING = "hoàn thành nhiệm vụ vượt bậc"

NAME_OF_LEVEL = {level: meaning(level).vi for level in Level}
FROM, UP = "từ ", " trở lên"
REACHED = {level: f"{FROM}{name}{UP}" for level, name in NAME_OF_LEVEL.items()}


class WaitsFor(NamedTuple):
    """Somebody who is not rated yet, and the clause by which the level needs theirs."""

    reason: str
    subject: str
    clause: str


def reaching(rated: Rated | None, level: Level, limit: Limit) -> Seen:
    """The share of those rated `level` or better; over nobody not applicable."""
    if rated is None:
        return not_applicable(NOBODY, f"≥ {limit} {REACHED[level]}")
    if rated.is_waiting:
        return missing(WAITING, f"≥ {limit} {REACHED[level]}")
    return at_least(rated.reaching(level), rated.total, limit, f" {REACHED[level]}")


def one_reaching(rated: Rated | None, level: Level) -> Seen:
    """Of a single subject, whose level is said."""
    if rated is None or rated.is_waiting or rated.total != 1:
        return reaching(rated, level, WHOLE)
    (own,) = [each for each, many in rated.of_level.items() if many]
    return yes(own.reaches(level), NAME_OF_LEVEL[own], REACHED[level])


def all_reaching(rated: Rated | None, level: Level) -> Seen:
    return reaching(rated, level, WHOLE)


def under_it(c: Case, level: Level, limit: Limit) -> Seen:
    """Đảng bộ: its subordinate party organisations; chi bộ: its members; another body: neither."""
    levels = c.facts.levels
    if c.facts.is_a(Flag.PARTY_COMMITTEE):
        return reaching(levels.subordinates, level, limit)
    if c.facts.is_a(Flag.CELL):
        return reaching(levels.members, level, limit)
    return not_applicable(NEITHER)


def as_civil_servant(c: Case, level: Level) -> Seen:
    """A party member's own rating as civil servant or public employee."""
    if not (c.facts.is_party_member and c.facts.is_a(Flag.CIVIL_SERVANT)):
        return not_applicable(NOT_AS_CIVIL_SERVANT)
    return one_reaching(c.facts.levels.civil_servant, level)


def collective_of_head(c: Case, level: Level) -> Seen:
    if not c.facts.is_a(Flag.HEAD):
        return not_applicable(NOT_HEAD)
    return one_reaching(c.facts.levels.collective, level)


def organisation_of_secretary(c: Case, level: Level) -> Seen:
    """Its level, or "hoàn thành nhiệm vụ vượt bậc", which is attested with a document."""
    facts = c.facts
    if not facts.is_a(Flag.SECRETARY):
        return not_applicable(NOT_SECRETARY)
    if facts.has(Attested.OUTSTANDING_COMPLETION):
        document = facts.attested[Attested.OUTSTANDING_COMPLETION]
        return yes(True, OUTSTANDING, NAME_OF_LEVEL[level], document)
    return one_reaching(facts.levels.party_organisation, level)


def waits(case: Case) -> tuple[WaitsFor, ...]:
    """Whoever is not rated yet, of those whose level a condition of this subject needs; and the votes of
    residents, in a year in which they vote.
    """
    facts = case.facts
    found = [
        WaitsFor(reason, name, clause)
        for reason, clause, rated in _asked(facts)
        if rated is not None and rated.is_waiting
        for name in rated.waiting()
    ]
    is_asked = case.residents_vote and facts.subject_class is SubjectClass.LEADER
    if is_asked and facts.residents_votes is None:
        found.append(WaitsFor("RESIDENTS_VOTES", facts.subject, "HD01:5.1.3"))
    return tuple(found)


def _asked(facts: Facts) -> Iterator[tuple[str, str, Rated | None]]:
    """As what, by which clause, who."""
    levels = facts.levels
    if facts.subject_class is SubjectClass.ORG:
        if facts.is_a(Flag.PARTY_COMMITTEE):
            yield "UNDER_IT", "HD01:5.1.1a", levels.subordinates
        if facts.is_a(Flag.CELL):
            yield "UNDER_IT", "HD01:5.1.1a", levels.members
        yield "SAME_LEVEL", "HD01:5.1.1a", levels.same_level
    elif facts.subject_class is not SubjectClass.COLLECTIVE:
        if facts.is_party_member and facts.is_a(Flag.CIVIL_SERVANT):
            yield "CIVIL_SERVANT", "HD01:5.2.2", levels.civil_servant
        if facts.subject_class is SubjectClass.LEADER:
            yield from _asked_of_leader(facts)


def _asked_of_leader(facts: Facts) -> Iterator[tuple[str, str, Rated | None]]:
    levels = facts.levels
    yield "UNIT", "QĐ124:Đ12.1.3", levels.units
    yield "AREA", "QĐ124:Đ12.4.4", levels.area
    if facts.is_a(Flag.HEAD):
        yield "COLLECTIVE", "HD01:5.1.3", levels.collective
    if facts.is_a(Flag.SECRETARY) and not facts.has(Attested.OUTSTANDING_COMPLETION):
        yield "PARTY_ORGANISATION", "HD01:5.1.3", levels.party_organisation
