"""Corrections of the law: the changes by a new revision of an edition in a year. Append-only, as acts are."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Text
from sqlmodel import Field

from db.tables.base import WORDS, Table, one_of
from rules.enums import Corrected


class Correction(Table, table=True):
    """A year judged again by a later revision; `judged` counts the results. Its act holds the digest of the list."""

    __tablename__ = "correction"
    # Deferred: a correction is written just before the act that it names.
    __table_args__ = (
        ForeignKeyConstraint(["sequence"], ["act.sequence"], deferrable=True, initially="DEFERRED"),
        CheckConstraint("revision > 1", name="revision"),
        CheckConstraint("judged >= 0", name="judged"),
    )

    sequence: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    year: int = Field(foreign_key="cycle.year", index=True)
    edition: str = Field(sa_type=Text)
    revision: int
    judged: int


class CorrectionChange(Table, table=True):
    """One line of the list. `marks`: a decided appraisal is to be reconsidered, or a group is over its limit."""

    __tablename__ = "correction_change"
    __table_args__ = (
        one_of("kind", Corrected),
        CheckConstraint(
            "(kind = 'QUOTA') = (peer_group_code IS NOT NULL) "
            "AND num_nonnulls(appraisal_id, peer_group_code) = 1",
            name="one_subject",
        ),
    )

    sequence: int = Field(
        sa_type=BigInteger,
        primary_key=True,
        foreign_key="correction.sequence",
        sa_column_kwargs={"autoincrement": False},
    )
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(sa_type=Text)
    appraisal_id: UUID | None = Field(foreign_key="appraisal.id", index=True)
    peer_group_code: str | None = Field(sa_type=Text, foreign_key="peer_group.code", index=True)
    clauses: list[str] = Field(sa_type=WORDS)
    before: str | None = Field(sa_type=Text)
    after: str | None = Field(sa_type=Text)
    marks: bool
