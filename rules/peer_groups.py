"""Peer groups: whom the quota of QĐ124 Article 12.1.4 counts together."""

from collections.abc import Iterable

from rules.editions import Edition, GroupName
from rules.kinds import BodyKind, Rank
from rules.law import NotInForceError

HEADS = ".heads"
DEPUTIES = ".deputies"
MEMBERS_OF = "members-of:"
PARTY_MEMBERS_OF = "party-members-of:"


def group_of_led_body(leaders: Iterable[tuple[BodyKind, str | None]]) -> str | None:
    """The body group of an organisation: that of the collectives that lead it, as kind and group.

    A party caucus or party affairs committee gives its group only where no other collective does.
    """
    caucuses = {BodyKind.PARTY_CAUCUS, BodyKind.PARTY_AFFAIRS_COMMITTEE}
    groups = sorted((kind in caucuses, group) for kind, group in leaders if group)
    return groups[0][1] if groups else None


def peer_group_of_person(
    rank: Rank, body_group: str | None, *, standing_committee_of: str | None = None
) -> str | None:
    """The peer group of a person as an official, by the highest post held.

    `body_group` is the group of the body of the post. `standing_committee_of`: for a post on the
    standing committee of a district or directly subordinate organisation, the code of that
    organisation. None: the person has no peers in the edition's list.
    """
    if rank.is_head or rank.is_deputy:
        return body_group and body_group + (HEADS if rank.is_head else DEPUTIES)
    return standing_committee_of and MEMBERS_OF + standing_committee_of


def peer_group_of_party_member(grassroots_organisation: str) -> str:
    """The peer group of a person as a party member: those of one grassroots organisation."""
    return PARTY_MEMBERS_OF + grassroots_organisation


def body_of_group(code: str) -> str | None:
    """The body that a group of members is named after; None for the other groups."""
    for prefix in (MEMBERS_OF, PARTY_MEMBERS_OF):
        if code.startswith(prefix):
            return code.removeprefix(prefix)
    return None


def name_of_group(code: str, edition: Edition, body_name: str = "") -> GroupName:
    """The name of any peer group. `body_name` is the name of `body_of_group(code)`.

    Raises:
        NotInForceError: the edition has no such group.
    """
    names = edition.person_groups
    if code.startswith(MEMBERS_OF):
        return _filled(names.members, body=body_name)
    if code.startswith(PARTY_MEMBERS_OF):
        return _filled(names.party_members, body=body_name)
    for suffix, name in ((HEADS, names.heads), (DEPUTIES, names.deputies)):
        if code.endswith(suffix):
            group = _name_of_body_group(code.removesuffix(suffix), edition)
            return GroupName(name.vi.format(group=group.vi), name.en.format(group=group.en))
    return _name_of_body_group(code, edition)


def _name_of_body_group(code: str, edition: Edition) -> GroupName:
    group = edition.peer_groups.get(code)
    if group is None:
        raise NotInForceError(f"{code}: no such peer group in {edition.code}")
    return GroupName(group.vi, group.en)


def _filled(name: GroupName, body: str) -> GroupName:
    return GroupName(name.vi.format(body=body), name.en.format(body=body))
