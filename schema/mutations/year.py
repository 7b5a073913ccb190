"""Mutations of a rated year: open it, add to it, close it (QĐ124:Đ14.2)."""

from typing import Annotated, cast

import strawberry

from resolvers.commands.open_year import CloseYear, OpenYear, SupplementYear, YearCommand
from schema.context import Info
from schema.mutations.act import Paper, run_command
from schema.mutations.command import Key
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
from schema.types.year import Cycle

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
        result = await _run_on_year(info, idempotency_key, OpenYear(year, document.read()))
        return cast("OpenYearResult", result)

    @strawberry.mutation(
        description="Bổ sung đối tượng: an appraisal for every subject as of 1 December that an open year "
        "has none of, such as whom the registry learned of after the opening (QĐ124:Đ14.2)."
    )
    async def supplement_year(
        self, info: Info, year: Year, document: Paper, idempotency_key: Key
    ) -> SupplementYearResult:
        result = await _run_on_year(info, idempotency_key, SupplementYear(year, document.read()))
        return cast("SupplementYearResult", result)

    @strawberry.mutation(
        description="Khép lại năm xếp loại: no further acts but remedies; undecided subjects stay "
        "undecided (QĐ124:Đ14.2)."
    )
    async def close_year(
        self, info: Info, year: Year, document: Paper, idempotency_key: Key
    ) -> CloseYearResult:
        result = await _run_on_year(info, idempotency_key, CloseYear(year, document.read()))
        return cast("CloseYearResult", result)


async def _run_on_year(info: Info, key: strawberry.ID, command: YearCommand) -> Cycle | Refusal:
    answer = await run_command(info, key, command)
    return answer if isinstance(answer, Refusal) else Cycle.of(row_of(answer))
