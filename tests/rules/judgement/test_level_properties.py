"""What must hold of every subject, whatever its facts: against a second evaluator, and for better facts."""

import copy
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from hypothesis import assume, given, strategies as st

from rules.editions.lookup import ResidenceVotes
from rules.enums import ComputedLevel, Grade, Level, Outcome, SubjectClass
from rules.facts.facts import Attested
from rules.facts.facts_parser import read_facts
from rules.judgement.judge import Judgement, judge
from tests.rules.judgement import naive_levels
from tests.rules.judgement.level_documents import Document, documents
from tests.rules.judgement.level_sheets import EDITION, WORK

UPWARD = ["NOT_COMPLETED", "UNDETERMINED", "COMPLETED", "GOOD", "EXCELLENT"]
GRADES = [str(grade) for grade in Grade]
LEVELS = [str(level) for level in Level]


def judged(document: Document) -> Judgement:
    return judge(read_facts(document, EDITION), EDITION)


@given(documents())
def test_the_level_is_that_of_a_second_evaluator(document: Document) -> None:
    level = judged(document).level
    assert (level and str(level)) == naive_levels.level(document)


@given(documents(), st.sampled_from(["units", "area", "collective", "members", "same_level"]))
def test_a_second_evaluator_waits_for_the_same_levels(document: Document, name: str) -> None:
    document["levels"] = {**document["levels"], name: {"a": "GOOD", "z": None}}
    judgement = judged(document)
    assert (judgement.level and str(judgement.level)) == naive_levels.level(document)
    assert (judgement.level is None) == bool(judgement.waits_for)


@given(documents())
def test_every_condition_has_exactly_one_outcome_and_every_subject_one_result(
    document: Document,
) -> None:
    judgement = judged(document)
    assert all(finding.outcome in Outcome for finding in judgement.findings)
    assert len({finding.condition for finding in judgement.findings}) == len(judgement.findings)
    assert judgement.level in set(ComputedLevel)
    assert judged(document) == judgement


@given(documents())
def test_one_trigger_outweighs_every_level(document: Document) -> None:
    judgement = judged(document)
    triggers = [
        finding
        for finding in judgement.findings
        if finding.level is Level.NOT_COMPLETED and finding.blocks
    ]
    assert (judgement.level is ComputedLevel.NOT_COMPLETED) == bool(triggers)


@given(documents())
def test_a_gap_is_never_made_into_a_failure(document: Document) -> None:
    """Where no level's conditions all hold and no trigger does, the text determines none."""
    judgement = judged(document)
    failed = {finding.level for finding in judgement.findings if finding.outcome is Outcome.FAILED}
    triggered = any(
        finding.outcome is Outcome.MET
        for finding in judgement.findings
        if finding.level is Level.NOT_COMPLETED
    )
    gap = Level.COMPLETED in failed and not triggered
    assert (judgement.level is ComputedLevel.UNDETERMINED) == gap


@given(documents())
def test_no_level_is_given_while_a_row_of_it_or_of_a_lower_one_is_failed_or_missing(
    document: Document,
) -> None:
    judgement = judged(document)
    if judgement.level in {None, ComputedLevel.NOT_COMPLETED, ComputedLevel.UNDETERMINED}:
        return
    at_most = UPWARD.index(str(judgement.level))
    not_held = {Outcome.FAILED, Outcome.MISSING}
    below = [
        finding
        for finding in judgement.findings
        if finding.level is not Level.NOT_COMPLETED and UPWARD.index(finding.level) <= at_most
    ]
    assert [finding.condition for finding in below if finding.outcome in not_held] == []


BEST: Document = {
    "targets": WORK,
    "workplace_votes": {
        "issued": 10,
        "returned": 10,
        "valid": 10,
        "excellent": 10,
        "good": 0,
        "completed": 0,
    },
}


@given(documents(), st.sampled_from(sorted(BEST)))
def test_a_missing_fact_never_gives_more_than_its_best_value(document: Document, name: str) -> None:
    assume(name != "workplace_votes" or document["subject_class"] == "LEADER")
    unknown = judged(document | {name: None}).level
    best = judged(
        document | {name: BEST[name] | {"exceeded": 10} if name == "targets" else BEST[name]}
    ).level
    assert unknown
    assert best
    assert UPWARD.index(unknown) <= UPWARD.index(best)


@given(documents())
def test_naming_the_short_criteria_never_lowers_the_level(document: Document) -> None:
    level_with_results = judged(document).level
    unsaid = judged({name: one for name, one in document.items() if name != "weak_results"}).level
    assert level_with_results
    assert unsaid
    assert UPWARD.index(unsaid) <= UPWARD.index(level_with_results)


@given(documents())
def test_in_a_year_in_which_residents_vote_a_leader_waits_for_the_vote(document: Document) -> None:
    """An unrecorded vote is MISSING; in other years it is not needed."""
    votes = ResidenceVotes(frozenset({2023}), "HD01:8.3")
    with_vote = replace(EDITION, residence_votes=votes)
    facts = read_facts(document, EDITION)
    before, after = judge(facts, EDITION), judge(facts, with_vote)
    is_missing = facts.subject_class is SubjectClass.LEADER and facts.residents_votes is None
    if is_missing and before.level is not ComputedLevel.NOT_COMPLETED:
        assert after.level is None
        assert [(one.reason, one.subject) for one in after.waits_for] == [("RESIDENTS_VOTES", "it")]
        assert {one.condition for one in after.findings if one.outcome is Outcome.MISSING} == {
            "residents_votes",
            "residents_votes_good",
            "residents_votes_enough",
            "residents_say_not_good",
        }
    else:
        assert after.level == before.level


