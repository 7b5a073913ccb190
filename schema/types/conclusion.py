"""Results of commands: the appraisals after the command, the quota, the receipt."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.facade import peer_groups
from resolvers.commands.command import Answer
from resolvers.queries.year import edition_of
from rules.judgement import quota
from rules.judgement.quota import Counts
from schema.context import Info
from schema.types.appraisal import Appraisal
from schema.types.quota import Quota
from schema.types.refusal import (
    AboveComputed,
    FactsRefused,
    KeyReused,
    LeftOut,
    MeetingForbidden,
    NotCompetent,
    OutOfOrder,
    QuotaExceeded,
    ReasonNeeded,
    StaleVersion,
    YearClosed,
)
from schema.types.registry import PeerGroup

READ: Mapping[str, Callable[[str], object]] = {
    "id": UUID,
    "person_id": UUID,
    "decided_on": date.fromisoformat,
    "document_date": date.fromisoformat,
    "due": date.fromisoformat,
    "opened_on": date.fromisoformat,
    "closed_on": date.fromisoformat,
    "changed_at": datetime.fromisoformat,
}
"""The columns of an appraisal or of a year that JSON stores as text."""


@strawberry.type(description="The last act that the command appended to the chain.")
class Receipt:
    sequence: int = strawberry.field(description="Its number in the chain of acts.")
    hash: str = strawberry.field(
        description="Its hash, in hexadecimal, which the next act carries on."
    )


async def _quota_of(root: "Conclusion", info: Info) -> Quota | None:
    """Read only where it is selected."""
    answer = root.answer
    if answer["counts"] is None:
        return None
    group = answer["appraisals"][0]["peer_group_code"]
    counts = Counts(**answer["counts"])
    row = await info.context.loaders.required(peer_groups.BY_GROUP_CODE, {"peer_group_code": group})
    check = quota.check(counts, edition_of(answer["year"]).quota)
    return Quota.of(PeerGroup.of(row), counts, check)


@strawberry.type(description="Kết luận: what was decided, as it stood when it was.")
class Conclusion:
    appraisals: list[Appraisal] = strawberry.field(
        description="The appraisals as the command left them."
    )
    quota: Quota | None = strawberry.field(
        resolver=_quota_of,
        description="Tỷ lệ xuất sắc as it stands afterwards (QĐ124:Đ12.1.4); null only in an answer "
        "kept from an older version, which decided without a group too.",
    )
    receipt: Receipt = strawberry.field(description="What proves that it was recorded.")
    answer: strawberry.Private[Answer]

    @classmethod
    def of(cls, answer: Answer) -> "Conclusion":
        return cls(
            appraisals=[_appraisal(row) for row in answer["appraisals"]],
            receipt=Receipt(**answer["receipt"]),
            answer=answer,
        )


def appraisal_of(answer: Answer) -> Appraisal:
    return _appraisal(answer["appraisals"][0])


def _appraisal(kept: Mapping[str, Any]) -> Appraisal:
    """Complete the stored answer of an older version, which has no exclusions."""
    return Appraisal.of({"excluded": None} | row_of(kept))


def row_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """An appraisal or a year as a row, from a new answer or from a stored one."""
    return {
        name: READ[name](value) if name in READ and isinstance(value, str) else value
        for name, value in kept.items()
    }


ConcludeResult = Annotated[
    Conclusion
    | NotCompetent
    | OutOfOrder
    | AboveComputed
    | ReasonNeeded
    | QuotaExceeded
    | StaleVersion
    | LeftOut
    | YearClosed
    | KeyReused,
    strawberry.union("ConcludeResult", description="What was decided, or why nothing was."),
]
AppraisalResult = Annotated[
    Appraisal
    | NotCompetent
    | OutOfOrder
    | FactsRefused
    | QuotaExceeded
    | AboveComputed
    | ReasonNeeded
    | StaleVersion
    | LeftOut
    | YearClosed
    | MeetingForbidden
    | KeyReused,
    strawberry.union("AppraisalResult", description="The appraisal afterwards, or why not."),
]
