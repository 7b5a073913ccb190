"""Documents of a dossier, their bytes, and its completion; rows are only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.driver import Select
from db.errors import RowMissing
from db.tables import document
from rules.procedure.document_format import Content

BYTES_MAX = document.BYTES_MAX
SLICE_BYTES = 1 << 20
"""Bytes of a document read per statement: PostgreSQL holds each value it sends three times in memory, and keeps that memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A row of the table; `paper` is a word of the edition, `sha256` the digest itself."""

    id: UUID
    appraisal_id: UUID
    paper: str
    number: str
    issued_on: date
    issuer: str
    sha256: bytes
    bytes_count: int
    media_type: str
    received_at: datetime
    received_by: UUID
    received_post: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The completion of a dossier: its day, and the person and post that recorded it."""

    appraisal_id: UUID
    completed_on: date
    completed_by: UUID
    post_code: str


COLUMNS = tuple(Document.__dataclass_fields__)
OF_COMPLETION = tuple(Completion.__dataclass_fields__)

_ADD = f"""
INSERT INTO document ({", ".join(COLUMNS)}) VALUES ({", ".join(f":{name}" for name in COLUMNS)})
"""
_ADD_BYTES = "INSERT INTO document_bytes (document_id, content) VALUES (:id, :content)"
_SLICE = """
SELECT substring(content FROM :begin FOR :count) FROM document_bytes WHERE document_id = :id
"""
_COMPLETE = f"""
INSERT INTO file_completion ({", ".join(OF_COMPLETION)})
VALUES ({", ".join(f":{name}" for name in OF_COMPLETION)})
"""


async def add(connection: AsyncConnection, document: Document, content: Content) -> None:
    bound = {name: getattr(document, name) for name in COLUMNS}
    await connection.execute(text(_ADD), bound)
    await connection.execute(text(_ADD_BYTES), {"id": document.id, "content": content})


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A document of a dossier, and whether the subject itself submitted it."""

    id: UUID
    paper: str
    by_subject: bool


_OF_FILES = """
SELECT a.id AS appraisal, d.id, d.paper, d.received_by = a.person_id IS TRUE
       OR a.body_code IS NOT NULL AND d.received_post IS NULL AS by_subject
FROM document d JOIN appraisal a ON a.id = d.appraisal_id
WHERE d.appraisal_id = ANY(:ids)
"""


OF_FILES = Select(
    _OF_FILES,
    lambda appraisal, key, paper, by_subject: (appraisal, HandedIn(key, paper, by_subject)),
)
"""Pairs of an appraisal and a document of its dossier. Parameter: ids."""


async def of_files(
    connection: AsyncConnection, appraisals: Sequence[UUID]
) -> dict[UUID, list[HandedIn]]:
    """The documents of the dossiers of these appraisals."""
    files: dict[UUID, list[HandedIn]] = {key: [] for key in appraisals}
    for row in await connection.execute(text(_OF_FILES), {"ids": list(appraisals)}):
        files[row.appraisal].append(HandedIn(row.id, row.paper, row.by_subject))
    return files


async def slice_of(connection: AsyncConnection, key: UUID, offset: int) -> bytes:
    """At most SLICE_BYTES of a document, from this byte on. Raises Missing if there is no such document."""
    bound = {"id": key, "begin": offset + 1, "count": SLICE_BYTES}
    content = (await connection.execute(text(_SLICE), bound)).scalar_one_or_none()
    if content is None:
        raise RowMissing(f"there is no document {key}")
    return bytes(content)


async def complete(connection: AsyncConnection, completion: Completion) -> None:
    bound = {name: getattr(completion, name) for name in OF_COMPLETION}
    await connection.execute(text(_COMPLETE), bound)
