"""Makes the appraisals of one year: every body, every official, every member not left out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.repositories.appraisal import Appraisal
from db.repositories.body import Body, Post
from db.repositories.year_opening import OpeningEntry
from demo.cell import Cells
from demo.facts import Described
from demo.person import People, identifier
from resolvers.queries.entry import Entries, flags_of_body, flags_of_member, flags_of_official
from rules.editions.lookup import Edition
from rules.enums import Stage, SubjectClass, Track
from rules.facts.facts import Flag

OPENED_AT = datetime(2023, 11, 21, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Registry:
    """The data known before a year is rated; `classes` are those of the bodies."""

    bodies: Mapping[str, Body]
    classes: Mapping[str, Sequence[str]]
    posts: Mapping[str, Post]
    people: People
    cells: Cells


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened appraisal, with the attributes that its facts depend on."""

    appraisal: Appraisal
    described: Described


def opened_appraisals(registry: Registry, year: int, edition: Edition) -> Iterator[Opened]:
    entries = entries_of(registry, year, edition)
    for body in registry.bodies.values():
        yield _of_body(body, entries)
    secondary = _secondary_posts(registry)
    for person, code in registry.people.main.items():
        yield _of_official(person, [registry.posts[code], *secondary[person]], entries)
    servants = {member.id for member in registry.cells.persons if member.is_civil_servant}
    servants.update(registry.people.main)
    for person, cell in registry.cells.home.items():
        if person not in registry.cells.left_out:
            flags = flags_of_member(is_civil_servant=person in servants)
            yield _of_member(person, registry.bodies[cell], entries, flags)


def entries_of(registry: Registry, year: int, edition: Edition) -> Entries:
    return Entries.among(registry.bodies, year, edition, registry.classes)


def _secondary_posts(registry: Registry) -> Mapping[UUID, list[Post]]:
    """The posts that each official holds beside the main one."""
    held = defaultdict(list)
    for membership in registry.people.memberships:
        code = membership.post_code
        if code is not None and code != registry.people.main[membership.person_id]:
            held[membership.person_id].append(registry.posts[code])
    return held


def _of_body(body: Body, entries: Entries) -> Opened:
    flags = flags_of_body(body.kind)
    appraisal = _appraisal(entries.of_body(body), entries.year, Track.BODY, None)
    described = Described(body.code, SubjectClass(body.subject_class), Track.BODY, flags)
    return Opened(appraisal, described)


def _of_official(person: UUID, held: Sequence[Post], entries: Entries) -> Opened:
    """The appraisal of an official, by the main post: the first of `held`."""
    post = held[0]
    flags = flags_of_official(post.rank)
    appraisal = _appraisal(entries.of_official(held), entries.year, Track.OFFICIAL, person)
    key = _key(person, post)
    return Opened(appraisal, Described(key, SubjectClass.LEADER, Track.OFFICIAL, flags))


def _of_member(person: UUID, cell: Body, entries: Entries, flags: tuple[Flag, ...]) -> Opened:
    appraisal = _appraisal(entries.of_cell(cell), entries.year, Track.PARTY_MEMBER, person)
    described = Described(str(person), SubjectClass.PERSON, Track.PARTY_MEMBER, flags)
    return Opened(appraisal, described)


def _appraisal(entry: OpeningEntry, year: int, track: Track, person: UUID | None) -> Appraisal:
    """An appraisal like that of an opened year, but with a deterministic id."""
    return Appraisal(
        id=identifier("appraisal", year, track, person or entry.code),
        year=year,
        track=track,
        body_code=entry.code if track is Track.BODY else None,
        person_id=person,
        post_code=entry.code if track is Track.OFFICIAL else None,
        home_body_code=entry.home_body_code,
        subject_class=entry.subject_class,
        peer_group_code=entry.peer_group_code,
        stage=Stage.NOT_STARTED,
        version=1,
        due=entry.due,
        changed_at=OPENED_AT,
    )


def _key(person: UUID, post: Post) -> str:
    """`ht.so-cong-thuong.pho#0`: the main seat of the official, by which stories name it."""
    for number in range(post.seats):
        if identifier("person", f"{post.code}#{number}") == person:
            return f"{post.code}#{number}"
    return str(person)
