"""Relay connections over links: `first` is required and capped, cursors are opaque."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import strawberry

from db.links import BadCursorError, Link, Row, Window, cursor
from resolvers.errors import BadInput
from schema.context import Info

FIRST_MAX = 500

First = Annotated[int, strawberry.argument(description=f"How many, 1 to {FIRST_MAX}.")]

T = TypeVar("T")


@strawberry.type(description="Where a page ends, and whether another follows.")
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type(description="One item of a page, with its place.")
class Edge(Generic[T]):
    node: T
    cursor: str


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo
    link: strawberry.Private[Link]
    parent: strawberry.Private[Row]
    arguments: strawberry.Private[dict[str, object]]

    @strawberry.field(description="How many there are on all pages.")
    async def total_count(self, info: Info) -> int:
        return await info.context.loaders.count(self.link, self.parent, **self.arguments)


async def page(  # noqa: PLR0913, PLR0917 - a page is named by all of these
    info: Info,
    link: Link,
    parent: Row,
    of: Callable[[Row], T],
    first: int,
    after: str | None,
    **arguments: object,
) -> Connection[T]:
    """One page of the rows that `link` finds for `parent`, made objects by `of`.

    Raises:
        BadInput: `first` is out of range, or `after` is no cursor of this list.
    """
    if not 1 <= first <= FIRST_MAX:
        raise BadInput(
            vi=f"first: {first}; phải từ 1 đến {FIRST_MAX}",
            en=f"first: {first}; it may be 1 to {FIRST_MAX}",
            field="first",
        )
    window = Window(first, after)
    try:
        rows = await info.context.loaders.many(link, parent, window, **arguments)
    except BadCursorError as fault:
        raise BadInput(
            vi="after: không phải con trỏ của danh sách này", en=str(fault), field="after"
        ) from fault
    edges = [Edge(node=of(row), cursor=cursor(link, row)) for row in rows[:first]]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=len(rows) > first, end_cursor=edges[-1].cursor if edges else None
        ),
        link=link,
        parent=parent,
        arguments=arguments,
    )
