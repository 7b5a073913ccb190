"""Journey 03: the rater of each act on a subject, by its clause, and the right of the caller."""

from collections.abc import Callable
from typing import Any

from rules.texts import law
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]


def clause(cite: str) -> Json:
    return {"id": cite, "text": law.point(cite).text}


def word(code: str, section: str, name: str) -> Json:
    """A rater without a place."""
    return rater(code, section, name) | {"chair": None, "members": [], "compiledBy": None}


def rater(code: str, section: str, name: str, due: str | None = None) -> Json:
    return {"code": code, "section": section, "name": name, "due": due}


SUBJECT = word("subject", "Đ11", "Chính tập thể, cá nhân được đánh giá")
SIGNED_IN = word("signed_in", "Đ15", "Người đã đăng nhập")
PANEL_6_2_3 = rater(
    "panel_6_2_3",
    "6.2.3",
    "Chủ tịch Uỷ ban nhân dân tỉnh cùng Ban cán sự đảng Uỷ ban nhân dân tỉnh",
    "2023-12-14",
) | {
    "chair": {"title": "Chủ tịch Uỷ ban nhân dân tỉnh"},
    "members": [{"title": "Uỷ viên Ban cán sự đảng Uỷ ban nhân dân tỉnh"}],
    "compiledBy": {"code": "ht.vp-ubnd", "name": "Văn phòng Uỷ ban nhân dân tỉnh"},
}
COMMITTEE = rater("provincial_standing_committee", "6.1", "Ban Thường vụ Tỉnh uỷ", "2023-12-30") | {
    "chair": {"title": "Bí thư Tỉnh uỷ"},
    "members": [
        {"title": "Phó Bí thư Thường trực Tỉnh uỷ"},
        {"title": "Uỷ viên Ban Thường vụ Tỉnh uỷ"},
    ],
    "compiledBy": {"code": "ht.ban-to-chuc-tu", "name": "Ban Tổ chức Tỉnh uỷ"},
}


def has(act: str, who: Json, cite: str) -> Json:
    return {"act": act, "granted": True, "rater": who, "clause": clause(cite), "overruled": []}


def no_right(act: str) -> Json:
    return {"act": act, "granted": False, "rater": None, "clause": None, "overruled": []}


def test_a_department_is_rated_by_the_panel_of_6_2_3(service: Service, token_of: TokenOf) -> None:
    variables = {"subject": {"body": "ht.so-noi-vu.tt"}, "year": 2023}
    assert service.journey("03", variables, token_of("ht.ubnd.ct")) == {
        "authority": [
            has("SELF_RATE", SUBJECT, "QĐ124:Đ11.2"),
            has("APPRAISE", PANEL_6_2_3, "HD01:6.2.3:a"),
            has("RATE", PANEL_6_2_3, "HD01:6.2.3:a"),
            has("COMPILE", PANEL_6_2_3, "HD01:6.2.3:a"),
            has("REQUIRE_REREVIEW", COMMITTEE, "QĐ124:Đ8.3"),
            has("ANNUL", PANEL_6_2_3, "QĐ124:Đ15.3"),
            has("APPEAL", SUBJECT, "QĐ124:Đ16.2"),
            has("ANSWER_APPEAL", PANEL_6_2_3, "QĐ124:Đ16.2"),
            has("READ_LEVEL", SIGNED_IN, "QĐ124:Đ15.2"),
            has("READ_FILE", SUBJECT, "QĐ124:Đ15.2"),
            no_right("DELEGATE"),
        ],
        "may": {
            "allowed": True,
            "clause": clause("HD01:6.2.3:a"),
            "through": {
                "post": {"code": "ht.ubnd.ct", "title": "Chủ tịch Uỷ ban nhân dân tỉnh"},
                "delegation": None,
            },
            "missing": None,
        },
    }


