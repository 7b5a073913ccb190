"""Conditions on the levels of related subjects, and which of them a subject waits for (QĐ124:Đ11.3)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rules.articles.about import AboutKind, about_names
from rules.articles.condition import attested_by
from rules.articles.finding import (
    NOBODY,
    OBSERVATIONS_CACHED_MAX,
    WHOLE,
    Case,
    Observation,
    ShareLimit,
    at_least,
    concerning,
    met_if,
    missing,
    not_applicable,
    text_at_least,
)
from rules.articles.noun import OF_KIND
from rules.bilingual import Bilingual, joined
from rules.enums import Level, Outcome, SubjectClass
from rules.facts.enums import name_of
from rules.facts.facts import Attested, Facts, Flag, Rated

WAITING = Bilingual("còn chờ xếp loại", "waits for a rating")
NEITHER = Bilingual("không phải đảng bộ, chi bộ", "neither a party committee nor a cell")
NOT_AS_CIVIL_SERVANT = Bilingual(
    "không phải đảng viên là công chức, viên chức", "no party member who is a civil servant"
)
NOT_HEAD = Bilingual("không phải người đứng đầu", "not the head")
NOT_SECRETARY = Bilingual("không phải bí thư, phó bí thư", "not a secretary")
OUTSTANDING = Bilingual("hoàn thành nhiệm vụ vượt bậc", "led to an outstanding completion")

NAME_OF_LEVEL = {level: name_of(level) for level in Level}
OR_BETTER = Bilingual("từ {level} trở lên", "{level} or better")
REACHED = {level: OR_BETTER.filled(level=name) for level, name in NAME_OF_LEVEL.items()}
_WITH = Bilingual("{level}", "with {level}")
WITH = {level: _WITH.filled(level=reached) for level, reached in REACHED.items()}


class LevelWaitsFor(NamedTuple):
    """A related subject that is not rated yet, and the clause that needs its level."""

    reason: str
    subject: str
    clause: str


def reaching(
    rated: Rated | None, level: Level, limit: ShareLimit, kind: AboutKind | None
) -> Observation:
    """The share of related subjects rated `level` or better; NOT_APPLICABLE where there are none.

    A FAILED observation names those below `level`; a MISSING one names those not rated yet.
    """
    if rated is None:
        return not_applicable(NOBODY, _required_levels(limit, level))
    if rated.is_waiting:
        names = sorted(name for name, own in rated.by_name.items() if own is None)
        return concerning(
            missing(WAITING, _required_levels(limit, level)), about_names(kind, names)
        )
    observation = at_least(rated.reaching(level), rated.total, OF_KIND[kind], limit, WITH[level])
    if observation.outcome is not Outcome.FAILED:
        return observation
    return concerning(observation, about_names(kind, rated.below(level)))


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def _required_levels(limit: ShareLimit, level: Level) -> Bilingual:
    return joined(" ", text_at_least(limit), WITH[level])


def single_reaching(rated: Rated | None, level: Level, kind: AboutKind | None) -> Observation:
    """Whether a single related subject reaches `level`; it is named where it has a kind."""
    if rated is None or rated.is_waiting or rated.total != 1:
        return reaching(rated, level, WHOLE, kind)
    (own,) = [own_level for own_level, many in rated.of_level.items() if many]
    return _single_observation(own, level, kind, *rated.by_name)


@lru_cache(maxsize=OBSERVATIONS_CACHED_MAX)
def _single_observation(
    own: Level, level: Level, kind: AboutKind | None, *names: str
) -> Observation:
    observation = met_if(own.reaches(level), NAME_OF_LEVEL[own], REACHED[level])
    return concerning(observation, about_names(kind, names))


def all_reaching(rated: Rated | None, level: Level) -> Observation:
    """Whether all bodies of the same administrative tier reach `level`."""
    return reaching(rated, level, WHOLE, AboutKind.UNIT)


def led_units(c: Case, level: Level, limit: ShareLimit) -> Observation:
    return reaching(c.facts.levels.units, level, limit, AboutKind.UNIT)


def subordinates_reaching(c: Case, level: Level, limit: ShareLimit) -> Observation:
    """Đảng bộ: its subordinate party organisations. Chi bộ: its members. Others: NOT_APPLICABLE."""
    levels = c.facts.levels
    if c.facts.is_a(Flag.PARTY_COMMITTEE):
        return reaching(levels.subordinates, level, limit, AboutKind.ORGANISATION)
    if c.facts.is_a(Flag.CELL):
        return reaching(levels.members, level, limit, AboutKind.PERSON)
    return not_applicable(NEITHER)


def as_civil_servant(c: Case, level: Level) -> Observation:
    """A party member's own rating as civil servant or public employee."""
    if not (c.facts.is_party_member and c.facts.is_a(Flag.CIVIL_SERVANT)):
        return not_applicable(NOT_AS_CIVIL_SERVANT)
    return single_reaching(c.facts.levels.civil_servant, level, kind=None)


def collective_of_head(c: Case, level: Level) -> Observation:
    if not c.facts.is_a(Flag.HEAD):
        return not_applicable(NOT_HEAD)
    return single_reaching(c.facts.levels.collective, level, AboutKind.COLLECTIVE)


def organisation_of_secretary(c: Case, level: Level) -> Observation:
    """Its level, or "hoàn thành nhiệm vụ vượt bậc", which is attested with a document."""
    facts = c.facts
    if not facts.is_a(Flag.SECRETARY):
        return not_applicable(NOT_SECRETARY)
    if facts.has(Attested.OUTSTANDING_COMPLETION):
        document = facts.attested[Attested.OUTSTANDING_COMPLETION]
        return attested_by(OUTSTANDING, NAME_OF_LEVEL[level], document)
    return single_reaching(facts.levels.party_organisation, level, AboutKind.ORGANISATION)


def levels_waited_for(case: Case) -> tuple[LevelWaitsFor, ...]:
    """The related subjects that are not rated yet and whose level a condition of this subject needs.

    In a year in which residents vote, a leader waits for the result of that vote, too.
    """
    facts = case.facts
    waiting = [
        LevelWaitsFor(reason, name, clause)
        for reason, clause, rated in _needed_levels(facts)
        if rated is not None and rated.is_waiting
        for name in rated.waiting()
    ]
    is_asked = case.residents_vote and facts.subject_class is SubjectClass.LEADER
    if is_asked and facts.residents_votes is None:
        waiting.append(LevelWaitsFor("RESIDENTS_VOTES", facts.subject, "HD01:5.1.3"))
    return tuple(waiting)


def _needed_levels(facts: Facts) -> Iterator[tuple[str, str, Rated | None]]:
    """The needed levels: the reason, its clause, and the ratings."""
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
            yield from _levels_needed_by_leader(facts)


def _levels_needed_by_leader(facts: Facts) -> Iterator[tuple[str, str, Rated | None]]:
    levels = facts.levels
    yield "UNIT", "QĐ124:Đ12.1.3", levels.units
    yield "AREA", "QĐ124:Đ12.4.4", levels.area
    if facts.is_a(Flag.HEAD):
        yield "COLLECTIVE", "HD01:5.1.3", levels.collective
    if facts.is_a(Flag.SECRETARY) and not facts.has(Attested.OUTSTANDING_COMPLETION):
        yield "PARTY_ORGANISATION", "HD01:5.1.3", levels.party_organisation
