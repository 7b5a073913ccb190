"""Finds changes of the schema that break clients or gateways of a released version."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from graphql import (
    REMOVE,
    ConstDirectiveNode,
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    StringValueNode,
    TypeDefinitionNode,
    Visitor,
    build_ast_schema,
    find_breaking_changes,
    parse,
    visit,
)

UNTIL = re.compile(r"Until (\d{4}-\d\d-\d\d): \S")
"""How the reason of a deprecation begins: with the last day of the deprecated part."""


def breaking(released: str, current: str, today: date) -> list[str]:
    """Every breaking change from one SDL to the other; removing a part after its last day is allowed."""
    before, after = _without_expired(parse(released), today), parse(current)
    changes = find_breaking_changes(_schema(before), _schema(after))
    lost = sorted(set(_keys(before)) - set(_keys(after)))
    return [change.description for change in changes] + [
        f"{key} is no key any more." for key in lost
    ]


def last_day(reason: str | None) -> date | None:
    """The last day that the reason of a deprecation names; None if it names none."""
    match = UNTIL.match(reason or "")
    return date.fromisoformat(match[1]) if match else None


def _schema(document: DocumentNode) -> GraphQLSchema:
    """The schema without unreachable types: such a type was removed with the last field that returned it."""
    whole = build_ast_schema(document, assume_valid_sdl=True)
    implementing = [
        kind
        for kind in whole.type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind.interfaces
    ]
    return GraphQLSchema(
        query=whole.query_type,
        mutation=whole.mutation_type,
        subscription=whole.subscription_type,
        types=implementing,
    )


def _without_expired(document: DocumentNode, today: date) -> DocumentNode:
    class Expired(Visitor):
        def enter(self, node: Node, *_: Any) -> Any:  # noqa: ANN401 - the visitor's own signature
            day = last_day(_reason(node))
            return REMOVE if day and day < today else None

    kept: DocumentNode = visit(document, Expired())
    return kept


def _directives(node: Node, name: str) -> Iterator[dict[str, str]]:
    """The string arguments of each directive of that name."""
    directives: tuple[ConstDirectiveNode, ...] = getattr(node, "directives", None) or ()
    for directive in directives:
        if directive.name.value == name:
            yield {
                argument.name.value: argument.value.value
                for argument in directive.arguments or ()
                if isinstance(argument.value, StringValueNode)
            }


def _reason(node: Node) -> str | None:
    return next((arguments.get("reason") for arguments in _directives(node, "deprecated")), None)


def _keys(document: DocumentNode) -> Iterator[str]:
    """The key fields of each entity: `Body.code`."""
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode):
            for key in _directives(definition, "key"):
                yield f"{definition.name.value}.{key['fields']}"
