"""Finds an officer who may do an act to a subject on a day, by the service's own authorization."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from authz.role import Seat
from db.repositories import person as persons
from db.repositories.appraisal import Appraisal
from db.repositories.subject import Subject
from resolvers.authorization.actor import Actor, actors_of, permission
from resolvers.authorization.subject import find
from resolvers.clock import VIETNAM
from resolvers.commands.base import subject_key
from resolvers.commands.unit_of_work import UnitOfWork
from resolvers.queries.authority import Places, all_places, competence
from rules.enums import Act

SEATS_PREPARING_FIRST = (Seat.COMPILING, Seat.MEMBER, Seat.DELEGATE, Seat.CHAIR)
"""Compiling officers before deciding ones, so that two persons handle each rating (HD01:6.2)."""
ACTS_OF_THE_SUBJECT = frozenset({Act.SELF_RATE, Act.APPEAL})


@dataclass(frozen=True, slots=True)
class Officers:
    """The actors of a day: everyone who holds a post or belongs to a cell."""

    connection: AsyncConnection
    policy: Policy
    day: date
    places: Places
    actors: Mapping[UUID, Actor]
    on_rater: Mapping[str, Sequence[Actor]]
    leading: Mapping[str, Sequence[Actor]]

    @classmethod
    async def of_day(cls, connection: AsyncConnection, policy: Policy, day: date) -> "Officers":
        memberships = await persons.memberships(connection, day, day)
        person_ids = list(dict.fromkeys(membership.person_id for membership in memberships))
        actors = await actors_of(connection, person_ids, day)
        places = await all_places(connection)
        return cls(
            connection,
            policy,
            day,
            places,
            actors,
            _actors_by_rater(actors),
            _actors_by_led_body(actors),
        )

    def first_officer(self, act: Act, subject: Subject) -> Actor | None:
        """The first officer who may do the act to the subject, or None."""
        for actor in self._candidates(act, subject):
            if permission(self.policy, actor, act, subject).decision.allowed:
                return actor
        return None

    def _candidates(self, act: Act, subject: Subject) -> Iterator[Actor]:
        if act in ACTS_OF_THE_SUBJECT:
            if isinstance(subject.key, UUID):
                yield self.actors[subject.key]
            else:
                yield from self.leading.get(subject.key, ())
            return
        rater = competence(self.policy, self.places, act, subject).rater
        yield from self.on_rater.get(rater["id"], ()) if rater else ()

    async def first_officers(
        self, act: Act, of_year: Sequence[Appraisal]
    ) -> list[tuple[Appraisal, Actor | None]]:
        """Each of these appraisals of one year with its `first_officer`."""
        return [
            (appraisal, self.first_officer(act, subject))
            for appraisal, subject in await self._subjects(of_year)
        ]

    async def with_authority(self, act: Act, of_year: Sequence[Appraisal]) -> list[Appraisal]:
        """The appraisals, all of one year, for which a rater of the province has the act."""
        sections = await self.sections(act, of_year)
        return [appraisal for appraisal in of_year if appraisal.id in sections]

    async def sections(self, act: Act, of_year: Sequence[Appraisal]) -> dict[UUID, str]:
        """The section that gives a rater of the province the act, by appraisal; without those that have none."""
        sections = {}
        for appraisal, subject in await self._subjects(of_year):
            rater = competence(self.policy, self.places, act, subject).rater
            if rater is not None and rater["id"] in self.places.by_id:
                sections[appraisal.id] = str(rater["section"])
        return sections

    async def _subjects(self, of_year: Sequence[Appraisal]) -> list[tuple[Appraisal, Subject]]:
        if not of_year:
            return []
        pairs = []
        subjects = await find(
            self.connection, [subject_key(appraisal) for appraisal in of_year], of_year[0].year
        )
        for appraisal, subject in zip(of_year, subjects, strict=True):
            assert isinstance(subject, Subject)  # noqa: S101 -- the appraisal refers to it
            pairs.append((appraisal, subject))
        return pairs

    def unit_of_work(self, actor: Actor, hour: int) -> UnitOfWork:
        """A unit of work of the actor at an hour of the day."""
        return UnitOfWork(self.connection, self.policy, actor, self.at(hour))

    def at(self, hour: int) -> datetime:
        return datetime.combine(self.day, time(hour), VIETNAM)


def _actors_by_rater(actors: Mapping[UUID, Actor]) -> dict[str, list[Actor]]:
    by_rater: dict[str, dict[UUID, Actor]] = defaultdict(dict)
    for person, actor in actors.items():
        for role in actor.roles:
            by_rater[role.rater_id][person] = actor
    return {
        rater: sorted(actors_of_rater.values(), key=lambda actor: _place(actor, rater))
        for rater, actors_of_rater in by_rater.items()
    }


def _place(actor: Actor, rater: str) -> tuple[int, str, str]:
    """A sort key: an actor with a deciding seat comes last, whatever other seats the actor has."""
    seats = [(role.seat, source) for role, source in actor.roles.items() if role.rater_id == rater]
    last = max(SEATS_PREPARING_FIRST.index(seat) for seat, _ in seats)
    return last, min(source.post_code for _, source in seats), str(actor.person)


def _actors_by_led_body(actors: Mapping[UUID, Actor]) -> dict[str, list[Actor]]:
    by_body: dict[str, list[Actor]] = defaultdict(list)
    for actor in sorted(actors.values(), key=lambda actor: str(actor.person)):
        for body in actor.leads:
            by_body[body].append(actor)
    return by_body
