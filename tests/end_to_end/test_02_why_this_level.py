"""Journey 02: the explanation of the computed level; reading the file needs a right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.texts import law
from tests.end_to_end.conftest import JOURNEYS, Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
GUARDED = ["selfLevel", "proposedLevel", "computed", "history"]


def appraisal_of(service: Service, token: str, code: str) -> str:
    query = """query ($act: Act!) { me { subjects(act: $act, year: 2023, first: 500) {
        edges { node { id subject { ... on Body { code } } } } } } }"""
    data = service.ask(query, {"act": "RATE"}, token)["data"]
    return next(
        str(edge["node"]["id"])
        for edge in data["me"]["subjects"]["edges"]
        if edge["node"]["subject"].get("code") == code
    )


@pytest.fixture(scope="module")
def department(service: Service, token_of: TokenOf) -> str:
    return appraisal_of(service, token_of("ht.ubnd.ct"), "ht.so-xay-dung.tt")


def test_the_rater_sees_every_condition_with_its_clause(
    service: Service, token_of: TokenOf, department: str
) -> None:
    data = service.journey("02", {"id": department}, token_of("ht.ubnd.ct"))["appraisal"]
    assert data["subject"] == {
        "__typename": "Body",
        "code": "ht.so-xay-dung.tt",
        "name": "Tập thể lãnh đạo Sở Xây dựng",
    }
    assert data["computed"]["level"] == "NOT_COMPLETED"
    assert data["computed"]["waitsFor"] == []
    findings = data["computed"]["findings"]
    assert {finding["level"] for finding in findings} == {
        "EXCELLENT",
        "GOOD",
        "COMPLETED",
        "NOT_COMPLETED",
    }
    for finding in findings:
        assert finding["clause"]["text"] == law.point(finding["clause"]["id"]).text
    triggers = [finding for finding in findings if finding["level"] == "NOT_COMPLETED"]
    assert "MET" in {finding["outcome"] for finding in triggers}


def test_each_condition_has_a_code_and_its_words(
    service: Service, token_of: TokenOf, department: str
) -> None:
    """With the edition's numbers, in Vietnamese and in English."""
    query = """query ($id: ID!) { appraisal(id: $id) { computed { findings { code label labelInEnglish
        outcome } } } }"""
    answer = service.ask(query, {"id": department}, token_of("ht.ubnd.ct"))
    findings = {one.pop("code"): one for one in answer["data"]["appraisal"]["computed"]["findings"]}
    assert findings["collective_or_member_disciplined"] == {
        "label": "bị xử lý kỷ luật hoặc thành viên bị kỷ luật trong năm",
        "labelInEnglish": "the collective or a member was disciplined in the year",
        "outcome": "MET",
    }
    assert "dưới 50% số chỉ tiêu" in findings["under_half_of_area"]["label"]


def test_the_history_shows_who_did_what_for_whom(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.pbt-tt")
    decided = appraisal_of(service, token, "ht.ban-to-chuc-tu.tt")
    data = service.journey("02", {"id": decided}, token)["appraisal"]
    acts = [one["act"] for one in data["history"]]
    assert acts == ["COMPILE", "COMPILE", "SELF_RATE", "APPRAISE", "RATE"]
    last = data["history"][-1]
    assert last["level"] == data["rating"]["level"]
    assert last["actor"]["post"] == {"title": "Phó Bí thư Thường trực Tỉnh uỷ"}
    assert last["actor"]["onBehalfOf"] == {"code": "panel_6_2_1", "section": "6.2.1"}
    assert data["rating"]["rater"]["section"] == "6.2.1"


@pytest.mark.parametrize("post", ["ht.so-xay-dung.truong", "ht.vp-ubnd.truong", "ht.bi-thu"])
def test_the_file_is_open_to_the_subject_the_office_and_the_superior(
    service: Service, token_of: TokenOf, department: str, post: str
) -> None:
    data = service.journey("02", {"id": department}, token_of(post))["appraisal"]
    assert data["computed"]["findings"]


@pytest.mark.parametrize("post", ["ht.so-y-te.truong", "ht.thach-ha.bi-thu"])
def test_anybody_else_gets_forbidden_field_by_field_and_the_rest_stays(
    service: Service, token_of: TokenOf, department: str, post: str
) -> None:
    (path,) = Path(JOURNEYS).glob("02-*.graphql")
    answer = service.ask(path.read_text(encoding="utf-8"), {"id": department}, token_of(post))
    data = answer["data"]["appraisal"]
    assert data["id"] == department
    assert data["subject"]["code"] == "ht.so-xay-dung.tt"
    assert data["stage"]
    assert [name for name in GUARDED if data[name] is not None] == []
    refused = {error["path"][-1]: error["extensions"] for error in answer["errors"]}
    assert sorted(refused) == sorted(GUARDED)
    for extensions in refused.values():
        assert extensions["code"] == "FORBIDDEN"
        assert extensions["clause"] in {"QĐ124:Đ15.2", "QĐ124:Đ17", "QĐ124:Đ13.3"}


def test_the_reason_of_a_decision_is_part_of_the_file(service: Service, token_of: TokenOf) -> None:
    query = '{ body(code: "ht.ban-to-chuc-tu.tt") { rating(year: 2023) { level reason } } }'
    answer = service.ask(query, {}, token_of("ht.thach-ha.bi-thu"))
    assert answer["data"]["body"]["rating"]["level"]
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


def test_a_service_account_sees_what_its_scopes_name(service: Service, department: str) -> None:
    query = """query ($id: ID!) { appraisal(id: $id) { stage rating { level } computed { level } }
        body(code: "ht") { name tally(year: 2023, of: BODY) { total } } }"""
    levels = service.command("token", "--service", "hr", "--scope", "read_level")
    files = service.command("token", "--service", "hr", "--scope", "read_file")
    answer = service.ask(query, {"id": department}, levels)
    assert answer["data"]["body"]["tally"]["total"] > 0
    assert [error["path"] for error in answer["errors"]] == [["appraisal", "computed"]]
    answer = service.ask(query, {"id": department}, files)
    assert answer["data"]["appraisal"]["computed"]["level"] == "NOT_COMPLETED"
    refused = sorted(error["path"] for error in answer["errors"])
    assert refused == [["appraisal", "rating"], ["body", "tally"]]


def test_a_subject_leads_to_its_appraisal_of_a_year(
    service: Service, token_of: TokenOf, department: str
) -> None:
    query = """query ($code: ID!, $year: Int!) { body(code: $code) { appraisal(year: $year) { id
        subject { ... on Body { code } } } memberships { person { id
            official: appraisal(year: $year) { track subject { ... on Person { id } } }
            member: appraisal(year: $year, track: PARTY_MEMBER) { track } } } } }"""
    token = token_of("ht.thach-ha.bi-thu")
    data = service.ask(query, {"code": "ht.so-xay-dung.tt", "year": 2023}, token)["data"]["body"]
    assert data["appraisal"] == {"id": department, "subject": {"code": "ht.so-xay-dung.tt"}}
    leaders = service.ask(query, {"code": "ht.so-xay-dung", "year": 2023}, token)["data"]["body"]
    assert leaders["memberships"]
    for membership in leaders["memberships"]:
        person = membership["person"]
        assert person["official"] == {"track": "OFFICIAL", "subject": {"id": person["id"]}}
        assert person["member"] == {"track": "PARTY_MEMBER"}
    before = service.ask(query, {"code": "ht.so-xay-dung.tt", "year": 2019}, token)
    assert before["data"]["body"]["appraisal"] is None
