"""Meetings at which bodies were reviewed, from the acts of a year."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.kinds import BodyKind


@dataclass(frozen=True, slots=True)
class MeetingPaper:
    """The identity of a meeting, from its acts: its day, and the number and the day of its minutes."""

    held_on: str
    number: str
    dated: str


@dataclass(frozen=True, slots=True)
class ReviewedBody:
    """A body that is reviewed; `organisation` is what it leads, as in db/repositories/precedence.py."""

    code: str
    kind: BodyKind
    organisation: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """One body reviewed at one meeting; `place` is the code of the body where it was held."""

    body: ReviewedBody
    place: str
    paper: MeetingPaper

    @property
    def known_by(self) -> frozenset[tuple[str, MeetingPaper]]:
        """Two bodies that share one of these were reviewed at one meeting: the same minutes, at one place or of
        one organisation. Bodies number their minutes separately, so the number alone does not identify a meeting.
        """
        return frozenset({(self.place, self.paper), (self.body.organisation, self.paper)})


_BODY = "b.code, b.kind, coalesce(l.leads_code, b.leads_code, b.code) AS organisation"
_BODIES = f"""
SELECT {_BODY} FROM body b LEFT JOIN body l ON l.code = b.leads_code
WHERE b.code = ANY(CAST(:codes AS text[]))
"""
_EARLIER = f"""
SELECT DISTINCT {_BODY}, x.payload ->> 'place' AS place, p.held_on, p.number, p.dated
FROM unnest(CAST(:days AS text[]), CAST(:numbers AS text[]), CAST(:dates AS text[]))
    AS p(held_on, number, dated)
JOIN appraisal a ON a.year = :year AND a.track = 'BODY'
JOIN act x ON x.appraisal_id = a.id
JOIN body b ON b.code = a.body_code
LEFT JOIN body l ON l.code = b.leads_code
WHERE x.payload ->> 'kind' = 'review' AND x.payload ->> 'held_on' = p.held_on
    AND x.payload -> 'minutes' ->> 'number' = p.number
    AND x.payload -> 'minutes' ->> 'date' = p.dated
ORDER BY b.code, place
"""


async def reviewed_bodies(
    connection: AsyncConnection, codes: Collection[str]
) -> dict[str, ReviewedBody]:
    """Those of these bodies that exist, by code."""
    rows = await connection.execute(text(_BODIES), {"codes": list(codes)})
    return {row.code: ReviewedBody(row.code, BodyKind(row.kind), row.organisation) for row in rows}


async def meetings_with(
    connection: AsyncConnection, year: int, papers: Sequence[MeetingPaper]
) -> list[Meeting]:
    """The reviews of bodies of the year that are recorded under any of these minutes."""
    bound = {
        "year": year,
        "days": [paper.held_on for paper in papers],
        "numbers": [paper.number for paper in papers],
        "dates": [paper.dated for paper in papers],
    }
    rows = await connection.execute(text(_EARLIER), bound)
    return [
        Meeting(
            ReviewedBody(row.code, BodyKind(row.kind), row.organisation),
            row.place,
            MeetingPaper(row.held_on, row.number, row.dated),
        )
        for row in rows
    ]
