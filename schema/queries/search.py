"""Search by name: how words begin, with marks or without, in Vietnamese order."""

from typing import Annotated

import strawberry

from resolvers.queries import search
from schema.context import Info
from schema.pagination import Connection, page
from schema.queries.evaluation import looked_for, refuse_unknown
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


async def bodies(  # noqa: PLR0913, PLR0917 - a page of a search is named by all of these
    info: Info,
    name: str,
    year: int,
    under: str | None,
    kinds: list[BodyKind] | None,
    first: int,
    after: str | None,
) -> Connection[Body]:
    """Raises BadInput as `page` does, or where there is nothing to look for; NotFound without `under`."""
    await refuse_unknown(info.context, under)
    words = None if kinds is None else [str(kind) for kind in kinds]
    link, given = search.bodies(year, looked_for(name, "name"), under, words)
    return await page(info, link, {"year": year}, Body.of, first, after, **given)


async def persons(  # noqa: PLR0913, PLR0917 - a page of a search is named by all of these
    info: Info, name: str, year: int, under: str | None, first: int, after: str | None
) -> Connection[Person]:
    """Raises as `bodies` does."""
    await refuse_unknown(info.context, under)
    link, given = search.persons(year, looked_for(name, "name"), under)
    return await page(info, link, {"year": year}, Person.of, first, after, **given)
