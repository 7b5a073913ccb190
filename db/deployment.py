"""What this deployment is, as a few words by key."""

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
