"""Bodies, posts, persons, memberships: Popolo's nouns."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from db.enums import BodyKind, Rank, Tier
from db.tables.base import SORTED, WORDS_OF_NAME, Table, one_of
from rules.enums import SubjectClass, Track


class PeerGroup(Table, table=True):
    """Nhóm đối tượng tương đồng: inside it the quota holds (QĐ124:Đ12.1.4)."""

    __tablename__ = "peer_group"
    __table_args__ = (one_of("track", Track),)

    code: str = Field(sa_type=Text, primary_key=True)
    name: str = Field(sa_type=Text)
    track: str = Field(sa_type=Text)


class Body(Table, table=True):
    """An organisation, or the collective that leads one (`leads_code`): two different subjects."""

    __tablename__ = "body"
    __table_args__ = (
        one_of("tier", Tier),
        one_of("kind", BodyKind),
        one_of("subject_class", SubjectClass),
        CheckConstraint("code <> parent_code", name="parent_is_another"),
        CheckConstraint("dissolved_on >= founded_on", name="dates"),
        CheckConstraint(
            "succeeded_by IS NULL OR dissolved_on IS NOT NULL AND succeeded_by <> code",
            name="successor",
        ),
        Index(None, "parent_code", "sort_key", "code"),
        Index("ix_body_words", WORDS_OF_NAME, postgresql_using="gin"),
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
    search_key: str = Field(sa_type=SORTED)
    source: str = Field(sa_type=Text)
    founded_on: date | None = None
    dissolved_on: date | None = None
    succeeded_by: str | None = Field(
        default=None, sa_type=Text, foreign_key="body.code", index=True
    )


class BodyTree(Table, table=True):
    """Pairs of a body and an ancestor, with their distance; each body is its own ancestor at depth 0."""

    __tablename__ = "body_tree"
    __table_args__ = (CheckConstraint("depth >= 0", name="depth"),)

    ancestor_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code", index=True)
    depth: int


class Post(Table, table=True):
    """A post of a body; `seats` is the number of persons who may hold it at the same time."""

    __tablename__ = "post"
    __table_args__ = (
        one_of("rank", Rank),
        CheckConstraint("seats > 0", name="seats"),
    )

    code: str = Field(sa_type=Text, primary_key=True)
    body_code: str = Field(sa_type=Text, foreign_key="body.code", index=True)
    rank: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    seats: int
    source: str = Field(sa_type=Text)


class BodyPost(Table, table=True):
    """The bodies in whose list of memberships a post is shown: its own body, and related ones."""

    __tablename__ = "body_post"

    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    post_code: str = Field(sa_type=Text, primary_key=True, foreign_key="post.code", index=True)


class Person(Table, table=True):
    """A person. `is_invented` marks the people of demonstrations and tests."""

    __tablename__ = "person"
    __table_args__ = (
        Index(None, "sort_key", "id"),
        Index("ix_person_words", WORDS_OF_NAME, postgresql_using="gin"),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    sort_key: str = Field(sa_type=SORTED)
    search_key: str = Field(sa_type=SORTED)
    is_invented: bool
    party_admitted_on: date | None = None
    is_civil_servant: bool


class Membership(Table, table=True):
    """The membership of a person in a body, in a post or as a cell's member; both days are included.

    `transferred`: left by a transfer before the rating, so it gives no class in the year it ended in.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("until >= since", name="dates"),
        CheckConstraint("NOT transferred OR until IS NOT NULL", name="transferred"),
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
    transferred: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class Deployment(Table, table=True):
    """Properties of the deployment: the hash of its catalogue, the revision of its policy and others."""

    __tablename__ = "deployment"

    key: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)
