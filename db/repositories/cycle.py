"""Cycles: the years of rating, each under its edition."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import Select
from db.connection.lock import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    year: int
    edition: str
    opened_on: date
    closed_on: date | None = None


IS_OVER = "EXISTS (SELECT FROM cycle z WHERE z.year = {year} AND z.closed_on IS NOT NULL)"
"""SQL condition: the year of an expression is closed, so none of its appraisals waits for a step."""

_PUT = """
INSERT INTO cycle VALUES (:year, :edition, :opened_on, :closed_on)
ON CONFLICT (year) DO UPDATE SET closed_on = excluded.closed_on
"""

_OPEN = """
INSERT INTO cycle VALUES (:year, :edition, :opened_on, NULL) ON CONFLICT (year) DO NOTHING
RETURNING year
"""
_SEEN = "SELECT * FROM cycle WHERE year = :year"
_OF_YEAR = f"{_SEEN} FOR"
_OF_APPRAISAL = """
SELECT * FROM cycle WHERE year = (SELECT a.year FROM appraisal a WHERE a.id = :appraisal) FOR SHARE
"""
OF_APPRAISALS = Select(
    """
SELECT c.year, c.edition, c.opened_on, c.closed_on FROM cycle c
WHERE c.year IN (SELECT a.year FROM appraisal a WHERE a.id = ANY(CAST(:ids AS uuid[])))
""",
    lambda year, edition, opened_on, closed_on: Cycle(
        year=year, edition=edition, opened_on=opened_on, closed_on=closed_on
    ),
)
"""The years of appraisals. Parameter: ids."""
_COUNTED = """
SELECT c.*, (SELECT count(*) FROM appraisal a WHERE a.year = c.year) AS appraisals
FROM cycle c ORDER BY c.year
"""
_UNDECIDED = """
SELECT count(*) FILTER (WHERE level IS NULL AND excluded IS NULL) AS undecided, count(*) AS appraisals
FROM appraisal WHERE year = :year
"""


async def put(connection: AsyncConnection, cycle: Cycle) -> None:
    """Open a year, or close it; its edition and first day stay."""
    await connection.execute(text(_PUT), asdict(cycle))


async def all_cycles(connection: AsyncConnection) -> list[Cycle]:
    """Every year, the first one first."""
    rows = await connection.execute(text("SELECT * FROM cycle ORDER BY year"))
    return [Cycle(**row) for row in rows.mappings()]


async def open_one(connection: AsyncConnection, cycle: Cycle) -> bool:
    """Insert the cycle of a year, and return whether it is new. A second transaction for the same year waits here."""
    locks.check_order(connection, Lock.YEAR)
    return (await connection.execute(text(_OPEN), asdict(cycle))).one_or_none() is not None


async def of_year(connection: AsyncConnection, year: int) -> Cycle | None:
    """The present state of a year; nothing is locked."""
    rows = await connection.execute(text(_SEEN), {"year": year})
    row = rows.mappings().one_or_none()
    return None if row is None else Cycle(**row)


async def hold(connection: AsyncConnection, year: int) -> Cycle | None:
    """Lock a year in share mode: a command that closes it waits until the transaction ends."""
    return await _of_year(connection, year, "SHARE")


async def hold_of_appraisal(connection: AsyncConnection, appraisal: UUID) -> Cycle | None:
    """As `hold`, for the year of an appraisal."""
    locks.check_order(connection, Lock.YEAR)
    rows = await connection.execute(text(_OF_APPRAISAL), {"appraisal": appraisal})
    row = rows.mappings().one_or_none()
    return None if row is None else Cycle(**row)


async def lock(connection: AsyncConnection, year: int) -> Cycle | None:
    """Lock a year exclusively; waits for the transactions that hold it."""
    return await _of_year(connection, year, "NO KEY UPDATE")


async def _of_year(connection: AsyncConnection, year: int, how: str) -> Cycle | None:
    locks.check_order(connection, Lock.YEAR)
    rows = await connection.execute(text(f"{_OF_YEAR} {how}"), {"year": year})
    row = rows.mappings().one_or_none()
    return None if row is None else Cycle(**row)


async def counted(connection: AsyncConnection) -> list[Mapping[str, Any]]:
    """Every year with the number of its `appraisals`, the first one first."""
    return [dict(row) for row in (await connection.execute(text(_COUNTED))).mappings()]


async def undecided(connection: AsyncConnection, year: int) -> tuple[int, int]:
    """How many appraisals of a year have no level, and how many there are."""
    row = (await connection.execute(text(_UNDECIDED), {"year": year})).one()
    return row.undecided, row.appraisals
