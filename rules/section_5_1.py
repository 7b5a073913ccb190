"""Mục 5.1: hoàn thành xuất sắc nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 1."""

from rules.facts import Attested
from rules.finding import (
    COLLECTIVES,
    LEADERS,
    ORGS,
    PEOPLE,
    PERSONS,
    Case,
    Numbers,
    Seen,
    all_reaching,
    attested,
    clause,
)
from rules.others import (
    as_civil_servant,
    collective_of_head,
    organisation_of_secretary,
    under_it,
)
from rules.votes import at_home, at_work
from rules.words import Level

EXCELLENT = Level.EXCELLENT


@clause("HD01:5.1.1a", EXCELLENT, ORGS)
def leading_position(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.LEADING_POSITION))


@clause("HD01:5.1.1a", EXCELLENT, ORGS, "all_completed")
def those_under_it_completed(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.COMPLETED, n["subordinates_completed_min"])


@clause("HD01:5.1.1a", EXCELLENT, ORGS)
def those_under_it_good(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.GOOD, n["subordinates_good_min"])


@clause("HD01:5.1.1a", EXCELLENT, ORGS)
def same_level_bodies_good(c: Case, _: Numbers) -> Seen:
    return all_reaching(c.facts.levels.same_level, Level.GOOD)


@clause("HD01:5.1.1b", EXCELLENT, COLLECTIVES)
def united_and_leading(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.UNITED_AND_LEADING))


@clause("HD01:5.1.2", EXCELLENT, PERSONS)
def truly_typical(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.TRULY_TYPICAL))


@clause("HD01:5.1.2", EXCELLENT, PEOPLE)
def results_quantified(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.RESULTS_QUANTIFIED))


@clause("HD01:5.1.2", EXCELLENT, PEOPLE, "civil_servant_for_excellent")
def rated_good_as_civil_servant(c: Case, _: Numbers) -> Seen:
    """The text is silent; GOOD requires it (reading civil_servant_for_excellent)."""
    return as_civil_servant(c, Level.GOOD)


@clause("HD01:5.1.3", EXCELLENT, LEADERS)
def many_outstanding_achievements(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.LEADING_POSITION))


@clause("HD01:5.1.3", EXCELLENT, LEADERS)
def results_of_high_quality(c: Case, _: Numbers) -> Seen:
    return attested(c.facts.has(Attested.HIGH_QUALITY_ON_TIME))


@clause("HD01:5.1.3", EXCELLENT, LEADERS)
def collective_excellent(c: Case, _: Numbers) -> Seen:
    return collective_of_head(c, EXCELLENT)


@clause("HD01:5.1.3", EXCELLENT, LEADERS)
def party_organisation_excellent(c: Case, _: Numbers) -> Seen:
    return organisation_of_secretary(c, EXCELLENT)


@clause("HD01:5.1.3", EXCELLENT, LEADERS, "votes")
def workplace_votes(c: Case, n: Numbers) -> Seen:
    return at_work(c.facts.workplace_votes, EXCELLENT, n["workplace_votes_min"])


@clause("HD01:5.1.3", EXCELLENT, LEADERS)
def residents_votes(c: Case, n: Numbers) -> Seen:
    return at_home(c.facts.residents_votes, n["residents_votes_min"])


CLAUSES = (
    leading_position,
    those_under_it_completed,
    those_under_it_good,
    same_level_bodies_good,
    united_and_leading,
    truly_typical,
    results_quantified,
    rated_good_as_civil_servant,
    many_outstanding_achievements,
    results_of_high_quality,
    collective_excellent,
    party_organisation_excellent,
    workplace_votes,
    residents_votes,
)
