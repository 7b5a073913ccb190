"""The arguments of a field: what can be known beforehand is, the rest comes from the variables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    VariableNode,
    get_named_type,
    is_input_object_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import visit
from graphql.language.visitor import Visitor
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

CHOICES_MAX = 8
"""Of one field: which of its variables are left out. Beyond, the arguments are computed for each request."""

Argued = Callable[[VariableValues], Mapping[str, Any]]
"""Gives the arguments by their Python names."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Arguments that no variable changes."""

    values: Mapping[str, Any]

    def __call__(self, _: VariableValues) -> Mapping[str, Any]:
        return self.values


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, *_: object) -> None:
        self.found = True


def names(definition: StrawberryField, known: GraphQLField) -> dict[str, str]:
    """The Python names of a field's arguments, by their names in the graph."""
    return dict(zip(known.args, (one.python_name for one in definition.arguments), strict=True))


def argued(
    schema: Schema, node: FieldNode, known: GraphQLField, definition: StrawberryField
) -> Argued:
    """How the arguments of the node come about, as the field's resolver gets them."""
    python = names(definition, known)

    has_inputs = any(is_input_object_type(get_named_type(one.type)) for one in known.args.values())

    def evaluated(variables: VariableValues) -> dict[str, Any]:
        values = get_argument_values(known, node, variables)
        if has_inputs:
            converter = schema.schema_converter
            return convert_arguments(
                values, definition.arguments, converter.scalar_registry, schema.config
            )
        return {python[name]: value for name, value in values.items()}

    if not known.args or not _has_variables(node):
        return Fixed(evaluated(VariableValues({}, {})))
    if has_inputs:
        return evaluated
    direct = {one.name.value: one.value for one in node.arguments or ()}
    if not all(
        isinstance(value, VariableNode) or not _has_variables(value) for value in direct.values()
    ):
        return evaluated
    return _of_variables(evaluated, direct, known, python)


def _of_variables(
    evaluated: Argued, direct: Mapping[str, Any], known: GraphQLField, python: Mapping[str, str]
) -> Argued:
    """Arguments that are whole variables are read from them; the others never change.

    Those others depend on which variables are left out, as defaults stand in for them. null where none
    may be is for graphql-core, which knows what to say.
    """
    from_variables = [
        (python[name], value.name.value, is_non_null_type(known.args[name].type))
        for name, value in direct.items()
        if isinstance(value, VariableNode)
    ]
    unchanged: dict[tuple[str, ...], dict[str, Any]] = {}

    def read(variables: VariableValues) -> Mapping[str, Any]:
        coerced = variables.coerced
        given = {}
        for name, variable, is_needed in from_variables:
            if variable in coerced:
                given[name] = coerced[variable]
                if is_needed and given[name] is None:
                    return evaluated(variables)
        key = tuple(given)
        others = unchanged.get(key)
        if others is None:
            found = evaluated(variables)
            others = {name: found[name] for name in found if name not in given}
            if len(unchanged) < CHOICES_MAX:
                unchanged[key] = others
        return others | given if others else given

    return read


def _has_variables(node: Any) -> bool:  # noqa: ANN401 -- any node of the document
    visitor = _Variables()
    visit(node, visitor)
    return visitor.found
