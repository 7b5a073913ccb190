"""What a command is refused for by the law or by what happened meanwhile; nothing is written then.

Refused
├── NotCompetent    NOT_COMPETENT    the law gives the act to somebody else, or to nobody
├── OutOfOrder      OUT_OF_ORDER     something comes first (QĐ124:Đ7.3, Đ11)
├── AboveComputed   ABOVE_COMPUTED   more than the conditions of the law give (QĐ124:Đ12)
│   └── AboveAnnulled  ABOVE_ANNULLED  higher than the level that falls for a later fault (QĐ124:Đ15.3)
├── ReasonNeeded    REASON_NEEDED    the decision needs its reason in writing
├── QuotaExceeded   QUOTA_EXCEEDED   more EXCELLENT than the group may have (QĐ124:Đ12.1.4)
├── NoPeerGroup     NO_PEER_GROUP    opened by an older version without a group to be counted in
├── StaleVersion    STALE_VERSION    changed since the caller saw it
├── LeftOut         LEFT_OUT         left out of the rating of the year (QĐ124:Đ5.2.1)
├── YearClosed      YEAR_CLOSED      the year is not open
├── YearOpened      YEAR_OPENED      the year was opened before
├── MeetingForbidden MEETING_FORBIDDEN  party and profession reviewed in one meeting (HD01:3.1.1)
├── NotAnOfficer    NOT_AN_OFFICER   only the office that compiles for the committee of HD01:6.1 may
├── FactsRefused    FACTS_REFUSED    the facts are not what the edition reads
└── KeyReused       KEY_REUSED       the idempotency key came with another input before
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

from authz.decision import Decision
from db.json_sql.relation import Row
from resolvers.authorization.explanation import why_not
from rules.facts.fault import Fault, without_repeated_lists
from rules.judgement.peer_group import CLAUSE as COUNTED_BY
from rules.judgement.quota import Counts, QuotaCheck
from rules.procedure.precedence import StepWaitsFor


class CommandRefused(Exception):  # noqa: N818 -- a refusal is an answer, not a failure of the service
    """A typed refusal, said in both languages, with the clause that it stands on."""

    code: ClassVar[str]

    def __init__(self, vi: str, en: str, clause: str | None = None) -> None:
        super().__init__(en)
        self.vi, self.en, self.clause = vi, en, clause


class NotCompetent(CommandRefused):
    code = "NOT_COMPETENT"

    def __init__(self, decision: Decision, appraisals: Sequence[Row]) -> None:
        row = decision.row or decision.nearest
        sentences = {language: why_not(decision, language) or "" for language in ("vi", "en")}
        super().__init__(sentences["vi"], sentences["en"], row.clause if row else None)
        self.decision, self.appraisals = decision, appraisals


class OutOfOrder(CommandRefused):
    code = "OUT_OF_ORDER"

    def __init__(self, waits: Mapping[UUID, Sequence[StepWaitsFor]]) -> None:
        first = next(one for every in waits.values() for one in every)
        super().__init__(
            vi=f"Chưa đến bước này: {first.reason}",
            en=f"something comes first: {first.reason}",
            clause=first.clause,
        )
        self.waits = waits


class AboveComputed(CommandRefused):
    code = "ABOVE_COMPUTED"
    VI, EN = "Cao hơn mức mà các điều kiện cho phép", "above the level that the conditions give"
    CLAUSE = "QĐ124:Đ12"

    def __init__(self, appraisals: Sequence[Row]) -> None:
        super().__init__(vi=self.VI, en=self.EN, clause=self.CLAUSE)
        self.appraisals = appraisals


class AboveAnnulled(AboveComputed):
    code = "ABOVE_ANNULLED"
    VI = "level: xếp loại lại do phát hiện khuyết điểm thì không được cao hơn mức bị huỷ bỏ"
    EN = "level: rated again for a fault found later, it may not be higher than the annulled one"
    CLAUSE = "QĐ124:Đ15.3"


class ReasonNeeded(CommandRefused):
    code = "REASON_NEEDED"

    def __init__(self, appraisals: Sequence[Row]) -> None:
        super().__init__(
            vi="Thấp hơn mức tính được, hoặc chưa xác định được mức: phải nêu lý do",
            en="below the computed level, or none is determined: a written reason is needed",
            clause="QĐ124:Đ15.1",
        )
        self.appraisals = appraisals


class QuotaExceeded(CommandRefused):
    code = "QUOTA_EXCEEDED"

    def __init__(self, group: str, counts: Counts, check: QuotaCheck) -> None:
        super().__init__(
            vi=f"Vượt tỷ lệ: {counts.excellent} xuất sắc, tối đa {check.limit} trên {check.base}",
            en=f"over the quota: {counts.excellent} EXCELLENT, at most {check.limit} of {check.base}",
            clause=check.clause,
        )
        self.group, self.counts, self.check = group, counts, check


class NoPeerGroup(CommandRefused):
    """Appraisals of a year that an older version opened; `supplementYear` gives them their groups."""

    code = "NO_PEER_GROUP"

    def __init__(self, appraisals: Sequence[Row]) -> None:
        super().__init__(
            vi="Chưa thuộc nhóm nào để tính tỷ lệ xuất sắc: cần bổ sung năm (supplementYear) trước",
            en="in no group whose quota would count it: supplement the year (supplementYear) first",
            clause=COUNTED_BY,
        )
        self.appraisals = appraisals


class StaleVersion(CommandRefused):
    code = "STALE_VERSION"

    def __init__(self, appraisals: Sequence[Row]) -> None:
        super().__init__(
            vi="Đã có thay đổi từ khi bạn xem; hãy xem lại",
            en="changed since you saw it; look again",
        )
        self.appraisals = appraisals


class LeftOut(CommandRefused):
    code = "LEFT_OUT"

    def __init__(self, appraisals: Sequence[Row], clause: str) -> None:
        super().__init__(
            vi="Không thuộc diện đánh giá, xếp loại trong năm",
            en="left out of the rating of the year",
            clause=clause,
        )
        self.appraisals = appraisals


class YearClosed(CommandRefused):
    code = "YEAR_CLOSED"

    def __init__(self, year: int, *, is_closed: bool) -> None:
        how = ("đã khép lại", "is closed") if is_closed else ("chưa mở", "is not open yet")
        super().__init__(f"Năm {year} {how[0]}", f"the year {year} {how[1]}", "QĐ124:Đ14.2")


class YearOpened(CommandRefused):
    code = "YEAR_OPENED"

    def __init__(self, year: int) -> None:
        super().__init__(
            vi=f"Năm {year} đã được mở trước đó",
            en=f"the year {year} was opened before",
            clause="QĐ124:Đ14.2",
        )


class MeetingForbidden(CommandRefused):
    code = "MEETING_FORBIDDEN"

    def __init__(self, body: str, other: str, clause: str) -> None:
        super().__init__(
            vi=f"Không kết hợp kiểm điểm {body} với {other} trong một hội nghị",
            en=f"{body} and {other} are not reviewed in one meeting",
            clause=clause,
        )


class NotAnOfficer(CommandRefused):
    code = "NOT_AN_OFFICER"

    def __init__(self) -> None:
        super().__init__(
            vi="Chỉ cán bộ Ban Tổ chức Tỉnh uỷ được mở hoặc khép lại năm xếp loại",
            en="only an officer of the office that compiles for the Provincial Standing Committee may "
            "open or close a year",
            clause="HD01:6.1",
        )


FAULTS_SHOWN_MAX = 100
"""As many as errors of one operation: more are read by nobody, and each repeats what it may be."""


class FactsRefused(CommandRefused):
    code = "FACTS_REFUSED"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(without_repeated_lists(faults[:FAULTS_SHOWN_MAX]))
        vi, en = (
            "; ".join(fault.sentence(language) for fault in self.faults)
            for language in ("vi", "en")
        )
        super().__init__(f"Số liệu chưa đúng: {vi}", f"the facts are wrong: {en}", "QĐ124:Đ11.1")


class KeyReused(CommandRefused):
    code = "KEY_REUSED"

    def __init__(self) -> None:
        super().__init__(
            vi="Khoá idempotencyKey này đã dùng cho một lệnh khác",
            en="this idempotencyKey came with another command before",
        )
