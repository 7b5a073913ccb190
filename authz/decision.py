"""Decides whether an actor may do an act to a subject: by which row, or which right is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from authz.competence import competence_for
from authz.policy_file import Effect, Policy, PolicyRow, Scope, enforcer
from authz.role import SEATS, RoleOnSubject, Seat
from rules.authority import (
    ANYBODY,
    AUTHORITY_SHOWS_IN,
    COMPETENT_AUTHORITY,
    DIRECT_SUPERIOR,
    OTHER_MEMBER,
    SIGNED_IN,
    SUBJECT,
    with_derived,
)
from rules.enums import Act

DECISIONS_CACHED_MAX = 1 << 16
"""Cached decisions, by policy and request."""
NEVER_ON_ONESELF = frozenset({Act.RATE, Act.APPRAISE, Act.COMPILE, Act.ANNUL, Act.ANSWER_APPEAL})
"""Acts that an actor may not do to oneself, nor to a body that the actor leads (as its `subject`)."""
NEVER_ON_ONES_OWN_PROPOSAL = frozenset({Act.RATE})
ENDED_WITH_THE_YEAR = frozenset({Act.SELF_RATE, Act.APPRAISE, Act.RATE})
"""Acts that end with the year. Papers, second looks and reading continue afterwards."""


class MissingRight(StrEnum):
    """The reason for a refusal: the one fact that the actor lacks."""

    NO_CLAUSE = "NO_CLAUSE"
    OUTWEIGHED = "OUTWEIGHED"
    ONESELF = "ONESELF"
    OWN_PROPOSAL = "OWN_PROPOSAL"
    NOT_THE_RATER = "NOT_THE_RATER"
    OTHER_PLACE = "OTHER_PLACE"
    OTHER_SEAT = "OTHER_SEAT"
    DELEGATION_NOT_IN_FORCE = "DELEGATION_NOT_IN_FORCE"
    NOT_DELEGATED = "NOT_DELEGATED"
    OTHER_SCOPE = "OTHER_SCOPE"
    YEAR_CLOSED = "YEAR_CLOSED"
    TOO_FEW_OFFICERS = "TOO_FEW_OFFICERS"
    NO_PEER_GROUP = "NO_PEER_GROUP"


@dataclass(frozen=True, slots=True)
class Request:
    """The input of a decision, besides the policy.

    `relations` are the actor's relations to the subject other than as a rater: the subject itself (the
    same person, or the head of the body), or its direct manager.
    `has_proposed`: this person recorded the proposal to be decided, or the facts in force.
    `year_is_over`: the rated year is closed.
    """

    act: Act
    classes: frozenset[str]
    roles: frozenset[RoleOnSubject]
    relations: frozenset[str] = frozenset()
    has_proposed: bool = False
    year_is_over: bool = False

    @property
    def is_of_oneself(self) -> bool:
        """Whether the actor is the subject, or leads the body that is the subject."""
        return SUBJECT in self.relations


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed by `row` through `role`, or refused because of `missing`; `nearest` would allow it.

    `matching` are all rows that match this actor, act and subject, allow and deny.
    """

    allowed: bool
    row: PolicyRow | None
    role: RoleOnSubject | None
    matching: tuple[PolicyRow, ...]
    missing: MissingRight | None
    nearest: PolicyRow | None


@dataclass(frozen=True, slots=True)
class _Actor:
    """One rater word that applies to the actor, with its role; `own` and `reach` as in model.conf."""

    word: str
    role: RoleOnSubject | None
    own: frozenset[str]
    reach: frozenset[str]


@lru_cache(DECISIONS_CACHED_MAX)
def decide(policy: Policy, request: Request) -> Decision:
    """The decision of casbin over the rows, with its reason.

    Each rater word of the actor is decided separately: a row that denies one rater does not affect
    another, and a row that denies `anybody` denies all.
    """
    every = with_derived(request.classes)
    actors = list(_actors(policy, request, every))
    matching = tuple(
        row
        for row in (*policy.rows_of[request.act], *policy.of_other_member[request.act])
        if row.cls in every and any(_matches(row, actor) for actor in actors)
    )
    if request.is_of_oneself and request.act in NEVER_ON_ONESELF:
        return _refusal(policy, request, MissingRight.ONESELF, matching)
    if request.has_proposed and request.act in NEVER_ON_ONES_OWN_PROPOSAL:
        return _refusal(policy, request, MissingRight.OWN_PROPOSAL, matching)
    if request.year_is_over and request.act in ENDED_WITH_THE_YEAR:
        was = decide(policy, replace(request, year_is_over=False))
        if was.allowed:
            return replace(was, allowed=False, missing=MissingRight.YEAR_CLOSED, nearest=was.row)
        return was
    for actor in actors:
        if _is_allowed(policy, request.act, every, actor):
            row = next(row for row in matching if _allows(row, actor))
            return Decision(True, row, actor.role, matching, None, None)
    return _refusal(policy, request, _missing_right(policy, request, matching), matching)


