"""Second looks: QĐ124 Articles 8.3, 11.2, 12.4.5, 13.3, 15.3 and 16. Each is a new act; the old stays."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rules.enums import Act, Stage


class Remedy(StrEnum):
    REVIEW_AGAIN = "REVIEW_AGAIN"
    LOOK_AGAIN = "LOOK_AGAIN"
    RERATE_EARLIER_YEAR = "RERATE_EARLIER_YEAR"
    ANNUL_FOR_BROKEN_RULES = "ANNUL_FOR_BROKEN_RULES"
    ANNUL_FOR_LATER_FAULT = "ANNUL_FOR_LATER_FAULT"
    RESERVE_OPINION = "RESERVE_OPINION"
    APPEAL = "APPEAL"
    ANSWER_APPEAL = "ANSWER_APPEAL"


class Who(StrEnum):
    """The relation of an actor to the subject."""

    DIRECT_SUPERIOR = "DIRECT_SUPERIOR"
    SUPERIOR_PARTY_ORGANISATION = "SUPERIOR_PARTY_ORGANISATION"
    RATING_AUTHORITY = "RATING_AUTHORITY"
    SUBJECT = "SUBJECT"


class MissingForRemedy(StrEnum):
    """What a second look lacks."""

    AUTHORITY = "AUTHORITY"
    STAGE = "STAGE"
    WRITTEN_REASON = "WRITTEN_REASON"
    WRITTEN_APPEAL = "WRITTEN_APPEAL"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """One row of the second looks. `from_stage`: the earliest stage of the subject.

    `level_falls`: the recorded act ends the level; otherwise the level stands, and the subject
    complies meanwhile (Đ16.1). A falling level is carried out regardless of the quota, whether the body
    still exists or not.
    """

    look: Remedy
    act: Act
    who: Who
    clause: str
    from_stage: Stage
    level_falls: bool
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class LookVerdict:
    """Whether a second look may be taken now, its clause, and everything that it lacks."""

    allowed: bool
    clause: str
    missing: tuple[MissingForRemedy, ...]


def may_look_again(
    look: Remedy,
    standing_as: Collection[Who],
    stage: Stage,
    reason: str,
    *,
    has_written_appeal: bool = False,
) -> LookVerdict:
    """Whether an actor with these relations to the subject may take this second look now.

    Every second look needs a written reason; an answer (Đ16.2) needs a written appeal before it.
    """
    row = second_look(look)
    missing = []
    if row.who not in standing_as:
        missing.append(MissingForRemedy.AUTHORITY)
    if not _has_reached(stage, row.from_stage):
        missing.append(MissingForRemedy.STAGE)
    if not reason.strip():
        missing.append(MissingForRemedy.WRITTEN_REASON)
    if look is Remedy.ANSWER_APPEAL and not has_written_appeal:
        missing.append(MissingForRemedy.WRITTEN_APPEAL)
    return LookVerdict(not missing, row.clause, tuple(missing))


def second_look(look: Remedy) -> SecondLook:
    return _BY_LOOK[look]


def _has_reached(stage: Stage, required: Stage) -> bool:
    stages = list(Stage)
    return stages.index(stage) >= stages.index(required)


SECOND_LOOKS = (
    SecondLook(
        Remedy.REVIEW_AGAIN,
        Act.REQUIRE_REREVIEW,
        Who.DIRECT_SUPERIOR,
        "QĐ124:Đ8.3",
        Stage.REVIEWED,
        level_falls=False,
        vi="Kiểm điểm lại khi chưa bảo đảm nội dung yêu cầu",
        en="Review again: the content falls short",
    ),
    SecondLook(
        Remedy.LOOK_AGAIN,
        Act.REQUIRE_REREVIEW,
        Who.DIRECT_SUPERIOR,
        "QĐ124:Đ11.2",
        Stage.DECIDED,
        level_falls=False,
        vi="Xem xét lại khi có đơn thư, dấu hiệu vi phạm, mất đoàn kết sau khi có kết quả",
        en="Look again: complaint, sign of violation or disunity after the result",
    ),
    SecondLook(
        Remedy.RERATE_EARLIER_YEAR,
        Act.ANNUL,
        Who.SUPERIOR_PARTY_ORGANISATION,
        "QĐ124:Đ12.4.5",
        Stage.DECIDED,
        level_falls=True,
        vi="Xếp loại lại năm xảy ra khuyết điểm, vi phạm",
        en="Rate an earlier year again, for an act of that year",
    ),
    SecondLook(
        Remedy.ANNUL_FOR_BROKEN_RULES,
        Act.ANNUL,
        Who.DIRECT_SUPERIOR,
        "QĐ124:Đ13.3",
        Stage.DECIDED,
        level_falls=True,
        vi="Huỷ bỏ, xếp loại lại do vi phạm quy định về kiểm điểm, đánh giá, xếp loại",
        en="Annul and rate again: the rules on review and rating were broken",
    ),
    SecondLook(
        Remedy.ANNUL_FOR_LATER_FAULT,
        Act.ANNUL,
        Who.RATING_AUTHORITY,
        "QĐ124:Đ15.3",
        Stage.DECIDED,
        level_falls=True,
        vi="Huỷ bỏ, xếp loại lại do sau đó phát hiện có khuyết điểm",
        en="Annul and rate again: a fault found later",
    ),
    SecondLook(
        Remedy.RESERVE_OPINION,
        Act.APPEAL,
        Who.SUBJECT,
        "QĐ124:Đ16.1",
        Stage.DECIDED,
        level_falls=False,
        vi="Bảo lưu ý kiến lên cấp trên trực tiếp, nhưng phải chấp hành",
        en="Reserve an opinion to the direct superior, and comply meanwhile",
    ),
    SecondLook(
        Remedy.APPEAL,
        Act.APPEAL,
        Who.SUBJECT,
        "QĐ124:Đ16.2",
        Stage.DECIDED,
        level_falls=False,
        vi="Khiếu nại, kiến nghị bằng văn bản về nội dung nhận xét, đánh giá và kết quả xếp loại",
        en="Appeal in writing against the remarks and the level",
    ),
    SecondLook(
        Remedy.ANSWER_APPEAL,
        Act.ANSWER_APPEAL,
        Who.RATING_AUTHORITY,
        "QĐ124:Đ16.2",
        Stage.DECIDED,
        level_falls=False,
        vi="Xem xét, kết luận và trả lời khiếu nại, kiến nghị bằng văn bản",
        en="Consider, conclude and answer a written appeal in writing",
    ),
)

_BY_LOOK = {row.look: row for row in SECOND_LOOKS}
