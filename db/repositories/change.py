"""Finds the changes since a moment: a moment is a snapshot, a change is the last transaction that wrote the row.

A trigger records that transaction in `appraisal.changed_in`. A row changed between two moments if the later
snapshot sees its transaction and the earlier one does not. A transaction that commits late is seen late, and no
change is seen twice, whatever the order in which transactions began (docs/decisions/0013).
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import deployment
from db.errors import DatabaseDownError

# SELECT, so that PostgreSQL reads each of them once per statement, not once per row.
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
"""It was not committed by the moment `:since`."""

NOT_SEEN_YET = _NOT_SEEN.format(_SNAPSHOT)
"""It was not committed by the moment `:snapshot`."""

NOT_ON_EARLIER_PAGE = f"NOT (pg_visible_in_snapshot(t.changed_in, {_UNTIL}) AND t.id <= :last)"
"""An earlier page did not return it in its state at the moment `:until`: those pages end with the id `:last`."""

CHANNEL = "evaluation"
"""The channel (NOTIFY) of the trigger that reports, at commit, that a transaction wrote appraisals."""

# A standby does not know the open transactions: its snapshots list none.
# A new timeline begins when a standby takes over or an archive is restored; the table gets a new file
# when a dump is restored. Then the numbers of transactions restart, or changes were lost.
NOW = """
SELECT CAST(pg_current_snapshot() AS text) AS snapshot,
       CASE WHEN NOT pg_is_in_recovery() THEN
       concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
                 (SELECT oid FROM pg_database WHERE datname = current_database()),
                 pg_relation_filenode('appraisal'),
                 substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)) END AS life
"""
"""The `Moment` of the statement that contains this expression; on a standby, its `life` is NULL."""

_SYSTEM = "SELECT CAST(system_identifier AS text) FROM pg_control_system()"
_OF = "transactions_of"


@dataclass(frozen=True, slots=True)
class Moment:
    """The committed transactions (`snapshot`), and the life of the database for which the snapshot is valid."""

    snapshot: str
    life: str


async def now(connection: AsyncConnection) -> Moment:
    """The moment of this statement.

    Raises:
        DatabaseDownError: a standby answered; only the primary has moments.
    """
    snapshot, life = (await connection.execute(text(NOW))).one()
    if life is None:
        raise DatabaseDownError("a standby answers where the primary should")
    return Moment(snapshot, life)


async def settle(connection: AsyncConnection) -> bool:
    """Mark every appraisal as changed now if the recorded transaction numbers are those of another server."""
    system = str((await connection.execute(text(_SYSTEM))).scalar_one())
    if await deployment.get(connection, _OF) == system:
        return False
    await connection.execute(text("UPDATE appraisal SET changed_in = changed_in"))
    await deployment.put(connection, _OF, system)
    return True
