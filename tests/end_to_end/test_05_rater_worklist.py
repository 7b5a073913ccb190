"""Journey 05: a rater sees what waits, and only what is the rater's own; "what may I rate"."""

from collections.abc import Callable
from typing import Any

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]


def pages(service: Service, token: str) -> list[Json]:
    """Every node of the worklist, page after page."""
    nodes: list[Json] = []
    after = None
    while True:
        work = service.journey("05", {"year": 2023, "after": after}, token)["me"]["worklist"]
        nodes += [edge["node"] for edge in work["edges"]]
        if not work["pageInfo"]["hasNextPage"]:
            assert len(nodes) == work["totalCount"]
            return nodes
        after = work["pageInfo"]["endCursor"]


def authority_of(service: Service, token: str, nodes: list[Json]) -> set[str]:
    """The sections of the raters that each subject of the list has."""
    collected = set()
    for start in range(0, len(nodes), 40):
        requests = [
            f"a{number}: appraisal(id: {quoted(node)}) {{ subject {{ "
            "... on Body { authority(year: 2023) { act rater { section } } } "
            "... on Person { authority(year: 2023) { act rater { section } } } } }"
            for number, node in enumerate(nodes[start : start + 40])
        ]
        data = service.ask("{" + " ".join(requests) + "}", {}, token)["data"]
        collected |= {
            row["rater"]["section"]
            for appraisal in data.values()
            for row in appraisal["subject"]["authority"]
            if row["act"] == "RATE"
        }
    return collected


def quoted(node: Json) -> str:
    return f'"{node["appraisal"]["id"]}"'


