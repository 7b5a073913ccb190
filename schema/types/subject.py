"""The rated subject: a body or a person, found by its code or id."""

from typing import Annotated

import strawberry

from db.facade import bodies, persons
from resolvers.authorization.subject import identifier
from resolvers.errors import BadInput
from schema.context import Info
from schema.types.registry import Body, Person

Subject = Annotated[
    Body | Person, strawberry.union("Subject", description="Đối tượng: who is rated.")
]


async def named_subject(info: Info, name: str) -> Subject | None:
    """The body with that code, or the person with that id; None if the registry has neither."""
    loaders = info.context.loaders
    body = await loaders.first(bodies.BY_CODE, {"code": name})
    if body is not None:
        return Body.of(body)
    try:
        key = identifier(name, "subject")
    except BadInput:  # a name from the facts, of a person outside the registry
        return None
    return Person.maybe(await loaders.first(persons.BY_ID, {"id": key}))
