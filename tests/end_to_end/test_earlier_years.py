"""An act of an earlier year, disciplined now, flags that year where its superior sees it (QĐ124:Đ12.4.5)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_delegation import ask
from tests.end_to_end.test_insiders import body, facts_of
from tests.end_to_end.test_year_commands import Subject

Json = dict[str, Any]
TokenOf = Callable[[str], str]
OFFICE, SUPERIOR = "ht.vp-ubnd.truong", "ht.bi-thu"
HERE, ELSEWHERE = "ht.so-tu-phap.tt", "ht.so-y-te.tt"
EARLIER = """query ($id: ID!) { appraisal(id: $id) {
    toReview rating { level } history { act reason clause { id } } } }"""
FINDINGS = """query ($id: ID!) { appraisal(id: $id) { computed { findings { code remark } } } }"""


def disciplined(day: str, *violations: Json) -> Json:
    return {
        "who": "COLLECTIVE",
        "kind": "Khiển trách",
        "decided_on": day,
        "violations": list(violations),
    }


def in_2022(service: Service, code: str) -> str:
    result = "SELECT id::text FROM appraisal WHERE year = 2022 AND body_code = $1"
    return service.sql(result, code)[0]


@pytest.fixture
def subject(service: Service) -> Subject:
    return body(service, HERE)


def record(subject: Subject, token: str, *disciplines: Json) -> Json:
    facts = facts_of(subject.service, subject.key) | {"discipline": list(disciplines)}
    recorded = subject.command("recordFacts", token, facts=facts)
    assert recorded["__typename"] == "Appraisal", recorded
    return recorded


def flags_of(service: Service, token: str, code: str) -> list[str]:
    """The acts of 2022 in the history."""
    earlier = ask(service, token, EARLIER, {"id": in_2022(service, code)})
    return [
        entry["reason"] for entry in earlier["history"] if entry["clause"]["id"] == "QĐ124:Đ12.4.5"
    ]


def test_the_earlier_year_is_flagged_with_year_and_body(
    service: Service, token_of: TokenOf, subject: Subject
) -> None:
    superior = token_of(SUPERIOR)
    before = ask(service, superior, EARLIER, {"id": in_2022(service, HERE)})
    assert not before["toReview"]
    record(subject, token_of(OFFICE), disciplined("2023-05-02", {"on": "2022-03-01"}))
    (reason,) = flags_of(service, superior, HERE)
    assert reason == (
        f"Kỷ luật ngày 02/05/2023 về việc xảy ra năm 2022 tại {HERE}: ghi trong số liệu năm 2023; "
        "cấp trên trực tiếp xem xét xếp loại lại năm 2022"
    )
    after = ask(service, superior, EARLIER, {"id": in_2022(service, HERE)})
    assert after["toReview"]
    assert after["rating"] == before["rating"]


def test_a_flagged_subject_is_not_flagged_again(
    service: Service, token_of: TokenOf, subject: Subject
) -> None:
    discipline = disciplined("2023-05-02", {"on": "2022-03-01"})
    record(subject, token_of(OFFICE), discipline)
    record(subject, token_of(OFFICE), discipline)
    assert len(flags_of(service, token_of(SUPERIOR), HERE)) == 1


def test_of_a_body_the_year_of_the_body_where_it_happened_is_flagged(
    service: Service, token_of: TokenOf, subject: Subject
) -> None:
    elsewhere = disciplined("2023-06-01", {"on": "2022-03-01", "at": ELSEWHERE})
    record(subject, token_of(OFFICE), elsewhere)
    (reason,) = flags_of(service, token_of(SUPERIOR), ELSEWHERE)
    assert f"năm 2022 tại {ELSEWHERE}" in reason


def test_a_year_that_is_not_here_is_named_by_the_finding(
    service: Service, token_of: TokenOf, subject: Subject
) -> None:
    record(subject, token_of(OFFICE), disciplined("2023-07-01", {"on": "2019-03-01", "at": "x.y"}))
    data = ask(service, token_of(SUPERIOR), FINDINGS, {"id": subject.key})["computed"]["findings"]
    remarks = {finding["remark"] for finding in data if "2019" in (finding["remark"] or "")}
    assert remarks == {"tính cho năm 2019, tại x.y (QĐ124:Đ12.4.5, QĐ124:Đ12.4.6)"}


def test_the_registry_is_clean(service: Service) -> None:
    assert "everything fits" in service.command("verify")
