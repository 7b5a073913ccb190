"""The compliance list: the progress of every office, its delay in days, the offices it waits for."""

from collections.abc import Callable
from typing import Any

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]

ASKED = """query ($year: Int!, $first: Int!, $after: String) {
  compliance(year: $year, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      rater { id code name } toRate decided late daysLate due waiting waitsFor { id }
    } }
  }
}"""


def offices(service: Service, token: str, first: int = 500, year: int = 2023) -> list[Json]:
    """Every office, page after page."""
    collected: list[Json] = []
    after = None
    while True:
        variables = {"year": year, "first": first, "after": after}
        answer = service.ask(ASKED, variables, token)
        assert "errors" not in answer, answer["errors"]
        page = answer["data"]["compliance"]
        collected += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(collected) == page["totalCount"]
            return collected
        after = page["pageInfo"]["endCursor"]


def test_every_signed_in_caller_sees_the_progress_of_every_office(
    service: Service, token_of: TokenOf
) -> None:
    result = {one["rater"]["id"]: one for one in offices(service, token_of("ht.so-y-te.pho"))}
    assert result.keys() > {"provincial_standing_committee", "panel_6_2_3"}
    late = result["grassroots_cell@ht.so-tnmt.cb"]
    assert late["toRate"] == late["late"] + late["decided"] > late["decided"]
    assert late["daysLate"] > 0
    assert late["due"] == "2023-12-04"
    assert (late["waiting"], late["waitsFor"]) == (0, [])
    above = result["provincial_standing_committee"]
    assert above["toRate"] > above["decided"] > 0
    assert 0 <= above["waiting"] <= above["toRate"] - above["decided"]
    assert bool(above["waiting"]) == bool(above["waitsFor"])


def test_the_pages_are_the_list_in_its_order(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.so-y-te.pho")
    every = offices(service, token)
    assert offices(service, token, first=40) == every
    days = [one["daysLate"] for one in every]
    assert days == sorted(days, reverse=True)


def test_a_year_without_ratings_has_no_offices(service: Service, token_of: TokenOf) -> None:
    assert offices(service, token_of("ht.so-y-te.pho"), year=1999) == []


def test_a_missing_token_gets_no_data(service: Service) -> None:
    answer = service.post(ASKED, {"year": 2023, "first": 1}, None).json()
    assert "compliance" not in str(answer.get("data"))
