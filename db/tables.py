"""The tables. Closed lists are text with a CHECK; names are Popolo's (body, person, post, membership)."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from db.words import BodyKind, Rank, Seat, Tier
from rules.words import Act as ActWord
from rules.words import ComputedLevel, Level, Stage, SubjectClass, Track

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
metadata = MetaData(naming_convention=NAMES)

SORTED = Text(collation="C")
MOMENT = DateTime(timezone=True)


def _one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Table(SQLModel):
    """What every table shares: the metadata with its names of constraints."""

    metadata: ClassVar[MetaData] = metadata


class PeerGroup(Table, table=True):
    """Nhóm đối tượng tương đồng: inside it the quota holds (QĐ124:Đ12.1.4)."""

    __tablename__ = "peer_group"
    __table_args__ = (_one_of("track", Track),)

    code: str = Field(sa_type=Text, primary_key=True)
    name: str = Field(sa_type=Text)
    track: str = Field(sa_type=Text)


class Body(Table, table=True):
    """An organisation, or the collective that leads one (`leads_code`): two different subjects."""

    __tablename__ = "body"
    __table_args__ = (
        _one_of("tier", Tier),
        _one_of("kind", BodyKind),
        _one_of("subject_class", SubjectClass),
        CheckConstraint("code <> parent_code", name="parent_is_another"),
        CheckConstraint("dissolved_on >= founded_on", name="dates"),
        Index(None, "parent_code", "sort_key", "code"),
    )

    code: str = Field(sa_type=Text, primary_key=True)
    parent_code: str | None = Field(sa_type=Text, foreign_key="body.code")
    leads_code: str | None = Field(sa_type=Text, foreign_key="body.code", index=True)
    tier: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    subject_class: str = Field(sa_type=Text)
    peer_group_code: str | None = Field(sa_type=Text, foreign_key="peer_group.code", index=True)
    name: str = Field(sa_type=Text)
    sort_key: str = Field(sa_type=SORTED)
    search_key: str = Field(sa_type=SORTED, index=True)
    source: str = Field(sa_type=Text)
    founded_on: date | None = None
    dissolved_on: date | None = None


class BodyTree(Table, table=True):
    """Every body below every body, itself at depth 0."""

    __tablename__ = "body_tree"
    __table_args__ = (CheckConstraint("depth >= 0", name="depth"),)

    ancestor_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code", index=True)
    depth: int


class BodyClass(Table, table=True):
    """The classes of the matrix of authority that a body is in."""

    __tablename__ = "body_class"

    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    class_code: str = Field(sa_type=Text, primary_key=True, index=True)


class Post(Table, table=True):
    """A post of a body, with as many seats as people may hold it at once."""

    __tablename__ = "post"
    __table_args__ = (
        _one_of("rank", Rank),
        CheckConstraint("seats > 0", name="seats"),
    )

    code: str = Field(sa_type=Text, primary_key=True)
    body_code: str = Field(sa_type=Text, foreign_key="body.code", index=True)
    rank: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    seats: int
    source: str = Field(sa_type=Text)


class PostClass(Table, table=True):
    """The classes of the matrix of authority that the holder of a post is in."""

    __tablename__ = "post_class"

    post_code: str = Field(sa_type=Text, primary_key=True, foreign_key="post.code")
    class_code: str = Field(sa_type=Text, primary_key=True, index=True)


class PostRole(Table, table=True):
    """The rating authority (word of the matrix) that the holder of a post sits on, and as what."""

    __tablename__ = "post_role"
    __table_args__ = (_one_of("seat", Seat),)

    post_code: str = Field(sa_type=Text, primary_key=True, foreign_key="post.code")
    rater_code: str = Field(sa_type=Text, primary_key=True, index=True)
    seat: str = Field(sa_type=Text)


class BodyPost(Table, table=True):
    """In whose list of memberships a post is shown: its own body's, and those that go with it."""

    __tablename__ = "body_post"

    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    post_code: str = Field(sa_type=Text, primary_key=True, foreign_key="post.code", index=True)


