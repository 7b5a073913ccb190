"""The subjects of the bench of commands: each command has subjects of its own, in cells of the province's data."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from demo.facts import Described, document
from resolvers import computation
from resolvers.queries.entry import flags_of_member
from rules.editions.lookup import Edition, edition_for
from rules.enums import Level, SubjectClass, Track

YEAR, LIST = 2023, 22

# Cells directly below a district: their chair appraises and rates.
_MEMBERS = """
SELECT a.id, a.version, a.person_id, a.home_body_code AS cell, a.peer_group_code AS group_code, r.id AS rater,
       m.person_id AS chair, p.is_civil_servant
FROM appraisal a
JOIN body b ON b.code = a.home_body_code AND b.parent_code NOT LIKE 'g.%'
JOIN rater r ON r.scope_body_code = a.home_body_code AND r.section = '7'
JOIN membership m ON m.post_code = r.chair_post_code
JOIN person p ON p.id = a.person_id
WHERE a.year = :year AND a.track = 'PARTY_MEMBER' AND a.home_body_code LIKE 'g.c%' AND m.person_id <> a.person_id
  AND CAST(substr(a.home_body_code, 4) AS integer) / 6 % 2 = ANY(:parts)
ORDER BY a.id
"""
_IN_STATE = """
UPDATE appraisal SET stage = :stage, self_level = :self_level, proposed_level = :proposed_level,
    level = NULL, decided_on = NULL, rater_id = NULL, clause = NULL, document_number = NULL, document_date = NULL
WHERE id = ANY(:ids)
"""


@dataclass(frozen=True, slots=True)
class State:
    """The state in which a command finds its subjects."""

    stage: str
    self_level: str | None
    proposed_level: str | None
    parts: Sequence[int]
    """Half of the cells, or both halves: the chair who recorded facts of a member may not decide its level."""


REVIEWED = State("REVIEWED", None, None, (0, 1))
SELF_RATED = State("SELF_RATED", "GOOD", None, (0,))
PROPOSED = State("PROPOSED", "GOOD", "GOOD", (1,))


@dataclass(frozen=True, slots=True)
class Member:
    """One subject, with the chair of its cell."""

    appraisal: UUID
    version: int
    person: UUID
    chair: UUID
    group: str
    rater: str
    is_civil_servant: bool

    def facts(self, edition: Edition) -> dict[str, Any]:
        """Facts of a good year, as a client sends them."""
        flags = flags_of_member(is_civil_servant=self.is_civil_servant)
        described = Described(str(self.person), SubjectClass.PERSON, Track.PARTY_MEMBER, flags)
        return document(described, Level.GOOD, edition, Random(str(self.appraisal)))  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class Subjects:
    """The members of the cells, in an order in which neighbours are of different cells; and LIST of each cell."""

    members: Sequence[Member]
    lists: Sequence[Sequence[Member]]


async def prepare(connection: AsyncConnection, state: State) -> Subjects:
    """Bring the members of the cells into a state, and count again."""
    bound = {"year": YEAR, "parts": list(state.parts)}
    rows = (await connection.execute(text(_MEMBERS), bound)).all()
    await connection.execute(text(_IN_STATE), {"ids": [row.id for row in rows], **asdict(state)})
    await computation.recount(connection, YEAR, edition_for(YEAR))
    cells: dict[str, list[Member]] = defaultdict(list)
    for row in rows:
        cells[row.cell].append(
            Member(
                row.id,
                row.version,
                row.person_id,
                row.chair,
                row.group_code,
                row.rater,
                row.is_civil_servant,
            )
        )
    longest = max(map(len, cells.values()))
    return Subjects(
        [cell[place] for place in range(longest) for cell in cells.values() if place < len(cell)],
        [cell[:LIST] for cell in cells.values() if len(cell) >= LIST],
    )
