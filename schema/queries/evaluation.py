"""Evaluations for integrations: everything under a body, page by page, and then what changed."""

from typing import Annotated

import strawberry

from db.repositories import name_search
from db.repositories.authorization_filter import Permitted
from resolvers.authorization.principal import ServiceAccount
from resolvers.authorization.subject import SubjectKey
from resolvers.errors import BadInput, nothing, refuse_empty
from resolvers.queries import body as bodies, evaluation as evaluations
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

    def wanted(self) -> EvaluationQuery:
        """Raises BadInput where there is nothing in the name to look for."""
        return EvaluationQuery(
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
    listed: strawberry.Private[Listing]

    @strawberry.field(description="How many there are on all pages.", directives=COUNTED_BY_RIGHTS)
    async def total_count(self, info: Info) -> int:
        return await info.context.loaders.count(self.link, self.parent, **self.arguments)

    @strawberry.field(
        metadata=planned(OfPage(lambda found, given: found.more.cursor(moment_of(given)))),
        description="What to give as `changedSince` to get exactly what changed after this list.",
    )
    def cursor_for_changes(self) -> str:
        return self.listed.cursor(moment_of(self.arguments))


async def looked_up(context: Context, arguments: Arguments) -> FoundList:
    """The list that the arguments of the field mean, whose moment its statement settles.

    Raises:
        BadInput: a filter, or `changed_since`, is not what it may be.
        Forbidden, NotAnsweredError: as `_whom` does.
    """
    year, wanted, order = _asked(arguments)
    under = str(arguments["under"])
    place = Scope(year, under, await _whom(context, year, under))
    found = evaluations.listing(context.cursor_secret, place, wanted, order)
    if arguments.get("changed_since") is not None:
        found = found.since(found.at(arguments["changed_since"], "changedSince"))
    return FoundList(found.link, found.arguments, {"year": year}, found)


def _asked(arguments: Arguments) -> tuple[int, EvaluationQuery, Order]:
    given = arguments.get("filter")
    order = Order(arguments.get("order_by") or Order.ID)
    return arguments["year"], given.wanted() if given else EvaluationQuery(), order


async def list_of(
    context: Context, year: int, under: str, wanted: EvaluationQuery, order: Order = Order.ID
) -> Listing:
    """The list as of now, as far as the caller may see it.

    Raises:
        NotFound: there is no such body.
        Forbidden: a service account without the scope.
    """
    await refuse_unknown(context, under)
    place = Scope(year, under, await _whom(context, year, under))
    found = evaluations.listing(context.cursor_secret, place, wanted, order)
    return found.as_of(await context.loaders.run(evaluations.now))


async def _whom(context: Context, year: int, under: str) -> Permitted | None:
    """Of whom the caller may see the level; None is everybody.

    Raises:
        Forbidden: a service account without the scope.
        NotAnsweredError: the registry has to be asked, and no transaction is open.
    """
    if context.sees_every_level:
        return None
    if not context.is_open:
        raise NotAnsweredError
    if isinstance(context.caller, ServiceAccount):
        await context.authorities.guard_level(SubjectKey(body=under), year)
    return await context.authorities.levels()


async def page_of(info: Info, arguments: Arguments, first: int, after: str | None) -> Evaluations:
    """One page of the list as of now. Raises as `list_of`, `Listed.at` and `page` do, and PullAnew."""
    year, wanted, order = _asked(arguments)
    listed = await list_of(info.context, year, str(arguments["under"]), wanted, order)
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
    if under is not None and await context.loaders.one(bodies.BY_CODE, {"code": under}) is None:
        raise nothing("under", under)


def looked_for(name: str, field: str) -> str:
    """A name as the database looks for it. Raises BadInput where there is nothing to look for."""
    if len(name) > NAME_MAX:
        raise BadInput(
            vi=f"{field}: {len(name)} ký tự; nhiều nhất {NAME_MAX}",
            en=f"{field}: {len(name)} characters; it may have {NAME_MAX}",
            field=field,
        )
    query = name_search.query(name)
    refuse_empty(query, field)
    return query


def _words(
    values: list[Track] | list[BodyKind] | list[Level] | list[Stage] | None,
) -> list[str] | None:
    return None if values is None else [str(value) for value in values]