class Rater(Table, table=True):
    """One rating authority at one place: the standing committee of this very district."""

    __tablename__ = "rater"
    __table_args__ = (UniqueConstraint("code", "scope_body_code"),)

    id: str = Field(sa_type=Text, primary_key=True)
    code: str = Field(sa_type=Text)
    section: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    clause: str = Field(sa_type=Text)
    scope_body_code: str = Field(sa_type=Text, foreign_key="body.code", index=True)
    chair_post_code: str | None = Field(sa_type=Text, foreign_key="post.code", index=True)
    compiled_by_body_code: str | None = Field(sa_type=Text, foreign_key="body.code", index=True)


class Person(Table, table=True):
    """A person. `is_invented` marks the people of demonstrations and tests."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "sort_key", "id"),)

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    sort_key: str = Field(sa_type=SORTED)
    search_key: str = Field(sa_type=SORTED, index=True)
    is_invented: bool
    party_admitted_on: date | None = None
    is_civil_servant: bool


class Membership(Table, table=True):
    """A person in a body from one day to another, both included; in a post, or as a cell's member."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("until >= since", name="dates"),
        Index(None, "person_id", "since", "until"),
        Index(None, "body_code", "since", "until"),
        Index(None, "post_code", "since", "until"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    body_code: str = Field(sa_type=Text, foreign_key="body.code")
    post_code: str | None = Field(sa_type=Text, foreign_key="post.code")
    since: date
    until: date | None = None


class Cycle(Table, table=True):
    """One year of rating, under one edition of the rules."""

    __tablename__ = "cycle"
    __table_args__ = (CheckConstraint("closed_on >= opened_on", name="dates"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    edition: str = Field(sa_type=Text)
    opened_on: date
    closed_on: date | None = None


class Appraisal(Table, table=True):
    """The rating of one subject in one year and track, and how far it has come."""

    __tablename__ = "appraisal"
    __table_args__ = (
        _one_of("track", Track),
        _one_of("subject_class", SubjectClass),
        _one_of("stage", Stage),
        _one_of("self_level", Level),
        _one_of("proposed_level", Level),
        _one_of("computed_level", ComputedLevel),
        _one_of("level", Level),
        CheckConstraint("num_nonnulls(body_code, person_id) = 1", name="one_subject"),
        CheckConstraint("(track = 'BODY') = (body_code IS NOT NULL)", name="track_fits"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(stage = 'DECIDED') = (level IS NOT NULL)", name="decided"),
        CheckConstraint(
            "level IS NULL OR num_nulls(decided_on, rater_id, clause) = 0", name="decided_by"
        ),
        UniqueConstraint("year", "track", "body_code"),
        UniqueConstraint("year", "track", "person_id"),
        Index(None, "year", "track", "home_body_code"),
        Index(None, "peer_group_code", "year"),
        Index(None, "rater_id", "year", "stage"),
        Index(None, "changed_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    year: int = Field(foreign_key="cycle.year")
    track: str = Field(sa_type=Text)
    body_code: str | None = Field(sa_type=Text, foreign_key="body.code", index=True)
    person_id: UUID | None = Field(foreign_key="person.id", index=True)
    post_code: str | None = Field(sa_type=Text, foreign_key="post.code", index=True)
    home_body_code: str = Field(sa_type=Text, foreign_key="body.code", index=True)
    subject_class: str = Field(sa_type=Text)
    peer_group_code: str | None = Field(sa_type=Text, foreign_key="peer_group.code")
    stage: str = Field(sa_type=Text)
    version: int
    self_level: str | None = Field(default=None, sa_type=Text)
    proposed_level: str | None = Field(default=None, sa_type=Text)
    computed_level: str | None = Field(default=None, sa_type=Text)
    level: str | None = Field(default=None, sa_type=Text)
    decided_on: date | None = None
    rater_id: str | None = Field(default=None, sa_type=Text, foreign_key="rater.id")
    clause: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    document_number: str | None = Field(default=None, sa_type=Text)
    document_date: date | None = None
    due: date | None = None
    changed_at: datetime = Field(sa_type=MOMENT)
    to_review: bool


class Facts(Table, table=True):
    """One version of a subject's own facts. Append-only: a trigger refuses everything but INSERT."""

    __tablename__ = "facts"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    appraisal_id: UUID = Field(primary_key=True, foreign_key="appraisal.id")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    document: dict[str, Any] = Field(sa_type=JSONB)
    recorded_at: datetime = Field(sa_type=MOMENT)
    recorded_by: UUID | None = Field(foreign_key="person.id", index=True)


class Computation(Table, table=True):
    """What the rules computed last, with the complete facts as judged, so that it can be repeated."""

    __tablename__ = "computation"
    __table_args__ = (
        _one_of("level", ComputedLevel),
        CheckConstraint("(level IS NULL) = (waits_for <> '[]'::jsonb)", name="level_or_waits"),
        ForeignKeyConstraint(
            ["appraisal_id", "facts_version"], ["facts.appraisal_id", "facts.version"]
        ),
    )

    appraisal_id: UUID = Field(primary_key=True)
    facts_version: int
    edition: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_type=JSONB)
    level: str | None = Field(default=None, sa_type=Text)
    waits_for: list[dict[str, Any]] = Field(sa_type=JSONB)
    findings: list[dict[str, Any]] = Field(sa_type=JSONB)
    computed_at: datetime = Field(sa_type=MOMENT)


class Act(Table, table=True):
    """What somebody did. Append-only, without gaps; each row carries the hash of its predecessor."""

    __tablename__ = "act"
    __table_args__ = (
        _one_of("act", ActWord),
        _one_of("level", Level),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint("length(previous_hash) = 32 AND length(hash) = 32", name="hash_length"),
        UniqueConstraint("previous_hash"),
    )

    sequence: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    appraisal_id: UUID | None = Field(foreign_key="appraisal.id", index=True)
    act: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=MOMENT)
    actor_person_id: UUID | None = Field(foreign_key="person.id", index=True)
    actor_post_code: str | None = Field(sa_type=Text, foreign_key="post.code", index=True)
    on_behalf_rater_id: str | None = Field(sa_type=Text, foreign_key="rater.id", index=True)
    level: str | None = Field(default=None, sa_type=Text)
    clause: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    payload: dict[str, Any] = Field(sa_type=JSONB)
    previous_hash: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class Tally(Table, table=True):
    """How many of each level stand in the whole subtree of a body, itself included."""

    __tablename__ = "tally"
    __table_args__ = (
        _one_of("track", Track),
        CheckConstraint(
            "excellent + good + completed + not_completed + not_rated = total", name="total"
        ),
    )

    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    year: int = Field(primary_key=True, foreign_key="cycle.year", index=True)
    track: str = Field(sa_type=Text, primary_key=True)
    excellent: int
    good: int
    completed: int
    not_completed: int
    not_rated: int
    total: int


class Quota(Table, table=True):
    """The counters of one peer group in one year; the CHECK is the database's own last word."""

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("over_quota OR 5 * excellent <= base", name="holds"),
        CheckConstraint(
            "least(excellent, good, completed, not_completed, not_rated) >= 0", name="counts"
        ),
    )

    peer_group_code: str = Field(sa_type=Text, primary_key=True, foreign_key="peer_group.code")
    year: int = Field(primary_key=True, foreign_key="cycle.year", index=True)
    excellent: int
    good: int
    completed: int
    not_completed: int
    not_rated: int
    base: int
    over_quota: bool


class Deployment(Table, table=True):
    """What this deployment is: the hash of its catalogue, the revision of its policy and so on."""

    __tablename__ = "deployment"

    key: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)
