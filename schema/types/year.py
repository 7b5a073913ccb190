"""A rated year with its edition, and the subjects for whom it has too few officers."""

from datetime import date
from functools import partial
from uuid import UUID

import strawberry

from db.facade import Row, appraisals
from resolvers.queries import officer as officers
from schema.context import Info
from schema.directives import PAGED
from schema.pagination import After, Connection, First, page
from schema.types.appraisal import Appraisal


async def too_few_of_year(info: Info, year: int) -> list[UUID]:
    """The ids of the year's appraisals for which too few officers are in office on the day."""
    authorizer = info.context.authorizer
    appraisals_by_id = await authorizer.loaders.run(
        partial(
            officers.too_few_of_year,
            policy=authorizer.policy,
            year=year,
            day=authorizer.today,
        )
    )
    return sorted(appraisals_by_id)


@strawberry.type(description="Năm xếp loại: one year of rating, under one edition of the rules.")
class Cycle:
    year: int = strawberry.field(description="Năm: the rated year.")
    edition: str | None = strawberry.field(
        description="Ấn bản quy định; null where the texts of the year are not here."
    )
    opened_on: date = strawberry.field(description="Ngày mở: the day on which it was opened.")
    closed_on: date | None = strawberry.field(
        description="Ngày khép lại: from then on second looks alone change it; null while it is open."
    )
    appraisals: int = strawberry.field(
        description="Số đối tượng: how many appraisals it has, over all tracks."
    )

    @strawberry.field(
        description="Thiếu người: the subjects without two officers today, one to propose and another to "
        "decide (QĐ124:Đ11.2), by name.",
        directives=PAGED,
    )
    async def too_few_officers(
        self, info: Info, first: First, after: After = None
    ) -> Connection[Appraisal]:
        few = await too_few_of_year(info, self.year)
        key = {"year": self.year}
        return await page(info, appraisals.TOO_FEW, key, Appraisal.of, first, after, too_few=few)

    @classmethod
    def of(cls, row: Row) -> "Cycle":
        return cls(**{**row, "edition": row["edition"] or None})
