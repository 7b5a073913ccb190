"""Mục 5.2: hoàn thành tốt nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 2."""

from rules.facts import Attested
from rules.finding import LEADERS, ORGS, PEOPLE, Case, Numbers, Seen, all_reaching, attested, clause
from rules.others import (
    as_civil_servant,
    collective_of_head,
    organisation_of_secretary,
    under_it,
)
from rules.votes import at_home, at_work
from rules.words import Level

GOOD = Level.GOOD


@clause("HD01:5.2.1a", GOOD, ORGS, "all_completed")
def all_under_it_completed(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.COMPLETED, n["subordinates_completed_min"])


@clause("HD01:5.2.1a", GOOD, ORGS)
def half_under_it_good(c: Case, n: Numbers) -> Seen:
    return under_it(c, Level.GOOD, n["subordinates_good_min"])


@clause("HD01:5.2.1a", GOOD, ORGS)
def same_level_bodies_completed(c: Case, _: Numbers) -> Seen:
    return all_reaching(c.facts.levels.same_level, Level.COMPLETED)


@clause("HD01:5.2.2", GOOD, PEOPLE)
def civil_servant_good(c: Case, _: Numbers) -> Seen:
    return as_civil_servant(c, GOOD)


@clause("HD01:5.2.3", GOOD, LEADERS)
def results_on_time(c: Case, _: Numbers) -> Seen:
    found = Attested.QUALITY_ON_TIME, Attested.HIGH_QUALITY_ON_TIME
    return attested(any(c.facts.has(one) for one in found))


@clause("HD01:5.2.3", GOOD, LEADERS)
def collective_good(c: Case, _: Numbers) -> Seen:
    return collective_of_head(c, GOOD)


@clause("HD01:5.2.3", GOOD, LEADERS)
def party_organisation_good(c: Case, _: Numbers) -> Seen:
    return organisation_of_secretary(c, GOOD)


@clause("HD01:5.2.3", GOOD, LEADERS, "votes")
def workplace_votes_good(c: Case, n: Numbers) -> Seen:
    return at_work(c.facts.workplace_votes, GOOD, n["workplace_votes_min"])


@clause("HD01:5.2.3", GOOD, LEADERS)
def residents_votes_good(c: Case, n: Numbers) -> Seen:
    return at_home(c.facts.residents_votes, n["residents_votes_min"])


CLAUSES = (
    all_under_it_completed,
    half_under_it_good,
    same_level_bodies_completed,
    civil_servant_good,
    results_on_time,
    collective_good,
    party_organisation_good,
    workplace_votes_good,
    residents_votes_good,
)
