"""What the database guards is there in a migrated one, and what is taken away is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import guards

pytestmark = pytest.mark.anyio

TAKEN = [
    ("DROP TRIGGER act_is_append_only ON act", "the trigger act_is_append_only of act"),
    ("ALTER TABLE facts DISABLE TRIGGER facts_is_append_only", "the trigger facts_is_append_only"),
    ("DROP TRIGGER person_notes_update ON person", "the trigger person_notes_update of person"),
    ("ALTER TABLE quota DROP CONSTRAINT ck_quota_holds", "the constraint ck_quota_holds of quota"),
    (
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RETURN NULL; END $$""",
        "the function refuse_change",
    ),
    (
        """CREATE OR REPLACE FUNCTION row_digest(n person) RETURNS bytea LANGUAGE sql
        AS $$ SELECT sha256('') $$""",
        "the function row_digest",
    ),
]


async def test_a_migrated_database_has_every_guard(connection: AsyncConnection) -> None:
    assert await guards.missing(connection) == []


@pytest.mark.parametrize(("statement", "sentence"), TAKEN)
async def test_a_guard_that_was_taken_away_is_named(
    connection: AsyncConnection, statement: str, sentence: str
) -> None:
    await connection.execute(text(statement))
    (found,) = await guards.missing(connection)
    assert found.startswith(sentence)
