"""One rating year: appraisals, facts, computations, acts, and counters."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.base import MOMENT, SORTED, Table, Xid8, one_of
from rules.enums import (
    Act as ActWord,
    ComputedLevel,
    Level,
    RegistryAct,
    Stage,
    SubjectClass,
    Track,
)
from rules.judgement.exclusion import Ground


class Cycle(Table, table=True):
    """One year of rating, under one edition of the rules."""

    __tablename__ = "cycle"
    __table_args__ = (CheckConstraint("closed_on >= opened_on", name="dates"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    edition: str = Field(sa_type=Text)
    opened_on: date
    closed_on: date | None = None


class Appraisal(Table, table=True):
    """The rating of one subject in one year and track, and its stage."""

    __tablename__ = "appraisal"
    __table_args__ = (
        one_of("track", Track),
        one_of("subject_class", SubjectClass),
        one_of("stage", Stage),
        one_of("self_level", Level),
        one_of("proposed_level", Level),
        one_of("computed_level", ComputedLevel),
        one_of("level", Level),
        one_of("excluded", Ground),
        CheckConstraint("excluded IS NULL OR level IS NULL", name="excluded_without_level"),
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
        Index(None, "year", "id"),
        Index("ix_appraisal_excluded", "year", postgresql_where=text("excluded IS NOT NULL")),
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
    changed_in: int = Field(sa_type=Xid8, index=True)
    excluded: str | None = Field(default=None, sa_type=Text)


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
    """The last result of the rules, with the complete facts as judged, so that the computation can be repeated.

    `edition_revision` is the revision used; an older version leaves the default, the first revision.
    """

    __tablename__ = "computation"
    __table_args__ = (
        one_of("level", ComputedLevel),
        CheckConstraint("(level IS NULL) = (waits_for <> '[]'::jsonb)", name="level_or_waits"),
        CheckConstraint("edition_revision > 0", name="edition_revision"),
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
    edition_revision: int = Field(sa_column_kwargs={"server_default": "1"})


class Act(Table, table=True):
    """An act of a person. Append-only, without gaps; each row has the hash of its predecessor.

    `format` 1: the hash covers the content. 2: `digest` covers the content with a salt, the hash the digest.
    `transaction` is not covered: it joins acts of format 1 with the rows that their transaction wrote.
    """

    __tablename__ = "act"
    __table_args__ = (
        one_of("act", [*ActWord, *RegistryAct]),
        one_of("level", Level),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint("format IN (1, 2)", name="format"),
        CheckConstraint("(format = 2) = (num_nonnulls(salt, digest) = 2)", name="digest"),
        CheckConstraint(
            "format = 1 OR hash = "
            "sha256(int2send(format) || int8send(sequence) || previous_hash || digest)",
            name="hash",
        ),
        CheckConstraint("length(previous_hash) = 32 AND length(hash) = 32", name="hash_length"),
        UniqueConstraint("previous_hash"),
        Index(
            "ix_act_exception",
            "appraisal_id",
            postgresql_where=text("act = 'require_rereview' AND payload ->> 'kind' = 'exception'"),
        ),
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
    format: int = Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")})
    subject: str | None = Field(default=None, sa_type=Text)
    facts_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    rows_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    transaction: int = Field(
        sa_type=Xid8, sa_column_kwargs={"server_default": text("pg_current_xact_id()")}
    )


class RowChange(Table, table=True):
    """The ledger: each row that a transaction wrote, with its digest; NULL if the row was deleted.

    `sequence` is the act whose `rows_digest` covers it; 0 until an act covers it.
    """

    __tablename__ = "row_change"
    __table_args__ = (
        CheckConstraint("length(digest) = 32", name="digest_length"),
        Index("ix_row_change_open", "transaction", postgresql_where=text("sequence = 0")),
    )

    relation: str = Field(sa_type=Text, primary_key=True)
    row_key: str = Field(sa_type=SORTED, primary_key=True)
    sequence: int = Field(
        sa_type=BigInteger,
        primary_key=True,
        sa_column_kwargs={"autoincrement": False, "server_default": text("0")},
    )
    transaction: int = Field(sa_type=Xid8, primary_key=True)
    digest: bytes | None = Field(default=None, sa_type=LargeBinary)


class Tally(Table, table=True):
    """The number of subjects at each level in the subtree of a body, itself included."""

    __tablename__ = "tally"
    __table_args__ = (
        one_of("track", Track),
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
    """The counters of one peer group in one year; a CHECK enforces the quota in the database too.

    The share is that of the edition (`rules.judgement.quota.Share`); an older version leaves the default, one fifth.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint(
            "over_quota OR excellent * share_whole <= base * share_part + share_rest", name="holds"
        ),
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
    share_part: int = Field(sa_column_kwargs={"server_default": "1"})
    share_rest: int = Field(sa_column_kwargs={"server_default": "0"})
    share_whole: int = Field(sa_column_kwargs={"server_default": "5"})
