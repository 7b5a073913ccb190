"""Peer groups of persons, and the names of all groups."""

from dataclasses import replace

import pytest

from rules.authority import CLASSES
from rules.bilingual import Bilingual
from rules.editions.lookup import edition_for
from rules.judgement.peer_group import (
    Fit,
    OfPost,
    body_of_group,
    group_of_led_body,
    name_of_group,
    peer_group_of_body,
    peer_group_of_official,
    peer_group_of_party_member,
)
from rules.kinds import BodyKind, Rank
from rules.texts.law import NotInForceError

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
    ids=["no body leads it", "a department", "the Front", "an association with a caucus", "alone"],
)
def test_group_of_led_body(leaders: list[tuple[BodyKind, str | None]], group: str | None) -> None:
    assert group_of_led_body(leaders) == group


LISTED, OTHERS, NONE = Fit


@pytest.mark.parametrize(
    ("rank", "body_group", "committee_of", "group"),
    [
        (Rank.HEAD, "departments", None, "departments.heads"),
        (Rank.SECRETARY, "direct-committees", "ht.duk", "direct-committees.heads"),
        (Rank.DEPUTY, "departments", None, "departments.deputies"),
        (Rank.DEPUTY_SECRETARY, "direct-committees", "ht.duk", "direct-committees.deputies"),
        (Rank.MEMBER, "direct-committees", "ht.du-cong-an", "members-of:ht.du-cong-an"),
    ],
)
def test_by_the_body_and_the_rank(
    rank: Rank, body_group: str, committee_of: str | None, group: str
) -> None:
    post = OfPost(rank=rank, classes=(), body_group=body_group, standing_committee_of=committee_of)
    assert peer_group_of_official(post, EDITION) == (LISTED, group)


@pytest.mark.parametrize(
    ("classes", "group"),
    [
        (["council_vice_chair"], "provincial-leaders"),
        (["peoples_committee_vice_chair", "provincial_committee_member"], "provincial-leaders"),
        (["assembly_delegation_deputy"], "provincial-leaders"),
        (["mineral_company_leader"], "other-units.leaders"),
        (["state_enterprise_board_member"], "other-units.leaders"),
        (["other_provincial_unit_leader"], "other-units.leaders"),
        (["district_standing_committee_member"], "members-of:ht.thach-ha"),
        (["district_vice_chair"], "members-of:ht.thach-ha"),
        (["bloc_standing_committee_member"], "members-of:ht.thach-ha"),
    ],
)
def test_the_class_comes_before_the_body_and_the_rank(classes: list[str], group: str) -> None:
    post = OfPost(
        rank=Rank.DEPUTY, classes=classes, body_group="caucuses", organisation="ht.thach-ha"
    )
    assert peer_group_of_official(post, EDITION) == (LISTED, group)


@pytest.mark.parametrize(
    ("rank", "classes", "place", "expected"),
    [
        (Rank.HEAD, [], "ht.thach-ha", (NONE, None)),
        (Rank.MEMBER, [], None, (NONE, None)),
        (
            Rank.MEMBER,
            ["provincial_committee_member"],
            None,
            (
                OTHERS,
                "others-of:provincial_standing_committee:provincial_committee_member:OFFICIAL",
            ),
        ),
        (
            Rank.HEAD,
            ["district_council_or_committee_chair"],
            "ht.thach-ha",
            (
                OTHERS,
                "others-of:provincial_standing_committee:district_council_or_committee_chair:OFFICIAL",
            ),
        ),
        (  # 6.1 before 6.2, whatever the order in which they stand
            Rank.MEMBER,
            ["front_or_mass_deputy", "provincial_committee_member"],
            None,
            (
                OTHERS,
                "others-of:provincial_standing_committee:provincial_committee_member:OFFICIAL",
            ),
        ),
        (
            Rank.MEMBER,
            ["district_vice_chair"],
            None,
            (OTHERS, "others-of:district_standing_committee:district_vice_chair:OFFICIAL"),
        ),
    ],
)
def test_a_subject_outside_of_every_list(
    rank: Rank, classes: list[str], place: str | None, expected: tuple[Fit, str | None]
) -> None:
    post = OfPost(rank=rank, classes=classes, body_group=None, organisation=place)
    assert peer_group_of_official(post, EDITION) == expected


