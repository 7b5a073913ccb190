"""Coerces variables: plain scalars and enums directly, all others by graphql-core, which reports the errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLEnumType,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    VariableValues,
    coerce_input_value,
    get_nullable_type,
    get_variable_values,
    is_leaf_type,
    is_non_null_type,
)

from schema.library_internals import (
    GraphQLVariableSignature,
    VariableValueSource,
    get_variable_signature,
)

JSON_TYPES = {"ID": str, "String": str, "Boolean": bool, "Int": int}


@dataclass(frozen=True, slots=True)
class _PlainVariable:
    """A variable of a scalar or an enum without a default; a JSON value of type `as_given` needs no coercion."""

    signature: GraphQLVariableSignature
    kind: GraphQLScalarType | GraphQLEnumType
    as_given: type | None
    nullable: bool

    def coerced(self, value: object) -> Any:  # noqa: ANN401 -- any value; Undefined where it is invalid
        if type(value) is self.as_given and (
            type(value) is not int or GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
        ):
            return value
        if value is None or value is Undefined:
            return None if self.nullable and value is None else Undefined
        return coerce_input_value(value, self.kind)


class DeclaredVariables:
    """The variables that an operation declares, analysed once."""

    def __init__(self, schema: GraphQLSchema, nodes: Sequence[VariableDefinitionNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._plain = [_plain_variable(schema, node) for node in nodes]

    def coerced(
        self, raw: dict[str, Any], errors_max: int
    ) -> VariableValues | Sequence[GraphQLError]:
        """The coerced values, or the errors."""
        return self._coerced_directly(raw) or get_variable_values(
            self._schema, self._nodes, raw, max_errors=errors_max, hide_suggestions=True
        )

    def _coerced_directly(self, raw: Mapping[str, Any]) -> VariableValues | None:
        """The values if all variables are plain and valid; else None."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for variable in self._plain:
            if variable is None:
                return None
            name = variable.signature.name
            value = raw.get(name, Undefined)
            if value is Undefined and variable.nullable:
                sources[name] = VariableValueSource(variable.signature)
                continue
            coerced_value = variable.coerced(value)
            if coerced_value is Undefined:
                return None
            sources[name] = VariableValueSource(variable.signature, value)
            coerced[name] = coerced_value
        return VariableValues(sources, coerced)


def _plain_variable(schema: GraphQLSchema, node: VariableDefinitionNode) -> _PlainVariable | None:
    signature = get_variable_signature(schema, node)
    if isinstance(signature, GraphQLError) or signature.default is not None:
        return None
    kind = get_nullable_type(signature.type)
    if not is_leaf_type(kind):
        return None
    return _PlainVariable(
        signature, kind, JSON_TYPES.get(kind.name), nullable=not is_non_null_type(signature.type)
    )
