"""Descriptions of enum values: the Vietnamese term, the meaning in English, the point of the law."""

from collections.abc import Mapping
from enum import Enum

import strawberry

from rules.judgement.exclusion import EXCLUSIONS, Exclusion
from rules.procedure.precedence import Reason, rule
from schema.library_internals import enum_definition_of


def described(kind: type[Enum], description: str, name: str | None = None) -> None:
    """Turn an enum of rules, authz or db into an enum of the graph, with a description for each value.

    The class itself is registered, so that the words of the law exist once.
    """
    strawberry.enum(kind, name=name, description=description)
    definition = enum_definition_of(kind)
    for value in definition.values:
        value.description = MEANINGS[definition.name][value.name]


def _of_reason(reason: Reason) -> str:
    order = rule(reason)
    return f"{order.vi}: {order.en[0].lower()}{order.en[1:]} ({order.clause})."


def _of_ground(left_out: Exclusion) -> str:
    return f"{left_out.vi}: {left_out.en[0].lower()}{left_out.en[1:]} ({left_out.clause})."


MEANINGS: Mapping[str, Mapping[str, str]] = {
    "Level": {
        "NOT_COMPLETED": "Không hoàn thành nhiệm vụ: non-completion of duties (QĐ124:Đ12.4).",
        "COMPLETED": "Hoàn thành nhiệm vụ: completion of duties (QĐ124:Đ12.3).",
        "GOOD": "Hoàn thành tốt nhiệm vụ: good completion of duties (QĐ124:Đ12.2).",
        "EXCELLENT": "Hoàn thành xuất sắc nhiệm vụ: excellent completion of duties (QĐ124:Đ12.1).",
    },
    "Corrected": {
        "LEVEL": "Mức tính được thay đổi: the computed level is another one.",
        "WAIT": "Việc chờ mức của nơi khác thay đổi: it waits for others now, or for other ones, or no longer.",
        "GROUP": "Nhóm đối tượng tương đồng thay đổi: the subject counts in another peer group.",
        "QUOTA": "Nhóm vượt, hoặc không còn vượt tỷ lệ: it stands over its limit now, or no longer.",
    },
    "ComputedLevel": {
        "NOT_COMPLETED": "Không hoàn thành nhiệm vụ: non-completion of duties (QĐ124:Đ12.4).",
        "COMPLETED": "Hoàn thành nhiệm vụ: completion of duties (QĐ124:Đ12.3).",
        "GOOD": "Hoàn thành tốt nhiệm vụ: good completion of duties (QĐ124:Đ12.2).",
        "EXCELLENT": "Hoàn thành xuất sắc nhiệm vụ: excellent completion of duties (QĐ124:Đ12.1).",
        "UNDETERMINED": "Chưa đủ điều kiện để xác định mức: no level's conditions all hold, and nothing makes it non-completion.",
    },
    "Outcome": {
        "MET": "Đạt: met.",
        "FAILED": "Không đạt: failed.",
        "NOT_APPLICABLE": "Không áp dụng: not applicable.",
        "MISSING": "Chưa đủ số liệu: the facts are incomplete; the level waits.",
    },
    "AboutKind": {
        "UNIT": "Cơ quan, đơn vị: a body or unit.",
        "ORGANISATION": "Tổ chức đảng: a party organisation.",
        "COLLECTIVE": "Tập thể lãnh đạo, quản lý: a leadership collective.",
        "PERSON": "Cá nhân: a person.",
        "PAPER": "Văn bản: the paper of a discipline, of a vote, of what is attested or concluded.",
    },
    "Track": {
        "BODY": "Tập thể: as a body (QĐ124:Đ9.1).",
        "OFFICIAL": "Cán bộ lãnh đạo, quản lý, nơi giữ chức vụ cao nhất: as an official, where the highest post is held (QĐ124:Đ7.2.3).",
        "PARTY_MEMBER": "Đảng viên, ở chi bộ nơi sinh hoạt: as a party member, in the cell (QĐ124:Đ5.2.1).",
    },
    "Stage": {
        "NOT_STARTED": "Chưa bắt đầu: not started.",
        "REVIEWED": "Đã kiểm điểm: reviewed (QĐ124:Đ15.1).",
        "SELF_RATED": "Đã tự đánh giá, xếp loại (Bước 1): self-rated (step 1) (QĐ124:Đ11.2).",
        "PROPOSED": "Đã thẩm định, đề xuất mức (Bước 2): appraised and proposed (step 2) (QĐ124:Đ11.2).",
        "DECIDED": "Đã quyết định xếp loại (Bước 3): decided (step 3) (QĐ124:Đ11.2).",
    },
    "Act": {
        "SELF_RATE": "Tự đánh giá, xếp loại: self-rating (QĐ124:Đ11.2).",
        "APPRAISE": "Thẩm định, nhận xét, đánh giá, đề xuất mức: appraisal and proposal (QĐ124:Đ11.2).",
        "RATE": "Quyết định xếp loại: decision on the level (QĐ124:Đ11.2).",
        "COMPILE": "Tổng hợp kết quả, gửi biểu: compilation of results (HD01:6.2).",
        "REQUIRE_REREVIEW": "Yêu cầu kiểm điểm lại: requirement of another review (QĐ124:Đ8.3).",
        "ANNUL": "Huỷ bỏ kết quả, xếp loại lại: annulment (QĐ124:Đ13.3).",
        "APPEAL": "Khiếu nại, kiến nghị; bảo lưu ý kiến: appeal (QĐ124:Đ16).",
        "ANSWER_APPEAL": "Xem xét, kết luận, thông báo bằng văn bản: answer to an appeal (QĐ124:Đ16.2).",
        "READ_LEVEL": "Xem kết quả xếp loại (được công khai): reading a level (QĐ124:Đ15.2).",
        "READ_FILE": "Xem nội dung nhận xét, đánh giá; hồ sơ: reading the file (QĐ124:Đ15.2).",
        "DELEGATE": "Uỷ quyền đánh giá: delegation (HD01:6.2.3:residual).",
    },
    "BodyKind": {
        "PARTY_ORGANISATION": "Đảng bộ: party organisation (HD01:5.1.1a).",
        "PARTY_COMMITTEE": "Đảng uỷ, ban chấp hành đảng bộ: party committee (HD01:3.2).",
        "STANDING_COMMITTEE": "Ban thường vụ: standing committee (HD01:1.1.1a).",
        "PARTY_AGENCY": "Cơ quan chuyên trách tham mưu, giúp việc Tỉnh uỷ: party agency (HD01:1.1.2).",
        "PARTY_UNIT": "Đơn vị sự nghiệp trực thuộc Tỉnh uỷ: party unit (HD01:6.2.1:a).",
        "PARTY_CAUCUS": "Đảng đoàn: party caucus (HD01:1.1.1b).",
        "PARTY_AFFAIRS_COMMITTEE": "Ban cán sự đảng: party affairs committee (HD01:1.1.1b).",
        "PARTY_CELL": "Chi bộ: party cell (HD01:7).",
        "CELL_COMMITTEE": "Chi uỷ: cell committee (HD01:1.1.1a).",
        "LEADERSHIP_COLLECTIVE": "Tập thể lãnh đạo của một cơ quan, đơn vị: leadership collective of one body (HD01:1.1.2).",
        "FRONT_OR_MASS_ORGANISATION": "Mặt trận Tổ quốc, tổ chức chính trị - xã hội: front or mass organisation (HD01:1.1.2).",
        "PEOPLES_COUNCIL": "Hội đồng nhân dân: People's council (HD01:1.1.2).",
        "COUNCIL_COMMITTEE": "Ban Hội đồng nhân dân: committee of a people's council (HD01:1.1.2).",
        "PEOPLES_COMMITTEE": "Uỷ ban nhân dân: People's committee (HD01:1.1.2).",
        "NATIONAL_ASSEMBLY_DELEGATION": "Đoàn đại biểu Quốc hội: National Assembly delegation (HD01:1.1.2).",
        "JUDICIAL_BODY": "Viện kiểm sát nhân dân, toà án nhân dân: judicial body (HD01:1.1.1b).",
        "AGENCY": "Sở, ban, ngành và tương đương: agency (HD01:1.1.2).",
        "PUBLIC_UNIT": "Đơn vị sự nghiệp: public unit (HD01:6.2.3:a).",
        "ASSOCIATION": "Hội đặc thù: association (HD01:6.2.3:a).",
        "ENTERPRISE": "Doanh nghiệp: enterprise (HD01:6.2.3:b).",
    },
    "Tier": {
        "PROVINCE": "Cấp tỉnh: province (HD01:8.1).",
        "DISTRICT": "Cấp huyện: district (HD01:1.1.2).",
        "GRASSROOTS": "Cấp cơ sở: grassroots (HD01:8.1).",
    },
    "Rank": {
        "SECRETARY": "Bí thư: secretary (HD01:5.1.3).",
        "HEAD": "Người đứng đầu: head (HD01:5.1.3).",
        "DEPUTY_SECRETARY": "Phó bí thư: deputy secretary (HD01:5.1.3).",
        "DEPUTY": "Cấp phó: deputy (QĐ124:Đ7.3.1).",
        "MEMBER": "Thành viên, uỷ viên: member (QĐ124:Đ7.3.1).",
    },
    "Reason": {reason.name: _of_reason(reason) for reason in Reason},
    "Ground": {ground.name: _of_ground(left_out) for ground, left_out in EXCLUSIONS.items()},
    "Step": {
        "REVIEW": "Kiểm điểm: the review (QĐ124:Đ7).",
        "SELF_RATE": "Tự đánh giá, xếp loại: step 1 (QĐ124:Đ11.2).",
        "APPRAISE": "Thẩm định, đề xuất mức: step 2 (QĐ124:Đ11.2).",
        "RATE": "Quyết định xếp loại: step 3 (QĐ124:Đ11.2).",
    },
    "Seat": {
        "CHAIR": "Chủ trì: records what the rater decides (HD01:6.2).",
        "DELEGATE": "Được uỷ quyền: does what was delegated (HD01:6.2.3:residual).",
        "COMPILING": "Cơ quan tổng hợp: appraises and compiles (HD01:6.2).",
        "MEMBER": "Thành viên cùng xếp loại: reads, and gives opinions (HD01:6.2).",
    },
    "TallyOf": {
        "BODY": "Tập thể: bodies (QĐ124:Đ9.1).",
        "PERSON": "Cán bộ: persons, as officials (QĐ124:Đ7.2.3).",
        "PARTY_MEMBER": "Đảng viên: persons, as party members (QĐ124:Đ5.2.1).",
    },
    "Scope": {
        "PROVINCE": "Toàn tỉnh: the whole province.",
        "OWN": "Nơi của mình: the rater's own place.",
    },
    "EvaluationOrder": {
        "ID": "By id: the fastest, for clients that read the whole list.",
        "NAME": "By the subject's name, in Vietnamese order.",
        "DUE": "Hạn: by the last day for the decision.",
    },
    "Effect": {
        "ALLOW": "Cho phép: it gives the act.",
        "DENY": "Loại trừ: it denies the act, whatever another row gives.",
    },
    "Missing": {
        "NO_CLAUSE": "No clause gives anybody this power over the subject.",
        "OUTWEIGHED": "A clause that denies it outweighs the one that gives it.",
        "ONESELF": "Chính mình: the act is forbidden on oneself.",
        "OWN_PROPOSAL": "Who recorded the proposal does not record the decision.",
        "NOT_THE_RATER": "The power is with a rater on which the caller holds no seat on the day.",
        "OTHER_PLACE": "The subject lies outside the rater's own place.",
        "OTHER_SEAT": "The caller's seat on the rater does not do this.",
        "DELEGATION_NOT_IN_FORCE": "Uỷ quyền: the delegation does not hold on the day.",
        "NOT_DELEGATED": "Uỷ quyền: the delegation does not include this act on this subject.",
        "OTHER_SCOPE": "The service account lacks the scope.",
        "TOO_FEW_OFFICERS": "Of a gap: no two persons may propose and decide it (QĐ124:Đ11.2).",
        "NO_PEER_GROUP": "Of a gap: no quota would count it (QĐ124:Đ12.1.4).",
        "YEAR_CLOSED": "Năm đã khép: the rated year is closed (QĐ124:Đ14.2).",
    },
    "Limit": {
        "NO_CLAUSE": "No clause lets powers over this class be delegated.",
        "NOT_THE_CHAIR": "Chủ trì: only the chair records what is delegated.",
        "PASSED_ON": "What was delegated is not passed on.",
        "MORE_THAN_HELD": "Only what the rater itself has, and only APPRAISE and RATE.",
        "OTHER_PLACE": "A body outside the place of the rater that delegates.",
        "TO_ONESELF": "The delegate has a seat on the delegating rater itself.",
        "IN_A_CIRCLE": "The delegation would come back to the rater that delegates.",
        "OPEN_ENDED": "No last day, or one after the end of the year that follows the first.",
        "BACKWARDS": "A day before today, before the document or before the first day.",
    },
}