def test_others_of_a_rater_of_one_place_are_of_that_place_alone() -> None:
    invented = replace(EDITION, person_groups=replace(EDITION.person_groups, members_classes=()))
    post = OfPost(
        rank=Rank.MEMBER, classes=["district_vice_chair"], body_group=None, organisation="ht.ky-anh"
    )
    code = "others-of:district_standing_committee@ht.ky-anh:district_vice_chair:OFFICIAL"
    assert peer_group_of_official(post, invented) == (OTHERS, code)
    assert body_of_group(code) == "ht.ky-anh"
    assert name_of_group(code, invented, "Đảng bộ huyện Kỳ Anh").en == (
        "Others rated under HD01:6.2.4: district vice chair (Đảng bộ huyện Kỳ Anh)"
    )


@pytest.mark.parametrize(
    ("own", "classes", "group"),
    [
        ("departments", ["specialised_agency_leadership"], "departments"),
        (None, ["other_provincial_unit_leadership"], "other-units"),
        (
            None,
            ["provincial_standing_committee"],
            "others-of:provincial_standing_committee:provincial_standing_committee:BODY",
        ),
        (None, [], None),
    ],
)
def test_peer_group_of_body(own: str | None, classes: list[str], group: str | None) -> None:
    assert peer_group_of_body(own, classes, None, EDITION) == group


def test_every_class_that_a_rater_rates_has_a_group() -> None:
    """Every class, of bodies or of posts, is counted in a group."""
    for code, word in CLASSES.items():
        if word.section == "7":  # the members of cells, who have the group of theirs
            continue
        post = OfPost(rank=Rank.MEMBER, classes=[code], body_group=None, organisation="ht.ky-anh")
        fit, group = peer_group_of_official(post, EDITION)
        assert fit is not NONE
        for group_code in (group, peer_group_of_body(None, [code], "ht.ky-anh", EDITION)):
            assert group_code
            name = name_of_group(group_code, EDITION, "Đảng bộ huyện Kỳ Anh")
            assert name.vi
            assert name.en


def test_peer_group_of_party_member() -> None:
    assert peer_group_of_party_member("ht.so-noi-vu.cb") == "party-members-of:ht.so-noi-vu.cb"


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("members-of:ht.thach-ha", "ht.thach-ha"),
        ("party-members-of:ht.cb", "ht.cb"),
        ("departments.heads", None),
        ("others-of:provincial_standing_committee:department_head:OFFICIAL", None),
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
            "Uỷ viên ban thường vụ và cán bộ khác do ban thường vụ xếp loại: Đảng bộ huyện Thạch Hà",
            "Standing-committee members and others whom the committee rates: Đảng bộ huyện Thạch Hà",
        ),
        (
            "party-members-of:ht.thach-ha",
            "Đảng viên: Đảng bộ huyện Thạch Hà",
            "Party members: Đảng bộ huyện Thạch Hà",
        ),
    ],
)
def test_name_of_group(code: str, vi: str, en: str) -> None:
    assert name_of_group(code, EDITION, "Đảng bộ huyện Thạch Hà") == Bilingual(vi, en)


def test_names_of_groups_of_the_whole_province() -> None:
    assert name_of_group("other-units.leaders", EDITION).en == (
        "Leaders of enterprises and other provincial units and associations"
    )
    others = "others-of:provincial_standing_committee:provincial_committee_member:OFFICIAL"
    assert name_of_group(others, EDITION) == Bilingual(
        "Đối tượng khác theo HD01:6.1: Tỉnh uỷ viên",
        "Others rated under HD01:6.1: provincial committee member",
    )


@pytest.mark.parametrize("code", ["villages", "villages.heads"])
def test_a_group_that_the_edition_does_not_have(code: str) -> None:
    with pytest.raises(NotInForceError, match="villages: no such peer group in ha-tinh-2023"):
        name_of_group(code, EDITION)
