"""Journey 06: the counts of a group, and its counts with proposals."""

from collections.abc import Callable
from typing import Any

from rules.texts import law
from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]

CLAUSE = {"id": "QĐ124:Đ12.1.4", "text": law.point("QĐ124:Đ12.1.4").text}


def check(service: Service, token: str, group: str, proposals: list[Json]) -> Json:
    variables = {"year": 2023, "group": group, "proposals": proposals}
    data: Json = service.journey("06", variables, token)["quotaCheck"]
    return data


def test_departments_wait(service: Service, token_of: TokenOf) -> None:
    assert check(service, token_of("ht.ubnd.ct"), "departments", []) == {
        "group": {"code": "departments", "name": "Sở, ban, ngành và tương đương"},
        "excellent": 0,
        "good": 0,
        "completed": 0,
        "notCompleted": 0,
        "notRated": 22,
        "base": 0,
        "limit": 0,
        "headroom": 0,
        "holds": True,
        "otherReading": {"base": 0, "limit": 0, "holds": True},
        "clause": CLAUSE,
    }


def test_a_quota_that_is_nearly_full(service: Service, token_of: TokenOf) -> None:
    result = check(service, token_of("ht.ubnd.ct"), "departments.deputies", [])
    assert result["holds"]
    assert result["headroom"] == 1
    assert result["limit"] == result["base"] // 5
    assert result["base"] == result["good"]
    assert result["otherReading"]["base"] == result["good"] + result["excellent"]


def test_proposals_over_the_quota_are_reported(service: Service, token_of: TokenOf) -> None:
    """Twenty-two departments: seventeen GOOD carry three EXCELLENT, and not four."""
    token = token_of("ht.ubnd.ct")
    ids = appraisals(service, "departments")
    assert len(ids) == 22
    three = [{"appraisal": one, "level": "EXCELLENT"} for one in ids[:3]]
    rest = [{"appraisal": one, "level": "GOOD"} for one in ids[3:20]]
    within = check(service, token, "departments", three + rest)
    assert (within["excellent"], within["good"], within["notRated"]) == (3, 17, 2)
    assert (within["limit"], within["headroom"], within["holds"]) == (3, 0, True)
    four = [{"appraisal": one, "level": "EXCELLENT"} for one in ids[20:21]]
    over = check(service, token, "departments", three + rest + four)
    assert (over["excellent"], over["limit"], over["headroom"], over["holds"]) == (4, 3, -1, False)
    assert over["otherReading"] == {"base": 21, "limit": 4, "holds": True}


def appraisals(service: Service, group: str) -> list[str]:
    """Ids as the registry has them; the graph gives them out with the worklist."""
    return service.sql(
        "SELECT id::text FROM appraisal WHERE year = 2023 AND peer_group_code = $1 ORDER BY 1",
        group,
    )


def test_refused_proposals_name_the_field(service: Service, token_of: TokenOf) -> None:
    token = token_of("ht.ubnd.ct")
    query = """query ($group: ID!, $proposals: [LevelProposal!]!) {
      quotaCheck(year: 2023, group: $group, proposals: $proposals) { holds } }"""

    def refusal(group: str, *proposals: str) -> Json:
        variables = [{"appraisal": one, "level": "GOOD"} for one in proposals]
        (error,) = service.ask(query, {"group": group, "proposals": variables}, token)["errors"]
        extensions: Json = error["extensions"]
        return extensions

    stranger = appraisals(service, "caucuses")[0]
    own = appraisals(service, "departments")[0]
    assert refusal("no-such-group") == {"code": "NOT_FOUND", "field": "group"}
    assert refusal("departments", stranger) == {"code": "BAD_INPUT", "field": "proposals"}
    assert refusal("departments", own, own) == {"code": "BAD_INPUT", "field": "proposals"}
    assert refusal("departments", "x") == {"code": "BAD_INPUT", "field": "proposals.appraisal"}
