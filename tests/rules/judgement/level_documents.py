"""Facts drawn at random: an excellent subject with a few of its facts anew, so that every level is near."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from rules.enums import Grade, Level, SubjectClass
from rules.facts.consistency import CONCLUDED, DISCIPLINED, FLAGS
from rules.facts.facts import Attested, Nature
from tests.rules.judgement.level_sheets import excellent

Document = dict[str, Any]
YEAR = 2023
OTHERS = (
    "units",
    "area",
    "collective",
    "party_organisation",
    "subordinates",
    "members",
    "same_level",
    "civil_servant",
)


def some(words: Iterable[StrEnum], at_most: int | None = None) -> st.SearchStrategy[list[str]]:
    known = [str(word) for word in words]
    return st.lists(st.sampled_from(known), unique=True, max_size=at_most) if known else st.just([])


@st.composite
def work(draw: st.DrawFn) -> Document:
    assigned = draw(st.sampled_from([0, 1, 2, 5, 10, 20, 100]))
    completed = draw(st.integers(assigned * 4 // 10, assigned))
    return {
        "assigned": assigned,
        "completed": completed,
        "on_time": draw(st.integers(completed * 7 // 10, completed)),
        "exceeded": draw(st.integers(0, completed)),
        "main_missed": completed < assigned and draw(st.booleans()),
        "force_majeure": draw(st.booleans()),
    }


rated = st.dictionaries(
    st.sampled_from("abcdefghij"),
    st.sampled_from(["GOOD", *map(str, Level)]),
    max_size=10,
)


@st.composite
def votes(draw: st.DrawFn, *names: str) -> Document:
    counted = {name: draw(st.integers(0, 100)) for name in names}
    valid = sum(counted.values()) + draw(st.integers(0, 5))
    return {"issued": valid, "returned": valid, "valid": valid, **counted}


confidence = st.fixed_dictionaries({"valid": st.just(10), "low": st.integers(0, 10)})

violations = st.sampled_from(
    [
        [],
        [{"on": "2023-03-01"}],
        [{"on": "2022-03-01"}],
        [{"on": "2023-03-01", "at": "the old body"}],
        [{"on": "2022-03-01"}, {"on": "2023-03-02"}],
    ]
)


def discipline(of_class: SubjectClass) -> st.SearchStrategy[list[Document]]:
    entry = st.fixed_dictionaries(
        {
            "who": st.sampled_from([str(who) for who in DISCIPLINED[of_class]]),
            "name": st.sampled_from("abc"),
            "decided_on": st.just("2023-06-01"),
            "violations": violations,
            "nature": st.sampled_from([str(nature) for nature in Nature]),
            **dict.fromkeys(("self_discovered", "remedied", "punished_by_law"), st.booleans()),
        }
    )
    return st.lists(entry, max_size=2)


def few_flags(of_class: SubjectClass) -> st.SearchStrategy[list[str]]:
    if of_class is SubjectClass.ORG:
        return some(FLAGS[of_class], at_most=1)
    return some(FLAGS[of_class])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    of_class = draw(st.sampled_from(list(SubjectClass)))
    document = excellent(of_class)
    new: dict[str, st.SearchStrategy[Any]] = {
        "targets": st.none() | work(),
        "area": st.none() | work(),
        "weak_criteria": st.integers(0, 8),
        "low_effect_criteria": st.integers(0, 2),
        "failed_results": st.integers(0, 4),
        "workplace_votes": st.none() | votes("excellent", "good", "completed"),
        "residents_votes": st.none() | votes("good", "not_good"),
        "confidence_votes": st.none() | confidence,
        "discipline": discipline(of_class),
        "concluded": some(CONCLUDED[of_class], at_most=1),
        "attested": some(Attested).map(lambda words: dict.fromkeys(words, "BK 1-BK/TU")),
        "levels": st.fixed_dictionaries(dict.fromkeys(OTHERS, rated)),
        "flags": few_flags(of_class),
    }
    if of_class in {SubjectClass.ORG, SubjectClass.COLLECTIVE}:
        del new["failed_results"]
    else:
        new["track"] = st.sampled_from(["OFFICIAL", "PARTY_MEMBER"])
    for name in draw(st.sets(st.sampled_from(sorted(new)), max_size=4)):
        document[name] = draw(new[name])
    short = document.get("weak_criteria", 0) + document.get("low_effect_criteria", 0)
    if of_class is SubjectClass.LEADER and draw(st.booleans()):
        document["weak_results"] = draw(st.integers(0, min(short, 6)))
    document["subordinate_units"] = draw(st.sampled_from([3, 5, 10, 15]))
    for code in draw(st.sets(st.sampled_from(sorted(document["grades"])), max_size=3)):
        document["grades"][code] = {
            "grade": draw(st.sampled_from(["AVERAGE", *map(str, Grade)])),
            "product": draw(st.booleans()),
        }
    return document
