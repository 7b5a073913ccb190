"""The ledger: rows are noted as they are written, covered by an act, and found when they are changed otherwise."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import tables
from db.copy import copy_rows
from db.repositories import ledger
from db.repositories.act import ChainAct, append_acts, head_of
from tests.db.repositories.test_act import add_of_format_1

pytestmark = pytest.mark.anyio

ACT = ChainAct(
    appraisal_id=None,
    act="register",
    at=datetime(2023, 12, 11, 8, 30, tzinfo=UTC),
    actor_person_id=None,
    actor_post_code=None,
    on_behalf_rater_id=None,
    payload={"kind": "test"},
)
DERIVED = {"appraisal.changed_in"}
"""Columns that a trigger fills with the number of the transaction; a restored database has others."""
COUNTED_AGAIN = {"quota", "tally", "computation"}
OTHERWISE_PROVED = {
    "act",
    "correction",
    "correction_change",
    "row_change",
    "document_bytes",
    "deployment",
}
"""The chain, lists whose digest stands in their act, the ledger itself, bytes that are hashed again, settings of the
deployment."""


async def add_group(connection: AsyncConnection, name: str) -> str:
    code = f"group-{uuid4()}"
    await copy_rows(connection, "peer_group", ["code", "name", "track"], [[code, name, "BODY"]])
    return code


async def rename(connection: AsyncConnection, code: str, name: str) -> None:
    statement = text("UPDATE peer_group SET name = :name WHERE code = :code")
    await connection.execute(statement, {"name": name, "code": code})


async def others(connection: AsyncConnection) -> list[tuple[str, int | None, str]]:
    return [(row.row_key, row.sequence, row.change) async for row in ledger.other_rows(connection)]


def test_every_table_is_proved_one_way() -> None:
    every = set(tables.metadata.tables)
    assert every == set(ledger.RELATIONS) | COUNTED_AGAIN | OTHERWISE_PROVED


async def test_a_row_that_an_act_covers_is_as_it_left_it(connection: AsyncConnection) -> None:
    code = await add_group(connection, "Nhóm")
    assert await others(connection) == [(code, None, "ADDED")]
    await rename(connection, code, "Nhóm một")
    await append_acts(connection, [ACT, ACT])
    assert await others(connection) == []
    assert await ledger.other_lists(connection) == []
    digest = await connection.execute(text(f"SELECT {ledger.OPEN_DIGEST}"))
    assert digest.scalar_one() is None
    assert not await ledger.is_older(connection)


async def test_the_last_act_that_covers_a_row_counts(connection: AsyncConnection) -> None:
    code = await add_group(connection, "Nhóm")
    await append_acts(connection, [ACT])
    await rename(connection, code, "Nhóm hai")
    head = await append_acts(connection, [ACT])
    assert await others(connection) == []
    await rename(connection, code, "Nhóm")
    assert await others(connection) == [(code, head.sequence, "CHANGED")]
    await rename(connection, code, "Nhóm hai")
    assert await others(connection) == []


async def test_a_deleted_row_is_covered_too(connection: AsyncConnection) -> None:
    code = await add_group(connection, "Nhóm")
    first = await append_acts(connection, [ACT])
    await connection.execute(text("DELETE FROM peer_group WHERE code = :code"), {"code": code})
    assert await others(connection) == [(code, first.sequence, "REMOVED")]
    await append_acts(connection, [ACT])
    assert await others(connection) == []
    await copy_rows(connection, "peer_group", ["code", "name", "track"], [[code, "Nhóm", "BODY"]])
    assert [(key, change) for key, _, change in await others(connection)] == [(code, "ADDED")]


async def test_a_digest_that_was_written_anew_does_not_fit_its_act(
    connection: AsyncConnection,
) -> None:
    await add_group(connection, "Nhóm")
    head = await append_acts(connection, [ACT])
    await connection.execute(text("ALTER TABLE row_change DISABLE TRIGGER USER"))
    await connection.execute(text("UPDATE row_change SET digest = sha256('x')"))
    assert await ledger.other_lists(connection) == [head.sequence]
    await connection.execute(text("DELETE FROM row_change"))
    assert await ledger.other_lists(connection) == [head.sequence]


async def test_rows_beside_an_act_of_an_older_version_belong_to_it(
    connection: AsyncConnection,
) -> None:
    code = await add_group(connection, "Nhóm")
    await add_of_format_1(connection, ACT, (await head_of(connection)).sequence + 1)
    assert await others(connection) == []
    await rename(connection, code, "Nhóm hai")
    assert await others(connection) == []  # the same transaction


async def test_rows_of_before_are_noted_once(connection: AsyncConnection) -> None:
    await connection.execute(text("ALTER TABLE peer_group DISABLE TRIGGER USER"))
    code = await add_group(connection, "Nhóm")
    await ledger.note_all(connection)
    await append_acts(connection, [ACT])
    assert await others(connection) == []
    await rename(connection, code, "Nhóm hai")
    assert [change for _, _, change in await others(connection)] == ["CHANGED"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM row_change",
        "TRUNCATE row_change",
        "UPDATE row_change SET digest = NULL",
        "UPDATE row_change SET sequence = 0",
    ],
)
async def test_recorded_rows_of_the_ledger_are_append_only(
    connection: AsyncConnection, statement: str
) -> None:
    await add_group(connection, "Nhóm")
    await append_acts(connection, [ACT])
    with pytest.raises(DBAPIError, match="append-only"):
        await connection.execute(text(statement))


async def test_the_digest_of_a_row_is_the_same_in_every_time_zone(
    connection: AsyncConnection,
) -> None:
    await connection.execute(text("SET LOCAL timezone = 'Asia/Ho_Chi_Minh'"))
    await connection.execute(text("INSERT INTO policy VALUES ('r', 'c', '2023-12-11 08:30+07')"))
    await append_acts(connection, [ACT])
    assert await others(connection) == []


async def test_a_digest_covers_every_column(connection: AsyncConnection) -> None:
    """A column that a migration adds is added to `row_digest`, or a change of it would not be seen."""
    statement = text("""
        SELECT t.typname, p.prosrc FROM pg_proc p JOIN pg_type t ON t.oid = p.proargtypes[0]
        WHERE p.proname = 'row_digest'
    """)
    sources = {row.typname: row.prosrc for row in await connection.execute(statement)}
    assert sources.keys() == set(ledger.RELATIONS)
    left_out = {
        f"{relation}.{column.name}"
        for relation, source in sources.items()
        for column in tables.metadata.tables[relation].columns
        if not re.search(rf"\bn\.{column.name}\b", source)
    }
    assert left_out == DERIVED, (
        "the migration adds a column by `add_to_digest` (db/migrations/forward.py)"
    )
