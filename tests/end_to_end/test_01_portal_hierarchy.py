"""Journey 01: one body with its level, the tallies below it and its children."""

from collections.abc import Callable
from typing import Any

from tests.end_to_end.conftest import Service

Json = dict[str, Any]
TokenOf = Callable[[str], str]


def unrated(many: int) -> Json:
    levels = dict.fromkeys(("excellent", "good", "completed", "notCompleted"), 0)
    return {**levels, "notRated": many, "total": many}


def leader(code: str, title: str, rank: str, person: str) -> Json:
    """Compared by name; the ids of invented people are checked to be ids only."""
    post = {"code": f"ht.thach-ha.{code}", "title": title, "rank": rank}
    return {"post": post, "person": {"name": person, "rating": None}}


def child(code: str, name: str, kind: str, officials: int, *leaders: Json) -> Json:
    return {
        "node": {
            "code": f"ht.thach-ha.{code}",
            "name": name,
            "kind": kind,
            "rating": None,
            "personTally": unrated(officials),
            "leaders": list(leaders),
        }
    }


def without_ids(data: Json) -> Json:
    """Without what another database has otherwise: ids of persons, and cursors, which it seals itself."""
    assert data["body"]["children"]["pageInfo"].pop("endCursor")
    for edge in data["body"]["children"]["edges"]:
        for leader in edge["node"]["leaders"]:
            assert len(leader["person"].pop("id")) == 36
    return data


THACH_HA = "huyện Thạch Hà"
WHOLE_RESPONSE = {
    "body": {
        "code": "ht.thach-ha",
        "name": "Đảng bộ huyện Thạch Hà",
        "kind": "PARTY_ORGANISATION",
        "tier": "DISTRICT",
        "rating": None,
        "bodyTally": unrated(8),
        "personTally": unrated(12),
        "children": {
            "totalCount": 7,
            "pageInfo": {
                "hasNextPage": False,
            },
            "edges": [
                child(
                    "btv",
                    "Ban Thường vụ Huyện uỷ Thạch Hà",
                    "STANDING_COMMITTEE",
                    8,
                    leader("bi-thu", "Bí thư Huyện uỷ Thạch Hà", "SECRETARY", "Thái Quốc Việt"),
                    leader(
                        "pbt", "Phó Bí thư Huyện uỷ Thạch Hà", "DEPUTY_SECRETARY", "Dương Đức Bình"
                    ),
                    leader(
                        "pbt", "Phó Bí thư Huyện uỷ Thạch Hà", "DEPUTY_SECRETARY", "Trịnh Quốc Quân"
                    ),
                ),
                child(
                    "btc",
                    "Ban Tổ chức Huyện uỷ Thạch Hà",
                    "PARTY_AGENCY",
                    1,
                    leader(
                        "btc.truong",
                        "Trưởng Ban Tổ chức Huyện uỷ Thạch Hà",
                        "HEAD",
                        "Thái Văn Tuấn",
                    ),
                ),
                child(
                    "btc.cb",
                    "Chi bộ Ban Tổ chức Huyện uỷ Thạch Hà",
                    "PARTY_CELL",
                    0,
                    leader(
                        "btc.cb.bi-thu",
                        "Bí thư Chi bộ Ban Tổ chức Huyện uỷ Thạch Hà",
                        "SECRETARY",
                        "Thái Văn Tuấn",
                    ),
                    leader(
                        "btc.cb.pbt",
                        "Phó Bí thư Chi bộ Ban Tổ chức Huyện uỷ Thạch Hà",
                        "DEPUTY_SECRETARY",
                        "Cao Xuân Thịnh",
                    ),
                ),
                child(
                    "hdnd.cb",
                    f"Chi bộ Hội đồng nhân dân {THACH_HA}",
                    "PARTY_CELL",
                    0,
                    leader(
                        "hdnd.cb.bi-thu",
                        f"Bí thư Chi bộ Hội đồng nhân dân {THACH_HA}",
                        "SECRETARY",
                        "Lê Viết Bình",
                    ),
                    leader(
                        "hdnd.cb.pbt",
                        f"Phó Bí thư Chi bộ Hội đồng nhân dân {THACH_HA}",
                        "DEPUTY_SECRETARY",
                        "Bùi Đình Thành",
                    ),
                ),
                child(
                    "ubnd.cb",
                    f"Chi bộ Uỷ ban nhân dân {THACH_HA}",
                    "PARTY_CELL",
                    0,
                    leader(
                        "ubnd.cb.bi-thu",
                        f"Bí thư Chi bộ Uỷ ban nhân dân {THACH_HA}",
                        "SECRETARY",
                        "Thái Diệu Huệ",
                    ),
                    leader(
                        "ubnd.cb.pbt",
                        f"Phó Bí thư Chi bộ Uỷ ban nhân dân {THACH_HA}",
                        "DEPUTY_SECRETARY",
                        "Ngô Đức Nghĩa",
                    ),
                ),
                child(
                    "hdnd",
                    f"Hội đồng nhân dân {THACH_HA}",
                    "PEOPLES_COUNCIL",
                    1,
                    leader(
                        "hdnd.ct",
                        f"Chủ tịch Hội đồng nhân dân {THACH_HA}",
                        "HEAD",
                        "Trịnh Quốc Quân",
                    ),
                    leader(
                        "hdnd.pct",
                        f"Phó Chủ tịch Hội đồng nhân dân {THACH_HA}",
                        "DEPUTY",
                        "Lê Viết Bình",
                    ),
                ),
                child(
                    "ubnd",
                    f"Uỷ ban nhân dân {THACH_HA}",
                    "PEOPLES_COMMITTEE",
                    2,
                    leader(
                        "ubnd.ct", f"Chủ tịch Uỷ ban nhân dân {THACH_HA}", "HEAD", "Dương Đức Bình"
                    ),
                    leader(
                        "ubnd.pct",
                        f"Phó Chủ tịch Uỷ ban nhân dân {THACH_HA}",
                        "DEPUTY",
                        "Thái Diệu Huệ",
                    ),
                    leader(
                        "ubnd.pct",
                        f"Phó Chủ tịch Uỷ ban nhân dân {THACH_HA}",
                        "DEPUTY",
                        "Cao Phương Vân",
                    ),
                ),
            ],
        },
    }
}


