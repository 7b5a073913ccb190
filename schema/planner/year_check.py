"""Checks the years among the arguments of every field, before the field is resolved."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from resolvers.errors import refuse_bad_year

YEAR = "year"

Resolve = Callable[..., Any]
Place = tuple[str, ...]
"""The path to a value: the name of the argument, then the names of input fields."""


def check_years(schema: GraphQLSchema) -> None:
    """Make each field that takes a year, directly or in an input, refuse impossible years as BAD_INPUT."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                places = places_of_years(field)
                if places:
                    _check(field, places)


def places_of_years(field: GraphQLField) -> list[Place]:
    """The paths of the years among a field's arguments."""
    return [
        place
        for name, argument in field.args.items()
        for place in _places(name, get_named_type(argument.type))
    ]


def _places(name: str, kind: GraphQLNamedType) -> Iterator[Place]:
    if name == YEAR:
        yield (name,)
    if isinstance(kind, GraphQLInputObjectType):
        for inner, field in kind.fields.items():
            for place in _places(inner, get_named_type(field.type)):
                yield (name, *place)


def _check(field: GraphQLField, places: Sequence[Place]) -> None:
    if field.resolve is not None:
        field.resolve = _checked(field.resolve, places)
    if field.subscribe is not None:
        field.subscribe = _checked(field.subscribe, places)


def _checked(resolve: Resolve, places: Sequence[Place]) -> Resolve:
    def checked(source: Any, info: Any, **arguments: Any) -> Any:  # noqa: ANN401 -- as graphql-core calls resolvers
        for place in places:
            value: Any = arguments
            for name in place:
                value = value.get(name) if value else None
            if value is not None:
                refuse_bad_year(value)
        return resolve(source, info, **arguments)

    checked.checks_years = places  # type: ignore[attr-defined]  # for the test that looks for fields left out
    return checked
