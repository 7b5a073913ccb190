"""The enums of facts, each value with its meaning and the clause that needs it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from rules.bilingual import Bilingual
from rules.enums import Grade, Level, SubjectClass, Track


class Flag(StrEnum):
    """Properties of a subject besides its class that conditions of the law need."""

    PARTY_COMMITTEE = "PARTY_COMMITTEE"
    CELL = "CELL"
    HEAD = "HEAD"
    SECRETARY = "SECRETARY"
    PARTY_MEMBER = "PARTY_MEMBER"
    CIVIL_SERVANT = "CIVIL_SERVANT"


class Disciplined(StrEnum):
    """The disciplined party, relative to the subject."""

    SELF = "SELF"
    COLLECTIVE = "COLLECTIVE"
    LEADERSHIP_MEMBER = "LEADERSHIP_MEMBER"
    SUBORDINATE_UNIT = "SUBORDINATE_UNIT"
    SUBORDINATE_UNIT_PERSON = "SUBORDINATE_UNIT_PERSON"
    DIRECTLY_LED = "DIRECTLY_LED"
    DIRECTLY_LED_PERSON = "DIRECTLY_LED_PERSON"


class Nature(StrEnum):
    """The nature of the violation behind a discipline."""

    CORRUPTION = "CORRUPTION"
    WASTE = "WASTE"
    NEGATIVITY = "NEGATIVITY"
    OTHER = "OTHER"


class Concluded(StrEnum):
    """What the competent authority concluded in writing."""

    INTERNAL_DISUNITY = "INTERNAL_DISUNITY"
    MEMBER_DEGRADED = "MEMBER_DEGRADED"
    DEGRADED = "DEGRADED"
    FORBIDDEN_CONDUCT = "FORBIDDEN_CONDUCT"
    EXEMPLARINESS_BREACHED = "EXEMPLARINESS_BREACHED"


class Attested(StrEnum):
    """Statements that the competent authority attests, because no number shows them."""

    OUTSTANDING_ACHIEVEMENTS = "OUTSTANDING_ACHIEVEMENTS"
    MODEL_FOR_OTHERS = "MODEL_FOR_OTHERS"
    NEW_MODELS = "NEW_MODELS"
    LEADING_POSITION = "LEADING_POSITION"
    UNITED_AND_LEADING = "UNITED_AND_LEADING"
    TRULY_TYPICAL = "TRULY_TYPICAL"
    RESULTS_QUANTIFIED = "RESULTS_QUANTIFIED"
    EXEMPLARY = "EXEMPLARY"
    TRULY_EXEMPLARY = "TRULY_EXEMPLARY"
    HIGH_QUALITY_ON_TIME = "HIGH_QUALITY_ON_TIME"
    QUALITY_ON_TIME = "QUALITY_ON_TIME"
    WORK_DONE_ON_TIME = "WORK_DONE_ON_TIME"
    HALF_OF_WORK_EXCEEDED = "HALF_OF_WORK_EXCEEDED"
    ALL_TASKS_COMPLETED = "ALL_TASKS_COMPLETED"
    OUTSTANDING_COMPLETION = "OUTSTANDING_COMPLETION"


class Meaning(NamedTuple):
    vi: str
    en: str
    clause: str


MEANINGS: Mapping[type[StrEnum], Mapping[str, Meaning]] = MappingProxyType(
    {
        SubjectClass: {
            SubjectClass.ORG: Meaning(
                "tổ chức đảng, cơ quan, đơn vị",
                "party organisation, agency or unit",
                "QĐ124:Đ9.1.1",
            ),
            SubjectClass.COLLECTIVE: Meaning(
                "tập thể lãnh đạo, quản lý", "leadership collective", "QĐ124:Đ9.1.2"
            ),
            SubjectClass.PERSON: Meaning("cá nhân", "person", "QĐ124:Đ9.2"),
            SubjectClass.LEADER: Meaning("cán bộ lãnh đạo, quản lý", "leader", "QĐ124:Đ12.1.3"),
        },
        Track: {
            Track.BODY: Meaning("tập thể", "as a body", "QĐ124:Đ9.1"),
            Track.OFFICIAL: Meaning("cán bộ", "as an official", "QĐ124:Đ9.2"),
            Track.PARTY_MEMBER: Meaning("đảng viên", "as a party member", "HD01:7"),
        },
        Grade: {
            Grade.POOR: Meaning("Kém", "Poor", "QĐ124:Đ11.1"),
            Grade.AVERAGE: Meaning("Trung bình", "Average", "QĐ124:Đ11.1"),
            Grade.GOOD: Meaning("Tốt", "Good", "QĐ124:Đ11.1"),
            Grade.EXCELLENT: Meaning("Xuất sắc", "Excellent", "QĐ124:Đ11.1"),
        },
        Level: {
            Level.NOT_COMPLETED: Meaning(
                "Không hoàn thành nhiệm vụ", "Non-completion of duties", "QĐ124:Đ12.4"
            ),
            Level.COMPLETED: Meaning("Hoàn thành nhiệm vụ", "Completion of duties", "QĐ124:Đ12.3"),
            Level.GOOD: Meaning(
                "Hoàn thành tốt nhiệm vụ", "Good completion of duties", "QĐ124:Đ12.2"
            ),
            Level.EXCELLENT: Meaning(
                "Hoàn thành xuất sắc nhiệm vụ", "Excellent completion of duties", "QĐ124:Đ12.1"
            ),
        },
        Flag: {
            Flag.PARTY_COMMITTEE: Meaning(
                "đảng bộ", "a party organisation of cells", "HD01:5.1.1a"
            ),
            Flag.CELL: Meaning("chi bộ", "a party cell", "HD01:5.1.1a"),
            Flag.HEAD: Meaning("người đứng đầu", "head of the collective", "HD01:5.1.3"),
            Flag.SECRETARY: Meaning(
                "bí thư, phó bí thư", "secretary or deputy secretary", "HD01:5.1.3"
            ),
            Flag.PARTY_MEMBER: Meaning("đảng viên", "party member", "HD01:5.2.2"),
            Flag.CIVIL_SERVANT: Meaning(
                "công chức, viên chức", "civil servant or public employee", "HD01:5.2.2"
            ),
        },
        Disciplined: {
            Disciplined.SELF: Meaning("chính cá nhân", "the person", "QĐ124:Đ12.4.3d"),
            Disciplined.COLLECTIVE: Meaning(
                "tập thể lãnh đạo, quản lý", "the leadership collective", "QĐ124:Đ12.4.1c"
            ),
            Disciplined.LEADERSHIP_MEMBER: Meaning(
                "thành viên của tập thể lãnh đạo, quản lý",
                "a member of the leadership collective",
                "QĐ124:Đ12.1.1",
            ),
            Disciplined.SUBORDINATE_UNIT: Meaning(
                "tổ chức, đơn vị trực thuộc", "a subordinate organisation or unit", "QĐ124:Đ12.4.1a"
            ),
            Disciplined.SUBORDINATE_UNIT_PERSON: Meaning(
                "cá nhân của đơn vị trực thuộc",
                "a person of a subordinate unit",
                "QĐ124:Đ12.4.1a",
            ),
            Disciplined.DIRECTLY_LED: Meaning(
                "cơ quan, đơn vị thuộc quyền lãnh đạo, quản lý trực tiếp",
                "a body or unit directly led",
                "QĐ124:Đ12.4.4",
            ),
            Disciplined.DIRECTLY_LED_PERSON: Meaning(
                "cá nhân thuộc quyền lãnh đạo, quản lý trực tiếp",
                "a person directly led",
                "QĐ124:Đ12.4.4",
            ),
        },
        Nature: {
            Nature.CORRUPTION: Meaning(
                "tham ô, tham nhũng", "embezzlement or corruption", "QĐ124:Đ12.4.4"
            ),
            Nature.WASTE: Meaning("lãng phí", "waste", "QĐ124:Đ12.4.1a"),
            Nature.NEGATIVITY: Meaning("tiêu cực", "negativity", "QĐ124:Đ12.4.4"),
            Nature.OTHER: Meaning("vi phạm khác", "another violation", "QĐ124:Đ12.4.1a"),
        },
        Concluded: {
            Concluded.INTERNAL_DISUNITY: Meaning(
                "mất đoàn kết nội bộ", "internal disunity", "QĐ124:Đ12.4.2a"
            ),
            Concluded.MEMBER_DEGRADED: Meaning(
                "có thành viên suy thoái, tự diễn biến, tự chuyển hoá",
                "a member degraded or self-evolving",
                "QĐ124:Đ12.4.2a",
            ),
            Concluded.DEGRADED: Meaning(
                "có biểu hiện suy thoái, tự diễn biến, tự chuyển hoá",
                "degraded or self-evolving",
                "QĐ124:Đ12.4.3a",
            ),
            Concluded.FORBIDDEN_CONDUCT: Meaning(
                "vi phạm những điều đảng viên không được làm",
                "did what party members must not do",
                "QĐ124:Đ12.4.3a",
            ),
            Concluded.EXEMPLARINESS_BREACHED: Meaning(
                "vi phạm trách nhiệm nêu gương, ảnh hưởng xấu đến uy tín",
                "breached exemplariness, which harmed standing",
                "QĐ124:Đ12.4.3a",
            ),
        },
        Attested: {
            Attested.OUTSTANDING_ACHIEVEMENTS: Meaning(
                "nhiều thành tích nổi bật", "many outstanding achievements", "QĐ124:Đ12.1"
            ),
            Attested.MODEL_FOR_OTHERS: Meaning(
                "điển hình để tập thể, cá nhân khác học tập, noi theo",
                "a model for others",
                "QĐ124:Đ12.1",
            ),
            Attested.NEW_MODELS: Meaning(
                "nhiều mô hình mới, cách làm hay, hiệu quả và có sản phẩm cụ thể vượt mục tiêu",
                "many new models, and concrete products above target",
                "HD01:5.1.1a",
            ),
            Attested.LEADING_POSITION: Meaning(
                "khẳng định vị thế, vai trò hàng đầu", "holds a leading position", "HD01:5.1.1a"
            ),
            Attested.UNITED_AND_LEADING: Meaning(
                "tập thể đoàn kết, đổi mới sáng tạo, giữ vị trí hàng đầu",
                "united, able, innovating and leading",
                "HD01:5.1.1b",
            ),
            Attested.TRULY_TYPICAL: Meaning(
                "thực sự tiêu biểu, có sản phẩm cụ thể lượng hóa được",
                "truly typical, with measured products",
                "HD01:5.1.2",
            ),
            Attested.RESULTS_QUANTIFIED: Meaning(
                "kết quả thực hiện nhiệm vụ được lượng hóa", "results are quantified", "HD01:5.1.2"
            ),
            Attested.EXEMPLARY: Meaning("gương mẫu", "exemplary", "QĐ124:Đ12.2.3"),
            Attested.TRULY_EXEMPLARY: Meaning(
                "thực sự gương mẫu", "genuinely exemplary (so also exemplary)", "QĐ124:Đ12.1.3"
            ),
            Attested.HIGH_QUALITY_ON_TIME: Meaning(
                "kết quả đều hoàn thành với chất lượng, hiệu quả cao, đúng tiến độ",
                "all results of high quality and on time (so also of quality)",
                "HD01:5.1.3",
            ),
            Attested.QUALITY_ON_TIME: Meaning(
                "kết quả đều bảo đảm chất lượng, hiệu quả, đúng tiến độ",
                "all results with quality, effect and on time",
                "HD01:5.2.3",
            ),
            Attested.WORK_DONE_ON_TIME: Meaning(
                "hoàn thành 100% công việc được giao đúng tiến độ, bảo đảm chất lượng (khi không giao bằng số)",
                "all assigned work done on time and with quality, where none was assigned in numbers",
                "QĐ124:Đ12.1.2",
            ),
            Attested.HALF_OF_WORK_EXCEEDED: Meaning(
                "ít nhất 50% công việc được giao hoàn thành vượt mức (khi không giao bằng số)",
                "at least half of the assigned work exceeded, where none was assigned in numbers",
                "QĐ124:Đ12.1.2",
            ),
            Attested.ALL_TASKS_COMPLETED: Meaning(
                "các nhiệm vụ được giao đều hoàn thành (khi không giao bằng số)",
                "all assigned tasks completed, where none was assigned in numbers",
                "QĐ124:Đ12.3.2",
            ),
            Attested.OUTSTANDING_COMPLETION: Meaning(
                "lãnh đạo đưa đơn vị hoàn thành nhiệm vụ vượt bậc; phải nêu văn bản",
                "led the unit to an outstanding completion; its document must be named",
                "HD01:5.1.3",
            ),
        },
    }
)
"""The meaning of each value in Vietnamese and English, and the clause that needs it."""


def name_of(word: StrEnum) -> Bilingual:
    """The meaning of a value without its clause."""
    return Bilingual(*meaning(word)[:2])


def meaning(word: StrEnum) -> Meaning:
    """The meaning of a value; values of two enums may have the same spelling."""
    return MEANINGS[type(word)][word]
