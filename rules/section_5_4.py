"""Mục 5.4: không hoàn thành nhiệm vụ, ngoài khoản 4 Điều 12. MET = the trigger holds."""

from rules.conditions import led_disciplined
from rules.facts import Disciplined
from rules.finding import LEADERS, Case, Numbers, Seen, clause, more_than, not_applicable, yes
from rules.votes import NO_VOTE_AT_HOME
from rules.words import Level

NOT_COMPLETED = Level.NOT_COMPLETED
EXCEPT_AS_12_4_4 = "theo ngoại lệ của QĐ124:Đ12.4.4"


@clause(
    "HD01:5.4", NOT_COMPLETED, LEADERS, "nơi thuộc quyền tham ô, tham nhũng, bị xử lý theo luật"
)
def led_punished_by_law(c: Case, n: Numbers) -> Seen:
    """MET: a body or unit directly led was punished by law for it. Except as Đ12.4.4: a provincial guide
    cannot take an exception away, and the finding says so (reading punished_by_law).
    """
    exempt = n.reads("punished_by_law", "EXCEPT_AS_QĐ124")
    seen = led_disciplined(c, Disciplined.DIRECTLY_LED, by_law=True, exempt=exempt)
    if exempt and seen.remark:
        return yes(
            seen.measured != "0", seen.measured, seen.required, f"{seen.remark}; {EXCEPT_AS_12_4_4}"
        )
    return seen


@clause("HD01:5.4", NOT_COMPLETED, LEADERS, "phiếu nơi cư trú: thực hiện không tốt")
def residents_say_not_good(c: Case, n: Numbers) -> Seen:
    """MET: more residents' votes "not good" than the share, in a year in which they vote."""
    votes = c.facts.residents_votes
    if votes is None:
        return not_applicable(NO_VOTE_AT_HOME, f"> {n['residents_bad_over']}")
    return more_than(votes.not_good, votes.valid, n["residents_bad_over"])


CLAUSES = (led_punished_by_law, residents_say_not_good)
