"""Relay connections over relations: `first` is required and bounded, cursors are sealed for one list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from db.facade import (
    BadCursorError,
    PageWindow,
    Relation,
    Row,
    cursor_key_of_list,
    order_values,
    seal,
    unseal,
)
from resolvers.errors import BadInput, not_of_this_list
from schema.context import Info
from schema.directives import COUNTED

FIRST_MAX = 500

First = Annotated[int, strawberry.argument(description=f"How many, 1 to {FIRST_MAX}.")]
After = Annotated[
    str | None,
    strawberry.argument(description="The `endCursor` of the page before; null begins the list."),
]

T = TypeVar("T")


@strawberry.federation.type(
    shareable=True, description="Where a page begins and ends, and whether others are beside it."
)
class PageInfo:
    """All fields of Relay's PageInfo: subgraphs must agree on every field of a shareable type."""

    has_next_page: bool = strawberry.field(description="Whether items follow this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page begins after a cursor."
    )
    start_cursor: str | None = strawberry.field(
        description="The place of its first item; null when it is empty."
    )
    end_cursor: str | None = strawberry.field(
        description="The place of its last item, for `after`; null when it is empty."
    )


@strawberry.type(description="One item of a page, with its place.")
class Edge(Generic[T]):
    node: T = strawberry.field(description="The item itself.")
    cursor: str = strawberry.field(description="Its place in the list; opaque.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The items of this page, in order.")
    page_info: PageInfo = strawberry.field(description="Where the page begins and ends.")
    link: strawberry.Private[Relation]
    parent: strawberry.Private[Row]
    arguments: strawberry.Private[dict[str, object]]

    @strawberry.field(description="The number of items on all pages.", directives=COUNTED)
    async def total_count(self, info: Info) -> int:
        return await info.context.loaders.count(self.link, self.parent, **self.arguments)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list that was looked up: its relation, the values of the relation's `:names`, the key of its parent.

    `more` is for fields of the page that need more than its rows.
    """

    link: Relation
    arguments: dict[str, object]
    parent: Row
    more: Any = None


async def page_of_list(
    info: Info, listing: FoundList, of: Callable[[Row], T], first: int, after: str | None
) -> Connection[T]:
    """One page of a list that was looked up. Raises BadInput as `page` does."""
    return await page(info, listing.link, listing.parent, of, first, after, **listing.arguments)


async def page(  # noqa: PLR0913, PLR0917 - what identifies a page
    info: Info,
    link: Relation,
    parent: Row,
    of: Callable[[Row], T],
    first: int,
    after: str | None,
    **arguments: object,
) -> Connection[T]:
    """One page of the rows that `link` finds for `parent`; `of` turns each row into an object.

    Raises:
        BadInput: `first` is out of range, or `after` is not a cursor of this list.
    """
    refuse_size(first)
    key = cursor_key_of_list(info.context.cursor_secret, link, arguments)
    parents = link.key(parent) or ()
    continued, carried = (None, {}) if after is None else opened_cursor(link, key, parents, after)
    arguments |= carried
    rows = await info.context.loaders.many(link, parent, PageWindow(first, continued), **arguments)
    carried_values = [arguments[name] for name in link.carried]
    edges = [
        Edge(node=of(row), cursor=seal(key, parents, [*order_values(link, row), *carried_values]))
        for row in rows[:first]
    ]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=len(rows) > first,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        link=link,
        parent=parent,
        arguments=arguments,
    )


def refuse_size(first: int) -> None:
    """Raises BadInput unless `first` is between 1 and FIRST_MAX."""
    if not 1 <= first <= FIRST_MAX:
        raise BadInput(
            vi=f"first: {first}; phải từ 1 đến {FIRST_MAX}",
            en=f"first: {first}; it may be 1 to {FIRST_MAX}",
            field="first",
        )


def opened_cursor(
    link: Relation, key: bytes, parents: Sequence[object], after: str
) -> tuple[tuple[object, ...], dict[str, object]]:
    """The place in the list that a cursor names, and the arguments that it carries. Raises BadInput."""
    try:
        values = unseal(key, parents, after)
    except BadCursorError as fault:
        raise not_of_this_list("after") from fault
    count = len(link.order)
    return tuple(values[:count]), dict(zip(link.carried, values[count:], strict=True))
