"""The compliance list: for each office its appraisals, its delay, and the offices that it waits for."""

from datetime import date

import strawberry

from db.facade import Row, offices as office_relations
from resolvers.errors import refuse_bad_year
from resolvers.queries import compliance
from resolvers.queries.rater import due as due_day
from schema.context import Info
from schema.pagination import Connection, page
from schema.types.record import Record
from schema.types.registry import Rater


@strawberry.type(description="Cơ quan đánh giá: how far one rater is with the ratings of a year.")
class Office(Record):
    to_rate: int = strawberry.field(description="How many appraisals it has to decide in the year.")
    decided: int = strawberry.field(description="How many of them are decided.")
    late: int = strawberry.field(description="How many are past their day and not decided.")
    days_late: int = strawberry.field(description="By how many days the latest of them is.")
    rater: Rater = strawberry.field(description="Cấp có thẩm quyền: who rates.")

    @strawberry.field(
        description="The last day for the office's results; null where none is written."
    )
    def due(self) -> date | None:
        return due_day(self.rater.row, self.row["year"])

    @strawberry.field(description="How many of its undecided appraisals wait for other offices.")
    async def waiting(self, info: Info) -> int:
        waiting = await info.context.orders.waiting(self.row["rater_id"], self.row["year"])
        return waiting.appraisals

    @strawberry.field(description="The offices that these wait for, by name.")
    async def waits_for(self, info: Info) -> list[Rater]:
        waiting = await info.context.orders.waiting(self.row["rater_id"], self.row["year"])
        return [Rater.of(office, year=self.row["year"]) for office in waiting.offices]


async def offices(info: Info, year: int, first: int, after: str | None) -> Connection[Office]:
    """One page of the list. Raises BadInput as `page` does."""
    places = await info.context.authorizer.places()
    every = compliance.offices_of(info.context.policy, places.rows)

    def of(row: Row) -> Office:
        return Office.of(row, rater=Rater.of(places.by_id[row["rater_id"]], year=year))

    refuse_bad_year(year)
    bound = {**every.bound(year), "today": info.context.today}
    return await page(
        info, office_relations.every(every), {"year": year}, of, first, after, **bound
    )
