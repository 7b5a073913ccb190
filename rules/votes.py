"""Shares of ballots, cumulative: a vote for a higher level is one for the lower levels too (HD01:5)."""

from rules.facts import ResidentsVotes, WorkplaceVotes
from rules.finding import Seen, Share, at_least, not_applicable
from rules.words import Level


def at_work(votes: WorkplaceVotes | None, level: Level, share: Share) -> Seen:
    """Votes of the workplace for `level` or better, over the valid ballots that were returned."""
    if votes is None:
        return not_applicable("không lấy phiếu nơi công tác")
    counted = votes.excellent
    if level is not Level.EXCELLENT:
        counted += votes.good
    if level is Level.COMPLETED:
        counted += votes.completed
    return at_least(counted, votes.valid, share)


def at_home(votes: ResidentsVotes | None, share: Share) -> Seen:
    """Votes of residents for "thực hiện tốt nghĩa vụ công dân"; only in years in which they vote."""
    if votes is None:
        return not_applicable("năm không lấy phiếu nơi cư trú")
    return at_least(votes.good, votes.valid, share)
