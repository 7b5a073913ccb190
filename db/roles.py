"""What the roles of a deployment may do to the tables; without these roles, nothing is granted.

`xeploai_service` is what the service is: it adds acts and never changes one, and makes no table.
`xeploai_reports` reads what is not of a file. Both are groups without a login: whoever runs the
database gives them members (deploy/postgresql/roles.sql).
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SERVICE, REPORTS = "xeploai_service", "xeploai_reports"
OF_THE_FILE = ("facts", "computation", "document", "document_bytes", "file_completion", "command")
OPENED = "xeploai.document"
"""The setting of a transaction that names the document which it was allowed to open."""

_TABLES = """
SELECT c.relname, c.relkind,
       EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
               WHERE t.tgrelid = c.oid AND p.proname = 'refuse_change') AS is_append_only
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
    """Grant the roles that exist what they may do, table by table, and nothing else; as the owner.

    Done after every migration: what is new is granted then, and what is append-only stays so.
    """
    names = {"names": [SERVICE, REPORTS]}
    there = set((await connection.execute(text(_ROLES), names)).scalars())
    tables = (await connection.execute(text(_TABLES))).all()
    for role in sorted(there):
        for table in tables:
            granted = _granted(role, table.relname, table.relkind, table.is_append_only)
            await connection.execute(text(f'REVOKE ALL ON "{table.relname}" FROM {role}'))
            if granted:
                await connection.execute(text(f'GRANT {granted} ON "{table.relname}" TO {role}'))
    if SERVICE in there and not (await connection.execute(text(_HAS_BELT))).scalar_one():
        for statement in _SECOND_BELT.split(";\n"):
            await connection.execute(text(statement))


def _granted(role: str, table: str, kind: str, is_append_only: bool) -> str:
    if kind == "S":
        return "USAGE" if role == SERVICE else ""
    if role == REPORTS:
        return "" if table in OF_THE_FILE else "SELECT"
    if kind == "v" or table == "alembic_version":
        return "SELECT"
    return "SELECT, INSERT" if is_append_only else "SELECT, INSERT, UPDATE, DELETE"


async def open_document(connection: AsyncConnection, key: UUID) -> None:
    """Say which document this transaction may read, once authority has allowed it."""
    statement = text("SELECT set_config(:name, :value, true)")
    await connection.execute(statement, {"name": OPENED, "value": str(key)})
