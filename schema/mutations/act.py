"""Mutations on appraisals: each runs one command once, and answers with typed refusals."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, cast

import strawberry
from strawberry.scalars import JSON

from resolvers.authorization.subject import identifier
from resolvers.commands.annulment import Annul
from resolvers.commands.command import Answer, Command, Target
from resolvers.commands.conclude import Conclude, Decide, LevelDecision
from resolvers.commands.exclude_and_transfer import EndExclusion, Exclude, Transfer
from resolvers.commands.facts_completion import RecordFacts
from resolvers.commands.prepare import GiveOpinion, Propose, RateOneself, RecordReview
from resolvers.commands.remedy import (
    AnswerAppeal,
    Appeal,
    PermitOutOfOrder,
    RequireReviewAgain,
    SuggestReview,
)
from resolvers.errors import BadInput
from resolvers.refusals import CommandRefused
from rules.procedure.precedence import Step
from schema.context import Info
from schema.mutations.command import Key, execute
from schema.mutations.delegation import DocumentInput
from schema.types.conclusion import AppraisalResult, ConcludeResult, Conclusion, appraisal_of
from schema.types.enums import Ground, Level
from schema.types.meaning import described
from schema.types.refusal import Refusal, as_refusal
from schema.types.registry import Year

described(Step, "What is done to one subject in a year, in this order.")


@strawberry.input(description="One decision of a list.")
class DecisionInput:
    appraisal: strawberry.ID = strawberry.field(description="The id of the appraisal.")
    expected_version: int = strawberry.field(description="The version that the sender saw.")
    level: Level = strawberry.field(description="Mức xếp loại: the level to give (QĐ124:Đ12).")
    reason: str | None = strawberry.field(
        default=None, description="Lý do: needed where the level is not the computed one."
    )

    def read(self) -> LevelDecision:
        key = identifier(str(self.appraisal), "decisions.appraisal")
        return LevelDecision(key, self.expected_version, self.level, self.reason)


@strawberry.input(description="Kết luận: the levels of one peer group, by one document.")
class ConcludeInput:
    year: Year = strawberry.field(description="Năm đánh giá: the rated year.")
    group: strawberry.ID = strawberry.field(description="The code of the peer group.")
    decisions: list[DecisionInput] = strawberry.field(
        description="The level of each appraisal of the group."
    )
    document: DocumentInput = strawberry.field(
        description="Văn bản kết luận: the paper that concludes."
    )
    idempotency_key: Key = strawberry.field(
        description="A UUID of the sender's: repeated, it brings the first answer."
    )


@strawberry.input(description="The level of one appraisal, by a document.")
class DecideInput:
    decision: DecisionInput = strawberry.field(description="The level of the appraisal.")
    document: DocumentInput = strawberry.field(
        description="Văn bản quyết định: the paper that decides."
    )
    idempotency_key: Key = strawberry.field(
        description="A UUID of the sender's: repeated, it brings the first answer."
    )


@strawberry.input(description="Which appraisal, in the version that the sender saw.")
class TargetInput:
    appraisal: strawberry.ID = strawberry.field(description="The id of the appraisal.")
    expected_version: int = strawberry.field(description="The version that the sender saw.")
    idempotency_key: Key = strawberry.field(
        description="A UUID of the sender's: repeated, it brings the first answer."
    )

    def read(self) -> Target:
        return Target(identifier(str(self.appraisal), "appraisal"), self.expected_version)


@strawberry.input(description="Kiểm điểm: a review as it was held.")
class ReviewInput:
    place: strawberry.ID = strawberry.field(description="The code of the body that held it.")
    held_on: date = strawberry.field(description="The day on which it ended.")
    days: str = strawberry.field(description="Its length in days: 1.5")
    minutes: DocumentInput = strawberry.field(description="Biên bản kiểm điểm: its minutes.")

    def of(self, target: Target) -> RecordReview:
        return RecordReview(target, str(self.place), self.held_on, self.days, self.minutes.read())


@strawberry.input(
    description="The exclusion of a subject from a year: its reason and its document."
)
class ExclusionInput:
    ground: Ground = strawberry.field(description="Lý do: which of the grounds of the law.")
    reason: str = strawberry.field(description="Lý do bằng văn bản: the reason in writing.")
    document: DocumentInput = strawberry.field(description="Văn bản: the document of the act.")
    reviewed_on: date | None = strawberry.field(
        default=None, description="Of NEWLY_ADMITTED: the day of the cell's review."
    )

    def of(self, target: Target) -> Exclude:
        return Exclude(target, self.ground, self.reason, self.document.read(), self.reviewed_on)


argument = strawberry.argument
Conclusions = Annotated[ConcludeInput, argument(description="The levels of the whole group.")]
OneDecision = Annotated[DecideInput, argument(description="The level of one appraisal.")]
Which = Annotated[TargetInput, argument(description="Which appraisal, as the sender saw it.")]
Held = Annotated[ReviewInput, argument(description="Kiểm điểm: the review as it was held.")]
Facts = Annotated[JSON, argument(description="A table of fields, as the edition reads them.")]
GivenLevel = Annotated[Level, argument(description="Mức: the level that the sender finds right.")]
NewLevel = Annotated[
    Level | None, argument(description="Xếp loại lại: the level instead; null only annuls.")
]
Remark = Annotated[str, argument(description="Nhận xét: a remark for the file.")]
Opinion = Annotated[str, argument(description="Ý kiến: the opinion in writing.")]
Reason = Annotated[str, argument(description="Lý do: the reason in writing.")]
Answered = Annotated[str, argument(description="Kết luận: what the answer concludes.")]
Suggestion = Annotated[str, argument(description="Gợi ý: what the review takes up.")]
OfStep = Annotated[Step, argument(description="Bước: which step goes ahead.")]
Paper = Annotated[DocumentInput, argument(description="Văn bản: the paper that orders it.")]
Place = Annotated[
    strawberry.ID,
    argument(description="Of an official the code of a post, of a party member that of a cell."),
]
FirstDay = Annotated[
    date, argument(description="Ngày chuyển: the first day there, the last where it was left.")
]
AppealPaper = Annotated[
    DocumentInput | None, argument(description="Văn bản khiếu nại; null only reserves an opinion.")
]
Excluded = Annotated[ExclusionInput, argument(description="Không thuộc diện: why it is left out.")]


@strawberry.type
class ActMutations:
    @strawberry.mutation(
        description="Kết luận: give the levels of a peer group, all of them or none (QĐ124:Đ12.1.4)."
    )
    async def conclude(self, info: Info, input: Conclusions) -> ConcludeResult:  # noqa: A002 -- the graph's own word
        command = Conclude(
            year=input.year,
            group=str(input.group),
            decisions=[decision.read() for decision in input.decisions],
            document=input.document.read(),
        )
        return await _conclude(info, input.idempotency_key, command)

    @strawberry.mutation(description="Quyết định mức xếp loại of one appraisal (QĐ124:Đ11.2).")
    async def decide(self, info: Info, input: OneDecision) -> ConcludeResult:  # noqa: A002 -- the graph's own word
        command = Decide(input.decision.read(), input.document.read())
        return await _conclude(info, input.idempotency_key, command)

    @strawberry.mutation(description="Ghi nhận kiểm điểm: where, when and how long (QĐ124:Đ7).")
    async def record_review(self, info: Info, target: Which, review: Held) -> AppraisalResult:
        return await _run_on_appraisal(info, target, review.of(target.read()))

    @strawberry.mutation(
        description="Ghi số liệu: the subject's own facts; `xeploai judge --schema` says which."
    )
    async def record_facts(self, info: Info, target: Which, facts: Facts) -> AppraisalResult:
        return await _run_on_appraisal(info, target, RecordFacts(target.read(), _table(facts)))

    @strawberry.mutation(description="Tự đánh giá, xếp loại: bước 1 (QĐ124:Đ11.2).")
    async def rate_oneself(
        self, info: Info, target: Which, level: GivenLevel, remark: Remark = ""
    ) -> AppraisalResult:
        return await _run_on_appraisal(info, target, RateOneself(target.read(), level, remark))

    @strawberry.mutation(description="Thẩm định, đề xuất mức: bước 2 (QĐ124:Đ11.2).")
    async def propose(
        self, info: Info, target: Which, level: GivenLevel, remark: Remark = ""
    ) -> AppraisalResult:
        return await _run_on_appraisal(info, target, Propose(target.read(), level, remark))

    @strawberry.mutation(
        description="Ý kiến bằng văn bản of a member of the authority, before it decides (QĐ124:Đ17)."
    )
    async def give_opinion(self, info: Info, target: Which, opinion: Opinion) -> AppraisalResult:
        return await _run_on_appraisal(info, target, GiveOpinion(target.read(), opinion))

    @strawberry.mutation(
        description="Huỷ bỏ, xếp loại lại: annul a level, and rate again at once (QĐ124:Đ13.3, Đ15.3)."
    )
    async def annul(
        self,
        info: Info,
        target: Which,
        reason: Reason,
        document: Paper,
        level: NewLevel = None,
    ) -> AppraisalResult:
        command = Annul(target.read(), reason, level, document.read())
        return await _run_on_appraisal(info, target, command)

    @strawberry.mutation(description="Yêu cầu kiểm điểm lại, xem xét lại (QĐ124:Đ8.3, Đ11.2).")
    async def require_review_again(
        self, info: Info, target: Which, reason: Reason
    ) -> AppraisalResult:
        return await _run_on_appraisal(info, target, RequireReviewAgain(target.read(), reason))

    @strawberry.mutation(
        description="Gợi ý kiểm điểm: what the direct superior has the review take up (QĐ124:Đ8.3)."
    )
    async def suggest_review(
        self, info: Info, target: Which, suggestion: Suggestion, document: Paper
    ) -> AppraisalResult:
        return await _run_on_appraisal(
            info, target, SuggestReview(target.read(), suggestion, document.read())
        )

    @strawberry.mutation(
        description="Cho phép thực hiện trước: the direct superior lets a step through in writing."
    )
    async def permit_out_of_order(
        self, info: Info, target: Which, step: OfStep, reason: Reason, document: Paper
    ) -> AppraisalResult:
        command = PermitOutOfOrder(target.read(), step, reason, document.read())
        return await _run_on_appraisal(info, target, command)

    @strawberry.mutation(
        description="Bảo lưu ý kiến (without a document), khiếu nại (with one): QĐ124:Đ16."
    )
    async def appeal(
        self, info: Info, target: Which, reason: Reason, document: AppealPaper = None
    ) -> AppraisalResult:
        paper = document.read() if document else None
        return await _run_on_appraisal(info, target, Appeal(target.read(), reason, paper))

    @strawberry.mutation(description="Trả lời khiếu nại bằng văn bản (QĐ124:Đ16.2).")
    async def answer_appeal(
        self, info: Info, target: Which, conclusion: Answered, document: Paper
    ) -> AppraisalResult:
        return await _run_on_appraisal(
            info, target, AnswerAppeal(target.read(), conclusion, document.read())
        )

    @strawberry.mutation(
        description="Không thuộc diện: leave a party member out of the year (QĐ124:Đ5.2.1)."
    )
    async def exclude(self, info: Info, target: Which, exclusion: Excluded) -> AppraisalResult:
        return await _run_on_appraisal(info, target, exclusion.of(target.read()))

    @strawberry.mutation(description="Trở lại diện đánh giá: the ground of an exclusion has ended.")
    async def end_exclusion(
        self, info: Info, target: Which, reason: Reason, document: Paper
    ) -> AppraisalResult:
        return await _run_on_appraisal(
            info, target, EndExclusion(target.read(), reason, document.read())
        )

    @strawberry.mutation(
        description="Chuyển công tác, chuyển sinh hoạt: to another post or cell; the appraisal follows "
        "the highest post (QĐ124:Đ7.2.3)."
    )
    async def transfer(
        self,
        info: Info,
        target: Which,
        to: Place,
        on: FirstDay,
        document: Paper,
    ) -> AppraisalResult:
        return await _run_on_appraisal(
            info, target, Transfer(target.read(), str(to), on, document.read())
        )


async def _conclude(info: Info, key: strawberry.ID, command: Command) -> ConcludeResult:
    answer = await run_command(info, key, command)
    if isinstance(answer, Refusal):
        return cast("ConcludeResult", answer)
    return Conclusion.of(answer)


async def _run_on_appraisal(info: Info, target: TargetInput, command: Command) -> AppraisalResult:
    """Run a command on one appraisal; the appraisal, or the refusal."""
    answer = await run_command(info, target.idempotency_key, command)
    if isinstance(answer, Refusal):
        return cast("AppraisalResult", answer)
    return appraisal_of(answer)


async def run_command(info: Info, key: strawberry.ID, command: Command) -> Answer | Refusal:
    """Run the caller's command; its answer, or the refusal."""
    try:
        return await execute(info, key, command)
    except CommandRefused as refused:
        return await as_refusal(refused, info)


def _table(facts: object) -> Mapping[str, Any]:
    """The facts as a table of fields. Raises BadInput for any other JSON."""
    if not isinstance(facts, dict):
        raise BadInput(
            vi="facts: phải là một bảng các trường",
            en="facts: it is a table of fields",
            field="facts",
        )
    return facts
