"""Rights said in the SDL, for gateways that turn callers away before they come; only where a setting asks for it.

They take nothing from what is enforced here (docs/decisions/0014): a gateway knows no subject, and may at most
refuse a caller who has the right over nobody.
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
"""Types that hold levels; whoever reaches one reads a level (QĐ124:Đ15.2)."""

FILE = OF_FILE[0].name
IMPORTING = "import: ["


class PrintedRights(StrEnum):
    """By what a gateway decides: nothing, the scopes of a token, or policies that it evaluates itself."""

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
    imported = sdl.replace(IMPORTING, f'{IMPORTING}"@authenticated", "@{name}", ', 1)
    document = parse(imported)
    definitions = tuple(_definition(each, rights) for each in document.definitions)
    return print_ast(replace(document, definitions=definitions)) + "\n"


def _definition(node: DefinitionNode, rights: PrintedRights) -> DefinitionNode:
    if not isinstance(node, ObjectTypeDefinitionNode):
        return node
    name, said = node.name.value, list(node.directives or ())
    if any(each.name.value == "key" for each in said):
        said += _directives("@authenticated")
    if name in LEVELS:
        said += _needs(Guard.LEVEL, rights)
    fields = tuple(_field(each, rights, at_root=name in ROOTS) for each in node.fields or ())
    return replace(node, directives=tuple(said), fields=fields)


def _field(
    node: FieldDefinitionNode, rights: PrintedRights, *, at_root: bool
) -> FieldDefinitionNode:
    said = list(node.directives or ())
    if at_root and not node.name.value.startswith("_"):  # the fields of federation itself
        said += _directives("@authenticated")
    if any(_is_of_the_file(each) for each in said):
        said += _needs(Guard.FILE, rights)
    return replace(node, directives=tuple(said))


def _is_of_the_file(directive: ConstDirectiveNode) -> bool:
    return print_ast(directive) == f'@tag(name: "{FILE}")'


def _needs(right: Guard, rights: PrintedRights) -> tuple[ConstDirectiveNode, ...]:
    name, argument = NAMES[rights]
    return _directives(f'@{name}({argument}: [["{right.value}"]])')


def _directives(text: str) -> tuple[ConstDirectiveNode, ...]:
    (node,) = parse(f"scalar S {text}").definitions
    found: tuple[ConstDirectiveNode, ...] = getattr(node, "directives")  # noqa: B009 -- not of every definition
    return found
