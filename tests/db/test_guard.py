"""What the database guards is there in a migrated one, and what is taken away is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import guard as guards
from scripts import guard as script

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
    (
        """ALTER TABLE appraisal DROP CONSTRAINT ck_appraisal_stage,
        ADD CONSTRAINT ck_appraisal_stage CHECK (true)""",
        "a constraint was added or redefined",
    ),
    ("ALTER FUNCTION row_digest(person) STRICT", "a function was added or redefined"),
    (
        "ALTER FUNCTION note_rows_of_person() SET search_path TO pg_temp",
        "a function was added or redefined",
    ),
    ("CREATE RULE kept AS ON DELETE TO act DO INSTEAD NOTHING", "a rule was added or redefined"),
    (
        """CREATE OR REPLACE TRIGGER person_notes_update AFTER UPDATE ON person
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT WHEN (false)
        EXECUTE FUNCTION note_rows_of_person()""",
        "a trigger was added or redefined",
    ),
    (
        "CREATE TRIGGER first BEFORE INSERT ON act FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "a trigger was added or redefined",
    ),
    (
        """DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW rater_member AS SELECT * FROM ('
        || rtrim(pg_get_viewdef('rater_member'), ';') || ') v LIMIT 5'; END $$""",
        "a view was added or redefined",
    ),
]


async def test_a_migrated_database_has_every_guard(connection: AsyncConnection) -> None:
    renew = (
        "after a migration that changed them, `make documents` writes the hashes into db/guard.py"
    )
    assert await guards.missing(connection) == [], renew


async def test_the_script_writes_the_hashes_of_the_migrated_database(
    connection: AsyncConnection,
) -> None:
    current = await guards.hashes(connection)
    committed = script.GUARD.read_text(encoding="utf-8")
    hashes = {**current.functions, **current.definitions}
    emptied = script.ENTRY.sub(r'\1"",', committed)
    assert emptied.count('": "",') == len(hashes)
    assert script.renewed(emptied, hashes) == committed


def test_a_function_that_no_migration_makes_is_named() -> None:
    entry = '    "note_nothing": "",\n'
    with pytest.raises(LookupError, match="no note_nothing"):
        script.renewed(entry, {"note_change": "0" * 64})


@pytest.mark.parametrize(("statement", "sentence"), TAKEN)
async def test_a_guard_that_was_taken_away_is_named(
    connection: AsyncConnection, statement: str, sentence: str
) -> None:
    await connection.execute(text(statement))
    (reported,) = await guards.missing(connection)
    assert reported.startswith(sentence)
