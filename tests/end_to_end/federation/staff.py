"""The other subgraph: a small staff register that adds fields of its own to Person and Body."""

from typing import Self

import strawberry
from strawberry.asgi import GraphQL
from strawberry.federation import Schema
from strawberry.types import Info


@strawberry.federation.type(keys=["id"])
class Person:
    """Knows persons by our ids, and what it needs no table for."""

    id: strawberry.ID

    @strawberry.field
    def staff_number(self) -> str:
        return staff_number(self.id)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:  # noqa: A002 - the graph's own word
        return cls(id=id)


@strawberry.federation.type(keys=["code"])
class Body:
    code: strawberry.ID

    @strawberry.field
    def establishment(self) -> int:
        return len(self.code)

    @classmethod
    def resolve_reference(cls, code: strawberry.ID) -> Self:
        return cls(code=code)


@strawberry.federation.type(shareable=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class StaffEdge:
    cursor: str
    node: Person


@strawberry.type
class StaffConnection:
    edges: list[StaffEdge]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    def staff(self, ids: list[strawberry.ID], first: int) -> StaffConnection:
        shown = [StaffEdge(cursor=str(one), node=Person(id=one)) for one in ids[:first]]
        ends = [edge.cursor for edge in shown]
        info = PageInfo(
            has_next_page=len(ids) > first,
            has_previous_page=False,
            start_cursor=ends[0] if ends else None,
            end_cursor=ends[-1] if ends else None,
        )
        return StaffConnection(edges=shown, page_info=info)

    @strawberry.field
    def authorization(self, info: Info) -> str | None:
        """What the gateway passed on."""
        response: str | None = info.context["request"].headers.get("authorization")
        return response


def staff_number(person: str) -> str:
    return f"CB-{person[:8]}"


schema = Schema(query=Query, types=[Body], federation_version="2.9")
app: GraphQL[None, None] = GraphQL(schema, graphql_ide=None)
