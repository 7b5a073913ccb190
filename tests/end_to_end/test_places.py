"""Places of review: the place of each subject by its point, and the warning for a review elsewhere."""

from typing import Any

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import CELL, DEPUTY, PAPER, REVIEW, Subject, TokenOf
from tests.end_to_end.test_year_moves import a_member_of_the_cell

Json = dict[str, Any]
PLACES = """query ($id: ID!) { appraisal(id: $id) {
    placesOfReview { text chairedBy reviewedOn clause { id } body { code } }
    history { act warning } } }"""
OFFICIAL = """SELECT a.id::text FROM appraisal a JOIN membership m ON m.person_id = a.person_id
    WHERE a.year = 2023 AND a.track = 'OFFICIAL' AND m.post_code = $1 AND m.until IS NULL
    ORDER BY m.since, m.id LIMIT 1"""
PERSON = "SELECT person_id::text FROM appraisal WHERE id = $1::uuid"
COLLECTIVE = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
EARLIER = "SELECT id::text FROM appraisal WHERE year < 2023 ORDER BY year, id LIMIT 1"
ELSEWHERE = "Nơi kiểm điểm không thuộc các nơi theo QĐ124:Đ7.2"


def file_of(service: Service, token: str, appraisal: str) -> Json:
    answer = service.ask(PLACES, {"id": appraisal}, token)
    assert "errors" not in answer, answer
    data: Json = answer["data"]["appraisal"]
    return data


def places(service: Service, token: str, appraisal: str) -> list[tuple[str | None, str]]:
    result = file_of(service, token, appraisal)["placesOfReview"]
    return [(one["body"] and one["body"]["code"], one["clause"]["id"]) for one in result]


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (
            "ht.so-y-te.truong",
            [
                ("ht.so-y-te.cb", "QĐ124:Đ7.2.2"),
                ("ht.so-y-te.tt", "QĐ124:Đ7.2.3"),
                ("ht.so-y-te.tt", "HD01:3.1.2"),
                ("ht.so-y-te.tt", "HD01:3.1.2"),
            ],
        ),
        (
            "ht.hdnd.pct",
            [
                ("ht.hdnd.cb", "QĐ124:Đ7.2.2"),
                ("ht.hdnd.tt", "QĐ124:Đ7.2.3"),
                ("ht.hdnd.dd", "HD01:3.1.2"),
                ("ht.hdnd", "HD01:3.1.2"),
            ],
        ),
        (
            "ht.hdnd.ban-phap-che.truong",
            [
                ("ht.hdnd.ban-phap-che.cb", "QĐ124:Đ7.2.2"),
                ("ht.hdnd.ban-phap-che.tt", "QĐ124:Đ7.2.3"),
                ("ht.hdnd.dd", "HD01:3.1.2"),
                ("ht.hdnd", "HD01:3.1.2"),
            ],
        ),
        (
            "ht.hdnd.ban-phap-che.pho-ct",
            [
                ("ht.hdnd.ban-phap-che.cb", "QĐ124:Đ7.2.2"),
                ("ht.hdnd.ban-phap-che.tt", "QĐ124:Đ7.2.3"),
                ("ht.hdnd", "HD01:3.1.2"),
            ],
        ),
        (
            "ht.hdnd.ban-phap-che.pho-kn",
            [
                ("ht.hdnd.ban-phap-che.cb", "QĐ124:Đ7.2.2"),
                ("ht.hdnd.ban-phap-che.tt", "QĐ124:Đ7.2.3"),
            ],
        ),
        (
            "ht.dbqh.ptd",
            [
                ("ht.dbqh.cb", "QĐ124:Đ7.2.2"),
                ("ht.dbqh.tt", "QĐ124:Đ7.2.3"),
                ("ht.dbqh", "HD01:3.1.2"),
            ],
        ),
    ],
)
def test_a_person_has_every_place_that_fits(
    service: Service, token_of: TokenOf, post: str, expected: list[tuple[str, str]]
) -> None:
    (official,) = service.sql(OFFICIAL, post)
    assert places(service, token_of(post), official) == expected


