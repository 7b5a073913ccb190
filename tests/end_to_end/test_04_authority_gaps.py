"""Journey 04: the subjects that no clause lets anyone rate."""

from collections.abc import Callable
from typing import Any

from tests.end_to_end.conftest import Service

Json = dict[str, Any]


def gaps(service: Service, token: str) -> list[Json]:
    nodes: list[Json] = []
    after = None
    while True:
        page = service.journey("04", {"year": 2023, "after": after}, token)["authorityGaps"]
        nodes += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(nodes) == page["totalCount"]
            return nodes
        after = page["pageInfo"]["endCursor"]


def test_the_gaps_are_those_of_the_text(service: Service, token_of: Callable[[str], str]) -> None:
    nodes = gaps(service, token_of("ht.ban-to-chuc-tu.truong"))
    bodies = {node["subject"].get("code"): node for node in nodes}
    for code in ("ht.ubnd.tt", "ht.hdnd.tt", "ht.dbqh.tt", "ht"):
        assert bodies[code]["why"] == "NO_CLAUSE"
    assert "ht.so-noi-vu.tt" not in bodies
    posts = {post["code"]: node for node in nodes for post in node["posts"]}
    assert posts["ht.cd-y-te.pht"]["why"] == "NO_CLAUSE"
    assert posts["ht.ubnd.ct"]["why"] == "OUTWEIGHED"
    assert "ht.so-noi-vu.truong" not in posts


def test_each_gap_says_why_with_the_clause_that_denies(
    service: Service, token_of: Callable[[str], str]
) -> None:
    query = """{ authorityGaps(year: 2023, first: 500) { edges { node {
        why clause { id } appraisal { track } } } } }"""
    data = service.ask(query, {}, token_of("ht.bi-thu"))["data"]
    for node in (edge["node"] for edge in data["authorityGaps"]["edges"]):
        if node["why"] == "TOO_FEW_OFFICERS":  # the text names a rater; it has too few officers
            assert node["clause"] == {"id": "QĐ124:Đ11.2"}
            continue
        denied = node["why"] == "OUTWEIGHED"
        assert node["clause"] == ({"id": "HD01:6.1:+"} if denied else None)
        assert node["appraisal"]["track"] != "PARTY_MEMBER"
