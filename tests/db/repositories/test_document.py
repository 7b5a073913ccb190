"""Documents and their bytes are only ever added, within their limits, and completion happens once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import RowMissing
from db.repositories import appraisal as appraisals, document as documents, person as persons
from db.repositories.appraisal import Appraisal
from db.repositories.document import BYTES_MAX, Completion, Document

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class StoredDocument:
    """A connection, and a document that may be stored on it."""

    connection: AsyncConnection
    document: Document


@pytest.fixture
async def filed(year: AsyncConnection, appraisal: Callable[..., Appraisal]) -> StoredDocument:
    person = persons.Person(
        id=uuid4(),
        name="Lê An",
        is_invented=True,
        is_civil_servant=True,
    )
    await persons.add_persons(year, [person])
    of = appraisal(body_code="ht.so-y-te.tt")
    await appraisals.add(year, [of])
    return StoredDocument(year, document(of.id, person.id, b"content"))


def document(appraisal: UUID, person: UUID, content: bytes) -> Document:
    return Document(
        id=uuid4(),
        appraisal_id=appraisal,
        paper="minutes",
        number="12-BB/ĐU",
        issued_on=date(2023, 12, 1),
        issuer="Đảng uỷ",
        sha256=sha256(content).digest(),
        bytes_count=len(content),
        media_type="application/pdf",
        received_at=datetime(2023, 12, 11, 8, tzinfo=UTC),
        received_by=person,
        received_post=None,
    )


async def test_bytes_come_back_as_they_were(filed: StoredDocument) -> None:
    await documents.add(filed.connection, filed.document, b"content")
    assert await documents.slice_of(filed.connection, filed.document.id, 0) == b"content"
    assert await documents.slice_of(filed.connection, filed.document.id, 3) == b"tent"
    with pytest.raises(RowMissing, match="there is no document"):
        await documents.slice_of(filed.connection, uuid4(), 0)


async def test_a_slice_is_bounded(filed: StoredDocument) -> None:
    await documents.add(filed.connection, filed.document, b"x" * documents.SLICE_BYTES + b"y")
    first = await documents.slice_of(filed.connection, filed.document.id, 0)
    assert first == b"x" * documents.SLICE_BYTES
    assert await documents.slice_of(filed.connection, filed.document.id, len(first)) == b"y"


@pytest.mark.parametrize("table", ["document", "document_bytes", "file_completion"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_of_the_file_is_changed_or_removed(
    connection: AsyncConnection, table: str, change: str
) -> None:
    column = {
        "document": "number = ''",
        "document_bytes": "content = ''",
        "file_completion": "completed_on = '2023-01-01'",
    }[table]
    with pytest.raises(DBAPIError, match=r"(document|file_completion)\w* is append-only"):
        await connection.execute(text(change.format(table, column)))


@pytest.mark.parametrize("length", [0, BYTES_MAX + 1])
async def test_the_database_itself_takes_no_other_length(
    filed: StoredDocument, length: int
) -> None:
    with pytest.raises(IntegrityError, match="ck_document_bytes_length"):
        await documents.add(filed.connection, filed.document, bytes(length))


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("bytes_count", 0, "ck_document_bytes_count"),
        ("bytes_count", BYTES_MAX + 1, "ck_document_bytes_count"),
        ("sha256", b"short", "ck_document_sha256_length"),
        ("appraisal_id", uuid4(), "fk_document_appraisal_id"),
    ],
)
async def test_a_document_that_cannot_be_is_refused(
    filed: StoredDocument, column: str, value: object, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await documents.add(filed.connection, replace(filed.document, **{column: value}), b"x")  # type: ignore[arg-type]  # one column of several kinds


async def test_the_same_bytes_stand_once_as_one_paper(filed: StoredDocument) -> None:
    await documents.add(filed.connection, filed.document, b"content")
    other = replace(filed.document, id=uuid4(), paper="other")
    await documents.add(filed.connection, other, b"content")
    with pytest.raises(IntegrityError, match="uq_document_appraisal_id_paper_sha256"):
        await documents.add(filed.connection, replace(other, id=uuid4()), b"content")


async def test_a_file_is_completed_once(filed: StoredDocument) -> None:
    completion = Completion(
        appraisal_id=filed.document.appraisal_id,
        completed_on=date(2023, 12, 11),
        completed_by=filed.document.received_by,
        post_code="ht.vp-ubnd.truong",
    )
    await documents.complete(filed.connection, completion)
    with pytest.raises(IntegrityError, match="pk_file_completion"):
        await documents.complete(filed.connection, completion)


async def test_bytes_are_kept_outside_the_row_and_not_compressed(
    connection: AsyncConnection,
) -> None:
    statement = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'document_bytes'::regclass AND attname = 'content'"
    assert (await connection.execute(text(statement))).scalar_one() in {"e", b"e"}
