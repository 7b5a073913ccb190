"""Executed commands with their answers, and the reasons for which a level is to be reconsidered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.base import MOMENT, Table


class Command(Table, table=True):
    """The answer of an executed command, by the idempotency key of its sender."""

    __tablename__ = "command"
    __table_args__ = (CheckConstraint("length(input_hash) = 32", name="hash_length"),)

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    key: UUID = Field(primary_key=True)
    input_hash: bytes = Field(sa_type=LargeBinary)
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    answered_at: datetime = Field(sa_type=MOMENT)


class ReviewMark(Table, table=True):
    """A decided appraisal uses the level of another appraisal, which an act changed afterwards."""

    __tablename__ = "review_mark"
    # Deferred: a mark is written just before the act that it names, which covers it.
    __table_args__ = (
        ForeignKeyConstraint(["sequence"], ["act.sequence"], deferrable=True, initially="DEFERRED"),
    )

    appraisal_id: UUID = Field(primary_key=True, foreign_key="appraisal.id")
    cause_id: UUID = Field(primary_key=True, foreign_key="appraisal.id", index=True)
    sequence: int = Field(sa_type=BigInteger, primary_key=True, index=True)
