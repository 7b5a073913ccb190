"""The mutation of the file: its completion. Documents come beside the graph (docs/decisions/0009)."""

from typing import Annotated

import strawberry

from resolvers import appraisals, files
from resolvers.files import CLAUSE, By, Incomplete
from resolvers.subjects import identifier
from schema.appraisal import Appraisal
from schema.context import Info
from schema.documents import MissingPaper
from schema.refusals import Refusal
from schema.types import Clause

LACKS = {"vi": "Hồ sơ còn thiếu: {papers}", "en": "The file lacks: {papers}"}


@strawberry.type(description="Hồ sơ chưa đủ: the file lacks papers; all of them.")
class FileIncomplete(Refusal):
    missing: list[MissingPaper] = strawberry.field(description="Every paper that is missing.")

    @classmethod
    def of(cls, refused: Incomplete, language: str) -> "FileIncomplete":
        missing = [MissingPaper.of(paper) for paper in refused.papers]
        return cls(
            code="FILE_INCOMPLETE",
            message=LACKS[language].format(papers="; ".join(one.name for one in missing)),
            clause=Clause.of(CLAUSE),
            missing=missing,
        )


CompleteFileResult = Annotated[
    Appraisal | FileIncomplete,
    strawberry.union("CompleteFileResult", description="The appraisal, or what its file lacks."),
]


OfAppraisal = Annotated[
    strawberry.ID, strawberry.argument(description="The appraisal whose file is complete.")
]


@strawberry.type
class FileMutations:
    @strawberry.mutation(
        description="Hoàn thành hồ sơ: record that the file of an appraisal is complete, as the "
        "office that compiles it (QĐ124:Đ17)."
    )
    async def complete_file(self, info: Info, appraisal: OfAppraisal) -> CompleteFileResult:
        context = info.context
        key = identifier(str(appraisal), "appraisal")
        by = By(context.policy, await context.authorities.actor(), context.at)
        try:
            await files.complete(context.connection, by, key)
        except Incomplete as refused:
            return FileIncomplete.of(refused, context.language)
        return Appraisal.of(await context.loaders.required(appraisals.BY_ID, {"id": key}))
