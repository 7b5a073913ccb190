"""Mục 5.4: không hoàn thành nhiệm vụ, ngoài khoản 4 Điều 12. MET = the trigger holds."""

from dataclasses import replace

from rules.articles.condition import CORRUPTION, led_disciplined
from rules.articles.finding import LEADERS, Case, Numbers, Observation, clause
from rules.articles.vote import residents_not_good_share
from rules.bilingual import Bilingual, joined
from rules.enums import Level
from rules.facts.facts import Disciplined

NOT_COMPLETED = Level.NOT_COMPLETED
EXCEPT_AS_12_4_4 = Bilingual(
    "theo ngoại lệ của QĐ124:Đ12.4.4", "with the exception of QĐ124:Đ12.4.4"
)


@clause(
    "HD01:5.4",
    NOT_COMPLETED,
    LEADERS,
    "cơ quan, đơn vị thuộc thẩm quyền lãnh đạo, quản lý trực tiếp liên quan đến tham ô, tham nhũng và bị xử lý kỷ luật theo quy định của pháp luật",
    "a body or unit directly led was involved in embezzlement or corruption and punished by law",
)
def led_punished_by_law(c: Case, n: Numbers) -> Observation:
    """MET: a directly led body or unit was punished by law for embezzlement or corruption.

    Other "tiêu cực" do not count. The exception of Đ12.4.4 applies, because a provincial guide
    cannot remove it; the finding says so (reading punished_by_law).
    """
    exempt = n.reads("punished_by_law", "EXCEPT_AS_QĐ124")
    observation = led_disciplined(
        c, Disciplined.DIRECTLY_LED, natures=CORRUPTION, by_law=True, exempt=exempt
    )
    if exempt and observation.remark.vi:
        return replace(observation, remark=joined("; ", observation.remark, EXCEPT_AS_12_4_4))
    return observation


@clause(
    "HD01:5.4",
    NOT_COMPLETED,
    LEADERS,
    "có trên {residents_bad_over} số phiếu của nhân dân nơi cư trú đánh giá thực hiện không tốt",
    "over {residents_bad_over} of the residents' votes are for not good",
)
def residents_say_not_good(c: Case, n: Numbers) -> Observation:
    """MET: more residents' votes for "not good" than the share, in a year in which they vote."""
    return residents_not_good_share(c, n["residents_bad_over"])


CLAUSES = (led_punished_by_law, residents_say_not_good)
