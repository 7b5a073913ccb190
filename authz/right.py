"""Rights for lists: the subjects of an actor's act, as data for a PostgreSQL filter.

Lists are filtered by `rights`; a test checks that the filter selects exactly the subjects that
`decide` allows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from authz.policy_file import Effect, Policy, PolicyRow, Scope
from authz.role import Role, Seat
from rules.authority import (
    ANY_CLASS,
    ANYBODY,
    AUTHORITY_SHOWS_IN,
    CLASSES,
    COMPETENT_AUTHORITY,
    COVERED_BY_6_1,
    DIRECT_SUPERIOR,
    MANAGING_COLLECTIVE,
    SECTION_6_1,
    SIGNED_IN,
    SUBJECT,
)
from rules.enums import Act


class SubjectRelation(StrEnum):
    """The relation of the subjects of a right to the actor."""

    IN_PLACE = "in_place"
    SUBORDINATE = "subordinate"
    SUBJECT = "subject"
    MANAGED = "managed"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Right:
    """One policy row applied to an actor. None means any class, or any place.

    A branch groups rights: it selects the subjects that one of its rights allows and none denies.
    `superior_id` is the rater whose subordinates SUBORDINATE selects.
    """

    branch: int
    allows: bool
    relation: SubjectRelation
    cls: str | None
    place: str | None
    superior_id: str | None = None


@dataclass(frozen=True, slots=True)
class StandingIn:
    """Limits a branch to the subjects with these keys, on which its rater's chair may not decide."""

    branch: int
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rights:
    """All rights of an actor for one act; `everyone` if they select every subject.

    One list may hold rights of several acts; `NEVER_ON_ONESELF` and `NEVER_ON_ONES_OWN_PROPOSAL`
    (authz/decision.py) apply to them, too.
    """

    act: Act
    rights: tuple[Right, ...]
    everyone: bool
    standing_in: tuple[StandingIn, ...] = ()


@dataclass(frozen=True, slots=True)
class _Branch:
    word: str
    relation: SubjectRelation
    act: Act
    role: Role | None = None
    stands_in: bool = False


RELATIONS = {
    SUBJECT: SubjectRelation.SUBJECT,
    MANAGING_COLLECTIVE: SubjectRelation.MANAGED,
    SIGNED_IN: SubjectRelation.ANYBODY,
}


def rights(policy: Policy, act: Act, roles: Sequence[Role]) -> Rights:
    """The rights of an actor with these roles for the act."""
    collected: list[Right] = []
    standing_in: list[StandingIn] = []
    for number, branch in enumerate(_branches(policy, act, roles)):
        collected += _rights(policy, number, branch, act)
        if branch.stands_in and branch.role:
            standing_in.append(StandingIn(number, branch.role.chairs))
    return Rights(act, tuple(collected), _includes_everyone(collected), tuple(standing_in))


def anybodys_rights(policy: Policy, act: Act) -> Rights:
    """The rights of all raters of the matrix at any place; subjects without such a right are gaps."""
    raters = dict.fromkeys(row.rater for row in policy.rows_of[act])
    of_anybody = [
        Right(number, row.effect is Effect.ALLOW, SubjectRelation.IN_PLACE, cls, None)
        for number, rater in enumerate(raters)
        for row in policy.rows_of[act]
        if row.rater in {rater, ANYBODY}
        for cls in _classes(row)
    ]
    return Rights(act, tuple(of_anybody), everyone=False)


def _branches(policy: Policy, act: Act, roles: Sequence[Role]) -> Iterator[_Branch]:
    words = {row.rater for row in policy.rows_of[act] if row.effect is Effect.ALLOW}
    for role in roles:
        if act not in role.acts or not role.is_in_force:
            continue
        if role.rater in words:
            yield _Branch(role.rater, SubjectRelation.IN_PLACE, act, role)
        if COMPETENT_AUTHORITY in words:
            for shown in AUTHORITY_SHOWS_IN:
                yield _Branch(role.rater, SubjectRelation.IN_PLACE, shown, role)
        if DIRECT_SUPERIOR in words and role.seat is not Seat.DELEGATE:
            yield _Branch(DIRECT_SUPERIOR, SubjectRelation.SUBORDINATE, act, role)
    for word, relation in RELATIONS.items():
        if word in words:
            yield _Branch(word, relation, act)
    yield from _for_chairs(policy, act, roles)


def _for_chairs(policy: Policy, act: Act, roles: Sequence[Role]) -> Iterator[_Branch]:
    """The branches of panels whose chair the actor stands in for."""
    if not policy.of_other_member[act]:
        return
    for role in roles:
        if role.seat is Seat.MEMBER and role.chairs:
            yield _Branch(role.rater, SubjectRelation.IN_PLACE, Act.RATE, role, stands_in=True)


def _rights(policy: Policy, number: int, branch: _Branch, act: Act) -> Iterator[Right]:
    """The rights of a branch; for a competent authority, with the rows that deny its own word.

    A member who stands in for a chair has the rights of the panel's rows on rating.
    """
    rows = [row for row in policy.rows_of[branch.act] if row.rater in {branch.word, ANYBODY}]
    if branch.act is not act:
        denied = {ANYBODY} if branch.stands_in else {COMPETENT_AUTHORITY, ANYBODY}
        rows += [
            row for row in policy.rows_of[act] if row.effect is Effect.DENY and row.rater in denied
        ]
    for row in rows:
        for cls in _classes(row):
            for place in _places(row, branch, cls):
                yield Right(
                    branch=number,
                    allows=row.effect is Effect.ALLOW,
                    relation=branch.relation,
                    cls=cls,
                    place=place,
                    superior_id=branch.role.rater_id if branch.role else None,
                )


def _classes(row: PolicyRow) -> Sequence[str | None]:
    if row.cls == ANY_CLASS:
        return [None]
    if row.cls == COVERED_BY_6_1:
        return [code for code, word in CLASSES.items() if word.section == SECTION_6_1]
    return [row.cls]


def _places(row: PolicyRow, branch: _Branch, cls: str | None) -> Sequence[str | None]:
    """The places of a row: the role's places for `own` rows, the delegated ones for a delegate."""
    role = branch.role
    if role is None or branch.relation is not SubjectRelation.IN_PLACE:
        return [None]
    if role.delegated is not None and row.effect is Effect.ALLOW:
        return sorted(role.delegated.bodies or role.places) if cls in role.delegated.classes else []
    return [None] if row.scope is Scope.PROVINCE else sorted(role.places)


def _includes_everyone(rights_found: Sequence[Right]) -> bool:
    denied = {right.branch for right in rights_found if not right.allows}
    return any(
        right.allows and right.relation is SubjectRelation.ANYBODY and right.cls is None
        for right in rights_found
        if right.branch not in denied
    )
