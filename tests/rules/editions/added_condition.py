"""What the invented edition adds: a confidence vote of Đ12.4.3c without any low vote binds who is to be EXCELLENT."""

from rules.articles.finding import PEOPLE, Case, Numbers, Observation, clause, none_of
from rules.articles.noun import BALLOTS
from rules.enums import Level


@clause("QĐ124:Đ12.4.3c", Level.EXCELLENT, PEOPLE)
def no_low_confidence(c: Case, _: Numbers) -> Observation:
    votes = c.facts.confidence_votes
    return none_of(votes.low if votes else 0, BALLOTS)


CLAUSES = (no_low_confidence,)
