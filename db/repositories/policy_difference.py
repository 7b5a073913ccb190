"""Reads the registry for a comparison of two policies: the subjects that rights select, and their names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.authorization_filter import Permitted


@dataclass(frozen=True, slots=True)
class Named:
    """The subject of an appraisal: code or id, name, and for a person posts or cells of the year."""

    track: str
    key: str
    name: str
    posts: tuple[str, ...]


_NAMES = """
SELECT a.id, a.track, coalesce(a.body_code, CAST(a.person_id AS text)) AS key,
       coalesce(b.name, i.name) AS name,
       ARRAY(SELECT coalesce(p.title, h.name)
             FROM membership m JOIN body h ON h.code = m.body_code LEFT JOIN post p ON p.code = m.post_code
             WHERE m.person_id = a.person_id AND (m.post_code IS NULL) = (a.track = 'PARTY_MEMBER')
             AND m.since <= make_date(a.year, 12, 31)
             AND (m.until IS NULL OR m.until >= make_date(a.year, 1, 1))
             ORDER BY m.since, m.id) AS posts
FROM appraisal a LEFT JOIN body b ON b.code = a.body_code LEFT JOIN person i ON i.id = a.person_id
WHERE a.id = ANY(:ids)
ORDER BY coalesce(b.sort_key, i.sort_key), a.id
"""


async def selected(
    connection: AsyncConnection, permitted: Permitted, year: int
) -> frozenset[tuple[UUID, str]]:
    """The appraisals of the year that rights select, each with an act."""
    rows = await connection.execute(text(permitted.selected()), permitted.bound(year))
    return frozenset((row.appraisal_id, row.act) for row in rows)


async def names(connection: AsyncConnection, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    """The subjects of these appraisals by name."""
    rows = await connection.execute(text(_NAMES), {"ids": list(ids)})
    return {row.id: Named(row.track, row.key, row.name, tuple(row.posts)) for row in rows}
