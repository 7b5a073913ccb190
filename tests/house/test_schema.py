"""Every part of the graph has a description, and every deprecated part its last day."""

import tomllib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import chain

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from rules import enums, kinds
from schema.contract.breaking_change import last_day
from schema.graph import sdl
from schema.types.meaning import MEANINGS
from tests.house.tree import ROOT

OF_FEDERATION = {"_Any", "_Service", "_Service.sdl", "Query._service"}
"""What the specification of federation defines, and its library writes."""

Part = GraphQLNamedType | GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(sdl(), assume_valid_sdl=True)


def parts(schema: GraphQLSchema) -> Iterator[tuple[str, Part]]:
    """Every type, field, argument, input field and enum value of our own, by its place."""
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        yield name, kind
        if isinstance(kind, GraphQLEnumType):
            yield from (
                (f"{name}.{value}", graph_field) for value, graph_field in kind.values.items()
            )
        if isinstance(kind, GraphQLInputObjectType):
            yield from (
                (f"{name}.{field}", graph_field) for field, graph_field in kind.fields.items()
            )
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from chain.from_iterable(
                _field(f"{name}.{field}", graph_field) for field, graph_field in kind.fields.items()
            )


def _field(place: str, field: GraphQLField) -> Iterator[tuple[str, Part]]:
    yield place, field
    yield from ((f"{place}({name}:)", argument) for name, argument in field.args.items())


def test_every_part_of_the_graph_is_described(schema: GraphQLSchema) -> None:
    described = dict(parts(schema))
    assert {"Body.children(after:)", "Level.GOOD", "TargetInput.appraisal"} <= described.keys()
    without = {place for place, part in described.items() if not (part.description or "").strip()}
    assert without - OF_FEDERATION == set()


def test_a_deprecated_field_gives_its_last_day(schema: GraphQLSchema) -> None:
    reasons = {
        place: reason
        for place, part in parts(schema)
        if (reason := getattr(part, "deprecation_reason", None)) is not None
    }
    assert {place: reason for place, reason in reasons.items() if not last_day(reason)} == {}


@pytest.mark.parametrize(
    ("reason", "day"),
    [
        ("Until 2027-06-30: use count.", date(2027, 6, 30)),
        ("Until 2027-06-30:", None),
        ("Not needed.", None),
        (None, None),
    ],
)
def test_a_last_day_is_read_from_the_reason(reason: str | None, day: date | None) -> None:
    assert last_day(reason) == day


def glossary() -> Iterator[tuple[str, str, str]]:
    """Enum, value and Vietnamese term of each value of the law that the glossary has."""
    groups = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
    for term in chain.from_iterable(group.values() for group in groups.values()):
        for code in [term["code"]] if isinstance(term["code"], str) else term["code"]:
            module, _, path = code.partition(":")
            kind, _, value = path.partition(".")
            enum = getattr({"rules.enums": enums, "rules.kinds": kinds}.get(module), kind, None)
            if kind in MEANINGS and value and isinstance(enum, type) and issubclass(enum, StrEnum):
                yield kind, value, term["vi"]


def test_the_meaning_of_a_value_begins_with_the_term_of_the_glossary() -> None:
    terms = list(glossary())
    assert {kind for kind, _, _ in terms} >= {"Level", "Act", "Stage", "BodyKind", "Rank", "Tier"}
    other = [
        (kind, value) for kind, value, term in terms if not MEANINGS[kind][value].startswith(term)
    ]
    assert other == []
