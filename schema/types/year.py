"""The years of rating: opened, added to and closed, each with its edition (QĐ124:Đ14.2)."""

from datetime import date
from functools import partial
from typing import Annotated, cast
from uuid import UUID

import strawberry

from db.json_sql.relation import Row
from resolvers.commands.open_year import CloseYear, OpenYear, SupplementYear, YearCommand
from resolvers.queries import appraisal as appraisals, officer as officers
from schema.context import Info
from schema.directives import PAGED
from schema.mutations.act import Paper, carried_out
from schema.mutations.command import Key
from schema.pagination import After, Connection, First, page
from schema.types.appraisal import Appraisal
from schema.types.conclusion import row_of
from schema.types.refusal import (
    KeyReused,
    NotAnOfficer,
    QuotaExceeded,
    Refusal,
    YearClosed,
    YearOpened,
)
from schema.types.registry import Year


async def too_few_of_year(info: Info, year: int) -> list[UUID]:
    """For whom too few officers are there on the day, of a year."""
    authorities = info.context.authorities
    found = await authorities.loaders.run(
        partial(
            officers.too_few_of_year,
            policy=authorities.policy,
            year=year,
            day=authorities.today,
        )
    )
    return sorted(found)


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
        description="Thiếu người: the subjects for whom no two officers are there today of whom one may "
        "propose and the other decide (QĐ124:Đ11.2), by name.",
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


OpenYearResult = Annotated[
    Cycle | NotAnOfficer | YearOpened | KeyReused,
    strawberry.union("OpenYearResult", description="The year as it was opened, or why it was not."),
]
SupplementYearResult = Annotated[
    Cycle | NotAnOfficer | YearClosed | KeyReused,
    strawberry.union(
        "SupplementYearResult", description="The year as it was added to, or why it was not."
    ),
]
CloseYearResult = Annotated[
    Cycle | NotAnOfficer | YearClosed | QuotaExceeded | KeyReused,
    strawberry.union(
        "CloseYearResult", description="The year as it was closed, or why it was not."
    ),
]


@strawberry.type
class YearMutations:
    @strawberry.mutation(
        description="Mở năm xếp loại: an appraisal for every subject of the registry as of "
        "1 December; by the office that compiles for the Provincial Standing Committee (QĐ124:Đ14.2)."
    )
    async def open_year(
        self, info: Info, year: Year, document: Paper, idempotency_key: Key
    ) -> OpenYearResult:
        found = await _done(info, idempotency_key, OpenYear(year, document.read()))
        return cast("OpenYearResult", found)

    @strawberry.mutation(
        description="Bổ sung đối tượng: an appraisal for every subject as of 1 December that an open year "
        "has none of, such as whom the registry learned of after the opening (QĐ124:Đ14.2)."
    )
    async def supplement_year(
        self, info: Info, year: Year, document: Paper, idempotency_key: Key
    ) -> SupplementYearResult:
        found = await _done(info, idempotency_key, SupplementYear(year, document.read()))
        return cast("SupplementYearResult", found)

    @strawberry.mutation(
        description="Khép lại năm xếp loại: no further acts but second looks; whoever is undecided "
        "stays so (QĐ124:Đ14.2)."
    )
    async def close_year(
        self, info: Info, year: Year, document: Paper, idempotency_key: Key
    ) -> CloseYearResult:
        found = await _done(info, idempotency_key, CloseYear(year, document.read()))
        return cast("CloseYearResult", found)


async def _done(info: Info, key: strawberry.ID, command: YearCommand) -> Cycle | Refusal:
    answered = await carried_out(info, key, command)
    return answered if isinstance(answered, Refusal) else Cycle.of(row_of(answered))
