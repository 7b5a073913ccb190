"""Invents two units of the last bullet of HD01:6.2.3, "đơn vị sự nghiệp … khác", and a delegation over one.

The catalogue has no such unit, and only the power over such units can be delegated.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories import body as bodies, person as persons
from db.repositories.body import Body, Post
from demo.cell import Cells
from demo.person import People, holding, invented
from demo.subject import Registry
from resolvers.commands.delegate import Delegate, DocumentReference
from rules.enums import Act

CODES = ("ht.minh-hoa-1", "ht.minh-hoa-2")
ABOVE = "ht.ubnd"
SOURCE = "demonstration"
LEADERSHIP, LEADER = "other_provincial_unit_leadership", "other_provincial_unit_leader"

CHAIR = "ht.ubnd.ct"
DELEGATE = "ht.so-y-te.truong"
DELEGATION = Delegate(
    rater_id="panel_6_2_3",
    post_code=DELEGATE,
    acts=(Act.APPRAISE, Act.RATE),
    classes=(LEADERSHIP, LEADER),
    bodies=(CODES[0],),
    since=date(2023, 11, 25),
    until=date(2023, 12, 31),
    document=DocumentReference("15-QĐ/BCSĐ", date(2023, 11, 24)),
)
NO_CELLS = Cells((), (), (), (), MappingProxyType({}), frozenset())


async def add(connection: AsyncConnection, names: Iterator[str], random: Random) -> Registry:
    """Write the units with their people; returns them as a separate registry."""
    units = {body.code: body for code in CODES for body in _bodies(code)}
    posts = [post for code in CODES for post in _posts(code)]
    people = _people(posts, names, random)
    await bodies.add_bodies(connection, tuple(units.values()))
    await bodies.add_posts(connection, posts)
    classes = {f"{code}.tt": (LEADERSHIP,) for code in CODES}
    await bodies.add_classes(connection, classes)
    await persons.add_persons(connection, people.persons)
    await persons.add_memberships(connection, people.memberships)
    return Registry(units, classes, {post.code: post for post in posts}, people, NO_CELLS)


async def delegation(connection: AsyncConnection, day: date) -> tuple[UUID, Delegate]:
    """The delegation of the first unit to a department's director, with the chair who records it."""
    (chair,) = await persons.holders(connection, CHAIR, day)
    return chair, DELEGATION


def _people(posts: Sequence[Post], names: Iterator[str], random: Random) -> People:
    holders = {post: invented(names, random, f"{post.code}#0") for post in posts}
    return People(
        tuple(holders.values()),
        tuple(holding(post, 0, holder.id) for post, holder in holders.items()),
        {holder.id: post.code for post, holder in holders.items()},
    )


def _bodies(code: str) -> Iterator[Body]:
    name = f"Đơn vị minh hoạ số {code[-1]}"
    yield _body(code, ABOVE, None, "PUBLIC_UNIT", "ORG", name)
    yield _body(
        f"{code}.tt", code, code, "LEADERSHIP_COLLECTIVE", "COLLECTIVE", f"Tập thể lãnh đạo {name}"
    )


def _body(  # noqa: PLR0913, PLR0917 -- a body has these columns
    code: str, above: str, leads: str | None, kind: str, subject_class: str, name: str
) -> Body:
    return Body(
        code=code,
        parent_code=above,
        leads_code=leads,
        tier="PROVINCE",
        kind=kind,
        subject_class=subject_class,
        peer_group_code=None,
        name=name,
        source=SOURCE,
    )


def _posts(code: str) -> Iterator[Post]:
    for suffix, rank, title in (("gd", "HEAD", "Giám đốc"), ("pgd", "DEPUTY", "Phó Giám đốc")):
        yield Post(
            code=f"{code}.{suffix}",
            body_code=code,
            rank=rank,
            title=f"{title} Đơn vị minh hoạ số {code[-1]}",
            seats=1,
            source=SOURCE,
            classes=(LEADER,),
        )
