"""A closed year refuses its acts on every path; acts allowed after the closing still work."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_compliance import offices
from tests.end_to_end.test_delegation import ask
from tests.end_to_end.test_files import Client

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CHAIR, OFFICE, OFFICER = "ht.ubnd.ct", "ht.vp-ubnd.truong", "ht.ban-to-chuc-tu.truong"
LATE = "ht.so-tnmt.cb"
CLOSE = """mutation ($key: ID!) { closeYear(year: 2023, document: {number: "1", date: "2023-12-11"},
    idempotencyKey: $key) { __typename } }"""
WORK = """{ me { worklist(year: 2023, first: 1) { totalCount edges { node { overdueDays } } }
    rate: subjects(act: RATE, year: 2023, first: 1) { totalCount }
    appraise: subjects(act: APPRAISE, year: 2023, first: 1) { totalCount }
    annul: subjects(act: ANNUL, year: 2023, first: 1) { totalCount }
    read: subjects(act: READ_FILE, year: 2023, first: 1) { totalCount } } }"""
MAY = """query ($body: ID!) {
    rate: may(act: RATE, subject: {body: $body}, year: 2023) { allowed missing message nearest { act } }
    appraise: may(act: APPRAISE, subject: {body: $body}, year: 2023) { allowed missing }
    selfRate: may(act: SELF_RATE, subject: {body: $body}, year: 2023) { allowed missing }
    post: may(act: RATE, subject: {post: "ht.so-noi-vu.pho"}, year: 2023) { allowed missing }
    read: may(act: READ_FILE, subject: {body: $body}, year: 2023) { allowed } }"""
ONE = """query ($id: ID!) { appraisal(id: $id) { overdueDays
    blockedBy { reason clause { id } subject { ... on Body { code } ... on Person { id } } } } }"""
UNDECIDED = """SELECT a.id::text || ' ' || a.body_code FROM appraisal a JOIN body_class c USING (body_code)
    WHERE a.year = 2023 AND a.stage = 'PROPOSED' AND c.class_code = 'specialised_agency_leadership'
    ORDER BY a.body_code LIMIT 1"""
OVERDUE = """SELECT id::text FROM appraisal WHERE year = 2023 AND due < '2023-12-11'
    AND stage <> 'DECIDED' AND excluded IS NULL AND home_body_code = $1 ORDER BY id LIMIT 1"""


def test_after_the_closing_nothing_waits_or_is_late(service: Service, token_of: TokenOf) -> None:
    chair, secretary = token_of(CHAIR), token_of(f"{LATE}.bi-thu")
    key, body = service.sql(UNDECIDED)[0].split(" ")
    (late,) = service.sql(OVERDUE, LATE)
    before = {"chair": ask(service, chair, WORK, {}), "late": ask(service, secretary, WORK, {})}
    assert all(work["worklist"]["totalCount"] > 0 for work in before.values())
    assert ask_all(service, chair, MAY, body=body)["rate"]["allowed"]
    assert ask(service, secretary, ONE, {"id": late})["overdueDays"] > 0
    assert any(office["late"] for office in offices(service, chair))

    officer = token_of(OFFICER)
    assert ask(service, officer, CLOSE, {"key": str(uuid4())})["__typename"] == "Cycle"

    for name, token in (("chair", chair), ("late", secretary)):
        work = ask(service, token, WORK, {})
        assert work["worklist"] == {"totalCount": 0, "edges": []}
        assert (work["rate"]["totalCount"], work["appraise"]["totalCount"]) == (0, 0)
        assert (work["annul"], work["read"]) == (before[name]["annul"], before[name]["read"])
    may = ask_all(service, chair, MAY, body=body)
    assert (may["rate"]["allowed"], may["rate"]["missing"]) == (False, "YEAR_CLOSED")
    assert "khép" in may["rate"]["message"]
    assert may["rate"]["nearest"] == {"act": "RATE"}
    assert may["appraise"] == {"allowed": False, "missing": "YEAR_CLOSED"}
    assert may["read"] == {"allowed": True}
    others = ask_all(service, token_of("ht.thach-ha.bi-thu"), MAY, body=body)
    assert others["rate"]["missing"] == "NOT_THE_RATER"
    head = ask_all(service, token_of(f"{body.removesuffix('.tt')}.truong"), MAY, body=body)
    assert head["selfRate"]["missing"] == "YEAR_CLOSED"
    waits = ask(service, chair, ONE, {"id": key})
    assert waits["overdueDays"] is None
    assert waits["blockedBy"] == [
        {"reason": "YEAR_CLOSED", "clause": {"id": "QĐ124:Đ14.2"}, "subject": {"code": body}}
    ]
    assert ask(service, secretary, ONE, {"id": late})["overdueDays"] is None
    every = offices(service, chair)
    assert {(one["late"], one["daysLate"], one["waiting"]) for one in every} == {(0, 0, 0)}
    assert any(one["toRate"] > one["decided"] for one in every)
    assert attached(service, token_of(OFFICE), key).status_code == httpx.codes.CREATED


def ask_all(service: Service, token: str, query: str, **variables: str) -> Json:
    answer = service.ask(query, variables, token)
    assert "errors" not in answer, answer
    data: Json = answer["data"]
    return data


def attached(service: Service, token: str, key: str) -> httpx.Response:
    return Client(service, key, token).put(b"%PDF-1.7\nafter the closing", {"paper": "other"})
