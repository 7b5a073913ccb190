"""Compares two policies: the rights that each seat gains or loses on the appraisals of a year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy, PolicyRow
from authz.right import Rights, SubjectRelation, rights
from authz.role import SEATS, Role, Seat
from db.repositories import (
    cycle as cycles,
    policy_difference as policy_differences,
    rater as raters,
)
from db.repositories.policy_difference import Named
from resolvers.authorization.actor import selected_by
from resolvers.errors import NotFound
from resolvers.queries.authority import Place
from rules.enums import Act

OF_A_SEAT = frozenset({SubjectRelation.IN_PLACE, SubjectRelation.SUBORDINATE})
"""The relations that a seat gives; a person has the other relations without a seat."""


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """One act that one seat on one rater at its place gains or loses over subjects of the year."""

    rater: Place
    seat: Seat
    act: Act
    gained: tuple[Named, ...]
    lost: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The rows that differ, and their effect for every seat on the live data.

    Rows of raters without a place (`subject`, `signed_in`, …) apply to every caller; for them the row
    itself is the difference. A delegate has a part of the rights of the panel's chair, so it loses rights
    with the chair and gains none by itself.
    """

    added: tuple[PolicyRow, ...]
    removed: tuple[PolicyRow, ...]
    seats: tuple[PolicyDifference, ...]


@dataclass(frozen=True, slots=True)
class _Changed:
    """A seat whose rights to some acts differ before and after."""

    rater: Place
    seat: Seat
    before: tuple[Rights, ...]
    after: tuple[Rights, ...]


async def diff(
    connection: AsyncConnection, before: Policy, after: Policy, year: int
) -> Differences:
    """Compare two policies on the appraisals of a year; two statements for every seat that changes.

    Raises:
        NotFound: the registry does not have the year.
    """
    if year not in {one.year for one in await cycles.all_cycles(connection)}:
        raise NotFound(vi=f"Không có năm {year}", en=f"there is no year {year}", field="year")
    changes: list[tuple[_Changed, Act, set[UUID], set[UUID]]] = []
    for changed in await _all_changed(connection, before, after):
        old = await _selected(connection, changed.before, year)
        new = await _selected(connection, changed.after, year)
        for act in [old_rights.act for old_rights in changed.before]:
            gained, lost = new[act] - old[act], old[act] - new[act]
            if gained or lost:
                changes.append((changed, act, gained, lost))
    names = await policy_differences.names(
        connection, {one for _, _, *both in changes for ids in both for one in ids}
    )
    return Differences(
        added=tuple(row for row in after.rows if row not in set(before.rows)),
        removed=tuple(row for row in before.rows if row not in set(after.rows)),
        seats=tuple(
            PolicyDifference(
                changed.rater, changed.seat, act, _named(names, gained), _named(names, lost)
            )
            for changed, act, gained, lost in changes
        ),
    )


async def _all_changed(
    connection: AsyncConnection, before: Policy, after: Policy
) -> list[_Changed]:
    places = {row["id"]: row for row in await raters.all_raters(connection)}
    seats = [(places[rater], Seat(seat)) for rater, seat in await raters.all_seats(connection)]
    seats.sort(key=lambda one: (one[0]["id"], SEATS.index(one[1])))
    return list(_changed(seats, before, after))


def _changed(
    seats: Sequence[tuple[Place, Seat]], before: Policy, after: Policy
) -> Iterator[_Changed]:
    for rater, seat in seats:
        role = Role(rater["code"], rater["id"], seat, frozenset(rater["places"]))
        pairs = [
            (_rights_of_seat(before, act, role), _rights_of_seat(after, act, role)) for act in Act
        ]
        differing = [(old, new) for old, new in pairs if old != new]
        if differing:
            yield _Changed(
                rater,
                seat,
                tuple(old for old, _ in differing),
                tuple(new for _, new in differing),
            )


def _rights_of_seat(policy: Policy, act: Act, role: Role) -> Rights:
    seat_rights = rights(policy, act, [role])
    return Rights(
        act, tuple(right for right in seat_rights.rights if right.relation in OF_A_SEAT), False
    )


async def _selected(
    connection: AsyncConnection, seat_rights: Sequence[Rights], year: int
) -> Mapping[Act, set[UUID]]:
    """The appraisals of each act. The seat is not that of one person, so no appraisal is excluded as the person's own."""
    rows = await policy_differences.selected(connection, selected_by(seat_rights), year)
    return {of_act.act: {key for key, act in rows if act == of_act.act} for of_act in seat_rights}


def _named(names: Mapping[UUID, Named], ids: set[UUID]) -> tuple[Named, ...]:
    """Sorts by name."""
    return tuple(named for key, named in names.items() if key in ids)
