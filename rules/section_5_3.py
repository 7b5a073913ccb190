"""Mục 5.3: hoàn thành nhiệm vụ, ngoài các tiêu chí của Điều 12 khoản 3."""

from rules.finding import LEADERS, ORGS, PEOPLE, Case, Numbers, Seen, at_most, clause, grades
from rules.others import as_civil_servant
from rules.votes import at_home, at_work
from rules.words import Grade, Level

COMPLETED = Level.COMPLETED


@clause("HD01:5.3.1a", COMPLETED, ORGS, "every_criterion_of_organisation")
def every_criterion_of_organisation(c: Case, _: Numbers) -> Seen:
    """Stricter than Đ12.3, and it prevails for organisations (Đ14.1)."""
    return grades(c.every, Grade.AVERAGE)


@clause("HD01:5.3.2", COMPLETED, PEOPLE)
def civil_servant_completed(c: Case, _: Numbers) -> Seen:
    return as_civil_servant(c, COMPLETED)


@clause("HD01:5.3.3", COMPLETED, LEADERS, "weak_criteria")
def few_results_short(c: Case, n: Numbers) -> Seen:
    return at_most(c.facts.weak_criteria, c.every.many, n["weak_criteria_max"])


@clause("HD01:5.3.3", COMPLETED, LEADERS, "votes")
def workplace_votes_completed(c: Case, n: Numbers) -> Seen:
    return at_work(c.facts.workplace_votes, COMPLETED, n["workplace_votes_min"])


@clause("HD01:5.3.3", COMPLETED, LEADERS)
def residents_votes_enough(c: Case, n: Numbers) -> Seen:
    return at_home(c.facts.residents_votes, n["residents_votes_min"])


CLAUSES = (
    every_criterion_of_organisation,
    civil_servant_completed,
    few_results_short,
    workplace_votes_completed,
    residents_votes_enough,
)
