"""Properties of this deployment, stored as text by key."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_PUT = """
INSERT INTO deployment VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""


async def get(connection: AsyncConnection, key: str) -> str | None:
    rows = await connection.execute(
        text("SELECT value FROM deployment WHERE key = :key"), {"key": key}
    )
    return rows.scalar_one_or_none()


async def put(connection: AsyncConnection, key: str, value: str) -> None:
    await connection.execute(text(_PUT), {"key": key, "value": value})


async def cursor_secret(connection: AsyncConnection) -> bytes:
    """The secret that signs cursors; a migration has drawn it at random. Raises LookupError if it is missing."""
    secret = await get(connection, "cursor_secret")
    if secret is None:
        raise LookupError("deployment: no cursor_secret; a migration makes it")
    return bytes.fromhex(secret)