def test_a_district_whole(service: Service, token_of: TokenOf) -> None:
    variables = {"code": "ht.thach-ha", "year": 2023}
    data = service.journey("01", variables, token_of("ht.thach-ha.bi-thu"))
    assert without_ids(data) == WHOLE_RESPONSE


def test_the_province_tallies_its_whole_subtree(service: Service, token_of: TokenOf) -> None:
    """What the root tallies is its own, and that of every body directly below it."""
    data = service.journey("01", {"code": "ht", "year": 2022}, token_of("ht.bi-thu"))
    body = data["body"]
    children = [edge["node"] for edge in body["children"]["edges"]]
    assert body["children"]["totalCount"] == len(children) == 38
    assert not body["children"]["pageInfo"]["hasNextPage"]
    for name, many in body["personTally"].items():
        assert many >= sum(child["personTally"][name] for child in children), name
    own_seats = 1  # the member of the Provincial Committee whose only post is that one
    assert (
        body["personTally"]["total"] - sum(child["personTally"]["total"] for child in children)
        <= own_seats
    )
    assert body["personTally"]["excellent"] > 0
    assert {child["kind"] for child in children} >= {
        "STANDING_COMMITTEE",
        "PARTY_ORGANISATION",
        "PARTY_AGENCY",
    }
    levels = {
        leader["person"]["rating"]["level"]
        for child in children
        for leader in child["leaders"]
        if leader["person"]["rating"]
    }
    assert levels == {"EXCELLENT", "GOOD", "COMPLETED", "NOT_COMPLETED"}


def test_pages_follow_each_other_without_a_gap(service: Service, token_of: TokenOf) -> None:
    query = """query ($after: String) { body(code: "ht") { children(first: 10, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { code } cursor } } } }"""
    token, seen, after = token_of("ht.bi-thu"), [], None
    while True:
        page = service.ask(query, {"after": after}, token)["data"]["body"]["children"]
        seen += [edge["node"]["code"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == page["totalCount"] == 38


def test_a_page_size_out_of_range_names_the_field(service: Service, token_of: TokenOf) -> None:
    page = {"field": "first"}
    for first, extensions in (
        (0, page | {"code": "BAD_INPUT"}),
        (501, page | {"code": "PAGE_TOO_LARGE", "was": 501, "max": 500}),
    ):
        answer = service.ask(
            f'{{ body(code: "ht") {{ children(first: {first}) {{ totalCount }} }} }}',
            {},
            token_of("ht.bi-thu"),
        )
        (error,) = answer["errors"]
        assert error["extensions"] == extensions
        assert "1 đến 500" in error["message"]


def test_a_cursor_of_nowhere_is_refused(service: Service, token_of: TokenOf) -> None:
    for after in ("nonsense", "W10", "WzEsIDIsIDNd"):
        query = (
            f'{{ body(code: "ht") {{ children(first: 5, after: "{after}") {{ totalCount }} }} }}'
        )
        (error,) = service.ask(query, {}, token_of("ht.bi-thu"))["errors"]
        assert error["extensions"] == {"code": "BAD_INPUT", "field": "after"}
