"""The file of a rating: what must be in it, what is missing, and what may not be stored."""

from datetime import date
from typing import Any

import pytest

from rules.editions.lookup import Occasion, edition_for
from rules.enums import SubjectClass
from rules.procedure.dossier import StoredDocument, document_faults, file_of, missing_documents
from tests.rules.procedure.procedure_sheets import cases, name_of

EDITION = edition_for(2023)
RECEIVED_ON = date(2023, 12, 1)
DOCUMENT: dict[str, Any] = {
    "paper": "minutes",
    "number": "12-BB",
    "issued_on": RECEIVED_ON,
    "issuer": "Chi bộ",
    "sha256": "0123456789abcdef" * 4,
}


@pytest.mark.parametrize("case", cases("file"), ids=name_of)
def test_missing_documents(case: dict[str, Any]) -> None:
    stored = [StoredDocument(**(DOCUMENT | {"paper": paper})) for paper in case.get("stored", [])]
    occasions = {Occasion(word) for word in case.get("occasions", [])}
    whose = file_of(SubjectClass(case["class"]))
    missing = missing_documents(whose, stored, occasions, EDITION, is_decided=True)
    assert [paper.code for paper in missing] == case["missing"]
    assert {paper.clause for paper in missing} <= {"QĐ124:Đ17"}


@pytest.mark.parametrize("subject_class", SubjectClass)
def test_the_conclusion_counts_only_once_it_is_decided(subject_class: SubjectClass) -> None:
    every = [StoredDocument(**(DOCUMENT | {"paper": paper.code})) for paper in EDITION.papers]
    whose = file_of(subject_class)
    assert missing_documents(whose, every, set(), EDITION, is_decided=True) == ()
    (conclusion,) = missing_documents(whose, every, set(), EDITION, is_decided=False)
    assert conclusion.code == "conclusion"


@pytest.mark.parametrize("case", cases("file", "document"), ids=name_of)
def test_faults_of_a_document(case: dict[str, Any]) -> None:
    faults = document_faults(StoredDocument(**(DOCUMENT | case["given"])), RECEIVED_ON, EDITION)
    assert [fault.path for fault in faults] == case["faults"]
    for fault in faults:
        assert fault.was == str(case["given"][fault.path])
        assert fault.may_be
