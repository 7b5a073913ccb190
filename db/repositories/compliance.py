"""The appraisals that rating offices have not decided yet, and the bodies for which a group waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.authorization_filter import Permitted


@dataclass(frozen=True, slots=True)
class Offices:
    """The rights of many raters: the rater of a branch of `permitted` is `raters[branch]`.

    `sort_keys` are those of the names of the raters, in the same order.
    """

    permitted: Permitted
    raters: Sequence[str]
    sort_keys: Sequence[str]

    def selected(self) -> str:
        """SQL statement: each rater with the appraisals of the year `:year` that it has to rate."""
        return f"""
SELECT DISTINCT o.rater_id, o.sort_key, z.appraisal_id
FROM ({self.permitted.selected()}) z
JOIN unnest(CAST(:o_rater AS text[]), CAST(:o_sort_key AS text[]))
     WITH ORDINALITY AS o(rater_id, sort_key, number) ON o.number = z.branch + 1
"""

    def bound(self, year: int) -> dict[str, object]:
        offices = {"o_rater": list(self.raters), "o_sort_key": list(self.sort_keys)}
        return {**self.permitted.bound(year), **offices}


_GROUPS = """
SELECT a.peer_group_code, a.body_code FROM appraisal a
WHERE a.year = :year AND a.peer_group_code = ANY(:groups) AND a.stage <> 'DECIDED'
  AND a.excluded IS NULL AND EXISTS (SELECT FROM body_class k WHERE k.body_code = a.body_code)
"""


async def undecided(
    connection: AsyncConnection, offices: Offices, year: int
) -> list[tuple[str, UUID]]:
    """The bodies and officials of the year that each rater has yet to decide, by their appraisals.

    Party members are left out: no other subject has to be decided before them.
    """
    statement = f"""
SELECT w.rater_id, w.appraisal_id FROM ({offices.selected()}) w
JOIN appraisal a ON a.id = w.appraisal_id
WHERE a.stage <> 'DECIDED' AND a.excluded IS NULL AND a.track <> 'PARTY_MEMBER'
ORDER BY 1, 2
"""
    rows = await connection.execute(text(statement), offices.bound(year))
    return [(row.rater_id, row.appraisal_id) for row in rows]


async def undecided_of_groups(
    connection: AsyncConnection, groups: Collection[str], year: int
) -> list[tuple[str, str]]:
    """Each of these groups with its bodies that may be rated and are not decided yet."""
    rows = await connection.execute(text(_GROUPS), {"groups": sorted(groups), "year": year})
    return [(row.peer_group_code, row.body_code) for row in rows]
