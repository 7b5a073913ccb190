"""The order of the year: review, then rating (QĐ124 Articles 7.3, 11.2, 11.3, 15.1; HD01 section 3.1.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.enums import Stage, SubjectClass, Track
from rules.kinds import BodyKind, Rank

NEVER_IN_ONE_MEETING = "HD01:3.1.1"
SUPERIOR_ON_REVIEW = "QĐ124:Đ8.3"
SUPERIOR_ON_RATING = "QĐ124:Đ13.3"


class Step(StrEnum):
    """What is done to one subject in a year, in this order (QĐ124:Đ15.1, Đ11.2)."""

    REVIEW = "REVIEW"
    SELF_RATE = "SELF_RATE"
    APPRAISE = "APPRAISE"
    RATE = "RATE"


class Reason(StrEnum):
    """Why a step must wait."""

    NOT_REVIEWED = "NOT_REVIEWED"
    NOT_SELF_RATED = "NOT_SELF_RATED"
    NOT_PROPOSED = "NOT_PROPOSED"
    ALREADY_DONE = "ALREADY_DONE"
    COLLECTIVE_NOT_REVIEWED = "COLLECTIVE_NOT_REVIEWED"
    HEAD_NOT_REVIEWED = "HEAD_NOT_REVIEWED"
    DEPUTIES_NOT_REVIEWED = "DEPUTIES_NOT_REVIEWED"
    PROFESSIONAL_NOT_REVIEWED = "PROFESSIONAL_NOT_REVIEWED"
    CELL_NOT_REVIEWED = "CELL_NOT_REVIEWED"
    PROFESSIONAL_NOT_RATED = "PROFESSIONAL_NOT_RATED"
    LOWER_NOT_RATED = "LOWER_NOT_RATED"
    COLLECTIVE_NOT_RATED = "COLLECTIVE_NOT_RATED"
    BODY_NOT_RATED = "BODY_NOT_RATED"
    QUOTA_NOT_SETTLED = "QUOTA_NOT_SETTLED"
    YEAR_CLOSED = "YEAR_CLOSED"
    TOO_FEW_OFFICERS = "TOO_FEW_OFFICERS"


@dataclass(frozen=True, slots=True)
class OrderRule:
    """One row of the order: `step` waits while `reason` holds."""

    reason: Reason
    step: Step
    clause: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class StepWaitsFor:
    """What a step waits for: `subject` is the code or id of the subject that comes first."""

    reason: Reason
    subject: str
    clause: str


@dataclass(frozen=True, slots=True)
class EarlierSubject:
    """Another subject that comes first for `reason`, and whether it is `done` already.

    For QUOTA_NOT_SETTLED the subject is the peer group of the bodies, done once all of them are
    decided and the quota holds.
    """

    reason: Reason
    subject: str
    done: bool


@dataclass(frozen=True, slots=True)
class WrittenPermission:
    """A superior's written permission for one act out of order; it stays in the file."""

    given_by: str
    is_direct_superior: bool
    reason: str

    @property
    def counts(self) -> bool:
        return self.is_direct_superior and bool(self.reason.strip())


@dataclass(frozen=True, slots=True)
class Standing:
    """The stage of a subject, the stages of the subjects before it, and the steps that a superior permitted.

    After the end of the year, every remaining step waits only for YEAR_CLOSED, permanently.
    TOO_FEW_OFFICERS is reported from the first step on, while it can still be corrected: no two persons
    exist of whom one may propose and the other decide.
    """

    subject: str
    subject_class: SubjectClass
    stage: Stage
    earlier: tuple[EarlierSubject, ...] = ()
    permissions: Mapping[Step, WrittenPermission] = field(default_factory=dict)
    year_is_over: bool = False
    too_few_officers: bool = False

    def lets_through(self, step: Step) -> WrittenPermission | None:
        """The valid permission for a step, or None."""
        permission = self.permissions.get(step)
        can_be_done = not self.year_is_over and not self.too_few_officers
        counts = permission is not None and permission.counts and can_be_done
        return permission if counts else None


