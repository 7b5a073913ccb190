"""Places of review: where a subject must be reviewed, by which clauses, and when it was reviewed (QĐ124:Đ7.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.json_sql import relation as relations
from db.json_sql.relation import Row
from db.relations import review as review_relations
from db.repositories import act as acts
from db.repositories.act import AtPlace, Suggestion
from db.repositories.appraisal import Appraisal
from rules.authority import RATERS, SECTION_6_1
from rules.editions.lookup import Edition
from rules.enums import Stage
from rules.kinds import BodyKind, Rank, Tier
from rules.procedure import calendar
from rules.procedure.review_place import (
    FittingPlace,
    PostAtReview,
    ReviewedPerson,
    is_among,
    is_full_time,
    places_of_review,
)
from rules.texts import law

OF_COLLECTIVES = "QĐ124:Đ7.2.1"
OF_THE_FILE = "managed_files"
"""The deadline of HD01:8.2 for the file of a review."""
_COLLECTIVES = {BodyKind.LEADERSHIP_COLLECTIVE, BodyKind.STANDING_COMMITTEE}
ELSEWHERE = "Nơi kiểm điểm không thuộc các nơi theo QĐ124:Đ7.2"


def last_day(year: int, today: date) -> date:
    """The day whose posts count: today, or the last day of a past year."""
    return min(today, date(year, 12, 31))


def days_of_review(year: int, today: date, edition: Edition) -> tuple[date, date]:
    """The first and the last day on which a review of the year may have been held, up to today.

    A subject that was absent is reviewed until the file is due, in the following year (HD01:8.2).
    """
    return date(year, 1, 1), min(today, calendar.due(OF_THE_FILE, year, edition).last_day)


def of_body(code: str) -> tuple[FittingPlace, ...]:
    """The place of a collective: it is reviewed by itself, and has no other place (QĐ124:Đ7.2.1)."""
    text = law.point(OF_COLLECTIVES).text
    return (FittingPlace("collective", code, None, text, OF_COLLECTIVES),)


def of_person(seats: Iterable[Row], edition: Edition) -> tuple[FittingPlace, ...]:
    """The places of review of a person with these posts and this cell."""
    rows = list(seats)
    cells = (row["code"] for row in rows if row["kind"] == BodyKind.PARTY_CELL)
    posts = tuple(_post(row) for row in rows if row["post_code"] is not None)
    return places_of_review(ReviewedPerson(next(cells, None), posts), edition)


def _post(row: Row) -> PostAtReview:
    kind = BodyKind(row["kind"])
    return PostAtReview(
        rank=Rank(row["rank"]),
        body=row["code"],
        kind=kind,
        tier=Tier(row["tier"]),
        leads_kind=BodyKind(row["leads_kind"]) if row["leads_kind"] else None,
        parent=row["parent_code"],
        collective=row["code"] if kind in _COLLECTIVES else row["collective_code"],
        is_full_time=is_full_time(kind, row["classes"], row["title"]),
    )


@dataclass(frozen=True, slots=True)
class ReviewHeld:
    """A review to be recorded: the appraisal, the place, the day."""

    appraisal: Appraisal
    place: str
    on: date


async def warnings(
    connection: AsyncConnection, every: Sequence[ReviewHeld], edition: Edition
) -> list[str | None]:
    """A warning for each review at a place that no clause prescribes for the subject; else None."""
    seats: dict[tuple[UUID, date], list[Row]] = {}
    for day in {review.on for review in every}:
        persons = [
            review.appraisal.person_id
            for review in every
            if review.on == day and review.appraisal.person_id
        ]
        keys = [(person,) for person in dict.fromkeys(persons)]
        seats_of_persons = (
            await relations.fetch(connection, review_relations.SEATS, keys, {"day": day})
            if keys
            else []
        )
        seats |= {(key, day): rows for (key,), rows in zip(keys, seats_of_persons, strict=True)}
    return [_warning(review, seats, edition) for review in every]


def _warning(
    review: ReviewHeld, seats: Mapping[tuple[UUID, date], Sequence[Row]], edition: Edition
) -> str | None:
    person = review.appraisal.person_id
    if person is None or is_among(of_person(seats[person, review.on], edition), review.place):
        return None
    return ELSEWHERE


@dataclass(frozen=True, slots=True)
class EarlierReviews:
    """The reviews and suggestions in the chain for appraisals and their places of review; `places` by appraisal."""

    places: Mapping[UUID, str]
    reviews: Mapping[AtPlace, int]
    suggestions: Mapping[AtPlace, Suggestion]

    def is_further(self, appraisal: Appraisal) -> bool:
        """Whether it was reviewed, but not at this place, or not after the last suggestion."""
        if appraisal.stage in {Stage.NOT_STARTED, Stage.DECIDED}:
            return False
        at = appraisal.id, self.places[appraisal.id]
        last_there, suggested = self.reviews.get(at), self.suggestions.get(at)
        return last_there is None or (suggested is not None and suggested.sequence > last_there)

    def is_suggested(self, appraisal: Appraisal) -> bool:
        """Whether the Provincial Standing Committee suggested it: such a review has its own minimum (HD01:3.2)."""
        suggested = self.suggestions.get((appraisal.id, self.places[appraisal.id]))
        if suggested is None or suggested.rater is None:
            return False
        return RATERS[suggested.rater].section == SECTION_6_1


async def earlier(
    connection: AsyncConnection, year: int, places: Mapping[UUID, str]
) -> EarlierReviews:
    """Read the reviews and suggestions of these appraisals of the year, each with its place."""
    pairs = list(places.items())
    return EarlierReviews(
        places,
        await acts.last_reviews(connection, pairs),
        await acts.last_suggestions(connection, year, pairs),
    )


def held(place: FittingPlace, reviews: Sequence[Row]) -> date | None:
    """The last day of review at this place, or None."""
    days = (row["held_on"] for row in reviews if row["place"] == place.body)
    return next(days, None)
