"""What changed since a moment: a moment is a snapshot, a change the transaction that wrote the row last.

`appraisal.changed_in` is that transaction (a trigger notes it). Changed between two moments is what
the later snapshot sees and the earlier one did not: whoever commits late is seen late, and nothing is
seen twice, in whatever order transactions began (docs/decisions/0013).
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import deployment
from db.errors import DatabaseDownError

# SELECT, so that each is read once for a statement, not once for a row.
_SINCE = "(SELECT CAST(CAST(:since AS text) AS pg_snapshot))"
_SNAPSHOT = "(SELECT CAST(CAST(:snapshot AS text) AS pg_snapshot))"
_UNTIL = "(SELECT CAST(CAST(:until AS text) AS pg_snapshot))"

SEEN = (
    f"t.changed_in < pg_snapshot_xmax({_SNAPSHOT}) "
    f"AND pg_visible_in_snapshot(t.changed_in, {_SNAPSHOT})"
)
"""The last change of the appraisal `t` was committed by the moment `:snapshot`."""

_NOT_SEEN = (
    "t.changed_in >= pg_snapshot_xmin({0}) AND NOT pg_visible_in_snapshot(t.changed_in, {0})"
)
NOT_SEEN = _NOT_SEEN.format(_SINCE)
"""It was not by the moment `:since`."""

NOT_SEEN_YET = _NOT_SEEN.format(_SNAPSHOT)
"""It was not by the moment `:snapshot`."""

NOT_GIVEN = f"NOT (pg_visible_in_snapshot(t.changed_in, {_UNTIL}) AND t.id <= :last)"
"""It is not among those up to the id `:last` that were given as they stood at the moment `:until`."""

CHANNEL = "evaluation"
"""Where PostgreSQL tells, at its commit, that a transaction wrote appraisals (a trigger notifies)."""

# A standby does not know which transactions are open: its snapshots name none of them.
# The timeline moves on when a standby takes over or an archive is restored, the file of the table
# when a dump is restored: then numbers of transactions begin anew, or changes were lost.
NOW = """
SELECT CAST(pg_current_snapshot() AS text) AS snapshot,
       CASE WHEN NOT pg_is_in_recovery() THEN
       concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()),
                 pg_relation_filenode('appraisal'),
                 substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)) END AS life
"""
"""The moment of the statement that this is part of, as `Moment` says; on a standby, a life of NULL."""

_SYSTEM = "SELECT CAST(system_identifier AS text) FROM pg_control_system()"
_OF = "transactions_of"


@dataclass(frozen=True, slots=True)
class Moment:
    """What was committed by now, and the life of the database in which `snapshot` means anything."""

    snapshot: str
    life: str


async def now(connection: AsyncConnection) -> Moment:
    """The moment of this statement.

    Raises:
        DatabaseDownError: it is a standby that answers, and moments are the primary's alone.
    """
    snapshot, life = (await connection.execute(text(NOW))).one()
    if life is None:
        raise DatabaseDownError("a standby answers where the primary should")
    return Moment(snapshot, life)


async def settle(connection: AsyncConnection) -> bool:
    """Note every appraisal as changed now where the numbers are those of another server's transactions."""
    system = str((await connection.execute(text(_SYSTEM))).scalar_one())
    if await deployment.get(connection, _OF) == system:
        return False
    await connection.execute(text("UPDATE appraisal SET changed_in = changed_in"))
    await deployment.put(connection, _OF, system)
    return True
