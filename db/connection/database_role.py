"""Grants the database roles of a deployment their rights on the tables; a role that does not exist gets none.

`xeploai_service` is the role of the service: it adds acts and never changes one, and creates no table.
`xeploai_reports` reads the relations that are listed here, without the columns of a file
(QĐ124:Đ15.2); a new relation is closed to it until it is listed here. Both are group roles without a
login: the operator of the database gives them members (deploy/postgresql/roles.sql).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SERVICE, REPORTS = "xeploai_service", "xeploai_reports"
REPORTED = frozenset(
    {
        "alembic_version",
        "appraisal",
        "appraisal_standing",
        "body",
        "body_class",
        "body_membership",
        "body_post",
        "body_standing",
        "body_tree",
        "cycle",
        "delegation",
        "direct_superior",
        "listed_appraisal",
        "member_class",
        "member_standing",
        "membership",
        "official_standing",
        "peer_group",
        "person",
        "person_post",
        "policy",
        "policy_activation",
        "policy_signature",
        "post",
        "post_class",
        "post_role",
        "quota",
        "rater",
        "rater_member",
        "rater_place",
        "review_mark",
        "tally",
    }
)
"""The relations that reports may read. Not listed: `act` (the history), `facts`, `computation` and the papers,
which belong to the file as a whole; `command` and `deployment`, which only the service uses."""

_FILE_OF_APPRAISAL = frozenset({"self_level", "proposed_level", "computed_level", "reason"})
FILE_COLUMNS = {"appraisal": _FILE_OF_APPRAISAL, "listed_appraisal": _FILE_OF_APPRAISAL}
"""The columns of a reported relation that belong to a file; the SDL tags them with `file`."""

OPENED = "xeploai.document"
"""The setting of a transaction that names the document that it may read."""

_TABLES = """
SELECT c.relname, c.relkind,
       EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
               WHERE t.tgrelid = c.oid AND p.proname = 'refuse_change') AS is_append_only,
       (SELECT array_agg(CAST(a.attname AS text) ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
FROM pg_class c
WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind IN ('r', 'v', 'S')
ORDER BY c.relname
"""
_ROLES = "SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)"
_HAS_BELT = "SELECT relrowsecurity FROM pg_class WHERE oid = CAST('document_bytes' AS regclass)"
_SECOND_BELT = f"""
ALTER TABLE document_bytes ENABLE ROW LEVEL SECURITY;
CREATE POLICY opened ON document_bytes FOR SELECT TO {SERVICE}
    USING (CAST(document_id AS text) = current_setting('{OPENED}', true));
CREATE POLICY added ON document_bytes FOR INSERT TO {SERVICE} WITH CHECK (true)
"""


async def grant(connection: AsyncConnection) -> None:
    """Grant the existing roles their rights, table by table, and revoke all others; as the owner.

    Runs after every migration, so that new relations get their grants and append-only tables stay append-only.
    """
    names = {"names": [SERVICE, REPORTS]}
    existing = set((await connection.execute(text(_ROLES), names)).scalars())
    tables = (await connection.execute(text(_TABLES))).all()
    for role in sorted(existing):
        for table in tables:
            granted = (
                _reported(table.relname, table.columns)
                if role == REPORTS
                else _granted(table.relname, table.relkind, table.is_append_only)
            )
            await connection.execute(text(f'REVOKE ALL ON "{table.relname}" FROM {role}'))
            if granted:
                await connection.execute(text(f'GRANT {granted} ON "{table.relname}" TO {role}'))
    if SERVICE in existing and not (await connection.execute(text(_HAS_BELT))).scalar_one():
        for statement in _SECOND_BELT.split(";\n"):
            await connection.execute(text(statement))


def _granted(table: str, kind: str, is_append_only: bool) -> str:
    """The privileges of the service on a relation."""
    if kind == "S":
        return "USAGE"
    if kind == "v" or table == "alembic_version":
        return "SELECT"
    return "SELECT, INSERT" if is_append_only else "SELECT, INSERT, UPDATE, DELETE"


def _reported(relation: str, columns: Sequence[str]) -> str:
    """The privileges of reports on a relation: all columns, some columns, or none."""
    if relation not in REPORTED:
        return ""
    if relation not in FILE_COLUMNS:
        return "SELECT"
    readable = (column for column in columns if column not in FILE_COLUMNS[relation])
    return f"SELECT ({', '.join(readable)})"


async def open_document(connection: AsyncConnection, key: UUID) -> None:
    """Let this transaction read the bytes of a document; call it after authorization has allowed it."""
    statement = text("SELECT set_config(:name, :value, true)")
    await connection.execute(statement, {"name": OPENED, "value": str(key)})
