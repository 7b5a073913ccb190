"""Applies changed levels, and everything that follows from them: quotas, dependents, marks and tallies."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.repositories import appraisal as appraisals, dependence
from db.repositories.act import ChainAct
from db.repositories.appraisal import Appraisal
from db.repositories.command_write import Recount
from db.repositories.tally import NOWHERE, Move
from resolvers import computation
from resolvers.commands.base import flush, write_later
from resolvers.commands.unit_of_work import UnitOfWork, append
from rules.editions.lookup import Edition


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One appraisal before and after acts that change its level, home or group."""

    before: Appraisal
    after: Appraisal
    acts: Sequence[ChainAct]

    @property
    def is_moved(self) -> bool:
        """Whether its post or home body has changed."""
        before, after = self.before, self.after
        return (before.post_code, before.home_body_code) != (after.post_code, after.home_body_code)

    @property
    def groups(self) -> set[str]:
        codes = (self.before.peer_group_code, self.after.peer_group_code)
        return {code for code in codes if code}

    def moves(self) -> list[Move]:
        """The moves between tallies that follow from the change."""
        before, after = _tally_level(self.before), _tally_level(self.after)
        home, track = self.before.home_body_code, self.before.track
        if home == self.after.home_body_code:
            return [Move(home, track, before, after)]
        arrival = Move(self.after.home_body_code, track, NOWHERE, after)
        return [Move(home, track, before, NOWHERE), arrival]


def _tally_level(appraisal: Appraisal) -> str | None:
    return NOWHERE if appraisal.excluded else appraisal.level


async def apply_changes(
    unit_of_work: UnitOfWork,
    changes: Sequence[LevelChange],
    edition: Edition,
    *,
    may_exceed: bool = False,
    users: Sequence[tuple[UUID, UUID]] | None = None,
) -> None:
    """Write changed levels and everything that follows from them, in the order of the locks.

    The quotas are counted again, dependent appraisals computed and marked; the acts, the marks and the moves of
    tallies are written at the end of the command, as are the levels if nothing depends on them. `may_exceed`: the law
    orders the change regardless of the quota. `users`: the appraisals that the change of these levels concerns, each
    with what it uses, where they are known and nothing is moved.
    """
    year = changes[0].before.year
    groups = sorted(set().union(*(change.groups for change in changes)))
    left = [change.before.id for change in changes if change.is_moved]
    users_there = await dependence.users_of(unit_of_work.connection, left) if left else []
    write_later(unit_of_work, [change.after for change in changes])
    rows = unit_of_work.pending.rows
    rows.recount = Recount(year, edition.quota, groups, may_exceed)
    rows.concluded += [change.before.id for change in changes if not change.is_moved]
    await _recompute_dependents(unit_of_work, changes, users_there, users)
    append(unit_of_work, [act for change in changes for act in change.acts])
    moves = unit_of_work.pending.moves.setdefault(year, [])
    moves += [move for change in changes for move in change.moves()]


async def _recompute_dependents(
    unit_of_work: UnitOfWork,
    changes: Sequence[LevelChange],
    users_there: Sequence[tuple[UUID, UUID]],
    users_here: Sequence[tuple[UUID, UUID]] | None,
) -> None:
    """Compute the appraisals whose levels use a changed one; mark those that are decided already.

    Appraisals that moved are computed again, too, as are those that used them at the former place.
    """
    moved = {change.before.id for change in changes if change.is_moved}
    changed = [change.before.id for change in changes]
    if users_here is None:
        await flush(unit_of_work)  # a moved appraisal is used at its new place
        users_here = await dependence.users_of(unit_of_work.connection, changed)
    pairs = sorted({*users_there, *users_here})
    users = sorted(moved | {user for user, _ in pairs})
    if users:
        await flush(unit_of_work)
        await computation.compute(
            unit_of_work.connection, changes[0].before.year, unit_of_work.at, users
        )
        marked = await appraisals.mark_to_review(
            unit_of_work.connection, [user for user, _ in pairs]
        )
        unit_of_work.pending.marks += [pair for pair in pairs if pair[0] in marked]
