"""The dossier of an appraisal: its documents, their bytes in a separate table, and its completion."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from db.tables.base import MOMENT, Table

BYTES_MAX = 20 << 20
"""Bytes of one document."""


class Document(Table, table=True):
    """A document of the dossier (QĐ124:Đ17), and the person who submitted it. Append-only.

    `received_post` is empty if the subject itself submitted it.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("length(sha256) = 32", name="sha256_length"),
        CheckConstraint(f"bytes_count BETWEEN 1 AND {BYTES_MAX}", name="bytes_count"),
        UniqueConstraint("appraisal_id", "paper", "sha256"),
    )

    id: UUID = Field(primary_key=True)
    appraisal_id: UUID = Field(foreign_key="appraisal.id")
    paper: str = Field(sa_type=Text)
    number: str = Field(sa_type=Text)
    issued_on: date
    issuer: str = Field(sa_type=Text)
    sha256: bytes = Field(sa_type=LargeBinary)
    bytes_count: int
    media_type: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=MOMENT)
    received_by: UUID = Field(foreign_key="person.id", index=True)
    received_post: str | None = Field(sa_type=Text, foreign_key="post.code", index=True)


class DocumentBytes(Table, table=True):
    """The bytes of a document, in a separate table, so that a list never reads them. Append-only."""

    __tablename__ = "document_bytes"
    __table_args__ = (CheckConstraint(f"length(content) BETWEEN 1 AND {BYTES_MAX}", name="length"),)

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    content: bytes = Field(sa_type=LargeBinary)


class FileCompletion(Table, table=True):
    """The day on which a dossier was complete, and the person who recorded it. Append-only."""

    __tablename__ = "file_completion"

    appraisal_id: UUID = Field(primary_key=True, foreign_key="appraisal.id")
    completed_on: date
    completed_by: UUID = Field(foreign_key="person.id", index=True)
    post_code: str = Field(sa_type=Text, foreign_key="post.code", index=True)
