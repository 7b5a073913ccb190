"""Federation entities: reads representations strictly, and looks them up in batches by type."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.facade import Relation, appraisals, bodies, peer_groups, persons, posts
from resolvers.errors import BadRepresentation
from schema.context import Context, Info
from schema.library_internals import FederationAny
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
    """How the objects of one type are found: by the key field, which is a column of the relation's table."""

    key: str
    read: Callable[[str], Any]
    link: Relation
    of: type[Record]


@dataclass(frozen=True, slots=True)
class Reference:
    """A valid representation. An object with this key may not exist."""

    typename: str
    key: str | UUID


def _code(value: str) -> str:
    """A code that PostgreSQL's text can hold. Raises ValueError for U+0000 and for half a surrogate pair."""
    if "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


ENTITIES = {
    "Appraisal": EntityType("id", UUID, appraisals.BY_ID, Appraisal),
    "Body": EntityType("code", _code, bodies.BY_CODE, Body),
    "PeerGroup": EntityType("code", _code, peer_groups.BY_CODE, PeerGroup),
    "Person": EntityType("id", UUID, persons.BY_ID, Person),
    "Post": EntityType("code", _code, posts.BY_CODE, Post),
}


def read(representation: object) -> Reference | BadRepresentation:
    """The reference in a representation, or the refusal of it; fields beside the key are ignored."""
    if not isinstance(representation, dict):
        return _bad_representation("representations", "{__typename, …}", "{__typename, …}")
    typename = representation.get("__typename")
    entity = ENTITIES.get(typename) if isinstance(typename, str) else None
    if entity is None:
        return _bad_representation("__typename", *[", ".join(ENTITIES)] * 2)
    value = representation.get(entity.key)
    with suppress(ValueError):
        if isinstance(value, str):
            return Reference(str(typename), entity.read(value))
    if entity.read is UUID:
        return _bad_representation(entity.key, "chuỗi UUID", "a UUID in a string")
    return _bad_representation(entity.key, "chuỗi mã số", "a code in a string")


def key_arguments(_: Context, arguments: Arguments) -> Mapping[str, object]:
    """The representations as arguments of a plan: each a kind with a code or an id. Raises BadRepresentation."""
    kinds: list[str] = []
    codes: list[str | None] = []
    ids: list[UUID | None] = []
    for representation in arguments["representations"]:
        reference = read(representation)
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
        bind=key_arguments,
    )
)
"""The metadata of a field that returns the objects named by representations."""


def _bad_representation(field: str, vi: str, en: str) -> BadRepresentation:
    return BadRepresentation(
        vi=f"representations: {field} sai; có thể là: {vi}",
        en=f"representations: {field} is wrong; it may be: {en}",
        field=field,
    )


def resolve(info: Info, representations: Sequence[object]) -> list[Any]:
    """One answer for each representation, in order; one statement loads all objects of a type.

    A refused representation becomes null with its error; the others are answered.
    """
    references = [read(one) for one in representations]
    return [
        _load(info, reference) if isinstance(reference, Reference) else reference
        for reference in references
    ]


async def _load(info: Info, reference: Reference) -> Record | None:
    entity = ENTITIES[reference.typename]
    row = await info.context.loaders.first(entity.link, {entity.key: reference.key})
    return entity.of.maybe(row)
