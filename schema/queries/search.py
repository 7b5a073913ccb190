"""Search by name: how words begin, with marks or without, in Vietnamese order."""

from typing import Annotated

import strawberry

from db.facade import search
from schema.context import Info
from schema.pagination import Connection, page
from schema.queries.evaluation import refuse_unknown, search_query
from schema.types.enums import BodyKind
from schema.types.registry import Body, Person

Name = Annotated[
    str,
    strawberry.argument(
        description="How words of the name begin, in any order, with marks or without: so noi."
    ),
]
MaybeUnder = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The code of a body: only it and what is below it."),
]

Kinds = Annotated[
    list[BodyKind] | None,
    strawberry.argument(description="Loại hình: only bodies of these kinds."),
]


async def bodies(  # noqa: PLR0913, PLR0917 - what identifies a page of a search
    info: Info,
    name: str,
    year: int,
    under: str | None,
    kinds: list[BodyKind] | None,
    first: int,
    after: str | None,
) -> Connection[Body]:
    """Bodies by name.

    Raises:
        BadInput: as `page` does, or the name holds no word to search for.
        NotFound: there is no body `under`.
    """
    await refuse_unknown(info.context, under)
    words = None if kinds is None else [str(kind) for kind in kinds]
    link, arguments = search.bodies(year, search_query(name, "name"), under, words)
    return await page(info, link, {"year": year}, Body.of, first, after, **arguments)


async def persons(  # noqa: PLR0913, PLR0917 - what identifies a page of a search
    info: Info, name: str, year: int, under: str | None, first: int, after: str | None
) -> Connection[Person]:
    """Persons by name. Raises as `bodies` does."""
    await refuse_unknown(info.context, under)
    link, arguments = search.persons(year, search_query(name, "name"), under)
    return await page(info, link, {"year": year}, Person.of, first, after, **arguments)
