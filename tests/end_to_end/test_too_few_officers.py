"""Cells with one, two and three officers: one must propose, another decide, neither about oneself."""

import subprocess
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import XEPLOAI
from tests.end_to_end.conftest import Service, environment
from tests.end_to_end.test_delegation import ask
from tests.end_to_end.test_year_commands import REVIEW, Subject

Json = dict[str, Any]
TokenOf = Callable[[str], str]
CELL = "ht.so-tnmt.cb"
SECRETARY, DEPUTY, THIRD = f"{CELL}.bi-thu", f"{CELL}.pbt", f"{CELL}.uv"
FEW = "TOO_FEW_OFFICERS"
OF_CELL = """SELECT a.id::text || ' ' || coalesce((SELECT max(m.post_code) FROM membership m
        WHERE m.person_id = a.person_id AND m.body_code = $1 AND m.post_code IS NOT NULL), 'member')
    FROM appraisal a WHERE a.year = 2023 AND a.track = 'PARTY_MEMBER' AND a.home_body_code = $1
      AND a.stage <> 'DECIDED' AND a.excluded IS NULL"""
BLOCKED = "query ($id: ID!) { appraisal(id: $id) { blockedBy { reason clause { id } } } }"
GAPS = """query ($after: String) { authorityGaps(year: 2023, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { why clause { id } appraisal { id } } } } }"""
CYCLES = """{ cycles { year tooFewOfficers(first: 500) { totalCount edges { node { id } } } } }"""
OPEN = """mutation ($key: ID!) { openYear(year: 2024, document: {number: "1", date: "2023-12-11"},
    idempotencyKey: $key) { __typename ... on Cycle { appraisals
    tooFewOfficers(first: 500) { totalCount edges { node { subject { ... on Person { id } } } } } } } }"""
END = "UPDATE membership SET until = '2023-12-01' WHERE post_code = $1 RETURNING id::text"
RESTORE = "UPDATE membership SET until = NULL WHERE post_code = $1 RETURNING id::text"


@pytest.fixture(scope="module")
def of_cell(service: Service) -> dict[str, list[str]]:
    """The undecided appraisals of the cell, by the post in the cell, whose third officer has left."""
    service.sql(END, THIRD)
    collected: dict[str, list[str]] = {}
    for row in service.sql(OF_CELL, CELL):
        key, post = row.split(" ")
        collected.setdefault("member" if post == THIRD else post, []).append(key)
    assert collected.keys() == {SECRETARY, DEPUTY, "member"}
    return collected


def too_few(service: Service, token: str, keys: list[str]) -> set[str]:
    """Those of the appraisals that wait for officers; gaps and the year must name the same."""
    waits = {key: ask(service, token, BLOCKED, {"id": key})["blockedBy"] for key in keys}
    few = {
        key
        for key, prerequisites in waits.items()
        if FEW in [prerequisite["reason"] for prerequisite in prerequisites]
    }
    clauses = {
        prerequisite["clause"]["id"]
        for prerequisites in waits.values()
        for prerequisite in prerequisites
        if prerequisite["reason"] == FEW
    }
    assert clauses <= {"QĐ124:Đ11.2"}
    gaps = gaps_of(service, token)
    assert {key for key, why in gaps.items() if why == FEW} & set(keys) == few
    year = next(
        cycle for cycle in service.ask(CYCLES, {}, token)["data"]["cycles"] if cycle["year"] == 2023
    )
    named = {edge["node"]["id"] for edge in year["tooFewOfficers"]["edges"]}
    assert named & set(keys) == few
    return few


def gaps_of(service: Service, token: str) -> dict[str, str]:
    collected: dict[str, str] = {}
    after = None
    while True:
        page = ask(service, token, GAPS, {"after": after})
        for edge in page["edges"]:
            collected[edge["node"]["appraisal"]["id"]] = edge["node"]["why"]
        if not page["pageInfo"]["hasNextPage"]:
            return collected
        after = page["pageInfo"]["endCursor"]


