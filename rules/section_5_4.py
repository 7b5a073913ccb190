"""Mục 5.4: không hoàn thành nhiệm vụ, ngoài khoản 4 Điều 12. MET = the trigger holds."""

from rules.article_12_4 import any_not_exempt
from rules.facts import Disciplined
from rules.finding import LEADERS, Case, Numbers, Seen, clause, more_than, not_applicable
from rules.words import Level

NOT_COMPLETED = Level.NOT_COMPLETED
EXCEPT_AS_12_4_4 = "áp dụng ngoại lệ của QĐ124:Đ12.4.4"


@clause("HD01:5.4", NOT_COMPLETED, LEADERS, "punished_by_law")
def led_punished_by_law(c: Case, _: Numbers) -> Seen:
    """Except as Đ12.4.4: a provincial guide cannot take an exception away (reading punished_by_law)."""
    led = c.facts.disciplines(Disciplined.DIRECTLY_LED)
    seen = any_not_exempt(tuple(one for one in led if one.corruption and one.punished_by_law))
    return seen._replace(remark=f"{seen.remark}; {EXCEPT_AS_12_4_4}") if seen.remark else seen


@clause("HD01:5.4", NOT_COMPLETED, LEADERS)
def residents_say_not_good(c: Case, n: Numbers) -> Seen:
    votes = c.facts.residents_votes
    if votes is None:
        return not_applicable("năm không lấy phiếu nơi cư trú")
    return more_than(votes.not_good, votes.valid, n["residents_bad_over"])


CLAUSES = (led_punished_by_law, residents_say_not_good)
