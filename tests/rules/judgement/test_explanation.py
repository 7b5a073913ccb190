"""A judgement as a page, in Vietnamese or English, and as plain data."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.articles.about import NAMES
from rules.articles.finding import Finding
from rules.editions.lookup import read_edition
from rules.enums import ComputedLevel, Level, Outcome, SubjectClass
from rules.facts.facts_parser import read_facts
from rules.judgement.explanation import CITATION, as_data
from rules.judgement.judge import (
    Judgement,
    compiled_edition,
    judge,
    labels_of,
    missing_for_next,
    triggers_that_hold,
)
from tests.rules.editions.test_invented_edition import LEADER
from tests.rules.judgement.judgement_pages import FOLDER, SUBJECTS, page, pages, undetermined
from tests.rules.judgement.level_sheets import EDITION, Document, excellent, facts_of, sheets

INVENTED = read_edition(Path(__file__).parents[1] / "editions" / "invented-2031.toml")
CLAUSES = {
    condition.clause.name: condition.clause
    for subject_class in SubjectClass
    for condition in compiled_edition(EDITION, subject_class).conditions
}
VIETNAMESE = re.compile(r"[À-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ]")


@pytest.mark.parametrize("name", pages())
def test_the_page_is_the_committed_one(name: str) -> None:
    """Compared with the documents line by line before it was committed."""
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert pages()[name] == committed, "`make documents` writes the pages anew: read the difference"


def test_every_committed_page_is_made() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(pages())


def test_missing_facts_never_list_grounds_against_the_subject() -> None:
    text = page(SUBJECTS["leader-not-completed"], "vi")
    head = text[: text.index("\n\nHoàn thành xuất sắc")]
    assert "Thuộc trường hợp Không hoàn thành nhiệm vụ:\n  HD01:5.4 có trên 50% số phiếu" in head
    missing = head.partition("Để đạt mức cao hơn còn thiếu:")[2]
    assert "HD01:5.4" not in missing


def findings_of_sheets() -> Iterator[tuple[Judgement, Finding]]:
    """Of all cases of the sheets; names of documents are in English, and other names have no accents."""
    for sheet in sheets():
        for case in sheet.cases:
            document = facts_of(case)
            for name in ("attested", "concluded"):
                if isinstance(document.get(name), dict):
                    document[name] = dict.fromkeys(document[name], "document")
            judgement = judged(document)
            yield from ((judgement, finding) for finding in judgement.findings)


def test_both_languages_say_the_same_numbers_and_english_has_no_vietnamese() -> None:
    """Citations stay as they are: their numbers are those of the text."""
    texts = {
        text
        for _, finding in findings_of_sheets()
        for text in (finding.measured, finding.required, finding.remark)
    }
    labels = labels_of(EDITION)
    kinds = NAMES.values()
    assert len(texts) > 100
    for text in [*texts, *labels.values(), *kinds]:
        assert bool(text.vi) is bool(text.en)
        assert re.findall(r"\d+", text.vi) == re.findall(r"\d+", text.en), text
        assert not VIETNAMESE.search(CITATION.sub("", text.en)), text


def test_what_is_missing_is_never_a_bad_fact() -> None:
    """In all cases: the conditions of the next level that failed, and no trigger."""
    missed, held = set(), set()
    for judgement, finding in findings_of_sheets():
        missing, triggers = missing_for_next(judgement), triggers_that_hold(judgement)
        if finding in missing:
            assert (finding.level is Level.NOT_COMPLETED, finding.outcome) == (
                False,
                Outcome.FAILED,
            )
            missed.add(finding.condition)
        if finding in triggers:
            assert (finding.level, finding.outcome) == (Level.NOT_COMPLETED, Outcome.MET)
            assert judgement.level is ComputedLevel.NOT_COMPLETED
            held.add(finding.condition)
    assert missed.isdisjoint(held)
    assert held == {name for name, clause in CLAUSES.items() if clause.level is Level.NOT_COMPLETED}


def judged(document: Document) -> Judgement:
    return judge(read_facts(document, EDITION), EDITION)


def test_the_subject_waited_for_is_named() -> None:
    document = excellent(SubjectClass.LEADER)
    document["levels"]["units"] = {"ht.so-noi-vu.tt": None}
    waiting = "Chưa tính được, còn chờ xếp loại:\n  ht.so-noi-vu.tt (QĐ124:Đ12.1.3)\n"
    assert waiting in page(document, "vi")
    assert "waits for the rating of:\n  ht.so-noi-vu.tt" in page(document, "en")


def test_an_excellent_subject_misses_nothing() -> None:
    text = page(excellent(SubjectClass.PERSON), "vi")
    assert "\n\nHoàn thành xuất sắc nhiệm vụ\nMức tính được" in text
    assert "còn thiếu" not in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_condition_of_another_edition_that_says_nothing_has_its_name(language: str) -> None:
    text = page(LEADER | {"confidence_votes": {"valid": 10, "low": 1}}, language, INVENTED)
    assert "  - QĐ124:Đ12.4.3c   no low confidence: " in text
    assert "invented-2031: Bản thử 2031" in text


def test_plain_data_holds_every_finding() -> None:
    facts = read_facts(undetermined(), EDITION)
    judgement = judge(facts, EDITION)
    data: Any = json.loads(json.dumps(as_data(facts, judgement, EDITION)))
    assert {name: data[name] for name in ("subject", "year", "track", "edition", "level")} == {
        "subject": "it",
        "year": 2023,
        "track": "OFFICIAL",
        "edition": "ha-tinh-2023",
        "level": "UNDETERMINED",
    }
    assert len(data["findings"]) == len(judgement.findings)
    (missing,) = data["missing_for_next"]
    assert missing == {
        "level": "COMPLETED",
        "clause": "QĐ124:Đ12.3.3",
        "condition": "area_mostly_completed",
        "outcome": "FAILED",
        "measured": "7/10 chỉ tiêu, nhiệm vụ",
        "measured_in_english": "7/10 targets and tasks",
        "required": "> 70%",
        "remark": "",
        "about": [],
        "blocks": True,
    }
    assert data["readings"]["area_at_the_limit"]["value"] == "UNDETERMINED"
    assert "poor_criterion" in data["readings"]


def test_a_reading_of_a_point_that_does_not_apply_is_not_shown() -> None:
    facts = read_facts(excellent(SubjectClass.PERSON), EDITION)
    data: Any = as_data(facts, judge(facts, EDITION), EDITION)
    assert "area_at_the_limit" not in data["readings"]
    applied = {one["clause"] for one in data["findings"] if one["outcome"] != "NOT_APPLICABLE"}
    shown = {name: one["clause"] for name, one in data["readings"].items() if name != "shares"}
    assert set(shown.values()) <= applied


def test_a_row_blocks_its_level_when_it_failed_and_a_trigger_when_it_holds() -> None:
    (area,) = (one for one in judged(undetermined()).findings if one.condition == "area_failed")
    assert isinstance(area, Finding)
    assert not area.blocks
    assert area._replace(outcome=Outcome.MET).blocks
