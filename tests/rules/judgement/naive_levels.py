"""A second evaluator, written from the table of conditions alone: slow, plain, and without the rules' code.

It takes facts as a document and answers with a level, or None where a level that it needs is not there.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

RANK = ["NOT_COMPLETED", "COMPLETED", "GOOD", "EXCELLENT"]
GRADES = ["POOR", "AVERAGE", "GOOD", "EXCELLENT"]
BODY_RESULTS = {
    "annual_programmes",
    "targets_and_tasks",
    "ratings_and_indices",
    "annual_plan_in_products",
}
PERSON_RESULTS = {
    "assigned_duties",
    "ability_and_prestige",
    "setting_an_example",
    "ties_with_the_people",
    "duties_against_assignment",
    "targets_in_products",
    "review_on_suggestion",
}
EMPTY: dict[str, Any] = {}


def level(d: dict[str, Any]) -> str | None:
    kind = d["subject_class"]
    if not_completed(d, kind):
        return "NOT_COMPLETED"
    if waits(d):
        return None
    if not merely_completed(d, kind):
        return "UNDETERMINED"
    if not good(d, kind):
        return "COMPLETED"
    return "EXCELLENT" if excellent(d, kind) else "GOOD"


def waits(d: dict[str, Any]) -> bool:
    flags, others = d.get("flags", []), d.get("levels", EMPTY)
    needed = {
        "ORG": ["same_level"],
        "COLLECTIVE": [],
        "PERSON": [],
        "LEADER": ["units", "area"],
    }[d["subject_class"]]
    needed = list(needed)
    if d["subject_class"] == "ORG":
        needed += ["subordinates"] if "PARTY_COMMITTEE" in flags else []
        needed += ["members"] if "CELL" in flags else []
    if d["subject_class"] in ("PERSON", "LEADER") and is_member(d) and "CIVIL_SERVANT" in flags:
        needed.append("civil_servant")
    if d["subject_class"] == "LEADER":
        needed += ["collective"] if "HEAD" in flags else []
        if "SECRETARY" in flags and not has(d, "OUTSTANDING_COMPLETION"):
            needed.append("party_organisation")
    return any(None in (others.get(name) or EMPTY).values() for name in needed)


def is_member(d: dict[str, Any]) -> bool:
    return d["track"] == "PARTY_MEMBER" or "PARTY_MEMBER" in d.get("flags", [])


def graded(d: dict[str, Any], lowest: str, *, results: bool = False, product: bool = False) -> bool:
    results_criteria = BODY_RESULTS | PERSON_RESULTS
    return all(
        GRADES.index(entry["grade"]) >= GRADES.index(lowest)
        and (entry.get("product") or not product)
        for code, entry in d["grades"].items()
        if code in results_criteria or not results
    )


def from_share(rated: dict[str, str], lowest: str, share: str) -> bool:
    if not rated:
        return True
    if None in rated.values():
        return True  # then it waits
    good = [one for one in rated.values() if RANK.index(one) >= RANK.index(lowest)]
    return Fraction(len(good), len(rated)) >= Fraction(share)


def part(work: dict[str, Any] | None, what: Callable[[dict[str, Any]], int], share: str) -> bool:
    return (
        not work
        or work["assigned"] == 0
        or Fraction(what(work), work["assigned"]) >= Fraction(share)
    )


def completed(w: dict[str, Any]) -> int:
    return int(w["completed"])


def in_time(w: dict[str, Any]) -> int:
    return int(w["on_time"])


def exceeded(w: dict[str, Any]) -> int:
    return int(w.get("exceeded", 0))


def has(d: dict[str, Any], *words: str) -> bool:
    return any(word in d.get("attested", []) for word in words)


def voted(votes: dict[str, int] | None, *names: str, share: str) -> bool:
    if votes is None or votes["valid"] == 0:
        return False
    return Fraction(sum(votes[name] for name in names), votes["valid"]) >= Fraction(share)


def at_home(d: dict[str, Any], share: str) -> bool:
    return d.get("residents_votes") is None or voted(d["residents_votes"], "good", share=share)


def own_work(
    d: dict[str, Any], what: Callable[[dict[str, Any]], int], share: str, *attests: str
) -> bool:
    work = d.get("targets")
    if not work or work["assigned"] == 0:
        return has(d, *attests)
    return Fraction(what(work), work["assigned"]) >= Fraction(share)


def own_work_done(d: dict[str, Any]) -> bool:
    in_quality = d.get("weak_criteria", 0) == 0
    return in_quality and own_work(d, in_time, "1", "WORK_DONE_ON_TIME")


def punished(d: dict[str, Any], *who: str, count_exempt: bool = False) -> list[dict[str, Any]]:
    return [
        discipline
        for discipline in d.get("discipline", [])
        if discipline["who"] in who
        and counts_here(discipline, d["year"])
        and (count_exempt or not (discipline.get("self_discovered") and discipline.get("remedied")))
    ]


def counts_here(discipline: dict[str, Any], year: int) -> bool:
    violations = discipline.get("violations") or [{"on": str(year)}]
    anywhere = discipline["who"] == "SELF"
    return any(
        violation["on"].startswith(str(year)) and (anywhere or not violation.get("at"))
        for violation in violations
    )


def others(d: dict[str, Any], name: str) -> dict[str, str]:
    levels: dict[str, str] = d.get("levels", EMPTY).get(name) or EMPTY
    return levels


def under(d: dict[str, Any], lowest: str, share: str) -> bool:
    flags = d.get("flags", [])
    name = "subordinates" if "PARTY_COMMITTEE" in flags else "members" if "CELL" in flags else ""
    return not name or from_share(others(d, name), lowest, share)


def civil_servant(d: dict[str, Any], lowest: str) -> bool:
    flags = d.get("flags", [])
    if not ("CIVIL_SERVANT" in flags and is_member(d)):
        return True
    return from_share(others(d, "civil_servant"), lowest, "1")


def leads(d: dict[str, Any], lowest: str) -> bool:
    flags = d.get("flags", [])
    head = "HEAD" not in flags or from_share(others(d, "collective"), lowest, "1")
    secretary = "SECRETARY" not in flags or has(d, "OUTSTANDING_COMPLETION")
    return head and (secretary or from_share(others(d, "party_organisation"), lowest, "1"))


def excellent(d: dict[str, Any], kind: str) -> bool:
    holds = has(d, "OUTSTANDING_ACHIEVEMENTS") and has(d, "MODEL_FOR_OTHERS")
    holds &= graded(d, "GOOD") and graded(d, "EXCELLENT", results=True, product=True)
    if kind in ("ORG", "COLLECTIVE"):
        who = ("SUBORDINATE_UNIT", "LEADERSHIP_MEMBER", "COLLECTIVE")
        holds &= not punished(d, *who, count_exempt=True)
    if kind == "ORG":
        holds &= (
            has(d, "NEW_MODELS")
            and has(d, "LEADING_POSITION")
            and under(d, "COMPLETED", "1")
            and under(d, "GOOD", "4/5")
        )
        holds &= from_share(others(d, "same_level"), "GOOD", "1")
    if kind == "COLLECTIVE":
        holds &= has(d, "UNITED_AND_LEADING")
    if kind in ("PERSON", "LEADER"):
        holds &= own_work_done(d)
        holds &= own_work(d, exceeded, "1/2", "HALF_OF_WORK_EXCEEDED")
        holds &= has(d, "RESULTS_QUANTIFIED") and civil_servant(d, "GOOD")
    if kind == "PERSON":
        holds &= has(d, "TRULY_TYPICAL")
    if kind == "LEADER":
        holds &= has(d, "TRULY_EXEMPLARY") and has(d, "LEADING_POSITION")
        holds &= has(d, "HIGH_QUALITY_ON_TIME") and leads(d, "EXCELLENT")
        holds &= part(d.get("area"), completed, "1") and part(d.get("area"), exceeded, "1/2")
        holds &= from_share(others(d, "units"), "COMPLETED", "1")
        holds &= from_share(others(d, "units"), "GOOD", "7/10")
        holds &= voted(d.get("workplace_votes"), "excellent", share="9/10")
        holds &= at_home(d, "4/5")
    return holds


def good(d: dict[str, Any], kind: str) -> bool:
    holds = graded(d, "AVERAGE") and graded(d, "GOOD", results=True, product=True)
    if kind in ("ORG", "COLLECTIVE"):
        holds &= not punished(d, "SUBORDINATE_UNIT", "LEADERSHIP_MEMBER")
    if kind == "ORG":
        holds &= under(d, "COMPLETED", "1") and under(d, "GOOD", "1/2")
        holds &= from_share(others(d, "same_level"), "COMPLETED", "1")
    if kind in ("PERSON", "LEADER"):
        holds &= own_work_done(d)
        holds &= civil_servant(d, "GOOD")
    if kind == "LEADER":
        holds &= has(d, "EXEMPLARY", "TRULY_EXEMPLARY")
        holds &= has(d, "QUALITY_ON_TIME", "HIGH_QUALITY_ON_TIME") and leads(d, "GOOD")
        holds &= d.get("low_effect_criteria", 0) == 0
        holds &= part(d.get("area"), completed, "1") and part(d.get("area"), in_time, "4/5")
        holds &= from_share(others(d, "units"), "COMPLETED", "1")
        holds &= voted(d.get("workplace_votes"), "excellent", "good", share="9/10")
        holds &= at_home(d, "3/4")
    return holds


def merely_completed(d: dict[str, Any], kind: str) -> bool:
    holds = graded(d, "AVERAGE") and graded(d, "AVERAGE", results=True, product=True)
    if kind in ("ORG", "COLLECTIVE"):
        holds &= not punished(d, "SUBORDINATE_UNIT", "LEADERSHIP_MEMBER")
    if kind in ("PERSON", "LEADER"):
        weak = d.get("weak_criteria", 0)
        holds &= Fraction(weak, len(d["grades"])) <= Fraction(1, 5)
        holds &= own_work(d, completed, "1", "ALL_TASKS_COMPLETED", "WORK_DONE_ON_TIME")
        holds &= d.get("failed_results", 0) == 0  # a result that failed is a task not completed
        holds &= civil_servant(d, "COMPLETED")
    if kind == "LEADER":
        area = d.get("area")
        holds &= has(d, "EXEMPLARY", "TRULY_EXEMPLARY")
        results = sum(code in PERSON_RESULTS for code in d["grades"])
        short = d.get("weak_criteria", 0) + d.get("low_effect_criteria", 0)
        short = d.get("weak_results", min(short, results))
        holds &= Fraction(short, results) <= Fraction(1, 5)
        holds &= not area or not area["assigned"] or area["completed"] * 10 > area["assigned"] * 7
        holds &= from_share(others(d, "units"), "COMPLETED", "7/10")
        holds &= voted(d.get("workplace_votes"), "excellent", "good", "completed", share="9/10")
        holds &= at_home(d, "7/10")
    return holds


def not_completed(d: dict[str, Any], kind: str) -> bool:
    if any(one["grade"] == "POOR" for one in d["grades"].values()):
        return True
    if kind in ("ORG", "COLLECTIVE"):
        return body_failed(d, kind)
    return person_failed(d) or (kind == "LEADER" and leader_failed(d))


def body_failed(d: dict[str, Any], kind: str) -> bool:
    concluded = d.get("concluded", [])
    if kind == "ORG":
        units = {one["name"] for one in punished(d, "SUBORDINATE_UNIT", count_exempt=True)}
        return bool(
            punished(d, "SUBORDINATE_UNIT", "SUBORDINATE_UNIT_PERSON")
            or punished(d, "COLLECTIVE", count_exempt=True)
            or len(units) * 5 > d.get("subordinate_units", 0) > 0
            or far_behind(d.get("targets"))
        )
    return bool(
        {"INTERNAL_DISUNITY", "MEMBER_DEGRADED"} & set(concluded)
        or punished(d, "COLLECTIVE", "LEADERSHIP_MEMBER")
        or far_behind(d.get("area"))
    )


def far_behind(work: dict[str, Any] | None) -> bool:
    return bool(
        work
        and work["completed"] * 2 < work["assigned"]
        and work.get("main_missed")
        and not work.get("force_majeure")
    )


def person_failed(d: dict[str, Any]) -> bool:
    votes = d.get("confidence_votes")
    results = [code for code in d["grades"] if code in PERSON_RESULTS]
    return bool(
        {"DEGRADED", "FORBIDDEN_CONDUCT", "EXEMPLARINESS_BREACHED"} & set(d.get("concluded", []))
        or d.get("failed_results", 0) * 2 > len(results)
        or (votes and votes["low"] * 2 > votes["valid"])
        or punished(d, "SELF")
    )


def leader_failed(d: dict[str, Any]) -> bool:
    area, votes = d.get("area"), d.get("residents_votes")
    head = "HEAD" in d.get("flags", [])
    return bool(
        "NOT_COMPLETED" in others(d, "area").values()
        or (head and "NOT_COMPLETED" in others(d, "collective").values())
        or (area and area["completed"] * 10 < area["assigned"] * 7)
        or grave(d)
        or (votes and votes["not_good"] * 2 > votes["valid"])
    )


def grave(d: dict[str, Any]) -> bool:
    disciplines = punished(d, "DIRECTLY_LED", "DIRECTLY_LED_PERSON")
    return any(
        discipline.get("nature") in ("CORRUPTION", "NEGATIVITY") for discipline in disciplines
    )
