"""Entities: what a gateway names by type and key, read strictly and looked up together."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.federation.schema import FederationAny

from db.json_sql.relation import Relation
from resolvers.errors import BadRepresentation
from resolvers.queries import (
    appraisal as appraisals,
    body as bodies,
    person as persons,
    post as posts,
    quota as quotas,
)
from schema.context import Context, Info
from schema.planner.declaration import Arguments, KeyedSource, planned
from schema.types.appraisal import Appraisal
from schema.types.record import Record
from schema.types.registry import Body, PeerGroup, Person, Post

Entity = Annotated[
    Appraisal | Body | PeerGroup | Person | Post,
    strawberry.union("_Entity", description="Whatever another subgraph may name by its key."),
]
Representations = Annotated[
    list[FederationAny],
    strawberry.argument(
        description='Type and key of each: {"__typename": "Body", "code": "ht.thach-ha"}.'
    ),
]


@dataclass(frozen=True, slots=True)
class EntityType:
    """How the objects of one type are found: the key in the graph is a column of the link's table."""

    key: str
    read: Callable[[str], Any]
    link: Relation
    of: type[Record]


@dataclass(frozen=True, slots=True)
class Reference:
    """A representation that was understood; whether anything has the key is another question."""

    typename: str
    key: str | UUID


def _code(value: str) -> str:
    """A code as the database could hold one: PostgreSQL's text has no NUL and no half characters."""
    if "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


ENTITIES = {
    "Appraisal": EntityType("id", UUID, appraisals.BY_ID, Appraisal),
    "Body": EntityType("code", _code, bodies.BY_CODE, Body),
    "PeerGroup": EntityType("code", _code, quotas.BY_CODE, PeerGroup),
    "Person": EntityType("id", UUID, persons.BY_ID, Person),
    "Post": EntityType("code", _code, posts.BY_CODE, Post),
}


def read(representation: object) -> Reference | BadRepresentation:
    """What a representation names, or why it names nothing; fields beside the key are of no matter."""
    if not isinstance(representation, dict):
        return _bad("representations", "{__typename, …}", "{__typename, …}")
    typename = representation.get("__typename")
    entity = ENTITIES.get(typename) if isinstance(typename, str) else None
    if entity is None:
        return _bad("__typename", *[", ".join(ENTITIES)] * 2)
    value = representation.get(entity.key)
    with suppress(ValueError):
        if isinstance(value, str):
            return Reference(str(typename), entity.read(value))
    if entity.read is UUID:
        return _bad(entity.key, "chuỗi UUID", "a UUID in a string")
    return _bad(entity.key, "chuỗi mã số", "a code in a string")


def keys(_: Context, arguments: Arguments) -> Mapping[str, object]:
    """The representations as a plan takes them: each is a code or an id. Raises BadRepresentation."""
    kinds: list[str] = []
    codes: list[str | None] = []
    ids: list[UUID | None] = []
    for one in arguments["representations"]:
        reference = read(one)
        if isinstance(reference, BadRepresentation):
            raise reference
        kinds.append(reference.typename)
        codes.append(reference.key if isinstance(reference.key, str) else None)
        ids.append(reference.key if isinstance(reference.key, UUID) else None)
    return {"kind": kinds, "code": codes, "id": ids}


BY_KEY = planned(
    KeyedSource(
        links={name: (entity.link,) for name, entity in ENTITIES.items()},
        columns={"code": "text", "id": "uuid"},
        bind=keys,
    )
)
"""The metadata of a field that is whatever representations name."""


def _bad(field: str, vi: str, en: str) -> BadRepresentation:
    return BadRepresentation(
        vi=f"representations: {field} sai; có thể là: {vi}",
        en=f"representations: {field} is wrong; it may be: {en}",
        field=field,
    )


def resolve(info: Info, representations: Sequence[object]) -> list[Any]:
    """One answer for each, in their order; the executor awaits them together: a statement for each type.

    A refusal in the list becomes null with its error, and the others stay.
    """
    found = [read(one) for one in representations]
    return [_found(info, one) if isinstance(one, Reference) else one for one in found]


async def _found(info: Info, reference: Reference) -> Record | None:
    entity = ENTITIES[reference.typename]
    row = await info.context.loaders.one(entity.link, {entity.key: reference.key})
    return entity.of.maybe(row)
