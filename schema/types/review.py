"""Places where a subject is to be reviewed: the clause of each, and the day of the review there."""

from datetime import date

import strawberry

from db.facade import Row, bodies, reviews as review_relations
from resolvers.queries import review as reviews
from resolvers.queries.year import edition_if_any
from rules.procedure import review_place
from schema.context import Info
from schema.types.registry import Body, Clause


@strawberry.type(description="Nơi kiểm điểm: a place where the subject is to be reviewed.")
class PlaceOfReview:
    text: str = strawberry.field(description="The row that fits, as the texts have it.")
    chaired_by: str | None = strawberry.field(
        description="Chủ trì: who chairs the review there, where the texts say so."
    )
    reviewed_on: date | None = strawberry.field(
        description="The last day of a review there, in either track; null before the first one."
    )
    clause: Clause = strawberry.field(description="The point of the law that names the place.")
    code: strawberry.Private[str | None]

    @strawberry.field(
        description="The body; null if a committee must name it, or if it is not recorded."
    )
    async def body(self, info: Info) -> Body | None:
        if self.code is None:
            return None
        return Body.of(await info.context.loaders.required(bodies.BY_CODE, {"code": self.code}))

    @classmethod
    def of(cls, place: review_place.FittingPlace, reviewed_on: date | None) -> "PlaceOfReview":
        return cls(
            text=place.text,
            chaired_by=place.chaired_by,
            reviewed_on=reviewed_on,
            clause=Clause.of(place.clause),
            code=place.body,
        )


async def places_of(info: Info, appraisal: Row) -> list[PlaceOfReview] | None:
    """The places of review of an appraisal's subject; None if no edition lists the places of the year."""
    year, loaders = appraisal["year"], info.context.loaders
    edition = edition_if_any(year)
    if edition is None:
        return None
    if appraisal["person_id"] is None:
        places = reviews.of_body(appraisal["body_code"])
        held = await loaders.many(review_relations.HELD_OF_BODY, appraisal)
    else:
        day = reviews.last_day(year, info.context.today)
        places = reviews.of_person(
            await loaders.many(review_relations.SEATS, appraisal, day=day), edition
        )
        held = await loaders.many(review_relations.HELD_OF_PERSON, appraisal)
    return [PlaceOfReview.of(place, reviews.held(place, held)) for place in places]