@given(documents())
def test_levels_that_are_only_counted_give_the_same(document: Document) -> None:
    counted = copy.deepcopy(document)
    counted["levels"] = {
        name: dict(Counter(others.values())) for name, others in document["levels"].items()
    }
    by_number, by_name = (
        [finding._replace(about=()) for finding in judged(variant).findings]
        for variant in (counted, document)
    )
    assert by_number == by_name


@given(documents())
def test_json_is_read_as_the_document_itself(document: Document) -> None:
    assert judged(json.loads(json.dumps(document))) == judged(document)


@given(documents())
def test_the_order_in_which_facts_are_stored_does_not_matter(document: Document) -> None:
    document["levels"]["units"] = {"z": None, "a": None, "m": "GOOD"}
    assert judged(backwards(document)) == judged(document)


def backwards(value: Document) -> Document:
    return {
        name: backwards(inner) if isinstance(inner, dict) else inner
        for name, inner in reversed(value.items())
    }


def a_grade_up(d: Document, pick: int) -> None:
    graded = d["grades"][sorted(d["grades"])[pick % len(d["grades"])]]
    graded["grade"] = up(GRADES, graded["grade"])


def a_product_more(d: Document, pick: int) -> None:
    d["grades"][sorted(d["grades"])[pick % len(d["grades"])]]["product"] = True


def a_level_of_another_up(d: Document, pick: int) -> None:
    named = sorted(name for name, others in d["levels"].items() if others)
    for name in named[pick % (len(named) or 1) :][:1]:
        others = d["levels"][name]
        who = sorted(others)[pick % len(others)]
        others[who] = up(LEVELS, others[who])


def a_target_more(d: Document, pick: int) -> None:
    for name in ("targets", "area")[pick % 2 :][:1]:
        work = d.get(name)
        if work and work["completed"] < work["assigned"]:
            work["completed"] += 1
            work["main_missed"] &= work["completed"] < work["assigned"]
        elif work and work["on_time"] < work["completed"]:
            work["on_time"] += 1
        elif work and work.get("exceeded", 0) < work["completed"]:
            work["exceeded"] = work.get("exceeded", 0) + 1


def a_main_target_met(d: Document, pick: int) -> None:
    if d.get(("targets", "area")[pick % 2]):
        d[("targets", "area")[pick % 2]]["main_missed"] = False


def a_vote_better(d: Document, pick: int) -> None:
    votes, home = d.get("workplace_votes"), d.get("residents_votes")
    for worse, better in (("completed", "good"), ("good", "excellent"))[pick % 2 :][:1]:
        if votes and votes[worse]:
            votes[worse] -= 1
            votes[better] += 1
    if home and home["not_good"]:
        home["not_good"] -= 1
        home["good"] += 1
    if d.get("confidence_votes"):
        d["confidence_votes"]["low"] = max(0, d["confidence_votes"]["low"] - 1)


def a_discipline_less(d: Document, pick: int) -> None:
    d["discipline"] = d.get("discipline", [])[: pick % 2]


def a_discipline_excused(d: Document, _: int) -> None:
    for discipline in d.get("discipline", []):
        discipline |= {"self_discovered": True, "remedied": True}


def an_attestation_more(d: Document, pick: int) -> None:
    known = [str(one) for one in Attested]
    d["attested"] = {**dict.fromkeys(d["attested"], "BK 1"), known[pick % len(known)]: "BK 2"}


def a_weakness_less(d: Document, pick: int) -> None:
    name = ("weak_criteria", "low_effect_criteria", "failed_results")[pick % 3]
    d[name] = max(0, d.get(name, 0) - 1)
    if "weak_results" in d:
        short = d.get("weak_criteria", 0) + d.get("low_effect_criteria", 0)
        d["weak_results"] = min(d["weak_results"], short)


def a_conclusion_less(d: Document, _: int) -> None:
    d["concluded"] = []


def up(words: list[str], word: str) -> str:
    return words[min(words.index(word) + 1, len(words) - 1)]


IMPROVEMENTS: list[Callable[[Document, int], None]] = [
    a_grade_up,
    a_product_more,
    a_level_of_another_up,
    a_target_more,
    a_main_target_met,
    a_vote_better,
    a_discipline_less,
    a_discipline_excused,
    an_attestation_more,
    a_weakness_less,
    a_conclusion_less,
]


@given(documents(), st.sampled_from(IMPROVEMENTS), st.integers(0, 50))
def test_one_better_fact_never_lowers_the_level(
    document: Document, improve: Callable[[Document, int], None], pick: int
) -> None:
    better = copy.deepcopy(document)
    improve(better, pick)
    assume(better != document)
    before, after = judged(document).level, judged(better).level
    assert before
    assert after
    assert UPWARD.index(after) >= UPWARD.index(before)
