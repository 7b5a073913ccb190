"""Evaluations for integrations: everything under a body, page by page, and then what changed."""

from typing import Annotated

import orjson
import strawberry

from db import names
from resolvers import bodies, evaluations
from resolvers.callers import ServiceAccount
from resolvers.errors import BadInput, nothing, refuse_empty
from resolvers.evaluations import GLIMPSE, At, Listed, Moment, Order, Place, Wanted
from resolvers.subjects import SubjectKey
from schema.appraisal import Appraisal
from schema.context import Context, Info
from schema.meanings import described
from schema.paging import Connection, Found, page_found
from schema.planning.declarations import Arguments, NotAnsweredError, OfPage, planned
from schema.words import BodyKind, Level, Stage, Track

NAME_MAX = 200

described(Order, "How evaluations are sorted.", name="EvaluationOrder")

Since = Annotated[
    str | None,
    strawberry.argument(
        description="A `cursorForChanges` of the same list: only what changed since then."
    ),
]
Under = Annotated[
    strawberry.ID, strawberry.argument(description="The code of a body: it and all below it.")
]


@strawberry.input(description="Which evaluations; every field that is given must hold.")
class EvaluationFilter:
    tracks: list[Track] | None = strawberry.field(
        default=None, description="Diện xếp loại: as what the subject is rated."
    )
    kinds: list[BodyKind] | None = strawberry.field(
        default=None, description="Of the body itself; of a person, of the body where it is rated."
    )
    levels: list[Level] | None = strawberry.field(
        default=None, description="Of those decided, by the level."
    )
    stages: list[Stage] | None = strawberry.field(
        default=None, description="Bước: how far they have come (QĐ124:Đ11.2)."
    )
    peer_group: strawberry.ID | None = strawberry.field(
        default=None, description="The code of a peer group."
    )
    rater: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the rater that decided, or is to decide."
    )
    name: str | None = strawberry.field(
        default=None, description="How words of the subject's name begin, with marks or without."
    )

    def wanted(self) -> Wanted:
        """Raises BadInput where there is nothing in the name to look for."""
        return Wanted(
            tracks=_words(self.tracks),
            kinds=_words(self.kinds),
            levels=_words(self.levels),
            stages=_words(self.stages),
            peer_group=None if self.peer_group is None else str(self.peer_group),
            rater=None if self.rater is None else str(self.rater),
            named=None if self.name is None else looked_for(self.name, "filter.name"),
        )


Filter = Annotated[
    EvaluationFilter | None, strawberry.argument(description="Which of them; null is every one.")
]
OrderBy = Annotated[Order, strawberry.argument(description="How the list is sorted.")]


@strawberry.type(
    description="One page of evaluations; all pages show them as committed when the first was asked for."
)
class Evaluations(Connection[Appraisal]):
    listed: strawberry.Private[Listed]

    @strawberry.field(
        metadata=planned(
            OfPage(lambda found, given: found.more.cursor(At(str(given["snapshot"]))))
        ),
        description="What to give as `changedSince` to get exactly what changed after this list.",
    )
    def cursor_for_changes(self) -> str:
        return self.listed.cursor(At(str(self.arguments["snapshot"])))


async def looked_up(context: Context, arguments: Arguments) -> Found:
    """The list that the arguments of the field mean. Raises BadInput, and as `list_of` does."""
    year, given = arguments["year"], arguments.get("filter")
    wanted = given.wanted() if given else Wanted()
    order = Order(arguments.get("order_by") or Order.ID)
    found = await list_of(context, year, str(arguments["under"]), wanted, order)
    if arguments.get("changed_since") is not None:
        found = found.since(found.at(arguments["changed_since"], "changedSince"))
    return Found(found.link, found.arguments, {"year": year}, found)


async def list_of(
    context: Context, year: int, under: str, wanted: Wanted, order: Order = Order.ID
) -> Listed:
    """The list, as far as the caller may see it.

    Raises:
        NotFound: there is no such body.
        Forbidden: a service account without the scope.
    """
    if not context.is_open:
        now, below = await _glimpsed(context, under)
        place = Place(year, under, below)
        return evaluations.listed(context.cursor_secret, now, place, wanted, order)
    below = await refuse_unknown(context, under)
    authorities = context.authorities
    if isinstance(context.caller, ServiceAccount):
        await authorities.guard_level(SubjectKey(body=under), year)
    place = Place(year, under, below, await authorities.levels())
    now = await context.loaders.run(evaluations.now)
    return evaluations.listed(context.cursor_secret, now, place, wanted, order)


async def _glimpsed(context: Context, under: str) -> tuple[Moment, int]:
    """The moment and the size of the subtree, for whoever sees every level: no transaction is opened.

    Raises:
        NotAnsweredError: it takes more to know what the caller may see, or to refuse it.
    """
    if context.read is None or not context.sees_every_level:
        raise NotAnsweredError
    found = await context.read(GLIMPSE, [under])
    snapshot, life, below = orjson.loads(found or b"[null,null,0]")
    if life is None or not below:
        raise NotAnsweredError
    return Moment(snapshot, life), below


async def page_of(info: Info, found: Found, first: int, after: str | None) -> Evaluations:
    """One page of the list. Raises BadInput as `page` does."""
    part = await page_found(info, found, Appraisal.of, first, after)
    return Evaluations(
        edges=part.edges,
        page_info=part.page_info,
        link=part.link,
        parent=part.parent,
        arguments=part.arguments,
        listed=found.more,
    )


async def refuse_unknown(context: Context, under: str | None) -> int:
    """How many bodies there are, from this one down. Raises NotFound where there is no such body."""
    if under is None:
        return 0
    below = await context.loaders.count(bodies.SUBTREE, {"code": under})
    if not below:
        raise nothing("under", under)
    return below


def looked_for(name: str, field: str) -> str:
    """A name as the database looks for it. Raises BadInput where there is nothing to look for."""
    if len(name) > NAME_MAX:
        raise BadInput(
            vi=f"{field}: {len(name)} ký tự; nhiều nhất {NAME_MAX}",
            en=f"{field}: {len(name)} characters; it may have {NAME_MAX}",
            field=field,
        )
    query = names.query(name)
    refuse_empty(query, field)
    return query


def _words(
    values: list[Track] | list[BodyKind] | list[Level] | list[Stage] | None,
) -> list[str] | None:
    return None if values is None else [str(value) for value in values]
