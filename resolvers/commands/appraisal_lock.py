"""Locks the rows of a command: its year, quotas and appraisals, with the key or without.

Locks are taken in one order everywhere (db/connection/lock.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from db import errors
from db.connection.driver import Read
from db.repositories import appraisal as appraisals, cycle as cycles, dependence, quota as quotas
from db.repositories.appraisal import Appraisal
from db.repositories.command import FirstAnswer
from db.repositories.command_write import lock_command
from db.repositories.cycle import Cycle
from resolvers.commands.base import as_row
from resolvers.commands.command import BatchItem, Listed, Target
from resolvers.commands.situation import Situation, locked_situation
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.errors import NotFound, nothing
from resolvers.queries.year import edition_of
from resolvers.refusals import LeftOut, StaleVersion, YearClosed
from rules.editions.lookup import Edition
from rules.judgement.exclusion import EXCLUSIONS, Ground


async def hold_year_of(unit_of_work: UnitOfWork, target: Target) -> Cycle | None:
    """Lock the year of an appraisal, shared, until the command ends; before the appraisal itself is locked.

    `edition_of_open` checks that it is open, after it is known that the appraisal exists.
    """
    return await cycles.hold_of_appraisal(unit_of_work.connection, target.appraisal)


def edition_of_open(cycle: Cycle | None, year: int) -> Edition:
    """The edition of a locked year.

    Raises:
        YearClosed: the year is closed, or was never opened.
        BadInput: an older version opened it, and no edition is in force in it.
    """
    refuse_closed(cycle, year)
    return edition_of(year)


async def refuse_closed_year(unit_of_work: UnitOfWork, year: int) -> None:
    """Raises YearClosed if the year is not open at this moment; nothing is locked."""
    early = unit_of_work.known.early
    if early is not None and early.cycle is not None and early.cycle.year == year:
        refuse_closed(early.cycle, year)
    else:
        refuse_closed(await cycles.of_year(unit_of_work.connection, year), year)


def refuse_closed(cycle: Cycle | None, year: int) -> Cycle:
    """The cycle of an open year. Raises YearClosed: it is closed, or was never opened."""
    if cycle is None or cycle.closed_on is not None:
        raise YearClosed(year, is_closed=cycle is not None)
    return cycle


async def lock_appraisal(unit_of_work: UnitOfWork, target: Target) -> Appraisal:
    """Lock an appraisal that still has the version that the caller saw.

    Raises:
        NotFound: it does not exist.
        StaleVersion: it was changed.
        LeftOut: it is excluded from the rating.
    """
    (appraisal,) = await lock_appraisals(unit_of_work, [target])
    return appraisal


async def lock_appraisals(unit_of_work: UnitOfWork, targets: Sequence[Target]) -> list[Appraisal]:
    """As `lock_appraisal`, for several, in their order."""
    held_appraisals = await _lock(
        unit_of_work, {target.appraisal: target.version for target in targets}, ()
    )
    refuse_left_out(held_appraisals)
    by_id = {appraisal.id: appraisal for appraisal in held_appraisals}
    return [by_id[target.appraisal] for target in targets]


class AnsweredBefore(Exception):  # noqa: N818 -- the runner turns it into the first answer
    """The key of the command was taken before, with this first input and answer."""

    def __init__(self, first: FirstAnswer) -> None:
        super().__init__(first)
        self.first = first


async def lock_list(
    items: Sequence[BatchItem[Listed]], *, more: Sequence[Read] = ()
) -> tuple[Edition, list[Appraisal]]:
    """Lock the appraisals of a list of commands; returns the edition of their open year, and them in their order.

    `more`: see `lock_rows`.

    Raises:
        AnsweredBefore: the key was taken before.
        NotFound, StaleVersion, LeftOut: see `lock_appraisal`; for any one of them.
        YearClosed: their year is closed.
    """
    unit_of_work = items[0].unit_of_work
    targets = [item.command.target for item in items]
    versions = {target.appraisal: target.version for target in targets}
    locked = await lock_rows(unit_of_work, versions, more=more)
    appraisals_held = [locked.appraisals[target.appraisal] for target in targets]
    refuse_left_out(appraisals_held)
    return edition_of_open(locked.cycle, appraisals_held[0].year), appraisals_held


async def lock_rows(
    unit_of_work: UnitOfWork,
    versions: Mapping[UUID, int],
    *,
    users: Collection[UUID] = (),
    with_quotas: bool = False,
    more: Sequence[Read] = (),
) -> Situation:
    """Lock the key of the command, the open year and these appraisals in the versions that the sender saw.

    `users` are appraisals that use their levels; `with_quotas`: also the quotas in which they count. `more` are
    further statements to read then, whose rows are `more` of the situation.

    Raises:
        AnsweredBefore: the key was taken before.
        NotFound, StaleVersion: see `lock_appraisal`; for any one of them.
    """
    known, connection = unit_of_work.known, unit_of_work.connection
    key, known.key = known.key, None
    first = await lock_command(connection, key, versions, users=users, with_quotas=with_quotas)
    if first is not None:
        raise AnsweredBefore(first)
    locked = await locked_situation(connection, versions, known.early, more)
    known.forget()
    if missing := versions.keys() - locked.appraisals.keys():
        raise nothing("appraisal", str(min(missing)))
    refuse_stale(locked.appraisals.values(), versions)
    known.locked = locked
    return locked


async def lock_with_dependents(
    unit_of_work: UnitOfWork,
    versions: Mapping[UUID, int],
    *,
    groups: Collection[tuple[int, str]] = (),
    others: Collection[UUID] = (),
) -> list[Appraisal]:
    """As `lock_appraisal`, for several, before a change of levels: first the quotas in which they count, then they
    together with all appraisals whose levels use theirs. This fixed order prevents deadlocks.

    `groups` and `others`: the groups in which they will count, and the appraisals that will use their levels, after
    a move. Excluded appraisals are returned, too: the caller decides what is allowed then.
    """
    counted = {*groups, *await appraisals.groups_of(unit_of_work.connection, sorted(versions))}
    for year in sorted({year for year, _ in counted}):
        codes = [code for of, code in counted if of == year]
        await quotas.lock(unit_of_work.connection, year, codes)
    users = await dependence.users_of(unit_of_work.connection, sorted(versions))
    return await _lock(unit_of_work, versions, {*others, *(user for user, _ in users)})


def refuse_left_out(targets: Sequence[Appraisal]) -> None:
    """Raises LeftOut if one of them is excluded from the rating of the year (QĐ124:Đ5.2.1)."""
    left_out = [appraisal for appraisal in targets if appraisal.excluded is not None]
    if left_out:
        clause = EXCLUSIONS[Ground(left_out[0].excluded or "")].clause
        raise LeftOut([as_row(appraisal) for appraisal in left_out], clause)


async def _lock(
    unit_of_work: UnitOfWork, versions: Mapping[UUID, int], others: Collection[UUID]
) -> list[Appraisal]:
    unit_of_work.known.forget()
    try:
        held_appraisals = await appraisals.lock(
            unit_of_work.connection, sorted({*versions, *others})
        )
    except errors.RowMissing as fault:
        raise NotFound(
            vi=f"appraisal: {fault}", en=f"appraisal: {fault}", field="appraisal"
        ) from fault
    targets = [appraisal for appraisal in held_appraisals if appraisal.id in versions]
    refuse_stale(targets, versions)
    return targets


def refuse_stale(targets: Iterable[Appraisal], versions: Mapping[UUID, int]) -> None:
    """Raises StaleVersion if one of them has another version than the sender saw."""
    stale = [appraisal for appraisal in targets if appraisal.version != versions[appraisal.id]]
    if stale:
        raise StaleVersion([as_row(appraisal) for appraisal in stale])
