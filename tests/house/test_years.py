"""Every argument of the graph that takes a year refuses impossible years, also in future fields."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_list_type,
)

from schema.graph import schema

CORE = schema._schema
NUMBERS = {"year", "first", "expectedVersion"}
"""`first` is a page's size, which has a limit; a version is only compared."""


def numbers_of(field: GraphQLField) -> Iterator[tuple[str, ...]]:
    for name, argument in field.args.items():
        yield from _numbers(name, argument.type)


def _numbers(name: str, kind: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 -- any input type
    named: GraphQLNamedType = get_named_type(kind)
    if named.name == "Int":
        yield (name,)
    if isinstance(named, GraphQLInputObjectType):
        for inner, field in named.fields.items():
            for place in _numbers(inner, field.type):
                yield (
                    (name, "[]", *place)
                    if is_list_type(get_nullable_type(kind))
                    else (name, *place)
                )


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for kind in CORE.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field


def test_each_number_that_is_a_year_is_checked_where_all_are() -> None:
    count = 0
    for place, field in fields():
        years = [path for path in numbers_of(field) if "year" in path[-1].lower()]
        for resolve in filter(None, (field.resolve, field.subscribe)):
            assert getattr(resolve, "checks_years", []) == years, place
        count += len(years)
    assert count >= 24


def test_each_number_that_a_client_gives_is_known_to_be_bounded() -> None:
    """Another one needs a limit of its own: it is named above when it has one."""
    assert {path[-1] for _, field in fields() for path in numbers_of(field)} == NUMBERS
