"""Peer groups: the subjects that the quota of QĐ124 Article 12.1.4 counts together.

Every subject that an authority may rate has one: a group of the edition's list, or a derived one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

from rules.authority import CLASSES, RATERS, SECTION_6_1, SUPERIOR_COMMITTEES, WITHOUT_PLACE
from rules.bilingual import Bilingual, joined, same
from rules.editions.lookup import Edition
from rules.enums import Track
from rules.kinds import CAUCUSES, BodyKind, Rank
from rules.texts.law import NotInForceError

CLAUSE = "QĐ124:Đ12.1.4"
HEADS = ".heads"
DEPUTIES = ".deputies"
MEMBERS_OF = "members-of:"
PARTY_MEMBERS_OF = "party-members-of:"
OTHERS_OF = "others-of:"
"""`others-of:RATER:CLASS:TRACK`, or `others-of:RATER@PLACE:CLASS:TRACK` where each place has a rater of its own."""

_WITH_OWN_PLACE = frozenset(SUPERIOR_COMMITTEES) - {"provincial_standing_committee"}
_IN_ORDER = {code: place for place, code in enumerate(CLASSES)}
_RATER_OF_SECTION = {
    word.section: code for code, word in RATERS.items() if code not in WITHOUT_PLACE
}


class Fit(IntEnum):
    """How well a group fits, the best first: an official counts in the best group of all posts held."""

    LISTED = 0
    """The edition lists it."""
    OTHERS = 1
    """A derived group: subjects of the same rater, class and track that no list has."""
    NONE = 2
    """No rater has the power to rate this post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPost:
    """The attributes of a post that decide the peer group of its holder.

    `classes` are those of the post. `body_group` is the group of its body. `organisation` is the party
    organisation of the place, at the body or above it. `standing_committee_of`: for a post on the
    standing committee of a district or directly subordinate organisation, that organisation.
    """

    rank: Rank
    classes: Collection[str]
    body_group: str | None
    organisation: str | None = None
    standing_committee_of: str | None = None


def group_of_led_body(leaders: Iterable[tuple[BodyKind, str | None]]) -> str | None:
    """The body group of an organisation: that of the collectives that lead it, as kind and group.

    A party caucus or party affairs committee gives its group only where no other collective does.
    """
    groups = sorted((kind in CAUCUSES, group) for kind, group in leaders if group)
    return groups[0][1] if groups else None


def peer_group_of_official(post: OfPost, edition: Edition) -> tuple[Fit, str | None]:
    """The peer group that a post gives its holder, and how well it fits."""
    if listed := _listed(post, edition):
        return Fit.LISTED, listed
    others = group_of_others(post.classes, Track.OFFICIAL, post.organisation)
    return (Fit.OTHERS, others) if others else (Fit.NONE, None)


def _listed(post: OfPost, edition: Edition) -> str | None:
    """The listed group: by class first, then by body and rank; peers have the same rater and role."""
    for group in edition.official_groups.values():
        if not set(group.classes).isdisjoint(post.classes):
            return group.code
    of_place = set(edition.person_groups.members_classes)
    if post.organisation and not of_place.isdisjoint(post.classes):
        return MEMBERS_OF + post.organisation
    if post.rank.is_head or post.rank.is_deputy:
        return post.body_group and post.body_group + (HEADS if post.rank.is_head else DEPUTIES)
    return post.standing_committee_of and MEMBERS_OF + post.standing_committee_of


def peer_group_of_body(
    own: str | None, classes: Collection[str], organisation: str | None, edition: Edition
) -> str | None:
    """The peer group of a body as a subject: that of the catalogue, or that of its classes.

    None: no rater has the power to rate it.
    """
    if own is not None:
        return own
    for group in edition.peer_groups.values():
        if not set(group.classes).isdisjoint(classes):
            return group.code
    return group_of_others(classes, Track.BODY, organisation)


def group_of_others(classes: Collection[str], track: Track, place: str | None) -> str | None:
    """The derived group of subjects of the same rater, class and track that the list does not have.

    Among several classes, one of 6.1 comes first (HD01:6.2, "các chức danh cán bộ khác"), then the
    first in the order of the text. None: no class, so no rater has the power to rate.
    """
    if not classes:
        return None
    first = min(classes, key=lambda code: (CLASSES[code].section != SECTION_6_1, _IN_ORDER[code]))
    rater = _RATER_OF_SECTION[CLASSES[first].section]
    at = f"@{place}" if place and rater in _WITH_OWN_PLACE else ""
    return f"{OTHERS_OF}{rater}{at}:{first}:{track}"


def peer_group_of_party_member(grassroots_organisation: str) -> str:
    """The peer group of a party member: the members of one grassroots organisation."""
    return PARTY_MEMBERS_OF + grassroots_organisation


def body_of_group(code: str) -> str | None:
    """The body that a group is named after; None for the groups of the whole province."""
    for prefix in (MEMBERS_OF, PARTY_MEMBERS_OF):
        if code.startswith(prefix):
            return code.removeprefix(prefix)
    if code.startswith(OTHERS_OF):
        return code.removeprefix(OTHERS_OF).split(":")[0].partition("@")[2] or None
    return None


def name_of_group(code: str, edition: Edition, body_name: str = "") -> Bilingual:
    """The name of any peer group. `body_name` is the name of `body_of_group(code)`.

    Raises:
        NotInForceError: the edition has no such group.
    """
    names = edition.person_groups
    if code.startswith(MEMBERS_OF):
        return names.members.filled(body=body_name)
    if code.startswith(PARTY_MEMBERS_OF):
        return names.party_members.filled(body=body_name)
    if code.startswith(OTHERS_OF):
        return _name_of_others(code, names.others, body_name)
    if listed := edition.official_groups.get(code):
        return Bilingual(listed.vi, listed.en)
    for suffix, name in ((HEADS, names.heads), (DEPUTIES, names.deputies)):
        if code.endswith(suffix):
            group = _name_of_body_group(code.removesuffix(suffix), edition)
            return name.filled(group=group)
    return _name_of_body_group(code, edition)


def _name_of_others(code: str, name: Bilingual, body_name: str) -> Bilingual:
    """The name of a derived group. Classes have only Vietnamese names; English uses the code's words."""
    rater, class_code, _ = code.removeprefix(OTHERS_OF).rsplit(":", 2)
    clause = RATERS[rater.partition("@")[0]].clause
    at = f" ({body_name})" if body_name else ""
    group = Bilingual(CLASSES[class_code].name, class_code.replace("_", " "))
    of_class = name.filled(clause=clause, group=group, body=body_name)
    return joined("", of_class, same(at))


def _name_of_body_group(code: str, edition: Edition) -> Bilingual:
    group = edition.peer_groups.get(code)
    if group is None:
        raise NotInForceError(f"{code}: no such peer group in {edition.code}")
    return Bilingual(group.vi, group.en)
