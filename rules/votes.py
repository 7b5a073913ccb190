"""Shares of ballots, over the valid ones that were returned (HD01:5.1.3, HD01:5.2.3, HD01:5.3.3)."""

from rules.facts import ResidentsVotes, WorkplaceVotes
from rules.finding import Limit, Numbers, Seen, at_least, not_applicable
from rules.words import Level

NO_VOTE_AT_WORK = "không lấy phiếu nơi công tác"
NO_VOTE_AT_HOME = "năm không lấy phiếu nơi cư trú"


def at_work(votes: WorkplaceVotes | None, level: Level, numbers: Numbers) -> Seen:
    """Votes of the workplace for `level`; cumulative, a vote for a higher level is one for it too."""
    if votes is None:
        return not_applicable(NO_VOTE_AT_WORK)
    by_level = {
        Level.EXCELLENT: votes.excellent,
        Level.GOOD: votes.good,
        Level.COMPLETED: votes.completed,
    }
    if numbers.reads("votes", "CUMULATIVE"):
        counted = sum(many for one, many in by_level.items() if one.reaches(level))
    else:
        counted = by_level[level]
    return at_least(counted, votes.valid, numbers["workplace_votes_min"])


def at_home(votes: ResidentsVotes | None, limit: Limit) -> Seen:
    """Votes of residents for "thực hiện tốt nghĩa vụ công dân"; only in years in which they vote."""
    if votes is None:
        return not_applicable(NO_VOTE_AT_HOME)
    return at_least(votes.good, votes.valid, limit)
