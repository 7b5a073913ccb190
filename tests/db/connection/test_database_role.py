"""What reports read: by column, and nothing of a file; the SDL's tags and the grants say the same."""

import pytest
from graphql import ObjectTypeDefinitionNode, StringValueNode, parse
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection.database_role import REPORTED, REPORTS, grant
from tests.house.tree import ROOT

pytestmark = pytest.mark.anyio

SDL = (ROOT / "schema" / "contract" / "schema.graphql").read_text(encoding="utf-8")
WHOLE = "*"
STORED: dict[str, set[tuple[str, str]]] = {
    "Appraisal.selfLevel": {("appraisal", "self_level")},
    "Appraisal.proposedLevel": {("appraisal", "proposed_level")},
    "Appraisal.computed": {
        ("appraisal", "computed_level"),
        ("computation", WHOLE),
        ("facts", WHOLE),
    },
    "Appraisal.history": {("act", WHOLE)},
    "Appraisal.placesOfReview": {("act", WHOLE)},
    "Appraisal.file": {
        ("document", WHOLE),
        ("document_bytes", WHOLE),
        ("file_completion", WHOLE),
    },
    "CorrectionChange.clauses": {("correction_change", WHOLE)},
    "CorrectionChange.before": {("correction_change", WHOLE)},
    "CorrectionChange.after": {("correction_change", WHOLE)},
    "Rating.reason": {("appraisal", "reason")},
}
"""Where the value of each field with the tag `file` is stored."""
OF_THE_SERVICE = {"command", "deployment"}
COLUMNS = """
SELECT c.relname, a.attname, has_column_privilege(:role, c.oid, a.attnum, 'SELECT')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
"""
VIEWS_OF = """
SELECT DISTINCT CAST(w.ev_class AS regclass)::text, CAST(d.refobjid AS regclass)::text, a.attname
FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = CAST('pg_rewrite' AS regclass)
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
"""
DENIED = [
    "SELECT self_level FROM appraisal",
    "SELECT proposed_level, computed_level FROM appraisal",
    "SELECT reason FROM appraisal",
    "SELECT * FROM appraisal",
    "SELECT id FROM appraisal WHERE self_level = 'GOOD'",
    "SELECT id FROM appraisal ORDER BY proposed_level",
    "SELECT appraisal FROM appraisal",
    "SELECT self_level FROM listed_appraisal",
    "SELECT reason FROM listed_appraisal",
    "SELECT act, level, reason, payload FROM act",
    "SELECT count(*) FROM act",
    "SELECT value FROM deployment WHERE key = 'cursor_secret'",
    "SELECT key FROM deployment",
    "SELECT answer FROM command",
    "SELECT document FROM facts",
    "SELECT findings FROM computation",
    "SELECT number FROM document",
    "SELECT content FROM document_bytes",
    "SELECT completed_on FROM file_completion",
    "UPDATE appraisal SET version = version",
]
ALLOWED = [
    "SELECT id, year, level, decided_on, document_number, stage, due FROM appraisal",
    "SELECT count(*) FROM listed_appraisal",
    "SELECT sum(excellent) FROM tally",
    "SELECT name FROM person JOIN membership ON person_id = person.id",
    "SELECT name FROM body JOIN body_tree ON body_code = code",
    "SELECT base, over_quota FROM quota",
    "SELECT since, until, document_number FROM delegation",
    "SELECT content FROM policy",
]


@pytest.fixture
async def granted(connection: AsyncConnection) -> AsyncConnection:
    """The roles exist and are granted what they may do, in a transaction that is rolled back."""
    for role in ("xeploai_service", REPORTS):
        await connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
        await connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    await grant(connection)
    return connection


async def unreadable(connection: AsyncConnection) -> dict[str, tuple[set[str], set[str]]]:
    """By relation: all its columns, and those that reports may not read."""
    columns: dict[str, tuple[set[str], set[str]]] = {}
    for relation, column, is_readable in await connection.execute(text(COLUMNS), {"role": REPORTS}):
        every, closed = columns.setdefault(relation, (set(), set()))
        every.add(column)
        if not is_readable:
            closed.add(column)
    return columns


def tagged() -> set[str]:
    """The fields of the committed SDL that have the tag `file`."""
    return {
        f"{definition.name.value}.{field.name.value}"
        for definition in parse(SDL).definitions
        if isinstance(definition, ObjectTypeDefinitionNode)
        for field in definition.fields or ()
        for directive in field.directives or ()
        if directive.name.value == "tag"
        for argument in directive.arguments or ()
        if isinstance(argument.value, StringValueNode) and argument.value.value == "file"
    }


async def test_reports_may_not_read_exactly_what_the_sdl_tags_as_of_the_file(
    granted: AsyncConnection,
) -> None:
    assert tagged() == set(STORED)
    stored = set().union(*STORED.values())
    columns = await unreadable(granted)
    for relation, (every, closed) in columns.items():
        table = "appraisal" if relation == "listed_appraisal" else relation
        of_a_file = {column for name, column in stored if name == table}
        assert closed == (of_a_file if relation in REPORTED else every), relation
    for relation in OF_THE_SERVICE | {table for table, column in stored if column == WHOLE}:
        assert relation not in REPORTED
    assert set(columns) >= REPORTED


async def test_no_view_shows_a_column_of_the_file_under_another_name(
    granted: AsyncConnection,
) -> None:
    """A view reads with the rights of its owner: only the one whose columns are held back reads them."""
    stored = set().union(*STORED.values())
    whole = {table for table, column in stored if column == WHOLE} | OF_THE_SERVICE
    reading = {
        view
        for view, table, column in await granted.execute(text(VIEWS_OF))
        if view in REPORTED and (table in whole or (table, column) in stored)
    }
    assert reading == {"listed_appraisal"}


@pytest.mark.parametrize("statement", DENIED)
async def test_reports_may_not(granted: AsyncConnection, statement: str) -> None:
    await granted.execute(text(f"SET LOCAL ROLE {REPORTS}"))
    with pytest.raises(ProgrammingError, match="permission denied"):
        await granted.execute(text(statement))


@pytest.mark.parametrize("statement", ALLOWED)
async def test_reports_may(granted: AsyncConnection, statement: str) -> None:
    await granted.execute(text(f"SET LOCAL ROLE {REPORTS}"))
    await granted.execute(text(statement))


async def test_a_right_that_was_given_by_an_older_version_is_taken_back(
    granted: AsyncConnection,
) -> None:
    for table in ("appraisal", "act", "deployment", "listed_appraisal"):
        await granted.execute(text(f"GRANT SELECT ON {table} TO {REPORTS}"))
    await granted.execute(text(f"GRANT SELECT (reason) ON appraisal TO {REPORTS}"))
    before = await unreadable(granted)
    await grant(granted)
    after = await unreadable(granted)
    assert before != after
    assert "reason" in after["appraisal"][1]
    assert after["deployment"][0] == after["deployment"][1]
