"""The actor of a request: the roles on a day, the bodies led, and the permissions that follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.decision import (
    ENDED_WITH_THE_YEAR,
    NEVER_ON_ONES_OWN_PROPOSAL,
    NEVER_ON_ONESELF,
    Decision,
    MissingRight,
    Request,
    decide,
)
from authz.delegation import CLAUSE as DELEGATION
from authz.policy_file import Policy
from authz.right import Rights, rights
from authz.role import SEATS, DelegatedPowers, Role, RoleOnSubject, Seat, on_subject
from db.repositories import policy as policies, rater as raters
from db.repositories.authorization_filter import Permitted, PermittedRight
from db.repositories.subject import Subject
from resolvers.authorization.principal import Principal, ServiceAccount, SignedIn
from resolvers.errors import refuse_bad_year
from rules.authority import MANAGING_COLLECTIVE, RATERS, SUBJECT
from rules.enums import Act

SECTIONS = list(RATERS)
READING = frozenset({Act.READ_LEVEL, Act.READ_FILE})
"""What scopes may name: a service account writes nothing, whatever its token says."""
"""The words of the matrix in the order of the sections: 6.1, 6.2.1 to 6.2.5, 7."""


@dataclass(frozen=True, slots=True)
class PermissionSource:
    """The source of a role: a post that is held, alone or together with a delegation to it."""

    post_code: str
    rater_id: str
    delegation_id: UUID | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Seated:
    """One seat on a rater; `clause` if it is not that of the rater itself."""

    role: Role
    source: PermissionSource
    clause: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller on one day. A service account has no roles, only scopes."""

    person: UUID | None
    roles: Mapping[Role, PermissionSource]
    leads: frozenset[str]
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """The decision whether the actor may act, or what is missing, and the post or delegation that permits it."""

    decision: Decision
    source: PermissionSource | None


async def actor_of(connection: AsyncConnection, caller: Principal, day: date) -> Actor:
    """The caller with the roles of the posts held on the day."""
    if not isinstance(caller, SignedIn):
        return without_roles(caller)
    held, leads = await raters.roles_and_led(connection, caller.person_id, day)
    return _actor(caller.person_id, held, leads)


async def actor_under_policy(
    connection: AsyncConnection, caller: SignedIn, day: date
) -> tuple[Actor, str | None]:
    """As `actor_of`, and the active revision of the policy, which stays active until the transaction ends."""
    reads = raters.roles_and_led_reads(caller.person_id, day)
    revision, (held, leads) = await policies.held_revision(connection, reads)
    return _actor(caller.person_id, held, leads), revision


async def actors_of(
    connection: AsyncConnection, persons: Sequence[UUID], day: date
) -> dict[UUID, Actor]:
    """As `actor_of`, for several persons, by two statements."""
    held = await raters.roles_of_persons(connection, persons, day)
    leads = await raters.led_by_persons(connection, persons, day)
    return {person: _actor(person, held[person], leads[person]) for person in persons}


def _actor(person: UUID, rows: Iterable[raters.RaterRole], leads: Iterable[str]) -> Actor:
    roles = {
        _role(row): PermissionSource(row.post_code, row.rater_id, row.delegation_id, row.until)
        for row in rows
    }
    return Actor(person, roles, frozenset(leads))


def without_roles(caller: Principal) -> Actor:
    """The caller without reading the registry: it has the rights of every caller."""
    if isinstance(caller, SignedIn):
        return Actor(caller.person_id, {}, frozenset())
    scopes = caller.scopes if isinstance(caller, ServiceAccount) else frozenset()
    return Actor(None, {}, frozenset(), scopes)


def _role(row: raters.RaterRole) -> Role:
    powers = DelegatedPowers(
        frozenset(Act(act) for act in row.acts),
        frozenset(row.classes),
        frozenset(row.bodies),
        row.is_in_force,
    )
    return Role(
        rater=row.rater_code,
        rater_id=row.rater_id,
        seat=Seat(row.seat),
        places=frozenset(row.places),
        delegated=powers if row.delegation_id else None,
        chairs=frozenset(row.chairs),
    )


def seats(actor: Actor) -> list[Seated]:
    """The seats in force: first those that act, then those that read, in the order of the sections.

    The clause of a delegate's seat is that of delegation.
    """
    in_force = [
        Seated(role, source, DELEGATION if role.delegated else None)
        for role, source in actor.roles.items()
        if role.is_in_force
    ]
    return sorted(in_force, key=_order)


