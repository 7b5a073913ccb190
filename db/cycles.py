"""Cycles: the years of rating, each under its edition."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    year: int
    edition: str
    opened_on: date
    closed_on: date | None = None


_PUT = """
INSERT INTO cycle VALUES (:year, :edition, :opened_on, :closed_on)
ON CONFLICT (year) DO UPDATE SET closed_on = excluded.closed_on
"""


async def put(connection: AsyncConnection, cycle: Cycle) -> None:
    """Open a year, or close it; its edition and first day stay."""
    await connection.execute(text(_PUT), asdict(cycle))


async def all_cycles(connection: AsyncConnection) -> list[Cycle]:
    """Every year, the first one first."""
    rows = await connection.execute(text("SELECT * FROM cycle ORDER BY year"))
    return [Cycle(**row) for row in rows.mappings()]