def test_subjects_managed_by_the_secretariat_have_no_rater_in_the_province(
    service: Service, token_of: TokenOf
) -> None:
    variables = {"subject": {"post": "ht.ubnd.ct"}, "year": 2023}
    assert service.journey("03", variables, token_of("ht.bi-thu")) == {
        "authority": [
            has("SELF_RATE", SUBJECT, "QĐ124:Đ11.2"),
            has("APPRAISE", COMMITTEE, "HD01:6.1"),
            {
                "act": "RATE",
                "granted": False,
                "rater": None,
                "clause": clause("HD01:6.1:+"),
                "overruled": [{"rater": {"code": COMMITTEE["code"]}, "clause": clause("HD01:6.1")}],
            },
            has("COMPILE", COMMITTEE, "HD01:6.1"),
            has("REQUIRE_REREVIEW", COMMITTEE, "QĐ124:Đ8.3"),
            has("ANNUL", COMMITTEE, "QĐ124:Đ15.3"),
            has("APPEAL", SUBJECT, "QĐ124:Đ16.2"),
            has("ANSWER_APPEAL", COMMITTEE, "QĐ124:Đ16.2"),
            has("READ_LEVEL", SIGNED_IN, "QĐ124:Đ15.2"),
            has("READ_FILE", SUBJECT, "QĐ124:Đ15.2"),
            no_right("DELEGATE"),
        ],
        "may": {
            "allowed": False,
            "clause": clause("HD01:6.1:+"),
            "through": None,
            "missing": "OUTWEIGHED",
        },
    }


def test_a_subject_without_a_rater_in_the_text_has_no_rater(
    service: Service, token_of: TokenOf
) -> None:
    variables = {"subject": {"body": "ht.ubnd.tt"}, "year": 2023}
    assert service.journey("03", variables, token_of("ht.bi-thu")) == {
        "authority": [
            has("SELF_RATE", SUBJECT, "QĐ124:Đ11.2"),
            no_right("APPRAISE"),
            no_right("RATE"),
            no_right("COMPILE"),
            has("REQUIRE_REREVIEW", COMMITTEE, "QĐ124:Đ8.3"),
            has("ANNUL", COMMITTEE, "QĐ124:Đ13.3"),
            has("APPEAL", SUBJECT, "QĐ124:Đ16.2"),
            no_right("ANSWER_APPEAL"),
            has("READ_LEVEL", SIGNED_IN, "QĐ124:Đ15.2"),
            has("READ_FILE", SUBJECT, "QĐ124:Đ15.2"),
            no_right("DELEGATE"),
        ],
        "may": {"allowed": False, "clause": None, "through": None, "missing": "NO_CLAUSE"},
    }


def may(service: Service, token: str, subject: Json, act: str = "RATE") -> Json:
    query = """query ($act: Act!, $subject: SubjectInput!) {
      may(act: $act, subject: $subject, year: 2023) { allowed missing clause { id } } }"""
    answer = service.ask(query, {"act": act, "subject": subject}, token)
    data: Json = answer["data"]["may"]
    return data


def test_a_district_secretary_rates_the_own_district_only(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of("ht.thach-ha.bi-thu")
    own = may(service, token, {"post": "ht.thach-ha.uv-btv"})
    assert own == {"allowed": True, "missing": None, "clause": {"id": "HD01:6.2.4"}}
    other = may(service, token, {"post": "ht.can-loc.uv-btv"})
    assert other == {"allowed": False, "missing": "OTHER_PLACE", "clause": None}
    above = may(service, token, {"post": "ht.thach-ha.bi-thu"})
    assert above == {"allowed": False, "missing": "OUTWEIGHED", "clause": {"id": "HD01:6.2"}}


def test_the_compiling_office_appraises_and_does_not_rate(
    service: Service, token_of: TokenOf
) -> None:
    token, subject = token_of("ht.thach-ha.btc.truong"), {"post": "ht.thach-ha.ubnd.pct"}
    assert may(service, token, subject, "APPRAISE")["allowed"]
    assert may(service, token, subject, "RATE")["missing"] == "OTHER_SEAT"


def test_rating_oneself_is_refused(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.ubnd.ct")
    me = service.ask("{ me { person { id } posts { code } } }", {}, token)["data"]["me"]
    assert {"code": "ht.ubnd.ct"} in me["posts"]
    refused = may(service, token, {"person": me["person"]["id"]})
    assert refused["missing"] == "ONESELF"


def test_a_subject_that_is_not_there_or_not_one(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.bi-thu")
    query = "query ($s: SubjectInput!) { authority(subject: $s, year: 2023) { act } }"
    (missing,) = service.ask(query, {"s": {"body": "ht.nowhere"}}, token)["errors"]
    assert missing["extensions"] == {"code": "NOT_FOUND", "field": "subject"}
    (no_id,) = service.ask(query, {"s": {"person": "somebody"}}, token)["errors"]
    assert no_id["extensions"]["code"] == "BAD_INPUT"
    for both in ({}, {"body": "ht", "post": "ht.bi-thu"}):
        (error,) = service.ask(query, {"s": both}, token)["errors"]
        assert error["extensions"]["code"] == "GRAPHQL_INVALID"