@dataclass(frozen=True, slots=True)
class NextAct:
    """A remaining step; it may be taken now if `waits_for` is empty."""

    step: Step
    waits_for: tuple[StepWaitsFor, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a step may be taken now.

    `excused` lists what it need not wait for, by a permission under the superior's clause `permitted_by`.
    """

    allowed: bool
    waits_for: tuple[StepWaitsFor, ...]
    excused: tuple[StepWaitsFor, ...] = ()
    permitted_by: str | None = None


def must_be_reviewed(subject_class: SubjectClass) -> bool:
    """Committees, collectives and persons are reviewed (QĐ124:Đ5); organisations are only rated."""
    return subject_class is not SubjectClass.ORG


def next_acts(standing: Standing) -> tuple[NextAct, ...]:
    """The remaining steps of a subject this year, each with what it waits for."""
    steps = _steps_left(standing)
    return tuple(NextAct(step, _waits(standing, step, step is steps[0])) for step in steps)


def may_be_done_now(standing: Standing, step: Step) -> Verdict:
    """Whether the step is in order, or permitted by a superior in writing.

    A permission does not reopen a completed step; only a second look does (rules.procedure.remedy).
    """
    for act in next_acts(standing):
        if act.step is step:
            return _verdict(act, standing.lets_through(step))
    again = StepWaitsFor(Reason.ALREADY_DONE, standing.subject, rule(Reason.ALREADY_DONE).clause)
    return Verdict(allowed=False, waits_for=(again,))


def reasons_that_bind(
    subject_class: SubjectClass,
    track: Track,
    kind: BodyKind | None = None,
    rank: Rank | None = None,
) -> tuple[Reason, ...]:
    """The reasons of the order that can apply to a subject: bodies by kind, officials by rank.

    A party member is reviewed and rated in the cell, so only the order of the own steps applies.
    """
    if track is Track.PARTY_MEMBER:
        return ()
    if track is Track.BODY:
        return _reasons_of_body(subject_class, kind)
    return _reasons_of_official(rank)


def meeting_forbidden_by(kinds: Iterable[BodyKind]) -> str | None:
    """The clause that forbids one review meeting for party and professional bodies; None if allowed."""
    sides = {kind.is_of_the_party for kind in kinds}
    return NEVER_IN_ONE_MEETING if len(sides) > 1 else None


def rule(reason: Reason) -> OrderRule:
    return _BY_REASON[reason]


def _steps_left(standing: Standing) -> list[Step]:
    done = list(Stage).index(standing.stage)
    left = list(Step)[done:]
    if left[:1] == [Step.REVIEW] and not must_be_reviewed(standing.subject_class):
        return left[1:]
    return left


def _waits(standing: Standing, step: Step, is_first: bool) -> tuple[StepWaitsFor, ...]:
    if standing.year_is_over:
        return (
            StepWaitsFor(Reason.YEAR_CLOSED, standing.subject, rule(Reason.YEAR_CLOSED).clause),
        )
    waits = (
        []
        if is_first
        else [StepWaitsFor(before := _BEFORE[step], standing.subject, rule(before).clause)]
    )
    for earlier in standing.earlier:
        order = rule(earlier.reason)
        if order.step is step and not earlier.done:
            waits.append(StepWaitsFor(earlier.reason, earlier.subject, order.clause))
    if standing.too_few_officers:
        few = rule(Reason.TOO_FEW_OFFICERS)
        waits.append(StepWaitsFor(few.reason, standing.subject, few.clause))
    return tuple(waits)


def _verdict(act: NextAct, permission: WrittenPermission | None) -> Verdict:
    if not act.waits_for:
        return Verdict(allowed=True, waits_for=())
    if permission is None:
        return Verdict(allowed=False, waits_for=act.waits_for)
    clause = SUPERIOR_ON_REVIEW if act.step is Step.REVIEW else SUPERIOR_ON_RATING
    return Verdict(allowed=True, waits_for=(), excused=act.waits_for, permitted_by=clause)


def _reasons_of_body(subject_class: SubjectClass, kind: BodyKind | None) -> tuple[Reason, ...]:
    reasons = [Reason.LOWER_NOT_RATED]
    if kind is not None and kind.is_of_the_party:
        reasons.append(Reason.PROFESSIONAL_NOT_RATED)
        if must_be_reviewed(subject_class):
            reasons.append(Reason.PROFESSIONAL_NOT_REVIEWED)
    return tuple(reasons)


def _reasons_of_official(rank: Rank | None) -> tuple[Reason, ...]:
    reasons = [
        Reason.COLLECTIVE_NOT_REVIEWED,
        Reason.CELL_NOT_REVIEWED,
        Reason.COLLECTIVE_NOT_RATED,
    ]
    if rank is not None and rank.is_head:
        return (*reasons, Reason.BODY_NOT_RATED, Reason.QUOTA_NOT_SETTLED)
    reasons.append(Reason.HEAD_NOT_REVIEWED)
    if rank is None or not rank.is_deputy:
        reasons.append(Reason.DEPUTIES_NOT_REVIEWED)
    return tuple(reasons)


_BEFORE = {
    Step.SELF_RATE: Reason.NOT_REVIEWED,
    Step.APPRAISE: Reason.NOT_SELF_RATED,
    Step.RATE: Reason.NOT_PROPOSED,
}

ORDER = (
    OrderRule(
        Reason.COLLECTIVE_NOT_REVIEWED,
        Step.REVIEW,
        "QĐ124:Đ7.3.1",
        "Kiểm điểm tập thể trước, cá nhân sau",
        "The collective is reviewed first, then its persons",
    ),
    OrderRule(
        Reason.HEAD_NOT_REVIEWED,
        Step.REVIEW,
        "QĐ124:Đ7.3.1",
        "Kiểm điểm người đứng đầu trước, cấp phó và các thành viên sau",
        "The head is reviewed first, then deputies and members",
    ),
    OrderRule(
        Reason.DEPUTIES_NOT_REVIEWED,
        Step.REVIEW,
        "QĐ124:Đ7.3.1",
        "Kiểm điểm cấp phó trước, các thành viên sau",
        "Deputies are reviewed first, then members",
    ),
    OrderRule(
        Reason.PROFESSIONAL_NOT_REVIEWED,
        Step.REVIEW,
        "QĐ124:Đ7.3.1",
        "Kiểm điểm tập thể lãnh đạo chính quyền, chuyên môn, đoàn thể trước, cấp uỷ, tổ chức đảng sau",
        "Leadership of government, profession and mass organisation is reviewed first, then the party's",
    ),
    OrderRule(
        Reason.CELL_NOT_REVIEWED,
        Step.REVIEW,
        "QĐ124:Đ7.3.2",
        "Kiểm điểm ở chi bộ trước, ở tập thể lãnh đạo, quản lý sau",
        "Reviewed in the cell first, then in the leadership collective",
    ),
    OrderRule(
        Reason.NOT_REVIEWED,
        Step.SELF_RATE,
        "QĐ124:Đ15.1",
        "Chưa kiểm điểm: kết quả kiểm điểm là cơ sở để đánh giá, xếp loại",
        "Not reviewed yet: the review is the basis of the rating",
    ),
    OrderRule(
        Reason.NOT_SELF_RATED,
        Step.APPRAISE,
        "QĐ124:Đ11.2",
        "Chưa tự đánh giá, xếp loại (bước 1)",
        "Not self-rated yet (step 1)",
    ),
    OrderRule(
        Reason.NOT_PROPOSED,
        Step.RATE,
        "QĐ124:Đ11.2",
        "Chưa thẩm định và đề xuất mức xếp loại (bước 2)",
        "Not appraised and proposed yet (step 2)",
    ),
    OrderRule(
        Reason.PROFESSIONAL_NOT_RATED,
        Step.RATE,
        "QĐ124:Đ11.3",
        "Đánh giá, xếp loại chính quyền, chuyên môn, đoàn thể trước, tổ chức đảng sau",
        "Government, profession and mass organisation are rated first, then the party organisation",
    ),
    OrderRule(
        Reason.LOWER_NOT_RATED,
        Step.RATE,
        "QĐ124:Đ11.3",
        "Đánh giá, xếp loại tập thể cấp dưới trước, cấp trên sau",
        "The lower body is rated first, then the higher",
    ),
    OrderRule(
        Reason.COLLECTIVE_NOT_RATED,
        Step.RATE,
        "QĐ124:Đ11.3",
        "Đánh giá, xếp loại tập thể lãnh đạo, quản lý trước, cá nhân thành viên sau",
        "The leadership collective is rated first, then its members",
    ),
    OrderRule(
        Reason.BODY_NOT_RATED,
        Step.RATE,
        "QĐ124:Đ11.3",
        "Đánh giá, xếp loại địa phương, tổ chức, cơ quan, đơn vị trước, người đứng đầu sau",
        "The body is rated first, then its head",
    ),
    OrderRule(
        Reason.QUOTA_NOT_SETTLED,
        Step.RATE,
        "HD01:5.1.3",
        "Nhóm tập thể chưa xếp loại xong: mức của người đứng đầu cần mức của tập thể",
        "The group of the bodies is not settled: the head's level needs the body's",
    ),
    OrderRule(
        Reason.TOO_FEW_OFFICERS,
        Step.RATE,
        "QĐ124:Đ11.2",
        "Thiếu người: không có hai người khác nhau, một người đề xuất, một người ghi quyết định",
        "Too few officers: no two persons are there of whom one may propose and the other decide",
    ),
    OrderRule(
        Reason.YEAR_CLOSED,
        Step.RATE,
        "QĐ124:Đ14.2",
        "Năm xếp loại đã khép lại; chỉ cấp có thẩm quyền xem xét lại",
        "The rated year is closed; from then on there are second looks alone",
    ),
    OrderRule(
        Reason.ALREADY_DONE,
        Step.RATE,
        "QĐ124:Đ13.3",
        "Bước này đã xong hoặc không có với đối tượng này; chỉ cấp có thẩm quyền xem xét lại",
        "This step is done, or there is none for this subject; only a second look reopens it",
    ),
)

_BY_REASON = {row.reason: row for row in ORDER}
