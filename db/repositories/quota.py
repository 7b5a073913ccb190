"""Quotas: the counters of each peer group in each year (QĐ124:Đ12.1.4)."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import lock as locks
from db.connection.driver import Select
from db.connection.lock import Lock
from db.errors import Conflict, RowMissing
from rules.editions.lookup import QuotaParameters
from rules.enums import Level
from rules.judgement.quota import Counts, base_levels, share_of

HOLDS = "ck_quota_holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerGroup:
    code: str
    name: str
    track: str


_COUNTS = "excellent, good, completed, not_completed, not_rated"
_ADD_GROUPS = """
INSERT INTO peer_group (code, name, track)
SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:tracks AS text[]))
ON CONFLICT (code) DO NOTHING
"""
_OF_GROUP = f"SELECT {_COUNTS} FROM quota WHERE peer_group_code = :group AND year = :year"
_LEVELS = """
SELECT id, level FROM appraisal WHERE peer_group_code = :group AND year = :year AND id = ANY(:ids)
"""
_LOCK = f"""
SELECT peer_group_code, {_COUNTS} FROM quota WHERE year = :year AND peer_group_code = ANY(:groups)
ORDER BY peer_group_code FOR UPDATE
"""
OVER = "{excellent} * CAST(:whole AS integer) > {base} * CAST(:part AS integer) + CAST(:rest AS integer)"
"""SQL condition: more EXCELLENT than the share of the base; `bound_by` gives the parameters of the edition."""
_RECOUNT = """
SELECT recount_quotas(:year, :groups, :base_levels, :may_exceed, :part, :rest, :whole)
"""
OF_APPRAISALS = Select(
    f"""
SELECT q.peer_group_code, q.year, {", ".join(f"q.{name}" for name in _COUNTS.split(", "))} FROM quota q
WHERE (q.year, q.peer_group_code) IN (
    SELECT a.year, a.peer_group_code FROM appraisal a WHERE a.id = ANY(CAST(:ids AS uuid[])))
""",
    lambda group, _year, *counts: (group, Counts(*counts)),
)
"""The counts of the groups in which appraisals of one year count, by code. Parameter: ids."""


async def add_groups(connection: AsyncConnection, groups: Sequence[PeerGroup]) -> None:
    """Add those of these groups that do not exist yet."""
    bound = {
        "codes": [group.code for group in groups],
        "names": [group.name for group in groups],
        "tracks": [group.track for group in groups],
    }
    await connection.execute(text(_ADD_GROUPS), bound)


async def begin(
    connection: AsyncConnection, year: int, group: str, parameters: QuotaParameters
) -> None:
    """Add an empty quota of a group in a year, with the share of the edition, unless there is one."""
    # NOT EXISTS, so that the statement does not wait for another transaction that changes an existing row.
    statement = text("""
        INSERT INTO quota (peer_group_code, year, excellent, good, completed, not_completed, not_rated, base, over_quota,
                           share_part, share_rest, share_whole)
        SELECT CAST(:group AS text), CAST(:year AS integer), 0, 0, 0, 0, 0, 0, false,
               CAST(:part AS integer), CAST(:rest AS integer), CAST(:whole AS integer)
        WHERE NOT EXISTS (SELECT FROM quota WHERE peer_group_code = :group AND year = :year)
        ON CONFLICT DO NOTHING
    """)
    share = asdict(share_of(parameters))
    locks.check_order(connection, Lock.QUOTAS)
    await connection.execute(statement, {"group": group, "year": year, **share})


async def of_group(connection: AsyncConnection, group: str, year: int) -> Counts | None:
    """The counts of the group; None if it has no quota in the year."""
    rows = await connection.execute(text(_OF_GROUP), {"group": group, "year": year})
    row = rows.mappings().one_or_none()
    return None if row is None else Counts(**row)


async def levels_of(
    connection: AsyncConnection, group: str, year: int, appraisals: Sequence[UUID]
) -> dict[UUID, Level | None]:
    """The levels of those of these appraisals that belong to the group and year."""
    bound = {"group": group, "year": year, "ids": list(appraisals)}
    rows = await connection.execute(text(_LEVELS), bound)
    return {row.id: row.level and Level(row.level) for row in rows}


async def lock(
    connection: AsyncConnection, year: int, groups: Collection[str]
) -> dict[str, Counts]:
    """Lock the quotas of these groups until the transaction ends; returns their counts.

    Raises:
        RowMissing: a group has no quota in the year.
    """
    locks.check_order(connection, Lock.QUOTAS)
    rows = await connection.execute(text(_LOCK), {"year": year, "groups": sorted(groups)})
    rows_of_groups = {row["peer_group_code"]: row for row in rows.mappings()}
    if missing := sorted(set(groups) - rows_of_groups.keys()):
        raise RowMissing(f"no quota in {year} for {', '.join(missing)}")
    return {
        code: Counts(**{name: row[name] for name in _COUNTS.split(", ")})
        for code, row in rows_of_groups.items()
    }


def bound_by(parameters: QuotaParameters) -> dict[str, object]:
    """Base and share of an edition, as parameters of the statements."""
    levels = sorted(str(level) for level in base_levels(parameters))
    return {"base_levels": levels, **asdict(share_of(parameters))}


async def recount(
    connection: AsyncConnection,
    year: int,
    parameters: QuotaParameters,
    *,
    groups: Collection[str] | None = None,
    may_exceed: bool = False,
) -> int:
    """Count every group, or only these, from the appraisals; returns how many quotas changed.

    `parameters` are those of the edition. What the law orders regardless
    of the quota (an annulment: QĐ124:Đ13.3, Đ15.3) sets `may_exceed`: a group over its quota is then
    marked; without it, the change is refused, even if the group was over its quota before.

    Raises:
        Conflict: more EXCELLENT than the quota allows; the transaction must be rolled back.
    """
    bound = bound_by(parameters) | {
        "year": year,
        "groups": None if groups is None else sorted(groups),
        "may_exceed": may_exceed,
    }
    try:
        changed: int = (await connection.execute(text(_RECOUNT), bound)).scalar_one()
    except IntegrityError as fault:
        if HOLDS in str(fault.orig):
            raise Conflict(
                f"a group would have more EXCELLENT than its quota: {fault.orig}"
            ) from fault
        raise
    return changed
