"""Decisions with reasons: who has an act over a subject, and may this actor do it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from authz.reading import Effect, Policy, Row, Scope
from rules.authority import (
    ANYBODY,
    COMPETENT_AUTHORITY,
    SIGNED_IN,
    SUBJECT,
    with_derived,
)
from rules.words import Act

CACHED_DECISIONS = 1 << 16


class Seat(StrEnum):
    """As what the actor is of a rater: the chair records what the panel decides, the others read,
    the compiling office appraises and compiles (HD01:6.1, 6.2; QĐ124:Đ11.2).
    """

    CHAIR = "chair"
    MEMBER = "member"
    COMPILING = "compiling"


ACTS_OF_SEAT = {
    Seat.CHAIR: frozenset(
        {Act.APPRAISE, Act.RATE, Act.ANNUL, Act.ANSWER_APPEAL, Act.DELEGATE, Act.READ_FILE}
        | {Act.REQUIRE_REREVIEW, Act.SELF_RATE}
    ),
    Seat.MEMBER: frozenset({Act.READ_FILE}),
    Seat.COMPILING: frozenset({Act.APPRAISE, Act.COMPILE, Act.READ_FILE}),
}
NEVER_ON_ONESELF = frozenset({Act.RATE, Act.APPRAISE, Act.ANNUL, Act.ANSWER_APPEAL})
AUTHORITY_SHOWS_IN = (Act.RATE, Act.APPRAISE)
"""Whoever may do one of these to a subject is its competent authority (QĐ124:Đ13)."""


class Missing(StrEnum):
    """The one fact that a refused actor lacks."""

    NO_CLAUSE = "NO_CLAUSE"
    OUTWEIGHED = "OUTWEIGHED"
    ONESELF = "ONESELF"
    NOT_THE_RATER = "NOT_THE_RATER"
    OTHER_PLACE = "OTHER_PLACE"
    OTHER_SEAT = "OTHER_SEAT"


@dataclass(frozen=True, slots=True)
class RoleOnSubject:
    """A seat on a rater, and whether the subject lies in that rater's own place."""

    rater: str
    seat: Seat
    in_scope: bool


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that a decision depends on, besides the policy."""

    act: Act
    classes: frozenset[str]
    roles: frozenset[RoleOnSubject]
    is_self: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes by `row` through `role`, or no for the reason `missing`; `nearest` would have allowed it.

    `matching` are all rows that speak of this actor, act and subject, allow and deny.
    """

    allowed: bool
    row: Row | None
    role: RoleOnSubject | None
    matching: tuple[Row, ...]
    missing: Missing | None
    nearest: Row | None


@dataclass(frozen=True, slots=True)
class Competence:
    """Who has an act over subjects of some classes, whoever asks: `row` grants or denies it."""

    granted: bool
    row: Row | None
    overruled: tuple[Row, ...]


@lru_cache(CACHED_DECISIONS)
def competent(policy: Policy, act: Act, classes: frozenset[str]) -> Competence:
    """Who has the act by the matrix alone. Without any row: no clause gives this power."""
    every = with_derived(classes)
    rows = [row for row in policy.rows if row.act is act and row.cls in every]
    if not classes:
        rows = [row for row in rows if row.rater != COMPETENT_AUTHORITY]
    allows = [row for row in rows if row.effect is Effect.ALLOW]
    denies = [row for row in rows if row.effect is Effect.DENY]
    standing = [row for row in allows if not _outweighed(row, denies)]
    standing = [row for row in standing if _has_authority(policy, row, classes)]
    if standing:
        row = _real(policy, standing[0], classes)
        return Competence(granted=True, row=row, overruled=_others(allows, standing))
    raters = {ANYBODY, *(row.rater for row in allows)}
    for row in denies:
        if row.rater in raters:
            return Competence(granted=False, row=row, overruled=tuple(allows))
    return Competence(granted=False, row=None, overruled=())


