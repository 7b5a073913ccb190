"""Why somebody may or may not, as one sentence in the caller's language."""

from authz.decision import Decision, MissingRight
from authz.delegation import Breach, DelegationLimit
from authz.policy_file import PolicyRow
from resolvers.errors import Forbidden
from rules.authority import CLASSES, RATERS

WHY_NOT = {
    MissingRight.NO_CLAUSE: {
        "vi": "Không điều khoản nào trao quyền này đối với đối tượng",
        "en": "No clause gives anybody this power over the subject",
    },
    MissingRight.OUTWEIGHED: {
        "vi": "Có điều khoản loại trừ: {denying}",
        "en": "A clause rules it out: {denying}",
    },
    MissingRight.ONESELF: {
        "vi": "Không ai tự làm việc này đối với chính mình, đối với tập thể do mình đứng đầu",
        "en": "Nobody does this to oneself, nor to the body that he or she leads",
    },
    MissingRight.OWN_PROPOSAL: {
        "vi": "Người đã ghi đề xuất hoặc số liệu đang dùng không ghi quyết định",
        "en": "The person who recorded the proposal, or the facts in force, does not record the decision",
    },
    MissingRight.NOT_THE_RATER: {
        "vi": "Thẩm quyền thuộc {rater}; ngày này bạn không giữ chức vụ nào ở đó",
        "en": "The power is with {rater}; on this day you hold no post there",
    },
    MissingRight.OTHER_PLACE: {
        "vi": "Đối tượng không thuộc địa bàn, khối hoặc tổ chức của bạn",
        "en": "The subject does not lie in your own district, bloc or organisation",
    },
    MissingRight.OTHER_SEAT: {
        "vi": "Chức vụ của bạn ở {rater} không được làm việc này",
        "en": "Your seat on {rater} does not do this",
    },
    MissingRight.DELEGATION_NOT_IN_FORCE: {
        "vi": "Uỷ quyền cho bạn không có hiệu lực trong ngày này",
        "en": "The delegation to you is not in force on this day",
    },
    MissingRight.NOT_DELEGATED: {
        "vi": "Uỷ quyền cho bạn không gồm việc này đối với đối tượng này",
        "en": "The delegation to you does not include this act on this subject",
    },
    MissingRight.OTHER_SCOPE: {
        "vi": "Tài khoản dịch vụ không có phạm vi này",
        "en": "The service account lacks this scope",
    },
    MissingRight.TOO_FEW_OFFICERS: {
        "vi": "Không có hai người khác nhau, một người đề xuất, một người ghi quyết định",
        "en": "No two persons are there of whom one may propose and the other decide",
    },
    MissingRight.NO_PEER_GROUP: {
        "vi": "Chưa thuộc nhóm nào để tính tỷ lệ xuất sắc; cần bổ sung năm (supplementYear)",
        "en": "In no group whose quota would count it; supplement the year (supplementYear)",
    },
    MissingRight.YEAR_CLOSED: {
        "vi": "Năm xếp loại đã khép lại; từ đó chỉ còn xem xét lại",
        "en": "The rated year is closed; from then on there are second looks alone",
    },
}


LIMITS = {
    DelegationLimit.NO_CLAUSE: {
        "vi": "{what}: không điều khoản nào cho uỷ quyền đối với nhóm này",
        "en": "{what}: no clause lets powers over this class be delegated",
    },
    DelegationLimit.NOT_THE_CHAIR: {
        "vi": "{what}: chỉ người chủ trì ghi việc uỷ quyền",
        "en": "{what}: only the chair records what is delegated",
    },
    DelegationLimit.PASSED_ON: {
        "vi": "{what}: quyền được uỷ quyền không được uỷ quyền tiếp",
        "en": "{what}: what was delegated is not passed on",
    },
    DelegationLimit.MORE_THAN_HELD: {
        "vi": "{what}: vượt quá quyền được uỷ quyền; chỉ APPRAISE và RATE trên nhóm do chính mình xếp loại",
        "en": "{what}: more than may be given; only APPRAISE and RATE, over classes that are one's own",
    },
    DelegationLimit.OTHER_PLACE: {
        "vi": "{what}: không thuộc phạm vi của bên uỷ quyền",
        "en": "{what}: does not lie in the place of the rater that delegates",
    },
    DelegationLimit.TO_ONESELF: {
        "vi": "{what}: là thành viên của chính bên uỷ quyền, hoặc do chính người được uỷ quyền đứng đầu",
        "en": "{what}: sits on the very rater that delegates, or is led by the delegate",
    },
    DelegationLimit.IN_A_CIRCLE: {
        "vi": "{what}: uỷ quyền quay vòng trở lại bên uỷ quyền",
        "en": "{what}: the delegation would come back to the rater that delegates",
    },
    DelegationLimit.OPEN_ENDED: {
        "vi": "until: phải có ngày cuối, muộn nhất là hết năm sau năm bắt đầu",
        "en": "until: a last day is needed, at the latest the end of the year after the first",
    },
    DelegationLimit.BACKWARDS: {
        "vi": "{field}: {what} là lùi thời gian; không trước hôm nay, ngày văn bản hoặc ngày bắt đầu",
        "en": "{field}: {what} goes backwards; not before today, the document or the first day",
    },
}


def limit_in_words(breach: Breach, language: str) -> str:
    return LIMITS[breach.limit][language].format(field=breach.field, what=breach.what)


def why_not(decision: Decision, language: str) -> str | None:
    """The single fact that is missing, in a sentence; None where the answer is yes."""
    if decision.missing is None:
        return None
    return WHY_NOT[decision.missing][language].format(
        rater=_rater(decision.nearest), denying=_denying(decision.row)
    )


def forbidden(decision: Decision) -> Forbidden:
    """The refusal of a field: the missing fact, and the clause of the row that would allow it."""
    row = decision.row or decision.nearest
    return Forbidden(
        vi=why_not(decision, "vi") or "",
        en=why_not(decision, "en") or "",
        clause=row.clause if row else None,
    )


def _rater(row: PolicyRow | None) -> str:
    return RATERS[row.rater].name if row else ""


def _denying(row: PolicyRow | None) -> str:
    if row is None:
        return ""
    return f"{CLASSES[row.cls].name if row.cls in CLASSES else row.cls} ({row.clause})"
