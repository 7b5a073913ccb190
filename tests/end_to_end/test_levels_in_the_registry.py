"""Levels that the registry once computed without the levels of others, asked of the graph: each names its clause.

Nothing of the rooms is imported: the cases run unchanged against any version.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import Service
from tests.end_to_end.test_year_commands import PAPER, Subject

Json = dict[str, Any]
OF_OFFICIAL = """SELECT id::text || ' ' || person_id FROM appraisal
    WHERE year = 2023 AND track = 'OFFICIAL' AND post_code = $1 ORDER BY id LIMIT 1"""
OF_BODY = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"
COMPUTED = """query ($id: ID!) { appraisal(id: $id) { computed { level
    waitsFor { subject { ... on Body { code } } } findings { level outcome clause { id } } } } }"""


def computed(service: Service, post: str) -> Json:
    """What is computed of the holder of a post, as the holder may read it in the own file (QĐ124:Đ15.2)."""
    appraisal, person = service.sql(OF_OFFICIAL, post)[0].split(" ")
    answer = service.ask(COMPUTED, {"id": appraisal}, service.token_of_person(person))
    found: Json = answer["data"]["appraisal"]["computed"]
    return found


def outcomes(found: Json, level: str, clause: str) -> set[str]:
    """What became of the conditions of the level that the point sets."""
    return {
        one["outcome"]
        for one in found["findings"]
        if (one["level"], one["clause"]["id"]) == (level, clause)
    }


@pytest.mark.parametrize("post", ["ht.hoi-nha-bao.ct", "ht.hnd.truong"])
def test_whose_collective_is_not_completed_is_so_too(service: Service, post: str) -> None:
    """The leadership of one, and the party caucus that leads the union of the other (QĐ124:Đ12.4.4)."""
    found = computed(service, post)
    assert found["level"] == "NOT_COMPLETED"
    assert "MET" in outcomes(found, "NOT_COMPLETED", "QĐ124:Đ12.4.4")


def test_a_level_that_the_registry_does_not_know_is_waited_for(service: Service) -> None:
    """Nobody rates a collective of the enterprise: that is not that there is none (HD01:5.2.3)."""
    found = computed(service, "ht.mitraco.cthdqt")
    assert found["level"] is None
    assert found["waitsFor"] == [{"subject": {"code": "ht.mitraco"}}]
    assert "MISSING" in outcomes(found, "GOOD", "HD01:5.2.3")


def test_a_party_caucus_is_no_unit_of_the_chair(
    service: Service, token_of: Callable[[str], str]
) -> None:
    """It stands under the Standing Committee (HD01:6.1): no share over units counts it (QĐ124:Đ12.1.3)."""
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
