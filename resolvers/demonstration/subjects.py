"""The appraisals of one year: of every body, every official, every member who is not left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from db.appraisals import Appraisal
from db.bodies import Body, Post
from resolvers.demonstration.cells import Cells
from resolvers.demonstration.facts import Described
from resolvers.demonstration.people import People, identifier
from rules import calendar
from rules.editions import Edition
from rules.facts import Flag
from rules.kinds import BodyKind, Rank
from rules.kinds import Tier as TierWord
from rules.peer_groups import (
    group_of_led_body,
    peer_group_of_party_member,
    peer_group_of_person,
)
from rules.words import Stage, SubjectClass, Track

OPENED_AT = datetime(2023, 11, 21, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that is known before a year is rated."""

    bodies: Mapping[str, Body]
    posts: Mapping[str, Post]
    people: People
    cells: Cells

    def group_of(self, body: Body) -> str | None:
        """The peer group of an organisation: that of the collectives that lead it, or its own."""
        if body.peer_group_code:
            return body.peer_group_code
        leaders = [
            (BodyKind(one.kind), one.peer_group_code)
            for one in self.bodies.values()
            if one.leads_code == body.code
        ]
        return group_of_led_body(leaders)


@dataclass(frozen=True, slots=True)
class Opened:
    """An appraisal that was opened, and the subject as its facts need it."""

    appraisal: Appraisal
    described: Described


def opened(registry: Registry, year: int, edition: Edition) -> Iterator[Opened]:
    for body in registry.bodies.values():
        yield _of_body(body, year, edition)
    for person, code in registry.people.main.items():
        yield _of_official(registry, person, registry.posts[code], year, edition)
    for person, cell in registry.cells.home.items():
        if person not in registry.cells.left_out:
            yield _of_member(registry, person, registry.bodies[cell], year, edition)


def _of_body(body: Body, year: int, edition: Edition) -> Opened:
    flags: tuple[Flag, ...] = ()
    if body.kind == "PARTY_CELL":
        flags = (Flag.CELL,)
    elif body.kind == "PARTY_ORGANISATION":
        flags = (Flag.PARTY_COMMITTEE,)
    subject_class = SubjectClass(body.subject_class)
    appraisal = Appraisal(
        id=identifier("appraisal", year, Track.BODY, body.code),
        year=year,
        track=Track.BODY,
        body_code=body.code,
        person_id=None,
        post_code=None,
        home_body_code=body.code,
        subject_class=subject_class,
        peer_group_code=body.peer_group_code,
        stage=Stage.NOT_STARTED,
        version=1,
        due=_due(body, year, edition),
        changed_at=OPENED_AT,
    )
    return Opened(appraisal, Described(body.code, subject_class, Track.BODY, flags))


def _of_official(
    registry: Registry, person: UUID, post: Post, year: int, edition: Edition
) -> Opened:
    body = registry.bodies[post.body_code]
    rank = Rank(post.rank)
    is_committee = body.kind == "STANDING_COMMITTEE" and body.tier == "DISTRICT"
    flags = [Flag.PARTY_MEMBER]
    if rank is Rank.HEAD:
        flags.append(Flag.HEAD)
    if rank in {Rank.SECRETARY, Rank.DEPUTY_SECRETARY}:
        flags.append(Flag.SECRETARY)
    appraisal = Appraisal(
        id=identifier("appraisal", year, Track.OFFICIAL, person),
        year=year,
        track=Track.OFFICIAL,
        body_code=None,
        person_id=person,
        post_code=post.code,
        home_body_code=body.code,
        subject_class=SubjectClass.LEADER,
        peer_group_code=peer_group_of_person(
            rank,
            registry.group_of(body),
            standing_committee_of=body.leads_code if is_committee else None,
        ),
        stage=Stage.NOT_STARTED,
        version=1,
        due=_due(body, year, edition),
        changed_at=OPENED_AT,
    )
    key = _key(person, post)
    return Opened(appraisal, Described(key, SubjectClass.LEADER, Track.OFFICIAL, tuple(flags)))


def _of_member(registry: Registry, person: UUID, cell: Body, year: int, edition: Edition) -> Opened:
    is_official = person in registry.people.main
    flags: tuple[Flag, ...] = (Flag.PARTY_MEMBER, Flag.CIVIL_SERVANT)
    if not is_official and not _is_civil_servant(registry, person):
        flags = (Flag.PARTY_MEMBER,)
    appraisal = Appraisal(
        id=identifier("appraisal", year, Track.PARTY_MEMBER, person),
        year=year,
        track=Track.PARTY_MEMBER,
        body_code=None,
        person_id=person,
        post_code=None,
        home_body_code=cell.code,
        subject_class=SubjectClass.PERSON,
        peer_group_code=peer_group_of_party_member(cell.code),
        stage=Stage.NOT_STARTED,
        version=1,
        due=_due(cell, year, edition),
        changed_at=OPENED_AT,
    )
    described = Described(str(person), SubjectClass.PERSON, Track.PARTY_MEMBER, flags)
    return Opened(appraisal, described)


def _is_civil_servant(registry: Registry, person: UUID) -> bool:
    return any(one.id == person and one.is_civil_servant for one in registry.cells.persons)


def _key(person: UUID, post: Post) -> str:
    """`ht.so-cong-thuong.pho#0`: the seat that the official was made for, for stories to name."""
    for number in range(post.seats):
        if identifier("person", f"{post.code}#{number}") == person:
            return f"{post.code}#{number}"
    return str(person)


def _due(body: Body, year: int, edition: Edition) -> date:
    """The last day in time (HD01:8.1). A year before the first edition had the same dates."""
    tier, kind = TierWord(body.tier), BodyKind(body.kind)
    return calendar.due_of_body(tier, kind, year, edition).last_day
