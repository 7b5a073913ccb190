"""The deciding of one year, played by the raters of every section until nothing more can be decided."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]
DISTRICTS = (
    "tp-ha-tinh tx-hong-linh tx-ky-anh cam-xuyen can-loc duc-tho huong-khe huong-son ky-anh loc-ha "
    "nghi-xuan thach-ha vu-quang"
)
CHAIRS = (
    "ht.hdnd.pct-tt",
    "ht.pbt-tt",
    "ht.ubnd.ct",
    "ht.bi-thu",
    "ht.duk.bi-thu",
    *(f"ht.{district}.bi-thu" for district in DISTRICTS.split(" ")),
)
ROUNDS_MAX = 8
PAPER = {"number": "99-KL", "date": "2023-12-11"}
WORK = """query ($year: Int!, $after: String) { me { worklist(year: $year, first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { act blockedBy { reason } appraisal { id version peerGroup { code }
        computed { level waitsFor { reason } } } } } } } }"""
CONCLUDE = """mutation ($input: ConcludeInput!) { conclude(input: $input) { __typename
    ... on Conclusion { quota { holds } } ... on Refusal { code message }
    ... on QuotaExceeded { quota { limit } } } }"""
DECIDE = """mutation ($input: DecideInput!) { decide(input: $input) { __typename
    ... on Refusal { code message } } }"""


def ready(service: Service, token: str, year: int = 2023) -> list[Json]:
    """What a chair may decide now, with a level that the rules give."""
    collected: list[Json] = []
    after = None
    while True:
        work = service.ask(WORK, {"year": year, "after": after}, token)["data"]["me"]["worklist"]
        collected += [edge["node"] for edge in work["edges"]]
        if not work["pageInfo"]["hasNextPage"]:
            break
        after = work["pageInfo"]["endCursor"]
    return [
        node["appraisal"]
        for node in collected
        if node["act"] == "RATE"
        and not node["blockedBy"]
        and (node["appraisal"]["computed"] or {}).get("level") not in {None, "UNDETERMINED"}
    ]


def decision(node: Json, level: str | None = None) -> Json:
    return {
        "appraisal": node["id"],
        "expectedVersion": node["version"],
        "level": level or node["computed"]["level"],
        "reason": "Trong hạn mức" if level else None,
    }


def conclude(
    service: Service, token: str, group: str, members: list[Json], year: int = 2023
) -> str:
    """The whole group at the computed levels; if the quota has no room, EXCELLENT as GOOD."""
    lists = (
        [decision(member) for member in members],
        [
            decision(member, "GOOD" if member["computed"]["level"] == "EXCELLENT" else None)
            for member in members
        ],
    )
    for decisions in lists:
        variables = {
            "year": year,
            "group": group,
            "document": PAPER,
            "idempotencyKey": str(uuid4()),
            "decisions": decisions,
        }
        data = service.ask(CONCLUDE, {"input": variables}, token)["data"]["conclude"]
        if data["__typename"] != "QuotaExceeded":
            break
    return str(data["__typename"])


def play(service: Service, token: str, year: int = 2023) -> dict[str, int]:
    """One turn of a chair: every group that waits, then every single subject."""
    answers: dict[str, int] = defaultdict(int)
    groups: dict[str | None, list[Json]] = defaultdict(list)
    for appraisal in ready(service, token, year):
        groups[(appraisal["peerGroup"] or {}).get("code")].append(appraisal)
    for appraisal in groups.pop(None, []):
        level = "GOOD" if appraisal["computed"]["level"] == "EXCELLENT" else None
        variables = {
            "decision": decision(appraisal, level),
            "document": PAPER,
            "idempotencyKey": str(uuid4()),
        }
        answers[
            service.ask(DECIDE, {"input": variables}, token)["data"]["decide"]["__typename"]
        ] += 1
    for group, members in groups.items():
        assert group is not None
        answers[conclude(service, token, group, members, year)] += 1
    return answers


def test_the_raters_of_every_section_decide_what_is_theirs_in_order(
    service: Service, token_of: TokenOf
) -> None:
    open_ = "SELECT count(*)::text FROM appraisal WHERE year = 2023 AND stage = 'PROPOSED'"
    before = int(service.sql(open_)[0])
    sections: set[str] = set()
    for _ in range(ROUNDS_MAX):
        progress = 0
        for post in CHAIRS:
            answers = play(service, token_of(post))
            assert set(answers) <= {"Conclusion", "StaleVersion"}, (post, dict(answers))
            progress += answers["Conclusion"]
            if answers["Conclusion"]:
                sections.add(post)
        if not progress:
            break
    left = {post: ready(service, token_of(post)) for post in CHAIRS}
    assert {post for post, found in left.items() if found} == set()
    assert int(service.sql(open_)[0]) < before
    assert {"ht.bi-thu", "ht.ubnd.ct", "ht.thach-ha.bi-thu"} <= sections
    assert "everything fits" in service.command("verify")
