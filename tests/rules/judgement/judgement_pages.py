"""The pages of judgements in tests/rules/pages: some subjects, each in both languages."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rules.editions.lookup import Edition
from rules.enums import SubjectClass
from rules.facts.facts_parser import read_facts
from rules.judgement.explanation import as_page
from rules.judgement.judge import judge
from tests.rules.judgement.level_sheets import EDITION, Document, excellent

FOLDER = Path(__file__).parents[1] / "pages"


def page(document: Document, language: str, edition: Edition = EDITION) -> str:
    facts = read_facts(document, edition)
    return as_page(facts, judge(facts, edition), edition, language)


def undetermined() -> Document:
    work = {"assigned": 10, "completed": 7, "on_time": 7}
    return excellent(SubjectClass.LEADER) | {"area": work}


AN_EARLIER_YEAR = {"who": "SELF", "decided_on": "2023-05-01", "violations": [{"on": "2022-05-01"}]}
FAR_BEHIND = {"assigned": 10, "completed": 4, "on_time": 4, "main_missed": True}
AVERAGE = {"grade": "AVERAGE", "product": True}
DECISION = {
    "number": "12-QĐ/UBKT",
    "date": "2023-06-05",
    "issuer": "Uỷ ban Kiểm tra Huyện uỷ",
}
MINUTES = {"number": "3-BB/MT", "date": "2023-11-20", "issuer": "Mặt trận Tổ quốc xã"}
OF_A_UNIT: Document = {
    "discipline": [
        {
            "who": "DIRECTLY_LED",
            "name": "ht.so-noi-vu.thanh-tra",
            "decided_on": "2023-06-05",
            "nature": "CORRUPTION",
            "paper": DECISION,
        }
    ],
    "levels": excellent(SubjectClass.LEADER)["levels"]
    | {"units": {"ht.so-noi-vu.thanh-tra": "NOT_COMPLETED", "ht.so-noi-vu.van-phong": "GOOD"}},
    "residents_votes": {
        "issued": 100,
        "returned": 100,
        "valid": 100,
        "good": 49,
        "not_good": 51,
        "paper": MINUTES,
    },
    "attested": {"TRULY_EXEMPLARY": "7-BC/TU, 01/12/2023, Tỉnh uỷ"},
}
SUBJECTS: Mapping[str, Document] = {
    "organisation-excellent": excellent(SubjectClass.ORG),
    "organisation-not-completed": excellent(SubjectClass.ORG) | {"targets": FAR_BEHIND},
    "collective-good": excellent(SubjectClass.COLLECTIVE)
    | {"discipline": [{"who": "COLLECTIVE", "self_discovered": True, "remedied": True}]},
    "person-excellent": excellent(SubjectClass.PERSON),
    "person-completed": excellent(SubjectClass.PERSON) | {"weak_criteria": 4},
    "person-of-an-earlier-year": excellent(SubjectClass.PERSON) | {"discipline": [AN_EARLIER_YEAR]},
    "leader-good": excellent(SubjectClass.LEADER)
    | {"area": {"assigned": 10, "completed": 10, "on_time": 8}},
    "leader-gap": undetermined(),
    "leader-not-completed": excellent(SubjectClass.LEADER)
    | {
        "residents_votes": {
            "issued": 100,
            "returned": 100,
            "valid": 100,
            "good": 49,
            "not_good": 51,
        }
    },
    "leader-waits": excellent(SubjectClass.LEADER)
    | {"levels": excellent(SubjectClass.LEADER)["levels"] | {"units": {"ht.so-noi-vu.tt": None}}},
    "leader-of-a-disciplined-unit": excellent(SubjectClass.LEADER) | OF_A_UNIT,
}
"""By the name of their file: one of each class and level, a reading that decides, a gap, one who waits, and one whose unit was disciplined."""


@cache
def pages() -> Mapping[str, str]:
    """The content of each page, by the name of its file."""
    return {
        f"{name}.{language}.txt": page(document, language)
        for name, document in SUBJECTS.items()
        for language in ("vi", "en")
    }