@pytest.mark.parametrize("at_the_delegation", [False, True])
def test_full_time_deputies_of_the_assembly_are_reviewed_in_the_delegation(
    service: Service, *, at_the_delegation: bool
) -> None:
    """As if the one who has a post there were a member: section 6 names the full-time ones alone (HD01:3.1.2)."""
    (official,) = service.sql(OFFICIAL, "ht.dbqh.ptd")
    post = "UPDATE post SET rank = $1 WHERE code = 'ht.dbqh.ptd'"
    classes = "UPDATE post_class SET post_code = $1 WHERE post_code = $2"
    service.sql(post, "MEMBER")
    if not at_the_delegation:
        service.sql(classes, "ht.bi-thu", "ht.dbqh.ptd")
    try:
        result = places(
            service, service.token_of_person(service.sql(PERSON, official)[0]), official
        )
    finally:
        service.sql(post, "DEPUTY")
        if not at_the_delegation:
            service.sql(
                f"{classes} AND class_code = 'assembly_delegation_deputy'",
                "ht.dbqh.ptd",
                "ht.bi-thu",
            )
    assert (("ht.dbqh", "HD01:3.1.2") in result) is at_the_delegation


def test_the_chair_of_a_review_is_shown_if_the_text_names_it(
    service: Service, token_of: TokenOf
) -> None:
    (official,) = service.sql(OFFICIAL, "ht.hdnd.pct")
    result = file_of(service, token_of("ht.hdnd.pct"), official)["placesOfReview"]
    chairs = {one["body"]["code"]: one["chairedBy"] for one in result}
    assert chairs["ht.hdnd"] == "Chủ tịch Hội đồng nhân dân tỉnh"
    assert chairs["ht.hdnd.cb"] is None


def test_a_collective_is_reviewed_where_it_is(service: Service, token_of: TokenOf) -> None:
    (collective,) = service.sql(COLLECTIVE, "ht.so-y-te.tt")
    token = token_of("ht.so-y-te.truong")
    assert places(service, token, collective) == [("ht.so-y-te.tt", "QĐ124:Đ7.2.1")]


def test_a_year_before_the_first_edition_lists_no_places(
    service: Service, token_of: TokenOf
) -> None:
    (earlier,) = service.sql(EARLIER)
    assert file_of(service, token_of("ht.bi-thu"), earlier)["placesOfReview"] is None


def test_places_are_of_the_file(service: Service, token_of: TokenOf) -> None:
    (official,) = service.sql(OFFICIAL, "ht.so-y-te.truong")
    answer = service.ask(PLACES, {"id": official}, token_of("ht.thach-ha.bi-thu"))
    assert answer["data"]["appraisal"]["placesOfReview"] is None
    codes = {tuple(one["path"]): one["extensions"]["code"] for one in answer["errors"]}
    assert codes["appraisal", "placesOfReview"] == "FORBIDDEN"


def test_a_review_elsewhere_is_recorded_with_a_warning_that_readers_see(
    service: Service, token_of: TokenOf
) -> None:
    member, deputy = Subject(service, a_member_of_the_cell(service, 0)), token_of(DEPUTY)
    superior = token_of("ht.duk.bi-thu")
    elsewhere = REVIEW | {"place": "ht.so-y-te.cb"}
    assert member.command("recordReview", deputy, review=elsewhere)["stage"] == "REVIEWED"
    result = file_of(service, superior, member.key)
    assert result["history"][-1]["warning"] == ELSEWHERE
    (cell,) = result["placesOfReview"]
    assert (cell["body"]["code"], cell["reviewedOn"]) == (CELL, None)

    assert member.command("recordReview", deputy, review=REVIEW)["stage"] == "REVIEWED"
    result = file_of(service, superior, member.key)
    assert result["history"][-1]["warning"] is None
    assert result["placesOfReview"][0]["reviewedOn"] == REVIEW["heldOn"]


def test_a_review_both_short_and_elsewhere_gets_both_warnings(
    service: Service, token_of: TokenOf
) -> None:
    member, deputy = Subject(service, a_member_of_the_cell(service, 0)), token_of(DEPUTY)
    review = {"place": "ht.vu-quang.btv", "heldOn": "2023-12-09", "days": "1", "minutes": PAPER}
    member.command("recordReview", deputy, review=review)
    warning = file_of(service, token_of("ht.duk.bi-thu"), member.key)["history"][-1]["warning"]
    assert warning == f"Kiểm điểm 1 ngày, ít hơn tối thiểu 1,5 ngày; {ELSEWHERE}"


