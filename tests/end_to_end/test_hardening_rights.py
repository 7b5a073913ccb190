"""What insiders get done that takes two persons, another office, or no right at all."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.hardening import (
    OF_A_BODY,
    attach,
    codes,
    command_line,
    outcome,
    recordable_facts,
    target,
)

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CHAIR = "ht.ubnd.ct"
OFFICER = "ht.ban-to-chuc-tu.truong"
PAPER = {"number": "20-QĐ/BCSĐ", "date": "2023-12-11"}
RECORD_FACTS = """mutation ($target: TargetInput!, $facts: JSON!) {
    recordFacts(target: $target, facts: $facts) { __typename
        ... on Refusal { code } ... on Appraisal { computed { level } }
        ... on FactsRefused { faults { path was mayBe } } } }"""
DECIDE = """mutation ($input: DecideInput!) {
    decide(input: $input) { __typename ... on Refusal { code } } }"""
DELEGATE = """mutation ($input: DelegateInput!) { delegate(input: $input) { __typename } }"""
OF_A_PERSON = """SELECT a.id::text FROM appraisal a JOIN membership m ON m.person_id = a.person_id
    WHERE a.year = 2023 AND a.track = $2 AND m.post_code = $1 AND m.until IS NULL LIMIT 1"""


def record_facts(service: Service, token: str, appraisal: str) -> Json:
    facts = recordable_facts(service, appraisal)
    variables = {"target": target(service, appraisal), "facts": facts}
    return service.ask(RECORD_FACTS, variables, token)


def decide(
    service: Service, token: str, appraisal: str, level: str, reason: str | None = None
) -> Json:
    variables = target(service, appraisal)
    decision = {
        "decision": {key: variables[key] for key in ("appraisal", "expectedVersion")}
        | {"level": level, "reason": reason},
        "document": PAPER,
        "idempotencyKey": variables["idempotencyKey"],
    }
    return service.ask(DECIDE, {"input": decision}, token)


def test_a_change_of_facts_after_the_proposal_needs_another_person_to_decide(
    service: Service, token_of: TokenOf
) -> None:
    (appraisal,) = service.sql(OF_A_BODY, "ht.bql-kkt.tt")
    recorded = record_facts(service, token_of(CHAIR), appraisal)
    level = recorded["data"]["recordFacts"]["computed"]["level"]
    assert outcome(decide(service, token_of(CHAIR), appraisal, level)) == "NOT_COMPETENT"


@pytest.mark.parametrize("paper", ["conclusion", "appraisal_summary", "minutes"])
def test_a_person_does_not_hand_in_the_papers_of_the_authority(
    service: Service, token_of: TokenOf, paper: str
) -> None:
    (appraisal,) = service.sql(OF_A_PERSON, "ht.so-xay-dung.truong", "OFFICIAL")
    answer = attach(
        service,
        token_of("ht.so-xay-dung.truong"),
        appraisal,
        f"%PDF-1.7\n{paper}".encode(),
        paper=paper,
        issuer="Ban Thường vụ Tỉnh uỷ",
    )
    assert answer.status_code == httpx.codes.FORBIDDEN, answer.text


def test_the_quota_of_a_group_tells_no_level_to_an_account_without_a_scope(
    service: Service,
) -> None:
    token = service.command("token", "--service", "atk")
    answer = service.ask(
        '{ quotaCheck(year: 2023, group: "departments.deputies", proposals: []) { good } }',
        {},
        token,
    )
    assert codes(answer) == ["FORBIDDEN"], answer


@pytest.mark.parametrize(
    ("post", "track"), [(OFFICER, "OFFICIAL"), ("ht.so-tnmt.cb.bi-thu", "PARTY_MEMBER")]
)
def test_recording_facts_about_oneself_is_refused(
    service: Service, token_of: TokenOf, post: str, track: str
) -> None:
    (appraisal,) = service.sql(OF_A_PERSON, post, track)
    answer = record_facts(service, token_of(post), appraisal)
    assert outcome(answer) == "NOT_COMPETENT", answer


def test_a_delegation_to_rate_the_body_led_is_refused(service: Service, token_of: TokenOf) -> None:
    delegation = {
        "rater": "panel_6_2_3",
        "delegate": "ht.minh-hoa-2.gd",
        "acts": ["APPRAISE", "RATE"],
        "classes": ["other_provincial_unit_leadership", "other_provincial_unit_leader"],
        "bodies": ["ht.minh-hoa-2"],
        "since": "2023-12-11",
        "until": "2023-12-31",
        "document": PAPER,
    }
    (appraisal,) = service.sql(OF_A_BODY, "ht.minh-hoa-2.tt")
    variables = outcome(service.ask(DELEGATE, {"input": delegation}, token_of(CHAIR)))
    leader = token_of("ht.minh-hoa-2.gd")
    decided = outcome(decide(service, leader, appraisal, "COMPLETED", "x"))
    assert (variables, decided) == ("DelegationRefused", "NOT_COMPETENT")


READER = "xeploai_reader"
ROLES = """CREATE ROLE xeploai_service NOLOGIN; CREATE ROLE xeploai_reports NOLOGIN;
    CREATE ROLE xeploai_reader LOGIN IN ROLE xeploai_reports;
    GRANT USAGE ON SCHEMA public TO xeploai_service, xeploai_reports"""


@pytest.fixture(scope="module")
def reports(service: Service) -> Service:
    """The registry with the roles of a deployment; `migrate` grants them what they may do."""
    for statement in ROLES.split(";"):
        service.sql(statement)
    assert command_line(service, "migrate").returncode == 0
    return service


async def reads(folder: str, statement: str) -> bool:
    connection = await asyncpg.connect(host=folder, user=READER, database="postgres")
    try:
        return bool(await connection.fetch(statement))
    except asyncpg.InsufficientPrivilegeError:
        return False
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("statement", "is_read"),
    [
        ("SELECT self_level FROM appraisal LIMIT 1", False),
        ("SELECT proposed_level, computed_level, reason FROM appraisal LIMIT 1", False),
        ("SELECT act, level, reason, payload FROM act LIMIT 1", False),
        ("SELECT value FROM deployment WHERE key = 'cursor_secret'", False),
        ("SELECT level, decided_on, stage FROM appraisal LIMIT 1", True),
        ("SELECT base FROM quota LIMIT 1", True),
    ],
)
def test_reports_read_nothing_of_a_file(reports: Service, statement: str, is_read: bool) -> None:
    (folder,) = reports.sql("SHOW unix_socket_directories")
    assert asyncio.run(reads(folder, statement)) is is_read
