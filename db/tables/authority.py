"""Raters, classes and roles of the matrix, delegations, and the revisions of the policy."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from db.enums import StoredSeat
from db.tables.base import MOMENT, WORDS, Table, one_of


class BodyClass(Table, table=True):
    """The classes of the matrix of authority that a body is in."""

    __tablename__ = "body_class"

    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    class_code: str = Field(sa_type=Text, primary_key=True, index=True)


class PostClass(Table, table=True):
    """The classes of the matrix of authority that the holder of a post is in."""

    __tablename__ = "post_class"

    post_code: str = Field(sa_type=Text, primary_key=True, foreign_key="post.code")
    class_code: str = Field(sa_type=Text, primary_key=True, index=True)


class MemberClass(Table, table=True):
    """The classes of the matrix of authority that the members of a cell are in."""

    __tablename__ = "member_class"

    body_code: str = Field(sa_type=Text, primary_key=True, foreign_key="body.code")
    class_code: str = Field(sa_type=Text, primary_key=True, index=True)


class PostRole(Table, table=True):
    """The rating authority (word of the matrix) in which the holder of a post has a seat, and its role."""

    __tablename__ = "post_role"
    __table_args__ = (one_of("seat", StoredSeat),)

    post_code: str = Field(sa_type=Text, primary_key=True, foreign_key="post.code")
    rater_code: str = Field(sa_type=Text, primary_key=True, index=True)
    seat: str = Field(sa_type=Text)


class Rater(Table, table=True):
    """One rating authority at one place, for instance the standing committee of a district."""

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


class Delegation(Table, table=True):
    """The acts that a rater delegates to the holder of a post, for a period.

    `bodies` empty: everywhere in the rater's place. Both days are included; `withdrawn_on` is the first day
    on which it is no longer in force.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("until >= since", name="dates"),
        CheckConstraint("cardinality(acts) > 0", name="acts"),
        CheckConstraint("cardinality(classes) > 0", name="classes"),
        CheckConstraint(
            "num_nulls(withdrawn_on, withdrawn_by, withdrawal_number, withdrawal_date) IN (0, 4)",
            name="withdrawal",
        ),
    )

    id: UUID = Field(primary_key=True)
    rater_id: str = Field(sa_type=Text, foreign_key="rater.id", index=True)
    post_code: str = Field(sa_type=Text, foreign_key="post.code", index=True)
    acts: list[str] = Field(sa_type=WORDS)
    classes: list[str] = Field(sa_type=WORDS)
    bodies: list[str] = Field(sa_type=WORDS)
    since: date
    until: date
    document_number: str = Field(sa_type=Text)
    document_date: date
    recorded_by: UUID = Field(foreign_key="person.id", index=True)
    recorded_at: datetime = Field(sa_type=MOMENT)
    withdrawn_on: date | None = None
    withdrawn_by: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    withdrawal_number: str | None = Field(default=None, sa_type=Text)
    withdrawal_date: date | None = None


class PolicyRevision(Table, table=True):
    """The content of one revision of the matrix, named by its hash. Append-only."""

    __tablename__ = "policy"

    revision: str = Field(sa_type=Text, primary_key=True)
    content: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=MOMENT)


class PolicyActivation(Table, table=True):
    """The start of force of a revision; the last one is active. Append-only, without gaps."""

    __tablename__ = "policy_activation"
    __table_args__ = (CheckConstraint("sequence > 0", name="sequence"),)

    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: str = Field(sa_type=Text, foreign_key="policy.revision", index=True)
    activated_at: datetime = Field(sa_type=MOMENT)


class PolicySignature(Table, table=True):
    """The signature of an officer: a revision shall follow the activation `follows`. Append-only."""

    __tablename__ = "policy_signature"

    revision: str = Field(sa_type=Text, primary_key=True, foreign_key="policy.revision")
    follows: int = Field(primary_key=True, foreign_key="policy_activation.sequence", index=True)
    person_id: UUID = Field(primary_key=True, foreign_key="person.id", index=True)
    post_code: str = Field(sa_type=Text, foreign_key="post.code", index=True)
    signed_at: datetime = Field(sa_type=MOMENT)
