"""Rights said in the SDL: none where nobody asked, and all that is guarded where somebody did."""

import re
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, parse, print_ast

from schema.contract.printed_right import LEVELS, PrintedRights
from schema.graph import schema, sdl
from schema.planner.declaration import PLAN

SAID = {
    PrintedRights.SCOPES: '@requiresScopes(scopes: [["{right}"]])',
    PrintedRights.POLICIES: '@policy(policies: [["{right}"]])',
}
ANY = re.compile(r' ?@(authenticated|(requiresScopes|policy)\(\w+: \[\["\w+"\]\]\))')
IMPORTED = re.compile(r'"@(authenticated|requiresScopes|policy)",?\s*')

asked = pytest.mark.parametrize("rights", SAID)


def directives(rights: PrintedRights) -> dict[str, str]:
    """The directives of each object type and each of its fields, as they are printed."""
    result = {}
    for kind in build_schema(sdl(rights), assume_valid_sdl=True).type_map.values():
        if isinstance(kind, GraphQLObjectType) and kind.ast_node:
            for name, node in [
                (kind.name, kind.ast_node),
                *((f"{kind.name}.{name}", field.ast_node) for name, field in kind.fields.items()),
            ]:
                assert node
                result[name] = " ".join(print_ast(each) for each in node.directives or ())
    return result


def guards() -> dict[str, str]:
    """The right that each field of the graph says it needs, by the name of the field and of its type."""
    result = {}
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                definition: Any = field.extensions.get("strawberry-definition")
                guard = getattr(definition and definition.metadata.get(PLAN), "guard", None)
                if guard is not None:
                    result[f"{kind.name}.{name}"] = guard.value
    return result


def test_nothing_is_said_where_nobody_asked() -> None:
    assert not ANY.search(sdl())
    assert sdl() == sdl(PrintedRights.OFF)


@asked
def test_nothing_else_is_changed(rights: PrintedRights) -> None:
    printed = ANY.sub("", IMPORTED.sub("", sdl(rights)))
    assert print_ast(parse(printed)) == print_ast(parse(sdl()))


@asked
def test_whatever_is_guarded_says_its_right(rights: PrintedRights) -> None:
    directives_by_place, guarded = directives(rights), guards()
    assert set(guarded.values()) == {"read_level", "read_file"}
    types = schema._schema.type_map
    for place, right in guarded.items():
        kind, name = place.split(".")
        inside: Any = types[kind]
        where = {place, get_named_type(inside.fields[name].type).name}
        assert any(
            SAID[rights].format(right=right) in directives_by_place.get(each, "") for each in where
        ), place


@asked
def test_rights_are_said_of_levels_and_files_alone(rights: PrintedRights) -> None:
    directives_by_place = directives(rights)
    of_levels, of_files = (
        SAID[rights].format(right=right) for right in ("read_level", "read_file")
    )
    assert {place for place, each in directives_by_place.items() if of_levels in each} == set(
        LEVELS
    )
    assert {place for place, each in directives_by_place.items() if of_files in each} == {
        place for place, each in directives_by_place.items() if '@tag(name: "file")' in each
    }
    other = {"requiresScopes", "policy"} - {SAID[rights][1:].split("(")[0]}
    assert not any(f"@{each}" in sdl(rights) for each in other)


@asked
def test_whoever_reads_or_acts_is_signed_in(rights: PrintedRights) -> None:
    directives_by_place = directives(rights)
    signed_in = {place for place, each in directives_by_place.items() if "@authenticated" in each}
    roots = {
        place
        for place in directives_by_place
        if place.startswith(("Query.", "Mutation.", "Subscription."))
    }
    entities = {place for place, each in directives_by_place.items() if "@key" in each}
    assert {"Query._service", "Query._entities"} <= roots
    assert signed_in == entities | roots - {"Query._service", "Query._entities"}
