"""What must hold of every subject, whatever its facts: against a second evaluator, and for better facts."""

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from rules.facts import Attested, Concluded, Disciplined, Flag
from rules.judge import Judgement, judge
from rules.reading_facts import read_facts
from rules.words import ComputedLevel, Grade, Level, Outcome, SubjectClass
from tests.rules import naive_levels
from tests.rules.level_sheets import EDITION, excellent

Document = dict[str, Any]
OTHERS = (
    "units",
    "collective",
    "party_organisation",
    "subordinates",
    "members",
    "same_level",
    "civil_servant",
)
BETTER = ["NOT_COMPLETED", "UNDETERMINED", "COMPLETED", "GOOD", "EXCELLENT"]


def some(words: list[Any]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([str(word) for word in words]), unique=True)


@st.composite
def work(draw: st.DrawFn) -> Document:
    assigned = draw(st.sampled_from([0, 1, 2, 5, 10, 20, 100]))
    completed = draw(st.integers(assigned * 4 // 10, assigned))
    return {
        "assigned": assigned,
        "completed": completed,
        "on_time": draw(st.integers(completed * 7 // 10, completed)),
        "exceeded": draw(st.integers(0, completed)),
        "main_missed": draw(st.booleans()),
        "force_majeure": draw(st.booleans()),
    }


rated = st.dictionaries(
    st.sampled_from("abcdefghij"),
    st.sampled_from(["GOOD", *[str(level) for level in Level]]),
    max_size=10,
)


@st.composite
def votes(draw: st.DrawFn, *names: str) -> Document:
    counted = {name: draw(st.integers(0, 100)) for name in names}
    valid = sum(counted.values()) + draw(st.integers(0, 5))
    return {"issued": valid, "returned": valid, "valid": valid, **counted}


@st.composite
def discipline(draw: st.DrawFn) -> list[Document]:
    one = st.fixed_dictionaries(
        {
            "who": st.sampled_from([str(who) for who in Disciplined]),
            "name": st.sampled_from("abc"),
            **dict.fromkeys(
                ("self_discovered", "remedied", "corruption", "punished_by_law"), st.booleans()
            ),
        }
    )
    return draw(st.lists(one, max_size=2))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """An excellent subject with a few of its facts drawn anew, so that every level is near."""
    document = excellent(draw(st.sampled_from(list(SubjectClass))))
    new: Document = {
        "targets": draw(st.none() | work()),
        "area": draw(st.none() | work()),
        "area_not_completed": draw(st.booleans()),
        "weak_criteria": draw(st.integers(0, 8)),
        "failed_results": draw(st.integers(0, 4)),
        "workplace_votes": draw(st.none() | votes("excellent", "good", "completed")),
        "residents_votes": draw(st.none() | votes("good", "not_good")),
        "discipline": draw(discipline()),
        "concluded": draw(few(Concluded)),
        "attested": draw(some([*Attested])),
        "levels": {name: draw(rated) for name in OTHERS},
        "flags": draw(few_flags()),
    }
    kept = draw(st.sets(st.sampled_from(sorted(new)), max_size=4))
    document |= {name: new[name] for name in kept}
    document["subordinate_units"] = draw(st.sampled_from([3, 5, 10, 15]))
    for code in draw(st.sets(st.sampled_from(sorted(document["grades"])), max_size=3)):
        document["grades"][code] = {
            "grade": draw(st.sampled_from(["AVERAGE", *[str(grade) for grade in Grade]])),
            "product": draw(st.booleans()),
        }
    return document


def few(words: Any) -> st.SearchStrategy[list[str]]:  # noqa: ANN401 -- an enum
    return st.lists(st.sampled_from([str(word) for word in words]), max_size=1)


def few_flags() -> st.SearchStrategy[list[str]]:
    flags = [flag for flag in Flag if flag is not Flag.CELL]
    return some(flags) | st.just([str(Flag.CELL)])


def judged(document: Document) -> Judgement:
    return judge(read_facts(document, EDITION), EDITION)


@given(documents())
def test_the_level_is_that_of_a_second_evaluator(document: Document) -> None:
    found = judged(document).level
    assert (found and str(found)) == naive_levels.level(document)


@given(documents())
def test_one_trigger_outweighs_every_level(document: Document) -> None:
    found = judged(document)
    triggers = [
        one
        for one in found.findings
        if one.level is Level.NOT_COMPLETED and one.outcome is Outcome.MET
    ]
    assert (found.level is ComputedLevel.NOT_COMPLETED) == bool(triggers)


@given(documents())
def test_a_gap_is_never_made_into_a_failure(document: Document) -> None:
    """Where no level's conditions all hold and no trigger does, the text determines none."""
    found = judged(document)
    failed = {one.level for one in found.findings if one.outcome is Outcome.FAILED}
    triggered = any(
        one.outcome is Outcome.MET for one in found.findings if one.level is Level.NOT_COMPLETED
    )
    gap = {Level.EXCELLENT, Level.GOOD, Level.COMPLETED} <= failed and not triggered
    assert (found.level is ComputedLevel.UNDETERMINED) == gap


def all_excellent(d: Document) -> None:
    for one in d["grades"].values():
        one["grade"], one["product"] = "EXCELLENT", True


def others_excellent(d: Document) -> None:
    for others in d["levels"].values():
        others.update(dict.fromkeys(others, "EXCELLENT"))


def all_done(d: Document) -> None:
    for name in ("targets", "area"):
        if d.get(name):
            d[name] |= dict.fromkeys(("completed", "on_time", "exceeded"), d[name]["assigned"])


def all_in_favour(d: Document) -> None:
    if d.get("workplace_votes"):
        every = d["workplace_votes"]["valid"]
        d["workplace_votes"] |= {"excellent": every, "good": 0, "completed": 0}


IMPROVEMENTS: dict[str, Callable[[Document], object]] = {
    "grades": all_excellent,
    "levels of others": others_excellent,
    "work": all_done,
    "votes": all_in_favour,
    "discipline": lambda d: d.update(discipline=[]),
    "conclusions": lambda d: d.update(concluded=[]),
    "attestations": lambda d: d.update(attested=[str(one) for one in Attested]),
    "weaknesses": lambda d: d.update(weak_criteria=0, failed_results=0, area_not_completed=False),
}


@given(documents(), st.sampled_from(sorted(IMPROVEMENTS)))
def test_a_better_fact_never_lowers_the_level(document: Document, how: str) -> None:
    better = copy.deepcopy(document)
    IMPROVEMENTS[how](better)
    assume(better != document)
    before, after = judged(document).level, judged(better).level
    assert before
    assert after
    assert BETTER.index(after) >= BETTER.index(before)
