"""The values that a body, a post or a cell gives its subjects in a year: class, peer group, home, due day, flags."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from db.repositories.body import Body, Post
from db.repositories.year_opening import OpeningEntry
from rules.editions.lookup import Edition
from rules.enums import SubjectClass
from rules.facts.facts import Flag
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
from rules.kinds import BodyKind, Rank, Tier
from rules.procedure import calendar

OF_GRASSROOTS = (BodyKind.PARTY_ORGANISATION, Tier.GRASSROOTS)
"""Đảng bộ cơ sở: its committee decides on the members of all its cells (HD01:7)."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one year among these bodies; `groups` are their peer groups as organisations.

    `classes` are the classes of authority of the bodies that have any.
    """

    bodies: Mapping[str, Body]
    classes: Mapping[str, Sequence[str]]
    groups: Mapping[str, str | None]
    year: int
    edition: Edition

    @classmethod
    def among(
        cls,
        bodies: Mapping[str, Body],
        year: int,
        edition: Edition,
        classes: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> "Entries":
        return cls(bodies, classes, _groups(bodies), year, edition)

    def of_body(self, body: Body) -> OpeningEntry:
        """The body itself as the subject."""
        group = peer_group_of_body(
            body.peer_group_code,
            self.classes.get(body.code, ()),
            self._organisation(body),
            self.edition,
        )
        return OpeningEntry(
            code=body.code,
            home_body_code=body.code,
            subject_class=SubjectClass(body.subject_class),
            peer_group_code=group,
            fit=Fit.LISTED,
            due=self._due(body),
        )

    def of_post(self, post: Post) -> OpeningEntry:
        """The entry of an official who is rated by this post, with the peer group of the post."""
        body = self.bodies[post.body_code]
        is_committee = body.kind == "STANDING_COMMITTEE" and body.tier == "DISTRICT"
        of_post = OfPost(
            rank=Rank(post.rank),
            classes=post.classes,
            body_group=self.groups[body.code],
            organisation=self._organisation(body),
            standing_committee_of=body.leads_code if is_committee else None,
        )
        fit, group = peer_group_of_official(of_post, self.edition)
        return OpeningEntry(
            code=post.code,
            home_body_code=body.code,
            subject_class=SubjectClass.LEADER,
            peer_group_code=group,
            fit=fit,
            due=self._due(body),
        )

    def of_official(self, held: Sequence[Post]) -> OpeningEntry:
        """The entry of the holder of these posts, the highest first: rated by the highest, counted by the best fit."""
        entries = [self.of_post(post) for post in held]
        best = min(entries, key=lambda entry: entry.fit)
        return replace(entries[0], peer_group_code=best.peer_group_code, fit=best.fit)

    def of_cell(self, cell: Body) -> OpeningEntry:
        """The entry of the party members of this cell, counted with the other cells of its grassroots organisation."""
        above = self.bodies.get(cell.parent_code or "")
        is_part = above is not None and (above.kind, above.tier) == OF_GRASSROOTS
        organisation = above.code if above is not None and is_part else cell.code
        return OpeningEntry(
            code=cell.code,
            home_body_code=cell.code,
            subject_class=SubjectClass.PERSON,
            peer_group_code=peer_group_of_party_member(organisation),
            fit=Fit.LISTED,
            due=self._due(cell),
        )

    def _organisation(self, body: Body) -> str | None:
        """The party organisation of a district or bloc: the body itself, or the nearest one above it."""
        above: Body | None = body
        while above is not None and above.tier == Tier.DISTRICT:
            if above.kind == BodyKind.PARTY_ORGANISATION:
                return above.code
            above = self.bodies.get(above.parent_code or "")
        return None

    def name_of_group(self, code: str) -> str:
        """The Vietnamese name of a peer group, as stored."""
        named_after = body_of_group(code)
        body_name = self.bodies[named_after].name if named_after else ""
        return name_of_group(code, self.edition, body_name).vi

    def _due(self, body: Body) -> date:
        """The due day (HD01:8.1). The years before the first edition had the same dates."""
        tier, kind = Tier(body.tier), BodyKind(body.kind)
        led = self.bodies.get(body.leads_code) if body.leads_code else None
        leads_kind = BodyKind(led.kind) if led else None
        return calendar.due_of_body(tier, kind, self.year, self.edition, leads_kind).last_day


def _groups(bodies: Mapping[str, Body]) -> dict[str, str | None]:
    """The peer group of each organisation: its own, or that of the collectives that lead it."""
    leaders = defaultdict(list)
    for body in bodies.values():
        if body.leads_code:
            leaders[body.leads_code].append((BodyKind(body.kind), body.peer_group_code))
    return {
        code: body.peer_group_code or group_of_led_body(leaders.get(code, ()))
        for code, body in bodies.items()
    }


FLAGS_OF_KIND = {
    BodyKind.PARTY_CELL: (Flag.CELL,),
    BodyKind.PARTY_ORGANISATION: (Flag.PARTY_COMMITTEE,),
}


def flags_of_body(kind: str) -> tuple[Flag, ...]:
    """The flags of a body in addition to its class (HD01:5.1.1)."""
    return FLAGS_OF_KIND.get(BodyKind(kind), ())


def flags_of_official(rank: str) -> tuple[Flag, ...]:
    """The flags of an official in addition to the class, by the rank of the rated post (HD01:5.1.3)."""
    if Rank(rank) is Rank.HEAD:
        return (Flag.PARTY_MEMBER, Flag.HEAD)
    if Rank(rank) in {Rank.SECRETARY, Rank.DEPUTY_SECRETARY}:
        return (Flag.PARTY_MEMBER, Flag.SECRETARY)
    return (Flag.PARTY_MEMBER,)


def flags_of_member(*, is_civil_servant: bool) -> tuple[Flag, ...]:
    """The flags of a party member in addition to the class (HD01:5.2.2)."""
    return (Flag.PARTY_MEMBER, Flag.CIVIL_SERVANT) if is_civil_servant else (Flag.PARTY_MEMBER,)
