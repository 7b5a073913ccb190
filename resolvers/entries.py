"""What a body, a post or a cell gives its subjects in a year: class, peer group, home, due day, flags."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from db.bodies import Body, Post
from db.openings import Entry
from rules import calendar
from rules.editions import Edition
from rules.facts import Flag
from rules.kinds import BodyKind, Rank, Tier
from rules.peer_groups import (
    body_of_group,
    group_of_led_body,
    name_of_group,
    peer_group_of_party_member,
    peer_group_of_person,
)
from rules.words import SubjectClass


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one year among these bodies; `groups` are their peer groups as organisations."""

    bodies: Mapping[str, Body]
    groups: Mapping[str, str | None]
    year: int
    edition: Edition

    @classmethod
    def among(cls, bodies: Mapping[str, Body], year: int, edition: Edition) -> "Entries":
        return cls(bodies, _groups(bodies), year, edition)

    def of_body(self, body: Body) -> Entry:
        """The body itself as the subject."""
        return Entry(
            code=body.code,
            home_body_code=body.code,
            subject_class=SubjectClass(body.subject_class),
            peer_group_code=body.peer_group_code,
            due=self._due(body),
        )

    def of_post(self, post: Post) -> Entry:
        """Whoever is rated as an official by this post."""
        body = self.bodies[post.body_code]
        is_committee = body.kind == "STANDING_COMMITTEE" and body.tier == "DISTRICT"
        group = peer_group_of_person(
            Rank(post.rank),
            self.groups[body.code],
            standing_committee_of=body.leads_code if is_committee else None,
        )
        return Entry(
            code=post.code,
            home_body_code=body.code,
            subject_class=SubjectClass.LEADER,
            peer_group_code=group,
            due=self._due(body),
        )

    def of_cell(self, cell: Body) -> Entry:
        """The party members of this cell."""
        return Entry(
            code=cell.code,
            home_body_code=cell.code,
            subject_class=SubjectClass.PERSON,
            peer_group_code=peer_group_of_party_member(cell.code),
            due=self._due(cell),
        )

    def name_of_group(self, code: str) -> str:
        """The Vietnamese name of a peer group, by which it is kept."""
        named_after = body_of_group(code)
        body_name = self.bodies[named_after].name if named_after else ""
        return name_of_group(code, self.edition, body_name).vi

    def _due(self, body: Body) -> date:
        """The last day in time (HD01:8.1). A year before the first edition had the same dates."""
        tier, kind = Tier(body.tier), BodyKind(body.kind)
        led = self.bodies.get(body.leads_code) if body.leads_code else None
        leads_kind = BodyKind(led.kind) if led else None
        return calendar.due_of_body(tier, kind, self.year, self.edition, leads_kind).last_day


def _groups(bodies: Mapping[str, Body]) -> dict[str, str | None]:
    """The peer group of each organisation: its own, or that of the collectives that lead it."""
    leaders = defaultdict(list)
    for one in bodies.values():
        if one.leads_code:
            leaders[one.leads_code].append((BodyKind(one.kind), one.peer_group_code))
    return {
        code: body.peer_group_code or group_of_led_body(leaders.get(code, ()))
        for code, body in bodies.items()
    }


FLAGS_OF_KIND = {
    BodyKind.PARTY_CELL: (Flag.CELL,),
    BodyKind.PARTY_ORGANISATION: (Flag.PARTY_COMMITTEE,),
}


def flags_of_body(kind: str) -> tuple[Flag, ...]:
    """What a body is besides its class (HD01:5.1.1)."""
    return FLAGS_OF_KIND.get(BodyKind(kind), ())


def flags_of_official(rank: str) -> tuple[Flag, ...]:
    """What an official is besides the class, by the rank of the rated post (HD01:5.1.3)."""
    if Rank(rank) is Rank.HEAD:
        return (Flag.PARTY_MEMBER, Flag.HEAD)
    if Rank(rank) in {Rank.SECRETARY, Rank.DEPUTY_SECRETARY}:
        return (Flag.PARTY_MEMBER, Flag.SECRETARY)
    return (Flag.PARTY_MEMBER,)


def flags_of_member(*, is_civil_servant: bool) -> tuple[Flag, ...]:
    """What a party member is besides the class (HD01:5.2.2)."""
    return (Flag.PARTY_MEMBER, Flag.CIVIL_SERVANT) if is_civil_servant else (Flag.PARTY_MEMBER,)