@lru_cache(CACHED_DECISIONS)
def decide(policy: Policy, request: Request) -> Decision:
    """Whether the actor may, by casbin over the rows; with the reason either way."""
    every = with_derived(request.classes)
    on_rows = [row for row in policy.rows if row.act is request.act and row.cls in every]
    if request.is_self and request.act in NEVER_ON_ONESELF:
        return _no(Missing.ONESELF, (), on_rows)
    raters = _raters(policy, request, every)
    own = frozenset(role.rater for role in raters.values() if role and role.in_scope)
    matching = tuple(
        row
        for row in on_rows
        if row.rater in raters and (row.scope is Scope.PROVINCE or row.rater in own)
    )
    allowed = policy.enforcer.enforce(str(request.act), every, frozenset(raters), own)
    if allowed:
        row = next(row for row in matching if row.effect is Effect.ALLOW)
        return Decision(True, row, raters[row.rater], matching, None, None)
    if any(row.effect is Effect.DENY for row in matching):
        return _no(Missing.OUTWEIGHED, matching, on_rows)
    return _no(_lacking(request, on_rows), matching, on_rows)


def gap(policy: Policy, classes: frozenset[str]) -> bool:
    """Whether no clause lets anybody rate subjects of these classes."""
    return competent(policy, Act.RATE, classes).row is None


def _raters(
    policy: Policy, request: Request, classes: frozenset[str]
) -> dict[str, RoleOnSubject | None]:
    """The words for what the actor is to the subject, each with the role that makes it so."""
    seated = {
        role.rater: role
        for role in sorted(request.roles, key=lambda one: one.in_scope)
        if request.act in ACTS_OF_SEAT[role.seat]
    }
    raters: dict[str, RoleOnSubject | None] = {**seated, ANYBODY: None, SIGNED_IN: None}
    if request.is_self:
        raters[SUBJECT] = None
    for role in seated.values():
        if _is_authority(policy, role, classes):
            raters[COMPETENT_AUTHORITY] = role
    return raters


def _is_authority(policy: Policy, role: RoleOnSubject, classes: frozenset[str]) -> bool:
    own = frozenset({role.rater}) if role.in_scope else frozenset()
    raters = frozenset({role.rater})
    return any(
        policy.enforcer.enforce(str(act), classes, raters, own) for act in AUTHORITY_SHOWS_IN
    )


def _lacking(request: Request, rows: list[Row]) -> Missing:
    allows = {row.rater for row in rows if row.effect is Effect.ALLOW}
    held = {role.rater: role for role in request.roles if role.rater in allows}
    if not allows or (allows == {COMPETENT_AUTHORITY} and not request.classes):
        return Missing.NO_CLAUSE
    if not held:
        return Missing.NOT_THE_RATER
    in_scope = any(role.in_scope for role in held.values())
    return Missing.OTHER_SEAT if in_scope else Missing.OTHER_PLACE


def _no(missing: Missing, matching: tuple[Row, ...], rows: list[Row]) -> Decision:
    nearest = next((row for row in rows if row.effect is Effect.ALLOW), None)
    denying = next((row for row in matching if row.effect is Effect.DENY), None)
    return Decision(False, denying, None, matching, missing, nearest)


def _outweighed(row: Row, denies: list[Row]) -> bool:
    return any(deny.rater in (row.rater, ANYBODY) for deny in denies)


def _has_authority(policy: Policy, row: Row, classes: frozenset[str]) -> bool:
    return row.rater != COMPETENT_AUTHORITY or _authority(policy, classes) is not None


def _authority(policy: Policy, classes: frozenset[str]) -> Row | None:
    for act in AUTHORITY_SHOWS_IN:
        found = competent(policy, act, classes)
        if found.granted:
            return found.row
    return None


def _real(policy: Policy, row: Row, classes: frozenset[str]) -> Row:
    """The row itself; for the competent authority, with the rater that it is for these classes."""
    authority = _authority(policy, classes) if row.rater == COMPETENT_AUTHORITY else None
    if authority is None:
        return row
    return Row(authority.rater, row.act, row.cls, row.scope, row.effect, row.clause)


def _others(allows: list[Row], standing: list[Row]) -> tuple[Row, ...]:
    return tuple(row for row in allows if row not in standing)
