"""The ledger: the database records every row that a transaction writes, and the last act of the transaction covers it.

Triggers record the digest of each row of these relations when it is written (`row_change`). The last act of a
transaction covers the rows: its `rows_digest` is SHA-256 over their sorted list. `xeploai verify` therefore finds
a row that was changed without an act, and a recorded digest that was changed later.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

RELATIONS = (
    "appraisal",
    "body",
    "body_class",
    "body_post",
    "body_tree",
    "command",
    "cycle",
    "delegation",
    "document",
    "facts",
    "file_completion",
    "member_class",
    "membership",
    "peer_group",
    "person",
    "policy",
    "policy_activation",
    "policy_signature",
    "post",
    "post_class",
    "post_role",
    "rater",
    "review_mark",
)
"""The relations that are verified row by row. Not listed: quotas and tallies, which are counted again; computations,
which are computed again; bytes of documents, which are hashed again; `deployment`; acts, which are the chain itself."""

# Each row is hashed separately: no other list of rows gives the same bytes, whatever their keys are.
DIGEST = """
sha256(string_agg(sha256(convert_to(CAST(jsonb_build_array(relation, row_key, encode(digest, 'hex')) AS text), 'UTF8')),
                  CAST('' AS bytea) ORDER BY relation COLLATE "C", row_key))
"""
OPEN = "transaction = pg_current_xact_id() AND sequence = 0"
OPEN_DIGEST = f"{DIGEST} FROM row_change WHERE {OPEN}"
"""Selects the digest of the rows that this transaction wrote and no act covers yet."""
_TAKE_UP = f"UPDATE row_change SET sequence = :sequence WHERE {OPEN}"
_NOTE_ALL = """
INSERT INTO row_change (relation, row_key, transaction, digest)
SELECT '{relation}', row_key(n), pg_current_xact_id(), row_digest(n) FROM {relation} n
ON CONFLICT (relation, row_key, sequence, transaction) DO UPDATE SET digest = excluded.digest
"""
_IN_UTC = "SET LOCAL timezone = 'UTC'"
# The first row of a registry is a body; without bodies, it is an act.
_IS_OLDER = """
SELECT NOT EXISTS (SELECT FROM row_change) AND (EXISTS (SELECT FROM body) OR EXISTS (SELECT FROM act))
"""
_OTHER_LISTS = f"""
WITH noted AS (SELECT sequence, {DIGEST} AS digest FROM row_change WHERE sequence <> 0 GROUP BY sequence)
SELECT coalesce(x.sequence, n.sequence) AS sequence
FROM (SELECT sequence, rows_digest FROM act WHERE rows_digest IS NOT NULL) x
FULL JOIN noted n USING (sequence)
WHERE n.digest IS DISTINCT FROM x.rows_digest
ORDER BY 1
"""
# A row written without an act stays recorded, even if it was changed back afterwards.
_OPEN_ROWS = """
SELECT DISTINCT c.relation, c.row_key FROM row_change c
WHERE c.sequence = 0 AND NOT EXISTS (SELECT FROM act x WHERE x.transaction = c.transaction AND x.format = 1)
ORDER BY 1, 2
"""
# A row of a transaction that wrote an act of format 1 belongs to that act: an older version of the service wrote both.
_NOTED = """
    SELECT DISTINCT ON (c.row_key) c.row_key, c.digest, c.place AS sequence FROM (
        SELECT row_key, digest, sequence AS place FROM row_change
        WHERE relation = '{relation}' AND sequence <> 0
        UNION ALL
        SELECT c.row_key, c.digest, x.sequence FROM row_change c
        JOIN act x ON x.transaction = c.transaction AND x.format = 1
        WHERE c.relation = '{relation}' AND c.sequence = 0
    ) c ORDER BY c.row_key, c.place DESC
"""
_OTHER_ROWS = f"""
WITH noted AS ({_NOTED}), stored AS (SELECT row_key(n) AS row_key, row_digest(n) AS digest FROM {{relation}} n)
SELECT coalesce(s.row_key, n.row_key) AS row_key, n.sequence,
       CASE WHEN n.digest IS NULL THEN 'ADDED' WHEN s.digest IS NULL THEN 'REMOVED' ELSE 'CHANGED' END AS change
FROM stored s FULL JOIN noted n USING (row_key)
WHERE s.digest IS DISTINCT FROM n.digest
ORDER BY n.sequence, 1
"""
_HAVE_EARLIER_DIGEST = """
SELECT t.typname FROM pg_proc p JOIN pg_type t ON t.oid = p.proargtypes[0]
WHERE p.proname = 'row_digest_before' AND p.pronamespace = CAST(current_schema() AS regnamespace)
"""
_RENEW = f"""
WITH noted AS ({_NOTED})
INSERT INTO row_change (relation, row_key, transaction, digest)
SELECT '{{relation}}', noted.row_key, pg_current_xact_id(), row_digest(n)
FROM {{relation}} n JOIN noted ON noted.row_key = row_key(n) AND noted.digest = row_digest_before(n)
"""


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row that differs from its state at the last act that covers it: ADDED, CHANGED or REMOVED since."""

    relation: str
    row_key: str
    sequence: int | None
    change: str


async def is_older(connection: AsyncConnection) -> bool:
    """Whether the database has rows of an older version of the service, which had no ledger."""
    return bool((await connection.execute(text(_IS_OLDER))).scalar_one())


async def take_up(connection: AsyncConnection, sequence: int) -> None:
    """Assign the open rows of this transaction to an act, whose `rows_digest` covers them."""
    await connection.execute(text(_TAKE_UP), {"sequence": sequence})


async def note_all(connection: AsyncConnection) -> None:
    """Record the present digest of every row; the next act of this transaction covers them."""
    await connection.execute(text(_IN_UTC))
    for relation in RELATIONS:
        await connection.execute(text(_NOTE_ALL.format(relation=relation)))


async def have_earlier_digest(connection: AsyncConnection) -> list[str]:
    """The relations whose digest a migration changed (`add_to_digest`), and whose rows are not noted anew yet."""
    changed = set((await connection.execute(text(_HAVE_EARLIER_DIGEST))).scalars())
    return [relation for relation in RELATIONS if relation in changed]


async def renew(connection: AsyncConnection, relation: str) -> int:
    """Record the rows of a relation by its changed digest; the next act covers them. Returns how many.

    Only a row that is as its last act left it: by the digest of before, which is dropped. So a row that was changed
    without an act is still found afterwards.
    """
    await connection.execute(text(_IN_UTC))
    rows = (await connection.execute(text(_RENEW.format(relation=relation)))).rowcount
    await connection.execute(text(f"DROP FUNCTION row_digest_before({relation})"))
    return rows


async def other_lists(connection: AsyncConnection) -> list[int]:
    """The acts whose recorded rows do not match their `rows_digest`."""
    return list((await connection.execute(text(_OTHER_LISTS))).scalars())


async def open_rows(connection: AsyncConnection) -> list[tuple[str, str]]:
    """The written rows that no act covers, even if they were changed back: relation and key."""
    return [(row.relation, row.row_key) for row in await connection.execute(text(_OPEN_ROWS))]


async def other_rows(connection: AsyncConnection) -> AsyncIterator[OtherRow]:
    """The rows that differ from their state at the last act."""
    await connection.execute(text(_IN_UTC))
    for relation in RELATIONS:
        rows = await connection.execute(text(_OTHER_ROWS.format(relation=relation)))
        for row in rows:
            yield OtherRow(relation, row.row_key, row.sequence, row.change)
