"""Meetings of review: the party and the professional side of an organisation have separate meetings (HD01:3.1.1)."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.meeting import Meeting, MeetingPaper, meetings_with, reviewed_bodies
from resolvers.queries.review import ReviewHeld
from resolvers.refusals import MeetingForbidden
from rules.procedure.precedence import meeting_forbidden_by


async def refuse_both_sides(
    connection: AsyncConnection, year: int, reviews: Sequence[tuple[ReviewHeld, MeetingPaper]]
) -> None:
    """Refuse reviews of bodies of both sides at one meeting, recorded together or one after the other.

    Persons are reviewed after their collective, by the order of steps (rules/procedure/precedence.py).

    Raises:
        MeetingForbidden: a leadership collective and a party committee or organisation stand in the
            same minutes.
    """
    of_bodies = [
        (held.appraisal.body_code, held.place, paper)
        for held, paper in reviews
        if held.appraisal.body_code is not None
    ]
    if not of_bodies:
        return
    bodies = await reviewed_bodies(connection, {code for code, _, _ in of_bodies})
    recorded = [Meeting(bodies[code], place, paper) for code, place, paper in of_bodies]
    papers = list(dict.fromkeys(paper for _, _, paper in of_bodies))
    together: dict[tuple[str, MeetingPaper], list[Meeting]] = defaultdict(list)
    for meeting in [*recorded, *await meetings_with(connection, year, papers)]:
        for mark in meeting.known_by:
            together[mark].append(meeting)
    for meeting in recorded:
        for other in (other for mark in meeting.known_by for other in together[mark]):
            if clause := meeting_forbidden_by([meeting.body.kind, other.body.kind]):
                raise MeetingForbidden(meeting.body.code, other.body.code, clause)
