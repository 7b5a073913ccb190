"""Finds the rater that is competent for an act on a subject: the matrix (authz) joined with the registry (db)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.competence import competence_for
from authz.decision import Decision
from authz.policy_file import Policy, PolicyRow
from db.repositories import rater as raters
from db.repositories.subject import Holding, Subject
from rules.authority import CLASSES, DIRECT_SUPERIOR, OTHER_MEMBER, RATERS
from rules.enums import Act

OF_THE_DIRECT_SUPERIOR = "QĐ124:Đ13.3"

Place = Mapping[str, Any]
"""A rater at its place: a row of `rater`, or a word of the matrix that has no place."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """A row that would grant the act, but is overruled by another row."""

    rater: Place
    clause: str


@dataclass(frozen=True, slots=True)
class RaterCompetence:
    """The rater that is competent for one act on one subject, and the clause; `rater` None: no rater is.

    `remark` is a clause that every such act carries: the guide lets the Provincial Standing Committee
    rate itself, where QĐ124:Đ13.3 gives the decision to the direct superior.
    """

    act: Act
    rater: Place | None
    clause: str | None
    overruled: tuple[Overruled, ...]
    remark: str | None = None


async def all_places(connection: AsyncConnection) -> "Places":
    """Every rater at its place."""
    return Places(await raters.all_raters(connection))


async def places_of(connection: AsyncConnection, subjects: Iterable[Subject]) -> "Places":
    """The raters whose places hold one of the subjects, and those directly above one: all that `competence` needs."""
    subjects = list(subjects)
    bodies = {body for subject in subjects for held in subject.holdings for body in held.within}
    superiors = {rater for subject in subjects for rater in subject.superiors}
    return Places(await raters.raters_at(connection, sorted(bodies), sorted(superiors)))


def competence(policy: Policy, places: "Places", act: Act, subject: Subject) -> RaterCompetence:
    """The rater that is competent for the act on the subject, its place, and the clause."""
    verdict = competence_for(policy, act, subject.classes)
    clause = verdict.row.clause if verdict.row else None
    return RaterCompetence(
        act=act,
        rater=_place(places, verdict.row, subject) if verdict.granted and verdict.row else None,
        clause=clause,
        overruled=tuple(
            Overruled(_place(places, row, subject), row.clause) for row in verdict.overruled
        ),
        remark=remark_on(verdict.row),
    )


def remark_on(row: PolicyRow | None) -> str | None:
    """The clause that a decision by this row carries as a remark, if a rater is its own subject."""
    return OF_THE_DIRECT_SUPERIOR if row is not None and row.rater == row.cls else None


def remark_on_decision(decision: Decision) -> str | None:
    """The same for a decision; if a member stands in for the chair, by the role on the subject."""
    row, role = decision.row, decision.role
    if row is not None and row.rater == OTHER_MEMBER and role is not None:
        return OF_THE_DIRECT_SUPERIOR if role.rater in role.own else None
    return remark_on(row)


class Places:
    """The raters at their places, by the word of the matrix and the bodies that a subject is within."""

    def __init__(self, rows: Sequence[Place]) -> None:
        self.rows = rows
        self.by_id = {row["id"]: row for row in rows}
        self.numbers: dict[tuple[str, str], int] = {}
        for number, row in enumerate(rows):
            for place in row["places"]:
                self.numbers.setdefault((row["code"], place), number)

    def find(self, rater: str, within: frozenset[str]) -> Place | None:
        """The rater of this word whose place contains one of the bodies."""
        matches = [self.numbers[rater, body] for body in within if (rater, body) in self.numbers]
        return self.rows[min(matches)] if matches else None


def _place(places: Places, row: PolicyRow, subject: Subject) -> Place:
    """The rater of a row, at the place that contains the subject by the class of the row."""
    if row.rater == DIRECT_SUPERIOR and subject.superiors:
        return places.by_id[min(subject.superiors)]
    rater = places.find(row.rater, _within(subject.holdings, row.rater))
    if rater is not None:
        return rater
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
    """The bodies that the subject is within, by the holdings that the section of this rater covers."""
    section = RATERS[rater].section
    covered = [
        holding.within
        for holding in holdings
        if any(CLASSES[word].section == section for word in holding.classes)
    ]
    return frozenset().union(*(covered or [holding.within for holding in holdings]))
