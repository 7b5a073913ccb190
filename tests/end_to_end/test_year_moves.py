"""A suggestion and its review, what is attested, who is left out, who is transferred: over HTTP."""

import json

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import CELL, DEPUTY, PAPER, REVIEW, Json, Subject, TokenOf


def a_member_of_the_cell(service: Service, number: int) -> str:
    """The appraisal, as a party member, of a person there who holds no post and is not reviewed yet."""
    row = f"""SELECT a.id::text FROM appraisal a
        WHERE a.year = 2023 AND a.track = 'PARTY_MEMBER' AND a.home_body_code = '{CELL}'
          AND a.stage = 'NOT_STARTED' AND NOT EXISTS (SELECT FROM membership m
              WHERE m.person_id = a.person_id AND m.post_code IS NOT NULL)
        ORDER BY a.id OFFSET {number} LIMIT 1"""
    return service.sql(row)[0]


WARNING = """SELECT payload->>'warning' FROM act WHERE appraisal_id = $1::uuid
    AND payload->>'kind' = 'review' ORDER BY sequence DESC LIMIT 1"""


def test_a_suggested_review_has_its_own_length_and_is_held_again(
    service: Service, token_of: TokenOf
) -> None:
    """One and a half days are enough at a district's standing committee, until the province suggests."""
    place = "ht.vu-quang.btv"
    key = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
    committee = Subject(service, service.sql(key, place)[0])
    member, deputy = Subject(service, a_member_of_the_cell(service, 0)), token_of(DEPUTY)
    head, province = token_of("ht.vu-quang.bi-thu"), token_of("ht.bi-thu")
    review = {"place": place, "heldOn": "2023-12-09", "days": "1.5", "minutes": PAPER}
    assert member.command("recordReview", deputy, review=review)["stage"] == "REVIEWED"
    assert "ngày" not in service.sql(WARNING, member.key)[0]
    assert member.command("recordReview", deputy, review=review)["__typename"] == "OutOfOrder"
    variables = {"suggestion": "Làm rõ trách nhiệm giải ngân", "document": PAPER}
    refused = committee.command("suggestReview", head, **variables)
    assert refused["__typename"] == "NotCompetent"
    suggested = committee.command("suggestReview", province, **variables)
    assert suggested["stage"] == "PROPOSED"
    assert member.command("recordReview", deputy, review=review)["stage"] == "REVIEWED"
    assert "2 ngày" in service.sql(WARNING, member.key)[0]
    assert member.command("recordReview", deputy, review=review)["__typename"] == "OutOfOrder"
    elsewhere = member.command("recordReview", deputy, review=REVIEW)
    assert elsewhere["stage"] == "REVIEWED"
    missing = "query ($id: ID!) { appraisal(id: $id) { file { missing { paper } } } }"
    file = service.ask(missing, {"id": committee.key}, province)["data"]["appraisal"]["file"]
    assert {"paper": "suggestion"} in file["missing"]


FACTS = """SELECT (document - 'subject' - 'year' - 'subject_class' - 'track' - 'flags')::text
    FROM facts WHERE appraisal_id = $1::uuid ORDER BY version DESC LIMIT 1"""


@pytest.mark.parametrize(
    ("document", "is_named"),
    [
        ("12-NQ/CB, 05/12/2023, Chi bộ Sở", True),
        ("12-NQ/CB, 12/12/2023, Chi bộ Sở", False),
        ("12-NQ/CB, 31/02/2023, Chi bộ Sở", False),
        ("12-NQ/CB", False),
        ("018c0000-0000-7000-8000-000000000000", False),
        ("", False),
    ],
)
def test_an_attestation_names_its_document(
    service: Service, token_of: TokenOf, document: str, is_named: bool
) -> None:
    member = Subject(service, a_member_of_the_cell(service, 1))
    facts = json.loads(service.sql(FACTS, member.key)[0]) | {
        "attested": {"MODEL_FOR_OTHERS": document}
    }
    result = member.command("recordFacts", token_of(DEPUTY), facts=facts)
    if is_named:
        assert result["__typename"] == "Appraisal", result
    else:
        assert [fault["path"] for fault in result["faults"]] == ["attested.MODEL_FOR_OTHERS"]


def test_a_list_of_attestations_without_documents_is_refused_item_by_item(
    service: Service, token_of: TokenOf
) -> None:
    member = Subject(service, a_member_of_the_cell(service, 1))
    facts = json.loads(service.sql(FACTS, member.key)[0]) | {
        "attested": ["EXEMPLARY"],
        "year": 2023,
    }
    del facts["grades"]
    result = member.command("recordFacts", token_of(DEPUTY), facts=facts)
    assert {fault["path"] for fault in result["faults"]} == {"year"}
    del facts["year"]
    result = member.command("recordFacts", token_of(DEPUTY), facts=facts)
    assert {fault["path"] for fault in result["faults"]} >= {"attested[0]", "grades"}


def test_a_member_is_left_out_and_brought_back(service: Service, token_of: TokenOf) -> None:
    member, deputy = Subject(service, a_member_of_the_cell(service, 2)), token_of(DEPUTY)
    why = {"ground": "EXCUSED", "reason": "Tuổi cao, sức yếu", "document": PAPER}
    left = member.command("exclude", deputy, exclusion=why)
    assert left["excluded"] == "EXCUSED"
    refused = member.command("recordReview", deputy, review=REVIEW)
    assert (refused["__typename"], refused["clause"]["id"]) == ("LeftOut", "QĐ124:Đ5.2.1")
    back = member.command("endExclusion", deputy, reason="Sinh hoạt trở lại", document=PAPER)
    assert back["excluded"] is None
    for ground in ("CENTRAL_LEADERSHIP", "NEWLY_ADMITTED"):
        query = """mutation ($t: TargetInput!, $e: ExclusionInput!) {
            exclude(target: $t, exclusion: $e) { __typename } }"""
        variables = {"t": member.target(), "e": why | {"ground": ground}}
        (error,) = service.ask(query, variables, deputy)["errors"]
        field = "ground" if ground == "CENTRAL_LEADERSHIP" else "reviewedOn"
        assert error["extensions"]["field"] == field


TRANSFER = """mutation ($t: TargetInput!, $to: ID!, $d: DocumentInput!) {
    transfer(target: $t, to: $to, on: "2023-12-11", document: $d) { __typename
        ... on Appraisal { stage peerGroup { code } } ... on Refusal { code } } }"""


def test_a_member_is_transferred_and_the_former_cell_has_no_more_to_say(
    service: Service, token_of: TokenOf
) -> None:
    member = Subject(service, a_member_of_the_cell(service, 2))

    def transfer(by: str, to: str) -> Json:
        variables = {"t": member.target(), "to": to, "d": PAPER}
        data: Json = service.ask(TRANSFER, variables, token_of(by))["data"]["transfer"]
        return data

    assert transfer("ht.thach-ha.bi-thu", "ht.so-y-te.cb")["code"] == "NOT_COMPETENT"
    moved = transfer(DEPUTY, "ht.so-y-te.cb")
    assert moved["peerGroup"] == {"code": "party-members-of:ht.so-y-te.cb"}
    assert moved["stage"] == "NOT_STARTED"
    assert transfer(DEPUTY, CELL)["code"] == "NOT_COMPETENT"


def test_after_all_this_the_registry_proves_itself(service: Service) -> None:
    assert "everything fits" in service.command("verify")
