"""The years over HTTP: listed, opened once by the office, closed, and every refusal typed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
OFFICE, ELSEWHERE = "ht.ban-to-chuc-tu.truong", "ht.van-phong-tu.cvp"
PAPER = {"number": "31-KH/TU", "date": "2023-12-10"}
CYCLES = "{ cycles { year edition openedOn closedOn appraisals } }"
FIELDS = """{ __typename ... on Cycle { year edition openedOn closedOn appraisals }
    ... on Refusal { code clause { id } } }"""
LATE = """INSERT INTO person (id, name, sort_key, search_key, is_invented, is_civil_servant)
    VALUES (uuidv7(), 'Người Đến Sau', 'sau', 'nguoi den sau', true, false) RETURNING id::text"""
LATE_MEMBER = """INSERT INTO membership (id, person_id, body_code, since)
    SELECT uuidv7(), CAST($1 AS text)::uuid, max(code), DATE '2020-01-01' FROM body WHERE kind = 'PARTY_CELL'"""
NAMES = ("openYear", "supplementYear", "closeYear")
SENT = "year: $year, document: $document, idempotencyKey: $key"
DECLARED = "$year: Int!, $document: DocumentInput!, $key: ID!"


def answered(service: Service, name: str, token: str, year: int, key: str | None = None) -> Json:
    query = f"mutation ({DECLARED}) {{ {name}({SENT}) {FIELDS} }}"
    return service.ask(query, {"year": year, "document": PAPER, "key": key or str(uuid4())}, token)


def refused(code: str, clause: str) -> Json:
    typename = "".join(word.capitalize() for word in code.split("_"))
    return {"__typename": typename, "code": code, "clause": {"id": clause}}


def test_the_year_is_opened_and_closed(service: Service, token_of: TokenOf) -> None:
    office, key = token_of(OFFICE), str(uuid4())
    for name in NAMES:
        answer = answered(service, name, token_of(ELSEWHERE), 2024)
        assert answer["data"] == {name: refused("NOT_AN_OFFICER", "HD01:6.1")}
    for name in NAMES[1:]:
        early = answered(service, name, office, 2024)
        assert early["data"] == {name: refused("YEAR_CLOSED", "QĐ124:Đ14.2")}

    opened = answered(service, "openYear", office, 2024, key)["data"]["openYear"]
    assert (opened["__typename"], opened["closedOn"]) == ("Cycle", None)
    assert opened["appraisals"] > 2000
    assert answered(service, "openYear", office, 2024, key)["data"]["openYear"] == opened
    again = answered(service, "openYear", office, 2024)
    assert again["data"] == {"openYear": refused("YEAR_OPENED", "QĐ124:Đ14.2")}

    (late,) = service.sql(LATE)
    service.sql(LATE_MEMBER, late)
    more = answered(service, "supplementYear", office, 2024)["data"]["supplementYear"]
    assert more == {**opened, "appraisals": opened["appraisals"] + 1}
    opened = more

    closed = answered(service, "closeYear", office, 2024)["data"]["closeYear"]
    assert closed == {**opened, "closedOn": closed["closedOn"]}
    assert closed["closedOn"] >= opened["openedOn"]
    listed = service.ask(CYCLES, {}, token_of(ELSEWHERE))["data"]["cycles"]
    assert [one["year"] for one in listed] == [2022, 2023, 2024]
    assert [one["edition"] for one in listed] == [None, "ha-tinh-2023", "ha-tinh-2023"]
    assert {"__typename": "Cycle", **listed[2]} == closed


def test_a_year_without_an_edition_is_named(service: Service, token_of: TokenOf) -> None:
    for year in (2021, 2147483647):
        (error,) = answered(service, "openYear", token_of(OFFICE), year)["errors"]
        assert error["extensions"]["code"] == "BAD_INPUT"
        assert "year" in error["message"]
