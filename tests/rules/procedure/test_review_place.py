"""Places of review: each row seen fitting, and every row that fits collected."""

from typing import Any

import pytest

from rules.editions.lookup import edition_for
from rules.kinds import BodyKind, Rank, Tier
from rules.procedure.review_place import (
    PostAtReview,
    ReviewedPerson,
    is_among,
    is_full_time,
    places_of_review,
    standing,
)
from tests.rules.procedure.procedure_sheets import cases, name_of

EDITION = edition_for(2023)


def post_of(row: dict[str, Any]) -> PostAtReview:
    words = {
        "rank": Rank(row["rank"]),
        "kind": BodyKind(row["kind"]),
        "tier": Tier(row["tier"]),
        "leads_kind": BodyKind(row["leads_kind"]) if "leads_kind" in row else None,
    }
    return PostAtReview(**(row | words))


@pytest.mark.parametrize("case", cases("places"), ids=name_of)
def test_places(case: dict[str, Any]) -> None:
    person = ReviewedPerson(
        cell=case.get("cell"),
        posts=tuple(post_of(given) for given in case.get("posts", [])),
        workplaces=tuple(case.get("workplaces", [])),
    )
    places = places_of_review(person, EDITION)
    assert [[place.row, place.body or ""] for place in places] == case["places"]
    chairs = {place.chaired_by for place in places} - {None}
    assert chairs == ({case["chaired_by"]} if "chaired_by" in case else set())


def test_every_row_is_on_the_sheet() -> None:
    seen = {row for case in cases("places") for row, _ in case["places"]}
    assert seen == {row.code for row in EDITION.places}


def test_each_place_says_its_clause_and_text() -> None:
    (place,) = places_of_review(ReviewedPerson(cell="cell"), EDITION)
    assert place.clause == "QĐ124:Đ7.2.2"
    assert place.text == "Đảng viên kiểm điểm ở chi bộ nơi sinh hoạt"


@pytest.mark.parametrize(
    ("posts", "body", "expected"),
    [
        ((), "cell", True),
        ((), "another", False),
        (({"body": "so.tt", "collective": "so.tt"},), "so.tt", True),
        (({"body": "so.tt", "collective": "so.tt"},), "another", False),
        (({"body": "so.tt", "collective": None},), "another", True),
    ],
)
def test_a_review_is_at_one_of_the_places_or_anywhere_if_no_place_is_known(
    posts: tuple[dict[str, Any], ...], body: str, expected: bool
) -> None:
    agency = {"rank": "HEAD", "kind": "AGENCY", "tier": "PROVINCE"}
    person = ReviewedPerson("cell", tuple(post_of(agency | one) for one in posts))
    assert is_among(places_of_review(person, EDITION), body) is expected


def test_a_subject_without_a_matching_row_may_be_reviewed_anywhere() -> None:
    assert is_among(places_of_review(ReviewedPerson(cell=None), EDITION), "anywhere")


@pytest.mark.parametrize(
    ("kind", "classes", "title", "expected"),
    [
        ("COUNCIL_COMMITTEE", ["council_committee_full_time_deputy"], "Phó Trưởng Ban", True),
        ("COUNCIL_COMMITTEE", [], "Phó Trưởng Ban (kiêm nhiệm)", False),
        ("COUNCIL_COMMITTEE", [], "Phó Trưởng Ban", False),
        ("NATIONAL_ASSEMBLY_DELEGATION", [], "Đại biểu Quốc hội", False),
        ("PARTY_AGENCY", [], "Uỷ viên Uỷ ban Kiểm tra (chuyên trách)", True),
        ("PARTY_AGENCY", [], "Uỷ viên Uỷ ban Kiểm tra (Kiêm nhiệm)", False),
    ],
)
def test_whether_a_post_is_held_full_time(
    kind: str, classes: list[str], title: str, expected: bool
) -> None:
    assert is_full_time(BodyKind(kind), classes, title) is expected


@pytest.mark.parametrize("case", cases("places", "highest"), ids=name_of)
def test_the_highest_post(case: dict[str, Any]) -> None:
    keys = [standing(Rank(rank), Tier(tier)) for rank, tier in case["posts"]]
    assert keys == sorted(set(keys))
