"""Why somebody may or may not, as one sentence in the caller's language."""

from authz.decision import Decision, Missing
from authz.delegation import Breach, Limit
from authz.policy_file import Row
from resolvers.errors import Forbidden
from rules.authority import CLASSES, RATERS

WHY_NOT = {
    Missing.NO_CLAUSE: {
        "vi": "Không điều khoản nào trao quyền này đối với đối tượng",
        "en": "No clause gives anybody this power over the subject",
    },
    Missing.OUTWEIGHED: {
        "vi": "Có điều khoản loại trừ: {denying}",
        "en": "A clause rules it out: {denying}",
    },
    Missing.ONESELF: {
        "vi": "Không ai tự làm việc này đối với chính mình, đối với tập thể do mình đứng đầu",
        "en": "Nobody does this to oneself, nor to the body that he or she leads",
    },
    Missing.OWN_PROPOSAL: {
        "vi": "Người đã ghi đề xuất hoặc số liệu đang dùng không ghi quyết định",
        "en": "Whoever recorded the proposal, or the facts in force, does not record the decision",
    },
    Missing.NOT_THE_RATER: {
        "vi": "Thẩm quyền thuộc {rater}; ngày này bạn không giữ chức vụ nào ở đó",
        "en": "The power is with {rater}; on this day you hold no post there",
    },
    Missing.OTHER_PLACE: {
        "vi": "Đối tượng không thuộc địa bàn, khối hoặc tổ chức của bạn",
        "en": "The subject does not lie in your own district, bloc or organisation",
    },
    Missing.OTHER_SEAT: {
        "vi": "Chức vụ của bạn ở {rater} không được làm việc này",
        "en": "Your seat on {rater} does not do this",
    },
    Missing.DELEGATION_NOT_IN_FORCE: {
        "vi": "Uỷ quyền cho bạn không có hiệu lực trong ngày này",
        "en": "The delegation to you is not in force on this day",
    },
    Missing.NOT_DELEGATED: {
        "vi": "Uỷ quyền cho bạn không gồm việc này đối với đối tượng này",
        "en": "The delegation to you does not include this act on this subject",
    },
    Missing.OTHER_SCOPE: {
        "vi": "Tài khoản dịch vụ không có phạm vi này",
        "en": "The service account lacks this scope",
    },
    Missing.TOO_FEW_OFFICERS: {
        "vi": "Không có hai người khác nhau, một người đề xuất, một người ghi quyết định",
        "en": "No two persons are there of whom one may propose and the other decide",
    },
    Missing.NO_PEER_GROUP: {
        "vi": "Chưa thuộc nhóm nào để tính tỷ lệ xuất sắc; cần bổ sung năm (supplementYear)",
        "en": "In no group whose quota would count it; supplement the year (supplementYear)",
    },
    Missing.YEAR_CLOSED: {
        "vi": "Năm xếp loại đã khép lại; từ đó chỉ còn xem xét lại",
        "en": "The rated year is closed; from then on there are second looks alone",
    },
}


LIMITS = {
    Limit.NO_CLAUSE: {
        "vi": "{what}: không điều khoản nào cho uỷ quyền đối với nhóm này",
        "en": "{what}: no clause lets powers over this class be delegated",
    },
    Limit.NOT_THE_CHAIR: {
        "vi": "{what}: chỉ người chủ trì ghi việc uỷ quyền",
        "en": "{what}: only the chair records what is delegated",
    },
    Limit.PASSED_ON: {
        "vi": "{what}: quyền được uỷ quyền không được uỷ quyền tiếp",
        "en": "{what}: what was delegated is not passed on",
    },
    Limit.MORE_THAN_HELD: {
        "vi": "{what}: vượt quá quyền được uỷ quyền; chỉ APPRAISE và RATE trên nhóm do chính mình xếp loại",
        "en": "{what}: more than may be given; only APPRAISE and RATE, over classes that are one's own",
    },
    Limit.OTHER_PLACE: {
        "vi": "{what}: không thuộc phạm vi của bên uỷ quyền",
        "en": "{what}: does not lie in the place of the rater that delegates",
    },
    Limit.TO_ONESELF: {
        "vi": "{what}: là thành viên của chính bên uỷ quyền, hoặc do chính người được uỷ quyền đứng đầu",
        "en": "{what}: sits on the very rater that delegates, or is led by the delegate",
    },
    Limit.IN_A_CIRCLE: {
        "vi": "{what}: uỷ quyền quay vòng trở lại bên uỷ quyền",
        "en": "{what}: the delegation would come back to the rater that delegates",
    },
    Limit.OPEN_ENDED: {
        "vi": "until: phải có ngày cuối, muộn nhất là hết năm sau năm bắt đầu",
        "en": "until: a last day is needed, at the latest the end of the year after the first",
    },
    Limit.BACKWARDS: {
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


def _rater(row: Row | None) -> str:
    return RATERS[row.rater].name if row else ""


def _denying(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{CLASSES[row.cls].name if row.cls in CLASSES else row.cls} ({row.clause})"
