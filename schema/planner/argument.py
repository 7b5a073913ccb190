"""Reads the arguments of a field: constants once, the others from the variables of each request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    VariableNode,
    VariableValues,
    Visitor,
    get_argument_values,
    get_named_type,
    is_input_object_type,
    is_non_null_type,
    visit,
)
from strawberry.schema import Schema

from schema.library_internals import StrawberryField, converted_inputs

OMISSIONS_MAX = 8
"""Combinations of omitted variables that are remembered for one field; others are computed for each request."""

ReadArguments = Callable[[VariableValues], Mapping[str, Any]]
"""Returns the arguments by their Python names."""


@dataclass(frozen=True, slots=True)
class FixedArguments:
    """Arguments that are the same for all variables."""

    values: Mapping[str, Any]

    def __call__(self, _: VariableValues) -> Mapping[str, Any]:
        return self.values


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.has_variables = False

    def enter_variable(self, *_: object) -> None:
        self.has_variables = True


def python_names(definition: StrawberryField, graphql_field: GraphQLField) -> dict[str, str]:
    """The Python names of a field's arguments, by their names in the graph."""
    return dict(
        zip(
            graphql_field.args,
            (argument.python_name for argument in definition.arguments),
            strict=True,
        )
    )


def argument_reader(
    schema: Schema, node: FieldNode, graphql_field: GraphQLField, definition: StrawberryField
) -> ReadArguments:
    """A function that reads the arguments of the node as the field's resolver gets them."""
    names = python_names(definition, graphql_field)

    has_inputs = any(
        is_input_object_type(get_named_type(argument.type))
        for argument in graphql_field.args.values()
    )

    def evaluate(variables: VariableValues) -> dict[str, Any]:
        values = get_argument_values(graphql_field, node, variables)
        if has_inputs:
            return converted_inputs(schema, definition, values)
        return {names[name]: value for name, value in values.items()}

    if not graphql_field.args or not _has_variables(node):
        return FixedArguments(evaluate(VariableValues({}, {})))
    if has_inputs:
        return evaluate
    direct = {argument.name.value: argument.value for argument in node.arguments or ()}
    if not all(
        isinstance(value, VariableNode) or not _has_variables(value) for value in direct.values()
    ):
        return evaluate
    return _from_variables(evaluate, direct, graphql_field, names)


def _from_variables(
    evaluate: ReadArguments,
    direct: Mapping[str, Any],
    graphql_field: GraphQLField,
    names: Mapping[str, str],
) -> ReadArguments:
    """Read arguments that are whole variables from the variables; the others are constant.

    The constants depend on which variables are omitted, because defaults replace them. graphql-core refuses
    null for a non-null argument, with its own message.
    """
    from_variables = [
        (names[name], value.name.value, is_non_null_type(graphql_field.args[name].type))
        for name, value in direct.items()
        if isinstance(value, VariableNode)
    ]
    constants: dict[tuple[str, ...], dict[str, Any]] = {}

    def read(variables: VariableValues) -> Mapping[str, Any]:
        coerced = variables.coerced
        arguments = {}
        for name, variable, is_needed in from_variables:
            if variable in coerced:
                arguments[name] = coerced[variable]
                if is_needed and arguments[name] is None:
                    return evaluate(variables)
        key = tuple(arguments)
        constant_arguments = constants.get(key)
        if constant_arguments is None:
            evaluated_arguments = evaluate(variables)
            constant_arguments = {
                name: evaluated_arguments[name]
                for name in evaluated_arguments
                if name not in arguments
            }
            if len(constants) < OMISSIONS_MAX:
                constants[key] = constant_arguments
        return constant_arguments | arguments if constant_arguments else arguments

    return read


def _has_variables(node: Any) -> bool:  # noqa: ANN401 -- any node of the document
    visitor = _Variables()
    visit(node, visitor)
    return visitor.has_variables
