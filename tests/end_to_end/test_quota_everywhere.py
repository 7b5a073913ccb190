"""The quota on every path that gives a level, over HTTP: every EXCELLENT is counted (QĐ124:Đ12.1.4)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import PAPER, Subject

Json = dict[str, Any]
TokenOf = Callable[[str], str]
PANEL, PROVINCE = "ht.ubnd.ct", "ht.bi-thu"
GROUP = "public-units"
COLLEGES = ("ht.cd-nguyen-du.bgh", "ht.cd-y-te.bgh")
"""Both are computed EXCELLENT, and decided GOOD because the quota of the group has no room."""
QUOTA = """SELECT excellent || ' ' || good || ' ' || over_quota FROM quota
    WHERE year = 2023 AND peer_group_code = $1"""
OF_BODY = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
HOLDERS = """SELECT a.id::text FROM appraisal a WHERE a.year = 2023 AND a.track = 'OFFICIAL'
    AND a.post_code = $1 ORDER BY a.id"""
CHAIRS = """SELECT DISTINCT chair_post_code FROM rater WHERE code <> 'grassroots_cell' ORDER BY 1"""
RATED_BY = """query ($after: String) { me { subjects(act: RATE, year: 2023, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { id track peerGroup { code name } subject { ... on Body { code } ... on Person { id } } } } } } }"""


def subject_of(service: Service, body: str) -> Subject:
    (key,) = service.sql(OF_BODY, body)
    return Subject(service, key)


def rated_again(subject: Subject, token: str, level: str | None) -> Json:
    reason = "sau đó phát hiện có khuyết điểm"
    return subject.command("annul", token, reason=reason, document=PAPER, level=level)


def test_a_later_fault_raises_no_level_and_the_superior_keeps_the_quota(
    service: Service, token_of: TokenOf
) -> None:
    assert service.sql(QUOTA, GROUP) == ["1 6 false"]
    for body in COLLEGES:
        subject = subject_of(service, body)
        raised = rated_again(subject, token_of(PANEL), "EXCELLENT")
        assert (raised["__typename"], raised.get("code")) == ("AboveComputed", "ABOVE_ANNULLED")
        assert raised["clause"] == {"id": "QĐ124:Đ15.3"}
        over = rated_again(subject, token_of(PROVINCE), "EXCELLENT")
        assert (over["__typename"], over.get("code")) == ("QuotaExceeded", "QUOTA_EXCEEDED")
        assert over["clause"] == {"id": "QĐ124:Đ12.1.4"}
    assert service.sql(QUOTA, GROUP) == ["1 6 false"]


def test_the_annulment_alone_passes_and_marks_the_group_to_which_nothing_is_added(
    service: Service, token_of: TokenOf
) -> None:
    """Six GOOD carry one EXCELLENT: with the second of two taken away they do so no more."""
    panel = token_of(PANEL)
    first, second = (subject_of(service, body) for body in COLLEGES)
    assert rated_again(first, panel, "GOOD")["rating"]["level"] == "GOOD"
    assert rated_again(first, panel, "COMPLETED")["rating"]["level"] == "COMPLETED"
    assert service.sql(QUOTA, GROUP) == ["1 5 false"]
    lowered = rated_again(second, panel, "COMPLETED")
    assert (lowered["__typename"], lowered.get("code")) == ("QuotaExceeded", "QUOTA_EXCEEDED")
    assert rated_again(second, panel, None)["rating"] is None
    assert service.sql(QUOTA, GROUP) == ["1 4 true"]
    added = second.decide(panel, "COMPLETED", "Sau khi huỷ bỏ")
    assert (added["__typename"], added.get("code")) == ("QuotaExceeded", "QUOTA_EXCEEDED")
    assert second.decide(panel, "GOOD", "Sau khi huỷ bỏ")["__typename"] == "Conclusion"
    assert service.sql(QUOTA, GROUP) == ["1 5 false"]


def test_an_excellent_may_leave_a_group_that_is_over_its_quota(
    service: Service, token_of: TokenOf
) -> None:
    (excellent,) = service.sql(
        "SELECT body_code FROM appraisal WHERE year = 2023 AND peer_group_code = $1 "
        "AND level = 'EXCELLENT'",
        GROUP,
    )
    panel = token_of(PANEL)
    assert rated_again(subject_of(service, COLLEGES[1]), panel, None)["rating"] is None
    assert service.sql(QUOTA, GROUP) == ["1 4 true"]
    left = rated_again(subject_of(service, excellent), panel, "COMPLETED")
    assert left["rating"]["level"] == "COMPLETED"
    assert service.sql(QUOTA, GROUP) == ["0 4 false"]


def test_the_two_vice_chairs_of_a_city_are_not_both_excellent(
    service: Service, token_of: TokenOf
) -> None:
    chair = token_of("ht.tp-ha-tinh.bi-thu")
    result = []
    for key in service.sql(HOLDERS, "ht.tp-ha-tinh.ubnd.pct"):
        vice_chair = Subject(service, key)
        service.sql(
            "UPDATE appraisal SET computed_level = 'EXCELLENT', level = NULL, stage = 'PROPOSED', "
            "decided_on = NULL, rater_id = NULL, clause = NULL, reason = NULL, "
            "document_number = NULL, document_date = NULL WHERE id = $1::uuid",
            key,
        )
        result.append(vice_chair.decide(chair, "EXCELLENT")["__typename"])
    assert len(result) == 2
    assert result != ["Conclusion", "Conclusion"]
    assert result[-1] == "QuotaExceeded"


def test_every_subject_with_a_rater_has_a_group(service: Service, token_of: TokenOf) -> None:
    groups: dict[str, set[str]] = {}
    for chair in service.sql(CHAIRS):
        for node in rated_by(service, token_of(chair)):
            assert node["peerGroup"], (chair, node)
            assert node["peerGroup"]["name"]
            groups.setdefault(node["id"], set()).add(node["peerGroup"]["code"])
    assert len(groups) > 400
    assert {len(codes) for codes in groups.values()} == {1}


def rated_by(service: Service, token: str) -> list[Json]:
    nodes: list[Json] = []
    after = None
    while True:
        answer = service.ask(RATED_BY, {"after": after}, token)
        assert "errors" not in answer, answer
        page = answer["data"]["me"]["subjects"]
        nodes += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def test_a_subject_of_an_older_version_without_a_group_is_reported_refused_and_supplemented(
    service: Service, token_of: TokenOf
) -> None:
    """A vice chair, as the database of an older version has him: outside every count."""
    key = service.sql(HOLDERS, "ht.thach-ha.ubnd.pct")[0]
    service.sql("UPDATE appraisal SET peer_group_code = NULL WHERE id = $1::uuid", key)
    service.sql(
        "UPDATE quota SET not_rated = not_rated - 1 "
        "WHERE peer_group_code = 'members-of:ht.thach-ha' AND year = 2023"
    )
    chair, office = token_of("ht.thach-ha.bi-thu"), token_of("ht.ban-to-chuc-tu.truong")
    vice_chair = Subject(service, key)
    refused = vice_chair.decide(chair, "NOT_COMPLETED", "Lý do")
    assert (refused["__typename"], refused.get("code")) == ("QuotaExceeded", "NO_PEER_GROUP")
    gap = {"why": "NO_PEER_GROUP", "clause": {"id": "QĐ124:Đ12.1.4"}, "appraisal": {"id": key}}
    assert gap in gaps(service, office)

    supplemented = service.ask(
        """mutation ($key: ID!) { supplementYear(year: 2023, idempotencyKey: $key,
            document: {number: "1", date: "2023-12-11"}) { __typename } }""",
        {"key": str(uuid4())},
        office,
    )
    assert supplemented["data"]["supplementYear"]["__typename"] == "Cycle"
    (group,) = service.sql("SELECT peer_group_code FROM appraisal WHERE id = $1::uuid", key)
    assert group == "members-of:ht.thach-ha"
    assert gap not in gaps(service, office)


def gaps(service: Service, token: str) -> list[Json]:
    query = """{ authorityGaps(year: 2023, first: 500) { edges { node {
        why clause { id } appraisal { id } } } } }"""
    data = service.ask(query, {}, token)["data"]
    return [edge["node"] for edge in data["authorityGaps"]["edges"]]


def test_an_opened_year_counts_the_deputy_chairs_and_the_remaining_subjects(
    service: Service, token_of: TokenOf
) -> None:
    """The deputy chairs of districts (HD01:6.2.4), leaders of enterprises (HD01:6.2.3), the Standing Committee itself."""
    opened = service.ask(
        """mutation ($key: ID!) { openYear(year: 2024, idempotencyKey: $key,
            document: {number: "1", date: "2023-12-11"}) { __typename } }""",
        {"key": str(uuid4())},
        token_of("ht.ban-to-chuc-tu.truong"),
    )
    assert opened["data"]["openYear"]["__typename"] == "Cycle", opened
    uncounted = """SELECT coalesce(post_code, body_code) FROM appraisal WHERE year = 2024
        AND peer_group_code IS NULL AND (post_code LIKE '%.ubnd.pct' OR post_code LIKE '%.hdnd.pct'
            OR post_code LIKE 'ht.mitraco.%' OR body_code = 'ht.btv') ORDER BY 1"""
    assert service.sql(uncounted) == []
