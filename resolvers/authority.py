"""Who may do what to whom: the matrix (authz) met with the posts and places of the registry (db)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.decisions import Decision, Request, RoleOnSubject, Seat, competent, decide
from authz.reading import Policy, Row
from db import raters
from db.raters import Role
from db.subjects import Holding, Subject
from rules.authority import CLASSES, RATERS
from rules.words import Act

Place = Mapping[str, Any]
"""A rater at its place: a row of `rater`, or a word of the matrix that has no place."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """A row that would have given the act, had another not outweighed it."""

    rater: Place
    clause: str


@dataclass(frozen=True, slots=True)
class Competence:
    """Who has one act over one subject, by which clause; nobody where `rater` is None."""

    act: Act
    rater: Place | None
    clause: str | None
    overruled: tuple[Overruled, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether one person may do one act to one subject, through which post, or what is missing."""

    decision: Decision
    post_code: str | None


async def competences(
    connection: AsyncConnection, policy: Policy, subjects: Sequence[Subject]
) -> list[list[Competence]]:
    """Every act over every subject, in the order of the acts and of the subjects."""
    places = await raters.all_raters(connection)
    return [[competence(policy, places, act, subject) for act in Act] for subject in subjects]


def competence(policy: Policy, places: Sequence[Place], act: Act, subject: Subject) -> Competence:
    found = competent(policy, act, subject.classes)
    clause = found.row.clause if found.row else None
    return Competence(
        act=act,
        rater=_place(places, found.row, subject) if found.granted and found.row else None,
        clause=clause,
        overruled=tuple(
            Overruled(_place(places, row, subject), row.clause) for row in found.overruled
        ),
    )


def _place(places: Sequence[Place], row: Row, subject: Subject) -> Place:
    """The rater of a row, at the place that the subject's own class is within."""
    within = _within(subject.holdings, row.rater)
    for place in places:
        if place["code"] == row.rater and place["scope_body_code"] in within:
            return place
    word = RATERS[row.rater]
    return {
        "id": word.code,
        "code": word.code,
        "section": word.section,
        "name": word.name,
        "clause": row.clause,
        "chair_post_code": None,
        "compiled_by_body_code": None,
    }


def _within(holdings: Sequence[Holding], rater: str) -> frozenset[str]:
    """The bodies that the subject is within by the holdings that this rater's section covers."""
    section = RATERS[rater].section
    covered = [
        holding.within
        for holding in holdings
        if any(CLASSES[word].section == section for word in holding.classes)
    ]
    return frozenset().union(*(covered or [holding.within for holding in holdings]))


async def permissions(
    connection: AsyncConnection,
    policy: Policy,
    person: UUID | None,
    day: date,
    asked: Sequence[tuple[Act, Subject]],
) -> list[Permission]:
    """What one person may do on a day, by the posts held on it; a service account holds none."""
    held = await raters.roles(connection, person, day) if person else []
    return [_permission(policy, person, held, act, subject) for act, subject in asked]


def _permission(
    policy: Policy, person: UUID | None, held: Sequence[Role], act: Act, subject: Subject
) -> Permission:
    roles = {
        RoleOnSubject(
            rater=role.rater_code,
            seat=Seat(role.seat),
            in_scope=role.scope_body_code in _within(subject.holdings, role.rater_code),
        ): role.post_code
        for role in held
    }
    request = Request(
        act=act,
        classes=subject.classes,
        roles=frozenset(roles),
        is_self=subject.key == person,
    )
    decision = decide(policy, request)
    through = roles.get(decision.role) if decision.role else None
    return Permission(decision, through)
