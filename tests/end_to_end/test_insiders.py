"""What insiders may not do: on themselves, on what they lead, and alone what two persons do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_delegation import DELEGATE, MAY, WITHDRAW, ask, delegation_input, limits
from tests.end_to_end.test_year_commands import DEPUTY, PAPER, SECRETARY, Subject

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CHAIR, OFFICE = "ht.ubnd.ct", "ht.vp-ubnd.truong"
LED = "ht.minh-hoa-2"
SAID_BY_REGISTRY = ("subject", "year", "subject_class", "track", "flags", "levels")
HISTORY = """query ($id: ID!) { appraisal(id: $id) { history { act endsProposal } } }"""
MAY_COMPILE = """query ($id: ID!, $track: Track!) {
    may(act: COMPILE, subject: {person: $id}, track: $track, year: 2023) { missing } }"""
HOLDER_OF = """SELECT a.id::text FROM appraisal a JOIN membership m ON m.person_id = a.person_id
    WHERE a.year = 2023 AND a.track = $2 AND m.post_code = $1 AND m.until IS NULL LIMIT 1"""


def facts_of(service: Service, key: str) -> Json:
    """What was recorded of a subject last, as it may be recorded again."""
    last = """SELECT document::text FROM facts WHERE appraisal_id = $1::uuid
        ORDER BY version DESC LIMIT 1"""
    (document,) = service.sql(last, key)
    facts = {k: v for k, v in json.loads(document).items() if k not in SAID_BY_REGISTRY}
    paper = "12-QĐ/TU, 01/12/2023, Tỉnh uỷ"
    if attested := facts.get("attested"):
        facts["attested"] = dict.fromkeys(attested, paper)
    return facts


def body(service: Service, code: str) -> Subject:
    result = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
    return Subject(service, service.sql(result, code)[0])


def held_by(service: Service, post: str, track: str) -> Subject:
    return Subject(service, service.sql(HOLDER_OF, post, track)[0])


def missing_of(service: Service, token: str, act: str, subject: Json) -> str | None:
    data = ask(service, token, MAY, {"act": act, "subject": subject})
    missing: str | None = data["missing"]
    return missing


def test_facts_recorded_after_a_proposal_end_it_and_who_recorded_them_does_not_decide(
    service: Service, token_of: TokenOf
) -> None:
    subject = body(service, "ht.bql-kkt.tt")
    chair, office = token_of(CHAIR), token_of(OFFICE)
    recorded = subject.command("recordFacts", chair, facts=facts_of(service, subject.key))
    assert recorded["__typename"] == "Appraisal", recorded
    assert (recorded["stage"], recorded["proposedLevel"]) == ("SELF_RATED", None)
    history = ask(service, chair, HISTORY, {"id": subject.key})["history"]
    assert history[-1] == {"act": "COMPILE", "endsProposal": "COMPLETED"}
    level = recorded["computed"]["level"]
    assert subject.decide(chair, level)["code"] == "NOT_COMPETENT"
    assert subject.command("propose", office, level=level, remark="")["stage"] == "PROPOSED"
    assert missing_of(service, chair, "RATE", {"body": "ht.bql-kkt.tt"}) == "OWN_PROPOSAL"
    assert subject.decide(chair, level)["code"] == "NOT_COMPETENT"
    again = subject.command("recordFacts", office, facts=facts_of(service, subject.key))
    assert again["stage"] == "SELF_RATED"
    assert subject.decide(chair, level)["__typename"] == "OutOfOrder"
    assert subject.command("propose", office, level=level, remark="")["stage"] == "PROPOSED"
    assert subject.decide(chair, level)["__typename"] == "Conclusion"


def test_an_annulled_level_is_proposed_as_before_only_if_the_facts_are_as_before(
    service: Service, token_of: TokenOf
) -> None:
    subject = body(service, "ht.bql-kkt.tt")
    chair, office = token_of(CHAIR), token_of(OFFICE)
    annulled = subject.command("annul", chair, reason="x", document=PAPER)
    assert annulled["stage"] == "PROPOSED"
    assert subject.decide(chair, annulled["computed"]["level"])["__typename"] == "Conclusion"
    decided = subject.command("recordFacts", office, facts=facts_of(service, subject.key))
    assert decided["stage"] == "DECIDED"
    annulled = subject.command("annul", chair, reason="x", document=PAPER)
    assert (annulled["stage"], annulled["proposedLevel"]) == ("SELF_RATED", None)
    assert subject.decide(chair, "COMPLETED")["__typename"] == "OutOfOrder"


@pytest.mark.parametrize(
    ("post", "track"),
    [
        ("ht.ban-to-chuc-tu.truong", "OFFICIAL"),
        (SECRETARY, "PARTY_MEMBER"),
        (DEPUTY, "PARTY_MEMBER"),
    ],
)
def test_compiling_for_oneself_is_refused(
    service: Service, token_of: TokenOf, post: str, track: str
) -> None:
    token, subject = token_of(post), held_by(service, post, track)
    refused = subject.command("recordFacts", token, facts=facts_of(service, subject.key))
    assert refused["code"] == "NOT_COMPETENT", refused
    person = "SELECT person_id::text FROM appraisal WHERE id = $1::uuid"
    variables = {"id": service.sql(person, subject.key)[0], "track": track}
    assert ask(service, token, MAY_COMPILE, variables)["missing"] == "ONESELF"
    complete = "mutation ($key: ID!) { completeFile(appraisal: $key) { __typename } }"
    (error,) = service.ask(complete, {"key": subject.key}, token)["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


def test_a_delegation_gives_nothing_over_what_the_delegate_leads(
    service: Service, token_of: TokenOf
) -> None:
    director, chair = f"{LED}.gd", token_of(CHAIR)
    result = limits(service, chair, delegate=director, bodies=[LED])
    assert result == [("TO_ONESELF", "bodies")]
    result = limits(service, chair, delegate=director, bodies=[f"{LED}.tt"])
    assert result == [("TO_ONESELF", "bodies")]
    # For all units without names: the delegation is valid, and gives no right on the own unit.
    delegation = ask(
        service,
        chair,
        DELEGATE,
        delegation_input(delegate=director, bodies=[], acts=["RATE", "APPRAISE"]),
    )
    assert delegation["__typename"] == "Delegation", delegation
    token = token_of(director)
    for act in ("RATE", "APPRAISE"):
        assert missing_of(service, token, act, {"body": f"{LED}.tt"}) == "ONESELF"
        assert missing_of(service, token, act, {"body": "ht.minh-hoa-1.tt"}) is None
    own = body(service, f"{LED}.tt")
    assert own.decide(token, "COMPLETED", "x")["code"] == "NOT_COMPETENT"
    worklist = "{ me { worklist(year: 2023, first: 100) { edges { node { appraisal { id } } } } } }"
    edges = ask(service, token, worklist, {})["worklist"]["edges"]
    listed = [edge["node"]["appraisal"]["id"] for edge in edges]
    assert own.key not in listed
    assert listed
    ask(service, chair, WITHDRAW, {"id": delegation["id"], "document": PAPER})


def test_the_leader_of_a_body_still_rates_it_for_the_body(
    service: Service, token_of: TokenOf
) -> None:
    token = token_of(f"{LED}.gd")
    assert missing_of(service, token, "SELF_RATE", {"body": f"{LED}.tt"}) is None
    assert missing_of(service, token, "APPEAL", {"body": f"{LED}.tt"}) is None