def _order(seat: Seated) -> tuple[bool, int, int, str]:
    role = seat.role
    reads_only = role.seat is Seat.MEMBER
    return reads_only, SECTIONS.index(role.rater), SEATS.index(role.seat), role.rater_id


def permission(policy: Policy, actor: Actor, act: Act, subject: Subject) -> Permission:
    """Decide whether the actor may do the act to the subject. A service account may read what its scopes name."""
    met = {
        on_subject(role, subject.holdings, subject.superiors, str(subject.key)): role
        for role in actor.roles
    }
    decision = decide(policy, _request(actor, act, subject, frozenset(met)))
    if actor.scopes is not None:
        return Permission(_within_scopes(decision, act, actor.scopes), None)
    return Permission(decision, actor.roles[met[decision.role]] if decision.role else None)


def manages(actor: Actor, subject: Subject) -> bool:
    """Whether the actor leads a body that manages the subject directly, and is not the subject."""
    return subject.key != actor.person and not actor.leads.isdisjoint(subject.managed_from)


def _request(actor: Actor, act: Act, subject: Subject, roles: frozenset[RoleOnSubject]) -> Request:
    relations = set()
    is_oneself = actor.person is not None and subject.key == actor.person
    if is_oneself or subject.key in actor.leads:
        relations.add(SUBJECT)
    if not actor.leads.isdisjoint(subject.managed_from):
        relations.add(MANAGING_COLLECTIVE)
    return Request(
        act=act,
        classes=subject.classes,
        roles=roles,
        relations=frozenset(relations),
        has_proposed=actor.person in subject.proposers,
        year_is_over=subject.year_is_over,
    )


def _within_scopes(decision: Decision, act: Act, scopes: frozenset[str]) -> Decision:
    if act in READING and act in scopes:
        return Decision(True, decision.nearest or decision.row, None, (), None, None)
    return Decision(
        False, None, None, (), MissingRight.OTHER_SCOPE, decision.row or decision.nearest
    )


def permitted(policy: Policy, actor: Actor, act: Act) -> Permitted | None:
    """The subjects of the act that is permitted to the actor, as a filter for lists; None if it is permitted on all."""
    if actor.scopes is not None:
        return None if act in READING and act in actor.scopes else Permitted(())
    actor_rights = rights(policy, act, tuple(actor.roles))
    if actor_rights.everyone and act not in ENDED_WITH_THE_YEAR:
        return None
    return _while_open(selected_by([actor_rights], actor.person, actor.leads))


def selected(policy: Policy, actor: Actor, acts: Iterable[Act]) -> Permitted:
    """The appraisals on which the roles of the actor permit one of the acts, each with its acts."""
    actor_rights = [rights(policy, act, tuple(actor.roles)) for act in acts]
    return _while_open(selected_by(actor_rights, actor.person, actor.leads))


def _while_open(whom: Permitted) -> Permitted:
    """The same, without the acts that end with the year if it is closed."""
    return replace(whom, ended_with_the_year=sorted(ENDED_WITH_THE_YEAR))


def bound(whom: Permitted | None, year: int) -> dict[str, object]:
    """The parameters of a filter in the year; none without a filter. Raises BadInput."""
    refuse_bad_year(year)
    return {} if whom is None else whom.bound(year)


def selected_by(
    rights_of_acts: Iterable[Rights],
    person: UUID | None = None,
    leads: frozenset[str] = frozenset(),
) -> Permitted:
    """Rights as the database takes them; without a person, no subject is excluded as the person's own."""
    rights_of_acts = list(rights_of_acts)
    rows = [
        PermittedRight(
            of_act.act,
            right.branch,
            right.allows,
            right.relation,
            right.cls,
            right.place,
            right.superior_id,
        )
        for of_act in rights_of_acts
        for right in of_act.rights
    ]
    return Permitted(
        rights=rows,
        person=person,
        leads=sorted(leads),
        never_oneself=sorted(NEVER_ON_ONESELF),
        never_own_proposal=sorted(NEVER_ON_ONES_OWN_PROPOSAL),
        only=[
            (of_act.act, right.branch, key)
            for of_act in rights_of_acts
            for right in of_act.standing_in
            for key in sorted(right.keys)
        ],
    )
