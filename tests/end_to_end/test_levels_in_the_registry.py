"""Former faults in computed levels, tested through the graph and the command line, each with its clause.

Nothing of the rooms is imported: the cases run unchanged against any version.
"""

import subprocess
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import XEPLOAI
from tests.end_to_end.conftest import Service, environment
from tests.end_to_end.test_year_commands import (
    CELL,
    DEPUTY,
    PAPER,
    Subject,
    an_official_of_the_cell,
)

Json = dict[str, Any]
OF_OFFICIAL = """SELECT id::text || ' ' || person_id FROM appraisal
    WHERE year = 2023 AND track = 'OFFICIAL' AND post_code = $1 ORDER BY id LIMIT 1"""
OF_BODY = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
COMPUTED = """query ($id: ID!) { appraisal(id: $id) { computed { level
    waitsFor { subject { ... on Body { code } } } findings { level outcome clause { id } } } } }"""


def computed(service: Service, post: str) -> Json:
    """The computation of the holder of a post, as the holder may read it in the own file (QĐ124:Đ15.2)."""
    appraisal, person = service.sql(OF_OFFICIAL, post)[0].split(" ")
    answer = service.ask(COMPUTED, {"id": appraisal}, service.token_of_person(person))
    data: Json = answer["data"]["appraisal"]["computed"]
    return data


def outcomes(rows: Json, level: str, clause: str) -> set[str]:
    """The outcomes of the conditions that the point sets for the level."""
    return {
        finding["outcome"]
        for finding in rows["findings"]
        if (finding["level"], finding["clause"]["id"]) == (level, clause)
    }


@pytest.mark.parametrize("post", ["ht.hoi-nha-bao.ct", "ht.hnd.truong"])
def test_a_leader_of_a_collective_not_completed_is_not_completed(
    service: Service, post: str
) -> None:
    """The leadership of one, and the party caucus that leads the union of the other (QĐ124:Đ12.4.4)."""
    result = computed(service, post)
    assert result["level"] == "NOT_COMPLETED"
    assert "MET" in outcomes(result, "NOT_COMPLETED", "QĐ124:Đ12.4.4")


def test_a_level_that_the_registry_does_not_know_is_waited_for(service: Service) -> None:
    """A collective of the enterprise without a rater still counts as existing (HD01:5.2.3)."""
    result = computed(service, "ht.mitraco.cthdqt")
    assert result["level"] is None
    assert result["waitsFor"] == [{"subject": {"code": "ht.mitraco"}}]
    assert "MISSING" in outcomes(result, "GOOD", "HD01:5.2.3")


def test_a_party_caucus_is_no_unit_of_the_chair(
    service: Service, token_of: Callable[[str], str]
) -> None:
    """It belongs to the Standing Committee (HD01:6.1): no share over units counts it (QĐ124:Đ12.1.3)."""
    codes = {
        "ht.lhkhkt.dd": "ht.bi-thu",
        "ht.hlhvhnt.dd": "ht.bi-thu",
        "ht.cd-y-te.bgh": "ht.ubnd.ct",
    }
    for code, chair in codes.items():
        (key,) = service.sql(OF_BODY, code)
        taken = Subject(service, key).command(
            "annul", token_of(chair), reason="Xem lại", document=PAPER, level=None
        )
        assert taken["__typename"] == "Appraisal", taken
    units = {one["subject"]["code"] for one in computed(service, "ht.ubnd.ct")["waitsFor"]}
    assert units & codes.keys() == {"ht.cd-y-te.bgh"}


@pytest.mark.parametrize(("day", "is_refused"), [("02/02/1930", True), ("03/02/1930", False)])
def test_nothing_is_attested_by_a_document_from_before_the_party(
    service: Service, token_of: Callable[[str], str], day: str, *, is_refused: bool
) -> None:
    """As of every other document (QĐ124:Đ12.1): the oldest day is that of the founding."""
    facts = {"attested": {"MODEL_FOR_OTHERS": f"1-QĐ, {day}, Tỉnh uỷ"}, "grade": {}}
    member = Subject(service, an_official_of_the_cell(service, 0)[0])
    refused = member.command("recordFacts", token_of(DEPUTY), facts=facts)
    assert refused["__typename"] == "FactsRefused"
    paths = {fault["path"] for fault in refused["faults"]}
    assert ("attested.MODEL_FOR_OTHERS" in paths) is is_refused


def test_a_year_is_opened_in_the_cell_of_the_official_membership(
    service: Service, token_of: Callable[[str], str]
) -> None:
    """Temporary party life elsewhere, as the register has it: a second cell, with a later first day."""
    second = """INSERT INTO membership (id, person_id, body_code, since)
        SELECT gen_random_uuid(), m.person_id, 'ht.so-noi-vu.cb', DATE '2023-10-01' FROM membership m
        WHERE m.body_code = $1 AND m.post_code IS NULL ORDER BY m.id LIMIT 1 RETURNING person_id::text"""
    (person,) = service.sql(second, CELL)
    opened = service.ask(
        """mutation ($key: ID!) { openYear(year: 2024, idempotencyKey: $key,
            document: {number: "1", date: "2023-12-11"}) { __typename } }""",
        {"key": str(uuid4())},
        token_of("ht.ban-to-chuc-tu.truong"),
    )
    assert opened["data"]["openYear"]["__typename"] == "Cycle", opened
    home = """SELECT home_body_code FROM appraisal
        WHERE year = 2024 AND track = 'PARTY_MEMBER' AND person_id = $1::uuid"""
    assert service.sql(home, person) == [CELL]


DEPUTIES_FIRST = """SELECT count(*)::text FROM appraisal a WHERE a.year = 2023 AND a.level IS NOT NULL
    AND a.peer_group_code = 'departments.deputies'"""
LET_THROUGH = "DELETE FROM act WHERE payload ->> 'kind' = 'exception' RETURNING sequence::text"


def test_verify_names_members_who_were_decided_before_their_collective(service: Service) -> None:
    """Without a written permission, 22 collectives of departments wait (QĐ124:Đ11.3)."""
    for state in ("DISABLE", "ENABLE"):
        service.sql(f"ALTER TABLE act {state} TRIGGER USER")
        if state == "DISABLE":
            service.sql(LET_THROUGH)
    (decided,) = service.sql(DEPUTIES_FIRST)
    done = subprocess.run(
        [XEPLOAI, "verify"],
        env=environment(service.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    named = [
        line for line in done.stdout.splitlines() if "order: " in line and "QĐ124:Đ11.3" in line
    ]
    assert len(named) >= int(decided) > 50, done.stdout[:500]
