"""Compliance: the workload of each rating office, its delays, and the offices that it waits for (QĐ124:Đ14.2)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from authz.right import Right, SubjectRelation, rights
from authz.role import Role, Seat
from db.repositories import compliance as rows
from db.repositories.authorization_filter import Permitted, PermittedRight
from db.repositories.authorization_part import CLASSES_OF_MEMBERS
from db.repositories.compliance import Offices
from db.repositories.subject import Subject
from db.vietnamese import sort_key
from resolvers.authorization.subject import SubjectKey, find
from resolvers.errors import Problem
from resolvers.queries.authority import Place, Places, competence
from resolvers.queries.precedence import others_first, standings
from rules.enums import Act, Track
from rules.procedure.precedence import EarlierSubject, Reason

HERE = "here"
"""Placeholder for the place of a rater in the rights of its word, until they are those of one rater."""

OF_A_SEAT = frozenset({SubjectRelation.IN_PLACE, SubjectRelation.SUBORDINATE})


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """The number of undecided appraisals of an office that wait for other offices, and these offices."""

    appraisals: int
    offices: tuple[Place, ...]


TRACK_OF_PERSON = {
    Reason.HEAD_NOT_REVIEWED: Track.OFFICIAL,
    Reason.DEPUTIES_NOT_REVIEWED: Track.OFFICIAL,
    Reason.CELL_NOT_REVIEWED: Track.PARTY_MEMBER,
}
"""The reasons that name persons, and their track; the other reasons name bodies, or a group of bodies."""


def offices_of(policy: Policy, raters: Sequence[Place]) -> Offices:
    """The rights of the chairs of these raters to rate, by the rows of the policy; each rater has its own branches."""
    office_rights: list[PermittedRight] = []
    owners: list[Place] = []
    of_word: dict[str, list[Right]] = {}
    for rater in raters:
        word = rater["code"]
        if word not in of_word:
            of_word[word] = _rights_of_word(policy, word)
        numbers: dict[int, int] = {}
        for right in of_word[word]:
            if right.branch not in numbers:
                numbers[right.branch] = len(owners)
                owners.append(rater)
            office_rights += _rights_of_rater(right, numbers[right.branch], rater)
    return Offices(
        Permitted(office_rights),
        raters=[rater["id"] for rater in owners],
        sort_keys=[sort_key(rater["name"]) for rater in owners],
    )


def _rights_of_word(policy: Policy, word: str) -> list[Right]:
    """The rights of the chair of a rater; made once per word, as thousands of cells have the same rows."""
    chair = Role(word, HERE, Seat.CHAIR, frozenset({HERE}))
    return [
        right for right in rights(policy, Act.RATE, [chair]).rights if right.relation in OF_A_SEAT
    ]


def _rights_of_rater(right: Right, branch: int, rater: Place) -> Iterator[PermittedRight]:
    for place in [None] if right.place is None else rater["places"]:
        yield PermittedRight(
            Act.RATE, branch, right.allows, right.relation, right.cls, place, rater["id"]
        )


async def waiting(
    connection: AsyncConnection,
    policy: Policy,
    places: Places,
    offices: Sequence[Place],
    year: int,
) -> Mapping[str, WaitingCount]:
    """The undecided work of these offices that waits for other offices, by the id of the office.

    An office that waits for its own decision does not wait for another office. An office that rates party members
    alone never waits.
    """
    raters = [one for one in offices if _rates_more_than_members(policy, one)]
    mine: dict[str, list[UUID]] = defaultdict(list)
    if raters:
        for rater, appraisal in await rows.undecided(connection, offices_of(policy, raters), year):
            mine[rater].append(appraisal)
    standing_of = await standings(connection, sorted({one for ids in mine.values() for one in ids}))
    first = {appraisal: others_first(standing) for appraisal, standing in standing_of.items()}
    everybody = {one for earlier in first.values() for one in earlier}
    office_of = await _offices(connection, policy, places, everybody, year)
    return {one["id"]: _waiting(one, mine[one["id"]], first, office_of, places) for one in offices}


def _rates_more_than_members(policy: Policy, rater: Place) -> bool:
    return any(
        right.allows and right.cls not in CLASSES_OF_MEMBERS
        for right in _rights_of_word(policy, rater["code"])
    )


def _waiting(
    office: Place,
    mine: Sequence[UUID],
    first: Mapping[UUID, Sequence[EarlierSubject]],
    office_of: Mapping[EarlierSubject, frozenset[str]],
    places: Places,
) -> WaitingCount:
    others = [
        frozenset().union(*(office_of[one] for one in first[appraisal])) - {office["id"]}
        for appraisal in mine
    ]
    named = sorted(
        (places.by_id[one] for one in frozenset().union(*others)),
        key=lambda one: (sort_key(one["name"]), one["id"]),
    )
    return WaitingCount(sum(1 for one in others if one), tuple(named))


async def _offices(
    connection: AsyncConnection,
    policy: Policy,
    places: Places,
    waited_for: Collection[EarlierSubject],
    year: int,
) -> Mapping[EarlierSubject, frozenset[str]]:
    """The offices that can end each wait: those that rate the earlier subject, or the bodies of the group."""
    groups = {
        earlier.subject for earlier in waited_for if earlier.reason is Reason.QUOTA_NOT_SETTLED
    }
    bodies: dict[str, list[SubjectKey]] = defaultdict(list)
    for group, body in await rows.undecided_of_groups(connection, groups, year):
        bodies[group].append(SubjectKey(body=body))
    keys = {earlier: _keys(earlier, bodies) for earlier in waited_for}
    every_key = sorted({key for some in keys.values() for key in some}, key=repr)
    subjects = await find(connection, every_key, year)
    of_key = {
        key: _office(policy, places, subject)
        for key, subject in zip(every_key, subjects, strict=True)
        if not isinstance(subject, Problem)
    }
    return {
        earlier: frozenset().union(*(of_key[key] for key in some)) for earlier, some in keys.items()
    }


def _keys(earlier: EarlierSubject, bodies: Mapping[str, list[SubjectKey]]) -> list[SubjectKey]:
    if earlier.reason is Reason.QUOTA_NOT_SETTLED:
        return bodies.get(earlier.subject, [])
    track = TRACK_OF_PERSON.get(earlier.reason)
    if track is None:
        return [SubjectKey(body=earlier.subject)]
    return [SubjectKey(person=UUID(earlier.subject), track=track)]


def _office(policy: Policy, places: Places, subject: Subject) -> frozenset[str]:
    """The office that rates the subject; for a subject that the province only appraises, that office (HD01:6.1:+)."""
    for act in (Act.RATE, Act.APPRAISE):
        rater = competence(policy, places, act, subject).rater
        if rater is not None and rater["id"] in places.by_id:
            return frozenset({rater["id"]})
    return frozenset()