def _actors(policy: Policy, request: Request, every: frozenset[str]) -> Iterator[_Actor]:
    """The rater words that apply to the actor, the strongest first."""
    seated = [
        role
        for role in sorted(request.roles, key=lambda role: (SEATS.index(role.seat), role.rater))
        if request.act in role.acts and role.is_in_force
    ]
    for role in seated:
        yield _Actor(role.rater, role, role.own, _reach(role, every))
    for role in seated:
        if any(_is_allowed(policy, act, every, _rater(role, every)) for act in AUTHORITY_SHOWS_IN):
            yield _Actor(COMPETENT_AUTHORITY, role, every, every)
        if role.is_superior:
            yield _Actor(DIRECT_SUPERIOR, role, every, every)
    for role in sorted(request.roles, key=lambda role: role.rater):
        if role.stands_in and _is_allowed(policy, Act.RATE, every, _rater(role, every)):
            yield _Actor(OTHER_MEMBER, role, every, every)
    for word in (*sorted(request.relations), SIGNED_IN):
        yield _Actor(word, None, every, every)


def _rater(role: RoleOnSubject, every: frozenset[str]) -> _Actor:
    return _Actor(role.rater, role, role.own, _reach(role, every))


def _reach(role: RoleOnSubject, every: frozenset[str]) -> frozenset[str]:
    return every if role.reach is None else role.reach


def _is_allowed(policy: Policy, act: Act, every: frozenset[str], actor: _Actor) -> bool:
    raters = frozenset({actor.word, ANYBODY})
    words = (str(act), raters, every, actor.own, actor.reach)
    return bool(enforcer(policy, act, actor.word).enforce(*words))


def _matches(row: PolicyRow, actor: _Actor) -> bool:
    """The matcher of model.conf, for a row whose act and class match."""
    return (
        row.rater in {actor.word, ANYBODY}
        and (row.scope is Scope.PROVINCE or row.cls in actor.own)
        and (row.effect is Effect.DENY or row.cls in actor.reach)
    )


def _allows(row: PolicyRow, actor: _Actor) -> bool:
    return row.effect is Effect.ALLOW and _matches(row, actor)


def _refusal(
    policy: Policy, request: Request, missing: MissingRight, matching: tuple[PolicyRow, ...]
) -> Decision:
    denying = next((row for row in matching if row.effect is Effect.DENY), None)
    return Decision(False, denying, None, matching, missing, _nearest(policy, request))


def _nearest(policy: Policy, request: Request) -> PolicyRow | None:
    """The row that would allow it: of a rater on which the actor sits, else of the competent rater."""
    held = {role.rater for role in request.roles}
    every = with_derived(request.classes)
    allows = [
        row
        for row in policy.rows_of[request.act]
        if row.effect is Effect.ALLOW and row.cls in every
    ]
    mine = next((row for row in allows if row.rater in held), None)
    competence = competence_for(policy, request.act, request.classes)
    return mine or (competence.row if competence.granted else next(iter(allows), None))


def _missing_right(
    policy: Policy, request: Request, matching: tuple[PolicyRow, ...]
) -> MissingRight:
    if any(row.effect is Effect.DENY for row in matching):
        return MissingRight.OUTWEIGHED
    every = with_derived(request.classes)
    rows = [row for row in policy.rows_of[request.act] if row.cls in every]
    allows = {row.rater for row in rows if row.effect is Effect.ALLOW}
    if not allows or (allows == {COMPETENT_AUTHORITY} and not request.classes):
        return MissingRight.NO_CLAUSE
    held = [role for role in request.roles if role.rater in allows]
    if any(_would_be_allowed(policy, request, role) for role in held if not role.is_in_force):
        return MissingRight.DELEGATION_NOT_IN_FORCE
    if not held:
        return MissingRight.NOT_THE_RATER
    if not any(role.own for role in held):
        return MissingRight.OTHER_PLACE
    delegates = all(role.seat is Seat.DELEGATE for role in held)
    return MissingRight.NOT_DELEGATED if delegates else MissingRight.OTHER_SEAT


def _would_be_allowed(policy: Policy, request: Request, role: RoleOnSubject) -> bool:
    """Whether a role that is not in force would allow the request."""
    alone = replace(request, roles=frozenset({replace(role, is_in_force=True)}))
    return decide(policy, alone).allowed
