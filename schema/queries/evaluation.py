"""Evaluations for integrations: all under a body, page by page, and then the changes since."""

from typing import Annotated

import strawberry

from db.facade import Permitted, bodies, name_search
from resolvers.authorization.principal import ServiceAccount
from resolvers.authorization.subject import SubjectKey
from resolvers.errors import BadInput, nothing, refuse_empty
from resolvers.queries import evaluation as evaluations
from resolvers.queries.evaluation import EvaluationQuery, Listing, Order, Scope, moment_of
from schema.context import Context, Info
from schema.directives import COUNTED_BY_RIGHTS
from schema.pagination import Connection, FoundList, page
from schema.planner.declaration import Arguments, NotAnsweredError, OfPage, planned
from schema.types.appraisal import Appraisal
from schema.types.enums import BodyKind, Level, Stage, Track
from schema.types.meaning import described

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

    def as_query(self) -> EvaluationQuery:
        """The filter as a query. Raises BadInput if the name holds no word to search for."""
        return EvaluationQuery(
            tracks=_as_texts(self.tracks),
            kinds=_as_texts(self.kinds),
            levels=_as_texts(self.levels),
            stages=_as_texts(self.stages),
            peer_group=None if self.peer_group is None else str(self.peer_group),
            rater=None if self.rater is None else str(self.rater),
            named=None if self.name is None else search_query(self.name, "filter.name"),
        )


Filter = Annotated[
    EvaluationFilter | None, strawberry.argument(description="Which of them; null is every one.")
]
OrderBy = Annotated[Order, strawberry.argument(description="How the list is sorted.")]


@strawberry.type(
    description="One page of evaluations; all pages show them as committed when the first was asked for."
)
class Evaluations(Connection[Appraisal]):
    listed: strawberry.Private[Listing]

    @strawberry.field(description="The number of items on all pages.", directives=COUNTED_BY_RIGHTS)
    async def total_count(self, info: Info) -> int:
        return await info.context.loaders.count(self.link, self.parent, **self.arguments)

    @strawberry.field(
        metadata=planned(
            OfPage(lambda listing, arguments: listing.more.cursor(moment_of(arguments)))
        ),
        description="What to give as `changedSince` to get exactly what changed after this list.",
    )
    def cursor_for_changes(self) -> str:
        return self.listed.cursor(moment_of(self.arguments))


async def filtered_list(context: Context, arguments: Arguments) -> FoundList:
    """The list for the arguments of the field; its statement fixes the snapshot.

    Raises:
        BadInput: a filter, or `changed_since`, is invalid.
        Forbidden, NotAnsweredError: as `_whom` does.
    """
    year, query, order = _query_of(arguments)
    under = str(arguments["under"])
    scope = Scope(year, under, await _permitted_levels(context, year, under))
    listing = evaluations.listing(context.cursor_secret, scope, query, order)
    if arguments.get("changed_since") is not None:
        listing = listing.since(listing.at(arguments["changed_since"], "changedSince"))
    return FoundList(listing.link, listing.arguments, {"year": year}, listing)


def _query_of(arguments: Arguments) -> tuple[int, EvaluationQuery, Order]:
    evaluation_filter = arguments.get("filter")
    order = Order(arguments.get("order_by") or Order.ID)
    return (
        arguments["year"],
        evaluation_filter.as_query() if evaluation_filter else EvaluationQuery(),
        order,
    )


async def list_of(
    context: Context, year: int, under: str, query: EvaluationQuery, order: Order = Order.ID
) -> Listing:
    """The list as of now, restricted to what the caller may read.

    Raises:
        NotFound: there is no such body.
        Forbidden: a service account without the scope.
    """
    await refuse_unknown(context, under)
    scope = Scope(year, under, await _permitted_levels(context, year, under))
    listing = evaluations.listing(context.cursor_secret, scope, query, order)
    return listing.as_of(await context.loaders.run(evaluations.now))


async def _permitted_levels(context: Context, year: int, under: str) -> Permitted | None:
    """The subjects whose level the caller may read; None means all.

    Raises:
        Forbidden: a service account without the scope.
        NotAnsweredError: the rights must be read from the database, and no transaction is open.
    """
    if context.sees_every_level:
        return None
    if not context.is_open:
        raise NotAnsweredError
    if isinstance(context.caller, ServiceAccount):
        await context.authorizer.guard_level(SubjectKey(body=under), year)
    return await context.authorizer.levels()


async def page_of(info: Info, arguments: Arguments, first: int, after: str | None) -> Evaluations:
    """One page of the list as of now. Raises PullAnew, and as `list_of`, `Listing.at` and `page` do."""
    year, query, order = _query_of(arguments)
    listed = await list_of(info.context, year, str(arguments["under"]), query, order)
    now = moment_of(listed.arguments)
    if arguments["changed_since"] is not None:
        at = listed.at(arguments["changed_since"], "changedSince")
        at.refuse_other_life(now, "changedSince")
        listed = listed.since(at)
    part = await page(
        info, listed.link, {"year": year}, Appraisal.of, first, after, **listed.arguments
    )
    moment_of(part.arguments).refuse_other_life(now, "after")
    return Evaluations(
        edges=part.edges,
        page_info=part.page_info,
        link=part.link,
        parent=part.parent,
        arguments=part.arguments,
        listed=listed,
    )


async def refuse_unknown(context: Context, under: str | None) -> None:
    """Raises NotFound where there is no such body."""
    if under is not None and await context.loaders.first(bodies.BY_CODE, {"code": under}) is None:
        raise nothing("under", under)


def search_query(name: str, field: str) -> str:
    """The search query for a name. Raises BadInput if the name is too long or holds no word."""
    if len(name) > NAME_MAX:
        raise BadInput(
            vi=f"{field}: {len(name)} ký tự; nhiều nhất {NAME_MAX}",
            en=f"{field}: {len(name)} characters; it may have {NAME_MAX}",
            field=field,
        )
    query = name_search.query(name)
    refuse_empty(query, field)
    return query


def _as_texts(
    values: list[Track] | list[BodyKind] | list[Level] | list[Stage] | None,
) -> list[str] | None:
    return None if values is None else [str(value) for value in values]
