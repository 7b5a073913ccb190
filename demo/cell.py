"""Invents one party cell for each organisation, with three officers, and about 2,000 members in all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

from db.repositories.body import Body, Post
from db.repositories.person import Membership, Person
from demo.person import SINCE, People, identifier

MEMBERS_TOTAL = 2000
SUFFIX = ".cb"
BLOC = "ht.duk"
COMMITTEE_OFFICE = "ht.van-phong-tu"
NEW_EXACTLY_SIX_MONTHS = date(2023, 6, 1)
NEW_TOO_LATE = date(2023, 9, 15)
EXCUSED_EVERY = 97


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells, their officers' posts, ordinary members, and the home cell of every member."""

    bodies: tuple[Body, ...]
    posts: tuple[Post, ...]
    persons: tuple[Person, ...]
    memberships: tuple[Membership, ...]
    home: Mapping[UUID, str]
    left_out: frozenset[UUID]


def cells(
    bodies: Mapping[str, Body],
    posts: Mapping[str, Post],
    people: People,
    names: Iterator[str],
    random: Random,
) -> Cells:
    organisations = [
        body
        for body in bodies.values()
        if body.subject_class == "ORG" and body.kind != "PARTY_ORGANISATION"
    ]
    new_cells = tuple(_cell(body) for body in organisations)
    home = {
        person: _organisation(bodies[posts[code].body_code], bodies) + SUFFIX
        for person, code in people.main.items()
    }
    ordinary = _ordinary(
        [cell.code for cell in new_cells], MEMBERS_TOTAL - len(home), names, random
    )
    home |= {person.id: cell for person, cell in ordinary}
    persons = tuple(person for person, _ in ordinary)
    secretaries = {
        cell: min(
            (person for person, at in home.items() if at == cell and person in people.main),
            key=lambda person: _rank_order(posts[people.main[person]]),
            default=None,
        )
        for cell in (cell.code for cell in new_cells)
    }
    led = [cell for cell in new_cells if secretaries[cell.code]]
    chairs = tuple(post for cell in led for post in _posts(cell))
    left_out = _left_out(persons)
    memberships = [_membership(person, cell, None) for person, cell in home.items()]
    for cell in led:
        secretary = secretaries[cell.code]
        others = _eligible_officers(cell.code, home, left_out) - {secretary}
        in_order = [person for person in (*(one.id for one in persons), *home) if person in others]
        officers = [secretary, *dict.fromkeys(in_order)]
        memberships += [
            _membership(person, cell.code, f"{cell.code}.{suffix}")
            for (suffix, _, _), person in zip(OFFICERS, officers, strict=False)
            if person
        ]
    return Cells(new_cells, chairs, persons, tuple(memberships), home, left_out)


def _eligible_officers(cell: str, home: Mapping[UUID, str], left_out: frozenset[UUID]) -> set[UUID]:
    """The possible officers of the cell: its members, except those left out of the year."""
    return {person for person, at in home.items() if at == cell and person not in left_out}


def _cell(organisation: Body) -> Body:
    return Body(
        code=organisation.code + SUFFIX,
        parent_code=_party_organisation(organisation),
        leads_code=organisation.code,
        tier="GRASSROOTS",
        kind="PARTY_CELL",
        subject_class="ORG",
        peer_group_code=None,
        name=f"Chi bộ {organisation.name}",
        source="demonstration",
    )


def _party_organisation(organisation: Body) -> str:
    """The bloc for organisations of the province, else the party organisation of the district."""
    if organisation.tier == "PROVINCE" or organisation.parent_code is None:
        return BLOC
    return organisation.parent_code


def _organisation(body: Body, bodies: Mapping[str, Body]) -> str:
    """The organisation whose cell the holder of a post in this body belongs to: the workplace."""
    if body.kind == "STANDING_COMMITTEE":
        office = f"{body.leads_code}.btc"
        return office if office in bodies else COMMITTEE_OFFICE
    if body.leads_code:
        return body.leads_code
    return COMMITTEE_OFFICE if body.kind == "PARTY_ORGANISATION" else body.code


def _ordinary(
    cell_codes: Sequence[str], many: int, names: Iterator[str], random: Random
) -> list[tuple[Person, str]]:
    members = []
    for number in range(many):
        admitted = date(random.randint(1990, 2022), random.randint(1, 12), random.randint(1, 28))
        if number in {11, 12}:
            admitted = (NEW_EXACTLY_SIX_MONTHS, NEW_TOO_LATE)[number - 11]
        person = Person(
            id=identifier("member", number),
            name=next(names),
            is_invented=True,
            is_civil_servant=number % 5 != 0,
            party_admitted_on=admitted,
        )
        members.append((person, cell_codes[number % len(cell_codes)]))
    return members


def _left_out(persons: Sequence[Person]) -> frozenset[UUID]:
    """Admitted too late, or excused from work and party life (QĐ124:Đ5.2.1)."""
    return frozenset(
        person.id
        for number, person in enumerate(persons)
        if person.party_admitted_on == NEW_TOO_LATE or number % EXCUSED_EVERY == EXCUSED_EVERY - 1
    )


def _rank_order(post: Post) -> tuple[int, str]:
    return (
        ("HEAD", "SECRETARY", "DEPUTY_SECRETARY", "DEPUTY", "MEMBER").index(post.rank),
        post.code,
    )


OFFICERS = (
    ("bi-thu", "SECRETARY", "Bí thư"),
    ("pbt", "DEPUTY_SECRETARY", "Phó Bí thư"),
    ("uv", "MEMBER", "Chi uỷ viên"),
)
"""The secretary records the decisions of the cell, the deputy compiles and proposes, and the third acts
where the subject is one of these two, so that two persons handle each rating."""


def _posts(cell: Body) -> Iterator[Post]:
    for suffix, rank, title in OFFICERS:
        yield Post(
            code=f"{cell.code}.{suffix}",
            body_code=cell.code,
            rank=rank,
            title=f"{title} {cell.name}",
            seats=1,
            source="demonstration",
            classes=(),
        )


def _membership(person: UUID, cell: str, post: str | None) -> Membership:
    return Membership(
        id=identifier("cell", person, post),
        person_id=person,
        body_code=cell,
        post_code=post,
        since=SINCE,
    )
