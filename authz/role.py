"""Roles: seats of an actor on raters at their places, by a post or by a delegation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rules.authority import with_derived
from rules.enums import Act


class Seat(StrEnum):
    """The seat of an actor on a rater.

    The chair records what the panel decides, members read, the compiling office appraises and compiles
    (HD01:6.1, 6.2; QĐ124:Đ11.2), and a delegate does what was delegated (HD01:6.2.3).
    """

    CHAIR = "chair"
    DELEGATE = "delegate"
    COMPILING = "compiling"
    MEMBER = "member"


SEATS = list(Seat)
"""The strongest first."""

ACTS_OF_SEAT = {
    Seat.CHAIR: frozenset(
        {Act.APPRAISE, Act.RATE, Act.ANNUL, Act.ANSWER_APPEAL, Act.DELEGATE, Act.READ_FILE}
        | {Act.REQUIRE_REREVIEW}
    ),
    Seat.COMPILING: frozenset({Act.APPRAISE, Act.COMPILE, Act.READ_FILE}),
    Seat.MEMBER: frozenset({Act.READ_FILE}),
}
DELEGABLE = frozenset({Act.APPRAISE, Act.RATE})
"""The only acts of "uỷ quyền đánh giá" (HD01:6.2.3:residual); never the right to delegate."""


@dataclass(frozen=True, slots=True)
class DelegatedPowers:
    """The powers of its panel that a delegation gives. Empty `bodies`: the whole place of the panel."""

    acts: frozenset[Act]
    classes: frozenset[str]
    bodies: frozenset[str]
    is_in_force: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """A seat on the rater `rater_id`; its own places are the bodies `places` and all below them.

    For a member, `chairs` are the keys of the chairs on the day and of the bodies that they lead.
    """

    rater: str
    rater_id: str
    seat: Seat
    places: frozenset[str]
    delegated: DelegatedPowers | None = None
    chairs: frozenset[str] = frozenset()

    @property
    def acts(self) -> frozenset[Act]:
        if self.delegated is None:
            return ACTS_OF_SEAT[self.seat]
        return (self.delegated.acts & DELEGABLE) | {Act.READ_FILE}

    @property
    def is_in_force(self) -> bool:
        return self.delegated is None or self.delegated.is_in_force


class Holding(Protocol):
    """One reason why a subject has classes, and the bodies within which the reason lies."""

    @property
    def classes(self) -> frozenset[str]: ...
    @property
    def within(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class RoleOnSubject:
    """A role relative to one subject, in a small form, so that decisions can be cached.

    `own` are the subject's classes in the role's own place, derived ones included (empty if the subject
    is not there). `reach` are the classes on which a delegate may use the power. `stands_in`: a member,
    where the subject is the chair or is led by the chair.
    """

    rater: str
    seat: Seat
    own: frozenset[str]
    acts: frozenset[Act]
    reach: frozenset[str] | None = None
    is_in_force: bool = True
    is_superior: bool = False
    stands_in: bool = False


def on_subject(
    role: Role,
    holdings: Sequence[Holding],
    superiors: frozenset[str] = frozenset(),
    subject: str | None = None,
) -> RoleOnSubject:
    """The role relative to a subject.

    `superiors` are the ids of the subject's direct superiors, `subject` is its key.
    """
    own = [holding.classes for holding in holdings if not role.places.isdisjoint(holding.within)]
    return RoleOnSubject(
        rater=role.rater,
        seat=role.seat,
        own=with_derived(frozenset().union(*own)) if own else frozenset(),
        acts=role.acts,
        reach=None if role.delegated is None else _reach(role.delegated, role, holdings),
        is_in_force=role.is_in_force,
        is_superior=role.delegated is None and role.rater_id in superiors,
        stands_in=role.seat is Seat.MEMBER and subject in role.chairs,
    )


def _reach(powers: DelegatedPowers, role: Role, holdings: Sequence[Holding]) -> frozenset[str]:
    places = powers.bodies or role.places
    here = [
        holding.classes
        for holding in holdings
        if not places.isdisjoint(holding.within) and not role.places.isdisjoint(holding.within)
    ]
    return frozenset().union(*here) & powers.classes