BOTH_SIDES = """SELECT DISTINCT o.code FROM (
    SELECT coalesce(l.leads_code, b.leads_code, b.code) AS code,
           b.kind IN ('PARTY_ORGANISATION', 'PARTY_COMMITTEE', 'STANDING_COMMITTEE', 'PARTY_CAUCUS',
                      'PARTY_AFFAIRS_COMMITTEE', 'PARTY_CELL', 'CELL_COMMITTEE') AS of_the_party,
           x.payload ->> 'held_on' AS held_on, x.payload -> 'minutes' AS minutes
    FROM act x JOIN appraisal a ON a.id = x.appraisal_id JOIN body b ON b.code = a.body_code
    LEFT JOIN body l ON l.code = b.leads_code
    WHERE x.payload ->> 'kind' = 'review'
) o GROUP BY o.code, o.held_on, o.minutes HAVING count(DISTINCT o.of_the_party) > 1"""


def to_be_reviewed(service: Service, token: str, body: str) -> Subject:
    """The body, decided before, as it is once its level was annulled and its review required again."""
    (appraisal,) = service.sql(COLLECTIVE, body)
    subject = Subject(service, appraisal)
    subject.command("annul", token, reason="Kiểm điểm kết hợp", document=PAPER, level=None)
    result = subject.command("requireReviewAgain", token, reason="Kiểm điểm riêng")
    assert result["stage"] == "NOT_STARTED", result
    return subject


def test_party_and_profession_are_not_reviewed_in_one_meeting(
    service: Service, token_of: TokenOf
) -> None:
    """Of one organisation by the same minutes, or at one place; the minutes of another body may have the number."""
    assert service.sql(BOTH_SIDES) == []
    secretary, office = token_of("ht.bi-thu"), token_of("ht.ban-to-chuc-tu.truong")
    of_profession = {
        "heldOn": "2023-11-25",
        "days": "2",
        "minutes": {"number": "2511-BB", "date": "2023-11-25"},
    }
    caucus = to_be_reviewed(service, secretary, "ht.lhkhkt.dd")
    for place in ("ht.lhkhkt.dd", "ht.lhkhkt.tt"):
        result = caucus.command("recordReview", office, review=of_profession | {"place": place})
        assert result["__typename"] == "MeetingForbidden"
        assert (result["code"], result["clause"]["id"]) == ("MEETING_FORBIDDEN", "HD01:3.1.1")
        assert "ht.lhkhkt.tt" in result["message"]
    own = of_profession | {"minutes": {"number": "2511-BB/ĐĐ", "date": "2023-11-25"}}
    result = caucus.command("recordReview", office, review=own | {"place": "ht.lhkhkt.dd"})
    assert result["stage"] == "REVIEWED", result

    elsewhere = to_be_reviewed(service, secretary, "ht.hlhpn.dd")
    guest = of_profession | {"place": "ht.lhkhkt.tt"}
    result = elsewhere.command("recordReview", office, review=guest)
    assert result["__typename"] == "MeetingForbidden"
    at_home = of_profession | {"place": "ht.hlhpn.dd"}
    result = elsewhere.command("recordReview", office, review=at_home)
    assert result["stage"] == "REVIEWED", result
    assert service.sql(BOTH_SIDES) == []


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("ht.btv", "2023-12-30"),
        ("ht.ubnd.tt", "2023-12-30"),
        ("ht.hdnd.tt", "2023-12-30"),
        ("ht.dbqh.tt", "2023-12-30"),
        ("ht.hdnd.ban-phap-che.tt", "2023-12-14"),
        ("ht.ubnd.bcs", "2023-12-14"),
        ("ht.so-y-te.tt", "2023-12-14"),
    ],
)
def test_the_province_completes_before_the_end_of_the_year(
    service: Service, token_of: TokenOf, body: str, due: str
) -> None:
    """Who "cấp tỉnh" is, HD01:8.1 does not say: a reading of the edition (provincial_level)."""
    (collective,) = service.sql(COLLECTIVE, body)
    answer = service.ask(
        "query ($id: ID!) { appraisal(id: $id) { due } }",
        {"id": collective},
        token_of("ht.bi-thu"),
    )
    assert answer["data"]["appraisal"]["due"] == due