def test_with_two_officers_neither_is_rated_by_the_other_alone(
    service: Service, token_of: TokenOf, of_cell: dict[str, list[str]]
) -> None:
    every = [key for keys in of_cell.values() for key in keys]
    expected = {*of_cell[SECRETARY], *of_cell[DEPUTY]}
    assert too_few(service, token_of(SECRETARY), every) == expected


def test_with_one_officer_no_member_is_rated(
    service: Service, token_of: TokenOf, of_cell: dict[str, list[str]]
) -> None:
    token = token_of(SECRETARY)
    every = [key for keys in of_cell.values() for key in keys]
    service.sql(END, DEPUTY)
    assert too_few(service, token, every) == set(every)
    service.sql(RESTORE, DEPUTY)


def test_opening_a_year_lists_subjects_with_too_few_officers(
    service: Service, token_of: TokenOf, of_cell: dict[str, list[str]]
) -> None:
    opened = ask(service, token_of("ht.ban-to-chuc-tu.truong"), OPEN, {"key": str(uuid4())})
    few = opened["tooFewOfficers"]
    assert 0 < few["totalCount"] < opened["appraisals"]
    named = {edge["node"]["subject"]["id"] for edge in few["edges"] if edge["node"]["subject"]}
    persons = "SELECT person_id::text FROM appraisal WHERE id = ANY($1::uuid[])"
    assert set(service.sql(persons, [*of_cell[SECRETARY], *of_cell[DEPUTY]])) <= named
    assert not set(service.sql(persons, of_cell["member"])) & named


def test_with_three_officers_another_member_records_the_decision_about_the_secretary(
    service: Service, token_of: TokenOf, of_cell: dict[str, list[str]]
) -> None:
    service.sql(RESTORE, THIRD)
    third, secretary, deputy = (token_of(post) for post in (THIRD, SECRETARY, DEPUTY))
    every = [key for keys in of_cell.values() for key in keys]
    assert too_few(service, secretary, every) == set()

    subject = Subject(service, of_cell[SECRETARY][0])
    assert subject.command("recordReview", deputy, review=REVIEW)["stage"] == "REVIEWED"
    rated = subject.command("rateOneself", secretary, level="COMPLETED", remark="")
    level = (rated["computed"] or {}).get("level") or "COMPLETED"
    assert subject.command("propose", secretary, level=level, remark="")["code"] == "NOT_COMPETENT"
    assert subject.command("propose", deputy, level=level, remark="")["stage"] == "PROPOSED"
    for token in (secretary, deputy):
        assert subject.decide(token, level)["code"] == "NOT_COMPETENT"
    listed = (
        "{ me { worklist(year: 2023, first: 500) { edges { node { act appraisal { id } } } } } }"
    )
    work = ask(service, third, listed, {})["worklist"]["edges"]
    assert {"act": "RATE", "appraisal": {"id": subject.key}} in [edge["node"] for edge in work]
    concluded = subject.decide(third, level, "Chi bộ quyết định")
    assert concluded["__typename"] == "Conclusion", concluded
    recorded = """SELECT concat_ws(' ', actor_post_code, on_behalf_rater_id, clause) FROM act
        WHERE appraisal_id = $1::uuid AND act = 'rate'"""
    assert service.sql(recorded, subject.key) == [f"{THIRD} grassroots_cell@{CELL} QĐ124:Đ13"]
    # About any other subject, the member may not decide.
    other = Subject(service, of_cell[DEPUTY][0])
    assert other.decide(third, "COMPLETED", "x")["code"] == "NOT_COMPETENT"
    # Nothing is found but the memberships that this test ended and restored around the service.
    words = [str(XEPLOAI), "verify"]
    verified = subprocess.run(
        words, env=environment(service.data_dir), capture_output=True, text=True, check=False
    )
    findings = verified.stdout.splitlines()[2:]
    assert findings
    assert all("membership" in line for line in findings), findings
