"""The mutation that completes a file. Documents are uploaded over HTTP, not GraphQL (docs/decisions/0009)."""

from typing import Annotated

import strawberry

from db.facade import appraisals
from resolvers.authorization.subject import identifier
from resolvers.commands.dossier import CLAUSE
from resolvers.commands.dossier_completion import CompleteFile, Incomplete
from schema.context import Info
from schema.mutations.command import ExpectedVersion, OptionalKey, execute_untyped
from schema.types.appraisal import Appraisal
from schema.types.dossier import MissingPaper
from schema.types.refusal import Refusal
from schema.types.registry import Clause

LACKS = {"vi": "Hồ sơ còn thiếu: {papers}", "en": "The file lacks: {papers}"}


@strawberry.type(description="Hồ sơ chưa đủ: the file lacks papers; all of them.")
class FileIncomplete(Refusal):
    missing: list[MissingPaper] = strawberry.field(description="Every paper that is missing.")

    @classmethod
    def of(cls, refused: Incomplete, language: str) -> "FileIncomplete":
        missing = [MissingPaper.of(paper) for paper in refused.papers]
        return cls(
            code=refused.code,
            message=LACKS[language].format(papers="; ".join(paper.name for paper in missing)),
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
    async def complete_file(
        self,
        info: Info,
        appraisal: OfAppraisal,
        idempotency_key: OptionalKey = None,
        expected_version: ExpectedVersion = None,
    ) -> CompleteFileResult:
        key = identifier(str(appraisal), "appraisal")
        command = CompleteFile(key, expected_version)
        try:
            await execute_untyped(info, idempotency_key, command)
        except Incomplete as refused:
            return FileIncomplete.of(refused, info.context.language)
        return Appraisal.of(await info.context.loaders.required(appraisals.BY_ID, {"id": key}))
