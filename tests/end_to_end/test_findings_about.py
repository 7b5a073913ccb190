"""The subjects and documents of a finding, from recorded facts to the graph."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.hardening import attach
from tests.end_to_end.test_insiders import CHAIR, OFFICE, body, facts_of
from tests.end_to_end.test_year_commands import Subject
from tests.rules.judgement.level_sheets import excellent

Json = dict[str, Any]
TokenOf = Callable[[str], str]
PAPER = {"number": "12-QĐ/UBKT", "date": "2023-06-05", "issuer": "Uỷ ban Kiểm tra Tỉnh uỷ"}
UNIT, UNIT_NAME = "ht.so-xay-dung", "Sở Xây dựng"
DISCIPLINE = {
    "who": "SUBORDINATE_UNIT",
    "name": UNIT,
    "decided_on": "2023-06-05",
    "kind": "khiển trách",
    "paper": PAPER,
}
FINDINGS = """query ($id: ID!) { appraisal(id: $id) { computed { findings { code measured measuredInEnglish
    required requiredInEnglish remark remarkInEnglish
    about { kind name subject { __typename ... on Body { code name } ... on Person { id } }
        document { number date issuer } } } } } }"""


def findings(service: Service, subject: Subject, token: str) -> dict[str, Json]:
    answer = service.ask(FINDINGS, {"id": subject.key}, token)
    assert "errors" not in answer, answer
    rows = answer["data"]["appraisal"]["computed"]["findings"]
    return {row.pop("code"): row for row in rows}


@pytest.fixture(scope="module")
def collective(service: Service) -> Subject:
    return body(service, "ht.bql-kkt.tt")


def record(
    service: Service, subject: Subject, token: str, *disciplines: Json, **more: object
) -> Json:
    facts = facts_of(service, subject.key) | {"discipline": list(disciplines)} | more
    return subject.command("recordFacts", token, facts=facts)


def test_a_discipline_names_the_unit_and_its_paper(
    service: Service, token_of: TokenOf, collective: Subject
) -> None:
    token = token_of(CHAIR)
    member = DISCIPLINE | {"who": "LEADERSHIP_MEMBER", "name": "Phó Trưởng ban", "paper": None}
    recorded = record(service, collective, token, DISCIPLINE, member)
    assert recorded["__typename"] == "Appraisal", recorded
    rows = findings(service, collective, token)
    about = rows["nobody_disciplined"]["about"]
    unnamed = {"subject": None, "document": None}
    assert about == [
        unnamed
        | {
            "kind": "UNIT",
            "name": UNIT,
            "subject": {"__typename": "Body", "code": UNIT, "name": UNIT_NAME},
        },
        unnamed | {"kind": "PAPER", "name": "12-QĐ/UBKT", "document": PAPER},
        unnamed | {"kind": "PERSON", "name": "Phó Trưởng ban"},
    ]
    assert rows["collective_or_member_disciplined"]["about"] == about[2:]
    assert rows["every_criterion_good"]["about"] == []


def test_both_languages_come_from_the_graph(
    service: Service, token_of: TokenOf, collective: Subject
) -> None:
    token = token_of(CHAIR)
    exempt = DISCIPLINE | {"self_discovered": True, "remedied": True}
    record(service, collective, token, exempt)
    rows = findings(service, collective, token)
    graded, disciplined = rows["every_criterion_good"], rows["nobody_disciplined_unless_exempt"]
    assert (graded["required"], graded["requiredInEnglish"]) == ("≥ Tốt", "≥ Good")
    share, noun = graded["measured"].split(" ", 1)
    assert (noun, graded["measuredInEnglish"]) == ("tiêu chí", f"{share} criteria")
    assert disciplined["remark"] == "1 tự phát hiện và đã khắc phục xong hậu quả"
    assert disciplined["remarkInEnglish"] == "1 self-discovered and remedied"
    assert graded["remark"] is graded["remarkInEnglish"] is None


def test_an_attesting_document_is_named_by_its_number_in_words_or_in_the_file(
    service: Service, token_of: TokenOf, collective: Subject
) -> None:
    token, content = token_of(OFFICE), b"%PDF-1.7\nreport"
    answer = attach(service, token, collective.key, content, number="8-BC/SNV")
    assert answer.status_code == httpx.codes.CREATED, answer.text
    attested = {
        "OUTSTANDING_ACHIEVEMENTS": "7-BC/TU, 1/12/2023, Tỉnh uỷ",
        "MODEL_FOR_OTHERS": answer.json()["id"],
    }
    record(service, collective, token, attested=attested)
    rows = findings(service, collective, token)
    papers = {
        "outstanding_achievements": {
            "number": "7-BC/TU",
            "date": "2023-12-01",
            "issuer": "Tỉnh uỷ",
        },
        "model_for_others": {"number": "8-BC/SNV", "date": "2023-12-01", "issuer": "Sở Nội vụ"},
    }
    for code, document in papers.items():
        (about,) = rows[code]["about"]
        assert (about["kind"], about["document"]) == ("PAPER", document)


@pytest.mark.parametrize(
    ("disciplines", "path"),
    [
        ([DISCIPLINE | {"paper": PAPER | {"date": "2999-01-01"}}], "discipline[0].paper.date"),
        ([DISCIPLINE | {"paper": PAPER | {"number": ""}}], "discipline[0].paper.number"),
        ([DISCIPLINE | {"paper": {"number": "1"}}], "discipline[0].paper.date"),
        (
            [DISCIPLINE, DISCIPLINE | {"paper": PAPER | {"number": "13"}}],
            "discipline[1].paper",
        ),
        ([DISCIPLINE, DISCIPLINE], "discipline[1].paper"),
    ],
)
def test_a_paper_that_cannot_be_is_refused_by_its_path(
    service: Service, token_of: TokenOf, collective: Subject, disciplines: list[Json], path: str
) -> None:
    refused = record(service, collective, token_of(CHAIR), *disciplines)
    assert refused["__typename"] == "FactsRefused", refused
    assert path in [fault["path"] for fault in refused["faults"]]


def test_findings_of_older_versions_name_no_subject(
    service: Service, token_of: TokenOf, collective: Subject
) -> None:
    """As an older version stored them: in Vietnamese only, without subjects."""
    token = token_of(CHAIR)
    record(service, collective, token, DISCIPLINE)
    before = findings(service, collective, token)
    service.sql(
        """UPDATE computation SET findings = (SELECT jsonb_agg(row - 'about' - 'measured_in_english'
            - 'required_in_english' - 'remark_in_english') FROM jsonb_array_elements(findings) row)"""
    )
    after = findings(service, collective, token)
    assert {row["about"] == [] for row in after.values()} == {True}
    assert after["every_criterion_good"]["requiredInEnglish"] == "≥ Tốt"
    same = ("measured", "required", "remark")
    assert [[row[name] for name in same] for row in after.values()] == [
        [row[name] for name in same] for row in before.values()
    ]


def test_judge_names_subjects_and_documents(service: Service, tmp_path: Path) -> None:
    document = excellent("COLLECTIVE")  # type: ignore[arg-type]  # as a file has it
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(document | {"discipline": [DISCIPLINE]}), encoding="utf-8")
    page = service.command("judge", str(path))
    assert f"cơ quan, đơn vị: {UNIT}; văn bản: 12-QĐ/UBKT, 05/06/2023, {PAPER['issuer']}" in page
    page = service.command("judge", str(path), "--english")
    assert f"unit: {UNIT}; paper: 12-QĐ/UBKT, 2023-06-05, {PAPER['issuer']}" in page
    data = json.loads(service.command("judge", str(path), "--json"))
    (rows,) = (row for row in data["findings"] if row["condition"] == "nobody_disciplined")
    assert rows["about"] == [
        {"kind": "UNIT", "name": UNIT},
        {"kind": "PAPER", "name": "12-QĐ/UBKT", "document": PAPER},
    ]
    missing = {row["condition"] for row in data["missing_for_next"]}
    assert missing.isdisjoint(row["condition"] for row in data["triggers_that_hold"])