def test_the_chair_of_6_2_3_sees_only_its_own(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.ubnd.ct")
    nodes = pages(service, token)
    assert nodes
    assert authority_of(service, token, nodes) == {"6.2.3"}
    assert {node["act"] for node in nodes} == {"RATE"}
    assert [node["due"] for node in nodes] == sorted(node["due"] for node in nodes)
    me = service.journey("05", {"year": 2023}, token)["me"]
    assert (me["rater"]["code"], me["rater"]["role"]) == ("panel_6_2_3", "CHAIR")
    assert me["rater"]["until"] is None
    assert "ht.ubnd.ct" in [post["code"] for post in me["posts"]]


def test_a_district_secretary_sees_only_the_own_district(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of("ht.thach-ha.bi-thu")
    nodes = pages(service, token)
    assert authority_of(service, token, nodes) == {"6.2.4"}
    query = "query ($id: ID!) { appraisal(id: $id) { post { body { code } } } }"
    for node in nodes:
        data = service.ask(query, {"id": node["appraisal"]["id"]}, token)["data"]
        assert data["appraisal"]["post"]["body"]["code"].startswith("ht.thach-ha.")


def test_prerequisites_of_a_decision_have_their_clause(service: Service, token_of: TokenOf) -> None:
    nodes = pages(service, token_of("ht.ubnd.ct"))
    proposed = [node for node in nodes if node["appraisal"]["stage"] == "PROPOSED"]
    of_bodies = [node for node in proposed if "code" in node["appraisal"]["subject"]]
    assert of_bodies
    assert all(node["blockedBy"] == [] for node in of_bodies)
    waits = {(one["reason"], one["clause"]["id"]) for node in proposed for one in node["blockedBy"]}
    assert ("COLLECTIVE_NOT_RATED", "QĐ124:Đ11.3") in waits
    assert waits <= {
        ("COLLECTIVE_NOT_RATED", "QĐ124:Đ11.3"),
        ("BODY_NOT_RATED", "QĐ124:Đ11.3"),
        ("QUOTA_NOT_SETTLED", "HD01:5.1.3"),
    }
    late = pages(service, token_of("ht.so-tnmt.cb.bi-thu"))
    assert late
    for node in late:
        assert node["appraisal"]["stage"] == "NOT_STARTED"
        assert [one["reason"] for one in node["blockedBy"]] == ["NOT_PROPOSED"]
        assert node["overdueDays"] > 0


BLOCKED = """query ($after: String) { me { worklist(year: 2023, first: 500, after: $after) { edges { node {
    blockedBy { ...waiting } appraisal { stage post { code } blockedBy { ...waiting } } } } } } }
    fragment waiting on Waiting { reason group { code }
        subject { ... on Body { code } ... on Person { id } } }"""


def test_what_comes_first_is_named_the_collective_the_body_and_the_group(
    service: Service, token_of: TokenOf
) -> None:
    data = service.ask(BLOCKED, {}, token_of("ht.bi-thu"))["data"]
    nodes = [edge["node"] for edge in data["me"]["worklist"]["edges"]]
    (health,) = [
        node
        for node in nodes
        if (node["appraisal"]["post"] or {}).get("code") == "ht.so-y-te.truong"
    ]
    collective = {"group": None, "subject": {"code": "ht.so-y-te.tt"}}
    assert health["blockedBy"] == [
        {"reason": "BODY_NOT_RATED", **collective},
        {"reason": "COLLECTIVE_NOT_RATED", **collective},
        {"reason": "QUOTA_NOT_SETTLED", "group": {"code": "departments"}, "subject": None},
    ]
    for node in nodes:
        if node["appraisal"]["stage"] == "PROPOSED":
            assert node["appraisal"]["blockedBy"] == node["blockedBy"]


def test_an_own_step_that_comes_first_names_the_subject_itself(
    service: Service, token_of: TokenOf
) -> None:
    query = """{ me { worklist(year: 2023, first: 50) { edges { node { blockedBy { subject { ... on
        Person { id } } } appraisal { subject { ... on Person { id } } blockedBy { reason } } } } } } }"""
    data = service.ask(query, {}, token_of("ht.so-tnmt.cb.bi-thu"))["data"]
    for edge in data["me"]["worklist"]["edges"]:
        appraisal = edge["node"]["appraisal"]
        assert edge["node"]["blockedBy"] == [{"subject": appraisal["subject"]}]
        assert (
            appraisal["blockedBy"] == []
        )  # the next step is the review, which for a member has no prerequisite


ACTS = ("APPRAISE", "RATE")


def test_the_compiling_office_appraises_subjects_without_a_proposal(
    service: Service, token_of: TokenOf
) -> None:
    nodes = pages(service, token_of("ht.ban-to-chuc-tu.truong"))
    by_act = {act: [node["appraisal"] for node in nodes if node["act"] == act] for act in ACTS}
    assert sum(map(len, by_act.values())) == len(nodes)
    assert {one["stage"] for one in by_act["APPRAISE"]} == {"NOT_STARTED", "SELF_RATED"}
    # As a member of the standing committee, about the committee itself, whose secretary may not.
    assert [one["subject"]["code"] for one in by_act["RATE"]] == ["ht.btv"]


def test_the_panel_s_delegate_sees_what_was_delegated(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.so-y-te.truong")
    nodes = pages(service, token)
    bodies = {node["appraisal"]["subject"].get("code") for node in nodes}
    assert "ht.minh-hoa-1.tt" in bodies
    assert "ht.minh-hoa-2.tt" not in bodies
    rater = service.journey("05", {"year": 2023}, token)["me"]["rater"]
    assert (rater["role"], rater["until"]) == ("DELEGATE", "2023-12-31")
    assert rater["clause"]["id"] == "HD01:6.2.3:residual"


def test_a_person_without_subjects_to_rate_has_no_seat_and_no_work(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of("ht.so-y-te.pho")
    me = service.journey("05", {"year": 2023}, token)["me"]
    assert me["rater"] is None
    assert me["worklist"]["totalCount"] == 0


def test_the_list_of_ratable_subjects_includes_decided_ones(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of("ht.cam-xuyen.bi-thu")
    query = """query ($act: Act!) { me { subjects(act: $act, year: 2023, first: 100) {
        totalCount edges { node { stage post { body { code } } } } } } }"""
    mine = service.ask(query, {"act": "RATE"}, token)["data"]["me"]["subjects"]
    assert mine["totalCount"] == len(mine["edges"]) > 0
    assert "DECIDED" in {edge["node"]["stage"] for edge in mine["edges"]}
    levels = service.ask(query, {"act": "READ_LEVEL"}, token)["data"]["me"]["subjects"]
    assert levels["totalCount"] > 1000
    nothing = service.ask(query, {"act": "DELEGATE"}, token)["data"]["me"]["subjects"]
    assert nothing["totalCount"] == 0


def test_a_field_that_is_refused_leaves_the_rest_of_the_answer(
    service: Service, token_of: TokenOf
) -> None:
    """The executor cancels the siblings of a field whose parent became null; no statement breaks off."""
    query = """{ me { posts { code } raters { code } worklist(year: 2023, first: 0) { totalCount }
        subjects(act: RATE, year: 2023, first: 5) { totalCount } } body(code: "ht") { code } }"""
    for _ in range(5):
        answer = service.ask(query, {}, token_of("ht.bi-thu"))
        assert answer["data"] == {"me": None, "body": {"code": "ht"}}
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "BAD_INPUT", "field": "first"}
