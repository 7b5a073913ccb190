"""What the invented edition adds: the 20% of Đ12.3.2 already binds who is to be EXCELLENT."""

from rules.finding import PEOPLE, Case, Numbers, Seen, at_most, clause
from rules.words import Level


@clause("QĐ124:Đ12.3.2", Level.EXCELLENT, PEOPLE)
def few_weak_criteria(c: Case, n: Numbers) -> Seen:
    return at_most(c.facts.weak_criteria, c.every.many, n["weak_criteria_max"])


CLAUSES = (few_weak_criteria,)
