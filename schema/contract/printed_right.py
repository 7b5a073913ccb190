"""Prints rights as directives in the SDL, for gateways that refuse callers early; a setting switches it on.

The service still enforces all rights itself (docs/decisions/0014). A gateway does not know the subject, and can only
refuse a caller who has the right over no subject at all.
"""

from dataclasses import replace
from enum import StrEnum

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    FieldDefinitionNode,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)

from schema.directives import OF_FILE
from schema.planner.declaration import Guard

ROOTS = ("Query", "Mutation", "Subscription")
LEVELS = ("Rating", "PastRating", "Tally")
"""Types whose fields hold levels (QĐ124:Đ15.2)."""

FILE = OF_FILE[0].name
IMPORT_ARGUMENT = "import: ["


class PrintedRights(StrEnum):
    """What a gateway checks: nothing, the scopes of a token, or policies that it evaluates itself."""

    OFF = "off"
    SCOPES = "scopes"
    POLICIES = "policies"


NAMES = {
    PrintedRights.SCOPES: ("requiresScopes", "scopes"),
    PrintedRights.POLICIES: ("policy", "policies"),
}


def with_rights(sdl: str, rights: PrintedRights) -> str:
    """The SDL with `@authenticated`, and the right to read levels or files as a scope or a policy."""
    if rights is PrintedRights.OFF:
        return sdl
    name, _ = NAMES[rights]
    imported = sdl.replace(IMPORT_ARGUMENT, f'{IMPORT_ARGUMENT}"@authenticated", "@{name}", ', 1)
    document = parse(imported)
    definitions = tuple(_definition(definition, rights) for definition in document.definitions)
    return print_ast(replace(document, definitions=definitions)) + "\n"


def _definition(node: DefinitionNode, rights: PrintedRights) -> DefinitionNode:
    if not isinstance(node, ObjectTypeDefinitionNode):
        return node
    name, directives = node.name.value, list(node.directives or ())
    if any(directive.name.value == "key" for directive in directives):
        directives += _directives("@authenticated")
    if name in LEVELS:
        directives += _required_right(Guard.LEVEL, rights)
    fields = tuple(_field(field, rights, at_root=name in ROOTS) for field in node.fields or ())
    return replace(node, directives=tuple(directives), fields=fields)


def _field(
    node: FieldDefinitionNode, rights: PrintedRights, *, at_root: bool
) -> FieldDefinitionNode:
    directives = list(node.directives or ())
    if at_root and not node.name.value.startswith("_"):  # the fields of federation itself
        directives += _directives("@authenticated")
    if any(_is_of_the_file(directive) for directive in directives):
        directives += _required_right(Guard.FILE, rights)
    return replace(node, directives=tuple(directives))


def _is_of_the_file(directive: ConstDirectiveNode) -> bool:
    return print_ast(directive) == f'@tag(name: "{FILE}")'


def _required_right(right: Guard, rights: PrintedRights) -> tuple[ConstDirectiveNode, ...]:
    name, argument = NAMES[rights]
    return _directives(f'@{name}({argument}: [["{right.value}"]])')


def _directives(text: str) -> tuple[ConstDirectiveNode, ...]:
    (node,) = parse(f"scalar S {text}").definitions
    directives: tuple[ConstDirectiveNode, ...] = getattr(node, "directives")  # noqa: B009 -- not of every definition
    return directives
