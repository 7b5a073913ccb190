"""Finds the rating authority of each subject of the demonstration, by the matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from authz.policy_file import Policy
from db.repositories.appraisal import Appraisal
from db.repositories.subject import Subject
from demo.facts import YEAR
from resolvers.authorization.subject import find
from resolvers.commands.base import subject_key
from resolvers.queries.authority import Place, all_places, competence
from rules.enums import Act

DAY = date(2023, 12, 1)


@dataclass(frozen=True, slots=True)
class RatingAuthority:
    """The rater of one subject, and its clause."""

    place: Place
    clause: str


async def authorities_of(
    connection: AsyncConnection, policy: Policy, appraisals: Sequence[Appraisal]
) -> dict[UUID, RatingAuthority]:
    """The authority of each appraisal that a rater of the province may rate, by the posts held in 2023."""
    places = await all_places(connection)
    subjects = await find(connection, [subject_key(appraisal) for appraisal in appraisals], YEAR)
    authorities = {}
    for appraisal, subject in zip(appraisals, subjects, strict=True):
        assert isinstance(subject, Subject)  # noqa: S101 -- the appraisal refers to it
        decided = competence(policy, places, Act.RATE, subject)
        if decided.rater and decided.clause and decided.rater["id"] in places.by_id:
            authorities[appraisal.id] = RatingAuthority(decided.rater, decided.clause)
    return authorities
