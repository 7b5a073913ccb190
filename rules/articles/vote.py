"""Shares of votes among the valid returned ballots (HD01:5.1.3, HD01:5.2.3, HD01:5.3.3)."""

from rules.articles.finding import (
    Case,
    Numbers,
    Observation,
    ShareLimit,
    at_least,
    by_paper,
    met_if,
    missing,
    more_than,
    not_applicable,
    text_at_least,
    text_over,
)
from rules.articles.noun import BALLOTS
from rules.bilingual import Bilingual
from rules.enums import Level

NO_VOTE_AT_WORK = Bilingual(
    "chưa có kết quả lấy phiếu nơi công tác", "no vote at the workplace is recorded"
)
NO_RESULT_AT_HOME = Bilingual(
    "năm lấy phiếu nơi cư trú, chưa có kết quả",
    "residents vote this year, and no result is recorded",
)
NO_VALID_BALLOT = Bilingual("không có phiếu hợp lệ", "no valid ballot")
NO_VOTE_AT_HOME = Bilingual("năm không lấy phiếu nơi cư trú", "residents did not vote this year")
NO_BALLOT = BALLOTS.shared(0, 0)


def workplace_share(case: Case, level: Level, numbers: Numbers) -> Observation:
    """The share of workplace votes for `level`; cumulative: a vote for a higher level counts, too.

    The text has no exception: without a recorded vote or a valid ballot the condition FAILED.
    """
    votes, limit = case.facts.workplace_votes, numbers["workplace_votes_min"]
    if votes is None or votes.valid == 0:
        remark = NO_VALID_BALLOT if votes else NO_VOTE_AT_WORK
        return by_paper(
            votes.paper if votes else None, met_if(False, NO_BALLOT, text_at_least(limit), remark)
        )
    by_level = {
        Level.EXCELLENT: votes.excellent,
        Level.GOOD: votes.good,
        Level.COMPLETED: votes.completed,
    }
    if numbers.reads("votes", "CUMULATIVE"):
        counted = sum(many for own, many in by_level.items() if own.reaches(level))
    else:
        counted = by_level[level]
    return by_paper(votes.paper, at_least(counted, votes.valid, BALLOTS, limit))


def residents_good_share(case: Case, limit: ShareLimit) -> Observation:
    """The share of residents' votes for "thực hiện tốt nghĩa vụ công dân", in years in which they vote."""
    votes = case.facts.residents_votes
    if votes is None or votes.valid == 0:
        return _without_ballots(case, text_at_least(limit))
    return by_paper(votes.paper, at_least(votes.good, votes.valid, BALLOTS, limit))


def residents_not_good_share(case: Case, limit: ShareLimit) -> Observation:
    """Trigger: the share of residents' votes for "thực hiện không tốt", in years in which they vote."""
    votes = case.facts.residents_votes
    if votes is None or votes.valid == 0:
        return _without_ballots(case, text_over(limit))
    return by_paper(votes.paper, more_than(votes.not_good, votes.valid, BALLOTS, limit))


def _without_ballots(case: Case, required: Bilingual) -> Observation:
    """The observation without valid ballots.

    A vote without a valid ballot is 0%. An unrecorded vote is MISSING in a year in which residents
    vote, and NOT_APPLICABLE in other years.
    """
    votes = case.facts.residents_votes
    if votes is not None:
        return by_paper(votes.paper, met_if(False, NO_BALLOT, required, NO_VALID_BALLOT))
    if case.residents_vote:
        return missing(NO_RESULT_AT_HOME, required)
    return not_applicable(NO_VOTE_AT_HOME, required)
