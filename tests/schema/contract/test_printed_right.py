"""Rights printed in the SDL: none by default, and every guarded field on demand."""

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

for_every_form = pytest.mark.parametrize("rights", SAID)


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
    """The right that each field of the graph declares, by the names of the type and the field."""
    result = {}
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                definition: Any = field.extensions.get("strawberry-definition")
                guard = getattr(definition and definition.metadata.get(PLAN), "guard", None)
                if guard is not None:
                    result[f"{kind.name}.{name}"] = guard.value
    return result


def test_rights_are_not_printed_by_default() -> None:
    assert not ANY.search(sdl())
    assert sdl() == sdl(PrintedRights.OFF)


@for_every_form
def test_nothing_else_is_changed(rights: PrintedRights) -> None:
    printed = ANY.sub("", IMPORTED.sub("", sdl(rights)))
    assert print_ast(parse(printed)) == print_ast(parse(sdl()))


@for_every_form
def test_every_guarded_field_prints_its_right(rights: PrintedRights) -> None:
    directives_by_place, guarded = directives(rights), guards()
    assert set(guarded.values()) == {"read_level", "read_file"}
    types = schema._schema.type_map
    for place, right in guarded.items():
        kind, name = place.split(".")
        inside: Any = types[kind]
        where = {place, get_named_type(inside.fields[name].type).name}
        assert any(
            SAID[rights].format(right=right) in directives_by_place.get(guarded_place, "")
            for guarded_place in where
        ), place


@for_every_form
def test_rights_are_printed_only_for_levels_and_files(rights: PrintedRights) -> None:
    directives_by_place = directives(rights)
    of_levels, of_files = (
        SAID[rights].format(right=right) for right in ("read_level", "read_file")
    )
    assert {place for place, printed in directives_by_place.items() if of_levels in printed} == set(
        LEVELS
    )
    assert {place for place, printed in directives_by_place.items() if of_files in printed} == {
        place for place, printed in directives_by_place.items() if '@tag(name: "file")' in printed
    }
    other = {"requiresScopes", "policy"} - {SAID[rights][1:].split("(")[0]}
    assert not any(f"@{printed}" in sdl(rights) for printed in other)


@for_every_form
def test_reading_and_acting_need_a_sign_in(rights: PrintedRights) -> None:
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
