"""Assigns invented people to the 531 seats; heads of agencies also hold seats on committees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID, uuid5

from db.repositories.body import Body, Post
from db.repositories.person import Membership, Person

NAMESPACE = UUID("7e0f3f2e-1d0c-5a11-9c44-0a1f2b3c4d5e")
SINCE = date(2021, 3, 1)
TRANSFER_ON = date(2023, 7, 1)
LEFT = ("ht.so-noi-vu.pho", 0)
JOINED = "ht.so-tu-phap.pho"

Seat = tuple[str, int]

STANDING_COMMITTEE_SEATS: tuple[Seat, ...] = (
    ("ht.ban-to-chuc-tu.truong", 0),
    ("ht.ban-tuyen-giao-tu.truong", 0),
    ("ht.ban-dan-van-tu.truong", 0),
    ("ht.ban-noi-chinh-tu.truong", 0),
    ("ht.ubkt-tu.cn", 0),
    ("ht.van-phong-tu.cvp", 0),
    ("ht.mttq.ct", 0),
    ("ht.ubnd.pct", 0),
    ("ht.hdnd.pct-tt", 0),
    ("ht.du-quan-su.bi-thu", 0),
    ("ht.du-cong-an.bi-thu", 0),
    ("ht.tp-ha-tinh.bi-thu", 0),
    ("ht.tx-ky-anh.bi-thu", 0),
)
"""The seats of the Provincial Standing Committee's members besides its secretary, deputy and chairs."""

CAUCUS_SEATS = (("ht.hdnd.pct-tt", 0), ("ht.hdnd.pct", 0))
EXCLUDED_DEPUTY: Seat = ("ht.ban-to-chuc-tu.pho", 0)
"""A deputy excluded from HD01:6.2.1 by "trừ các đồng chí Uỷ viên Ban Chấp hành Đảng bộ tỉnh"."""


@dataclass(frozen=True, slots=True)
class People:
    """Persons and memberships; `main` is the main post of each official."""

    persons: tuple[Person, ...]
    memberships: tuple[Membership, ...]
    main: Mapping[UUID, str]


def identifier(*parts: object) -> UUID:
    return uuid5(NAMESPACE, "/".join(str(part) for part in parts))


def officials(
    posts: Sequence[Post], bodies: Mapping[str, Body], names: Iterator[str], random: Random
) -> People:
    """A person on every seat of the catalogue, deterministically."""
    sharing = dict(_shared_seats(posts, bodies))
    persons: list[Person] = []
    memberships: list[Membership] = []
    holders: dict[Seat, UUID] = {}
    main: dict[UUID, str] = {}
    for post in posts:
        for number in range(post.seats):
            if (post.code, number) not in sharing:
                person = invented(names, random, f"{post.code}#{number}")
                persons.append(person)
                holders[post.code, number] = person.id
                main[person.id] = post.code
    by_code = {post.code: post for post in posts}
    for seat, other in sharing.items():
        holders[seat] = holders[other]
    for (code, number), person_id in sorted(holders.items()):
        memberships.append(holding(by_code[code], number, person_id))
    successor = invented(names, random, "successor")
    persons.append(successor)
    main[successor.id] = LEFT[0]
    main[holders[LEFT]] = JOINED
    memberships += _transfer(by_code, holders[LEFT], successor.id)
    return People(tuple(persons), tuple(memberships), main)


def _shared_seats(posts: Sequence[Post], bodies: Mapping[str, Body]) -> Iterator[tuple[Seat, Seat]]:
    yield from zip(_seats("ht.uv-btv", 13), STANDING_COMMITTEE_SEATS, strict=True)
    heads = [post.code for post in posts if post.rank == "HEAD" and _is_agency(bodies, post)]
    districts = [
        post.code for post in posts if post.rank == "SECRETARY" and post.code != "ht.bi-thu"
    ]
    deputies = [post.code for post in posts if post.rank == "DEPUTY_SECRETARY" and post.seats > 1]
    members = [(code, 0) for code in (*districts, *heads, *deputies)][:49]
    yield from zip(_seats("ht.tuv", 50), (EXCLUDED_DEPUTY, *members), strict=True)
    committees = [post.code for post in posts if post.code.endswith(".truong")]
    chairs = tuple((code, 0) for code in committees if code.startswith("ht.hdnd.ban-"))
    yield from zip(_seats("ht.hdnd.dd.uv", 5), CAUCUS_SEATS + chairs, strict=True)
    government = [("ht.ubnd.pct", number) for number in range(3)] + [
        (f"ht.{code}.truong", 0) for code in ("vp-ubnd", "so-noi-vu", "so-khdt", "so-tai-chinh")
    ]
    yield from zip(_seats("ht.ubnd.bcs.uv", 7), government, strict=True)
    for post in posts:
        district = post.code.removesuffix(".uv-btv")
        if district != post.code and {f"{district}.ubnd", f"{district}.btc"} <= bodies.keys():
            yield (f"{district}.hdnd.ct", 0), (f"{district}.pbt", 0)
            yield (f"{district}.ubnd.ct", 0), (f"{district}.pbt", 1)
            yield (post.code, 0), (f"{district}.btc.truong", 0)
            yield (post.code, 1), (f"{district}.hdnd.pct", 0)
            yield (post.code, 2), (f"{district}.ubnd.pct", 0)


def _is_agency(bodies: Mapping[str, Body], post: Post) -> bool:
    return bodies[post.body_code].kind in {"AGENCY", "PARTY_AGENCY"} and (
        bodies[post.body_code].tier == "PROVINCE"
    )


def _seats(code: str, many: int) -> list[Seat]:
    return [(code, number) for number in range(many)]


def invented(names: Iterator[str], random: Random, key: str) -> Person:
    """An invented person; for one key everything but the name is fixed, given the generator."""
    admitted = date(random.randint(1992, 2014), random.randint(1, 12), random.randint(1, 28))
    return Person(
        id=identifier("person", key),
        name=next(names),
        is_invented=True,
        is_civil_servant=True,
        party_admitted_on=admitted,
    )


def holding(post: Post, number: int, person: UUID) -> Membership:
    """The membership of a seat, from the beginning of the term."""
    return Membership(
        id=identifier("membership", post.code, number),
        person_id=person,
        body_code=post.body_code,
        post_code=post.code,
        since=SINCE,
        until=date(2023, 6, 30) if (post.code, number) == LEFT else None,
    )


def _transfer(posts: Mapping[str, Post], leaver: UUID, successor: UUID) -> list[Membership]:
    """A deputy moves to another department within the year; a successor takes the free seat."""
    return [
        Membership(
            id=identifier("membership", "transfer", code),
            person_id=person,
            body_code=posts[code].body_code,
            post_code=code,
            since=TRANSFER_ON,
        )
        for code, person in ((JOINED, leaver), (LEFT[0], successor))
    ]
