"""Peer groups of persons, and the names of all groups."""

import pytest

from rules.editions import GroupName, edition_for
from rules.kinds import BodyKind, Rank
from rules.law import NotInForceError
from rules.peer_groups import (
    body_of_group,
    group_of_led_body,
    name_of_group,
    peer_group_of_party_member,
    peer_group_of_person,
)

EDITION = edition_for(2023)


@pytest.mark.parametrize(
    ("leaders", "group"),
    [
        ([], None),
        ([(BodyKind.LEADERSHIP_COLLECTIVE, "departments")], "departments"),
        ([(BodyKind.LEADERSHIP_COLLECTIVE, None), (BodyKind.PARTY_CAUCUS, "caucuses")], "caucuses"),
        (
            [(BodyKind.PARTY_CAUCUS, "caucuses"), (BodyKind.LEADERSHIP_COLLECTIVE, "public-units")],
            "public-units",
        ),
        ([(BodyKind.LEADERSHIP_COLLECTIVE, None)], None),
    ],
    ids=["nobody leads it", "a department", "the Front", "an association with a caucus", "alone"],
)
def test_group_of_led_body(leaders: list[tuple[BodyKind, str | None]], group: str | None) -> None:
    assert group_of_led_body(leaders) == group


@pytest.mark.parametrize(
    ("rank", "body_group", "committee_of", "group"),
    [
        (Rank.HEAD, "departments", None, "departments.heads"),
        (Rank.SECRETARY, "direct-committees", "ht.duk", "direct-committees.heads"),
        (Rank.DEPUTY, "departments", None, "departments.deputies"),
        (Rank.DEPUTY_SECRETARY, "direct-committees", "ht.duk", "direct-committees.deputies"),
        (Rank.MEMBER, "district-standing-committees", "ht.thach-ha", "members-of:ht.thach-ha"),
        (Rank.MEMBER, "departments", None, None),
        (Rank.HEAD, None, None, None),
        (Rank.DEPUTY, None, None, None),
    ],
)
def test_peer_group_of_person(
    rank: Rank, body_group: str | None, committee_of: str | None, group: str | None
) -> None:
    assert peer_group_of_person(rank, body_group, standing_committee_of=committee_of) == group


def test_peer_group_of_party_member() -> None:
    assert peer_group_of_party_member("ht.so-noi-vu.cb") == "party-members-of:ht.so-noi-vu.cb"


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("members-of:ht.thach-ha", "ht.thach-ha"),
        ("party-members-of:ht.cb", "ht.cb"),
        ("departments.heads", None),
    ],
)
def test_body_of_group(code: str, body: str | None) -> None:
    assert body_of_group(code) == body


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("departments", "Sở, ban, ngành và tương đương", "Provincial departments and equivalent"),
        (
            "departments.heads",
            "Cấp trưởng: Sở, ban, ngành và tương đương",
            "Heads: Provincial departments and equivalent",
        ),
        (
            "public-units.deputies",
            "Cấp phó: Đơn vị sự nghiệp, hội",
            "Deputies: Public service units and associations",
        ),
        (
            "members-of:ht.thach-ha",
            "Uỷ viên ban thường vụ: Đảng bộ huyện Thạch Hà",
            "Standing-committee members: Đảng bộ huyện Thạch Hà",
        ),
        (
            "party-members-of:ht.thach-ha",
            "Đảng viên: Đảng bộ huyện Thạch Hà",
            "Party members: Đảng bộ huyện Thạch Hà",
        ),
    ],
)
def test_name_of_group(code: str, vi: str, en: str) -> None:
    assert name_of_group(code, EDITION, "Đảng bộ huyện Thạch Hà") == GroupName(vi, en)


@pytest.mark.parametrize("code", ["villages", "villages.heads"])
def test_a_group_that_the_edition_does_not_have(code: str) -> None:
    with pytest.raises(NotInForceError, match="villages: no such peer group in ha-tinh-2023"):
        name_of_group(code, EDITION)
