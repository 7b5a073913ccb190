"""Variables as the schema takes them: plain values at once, all else by graphql-core, which says what is wrong."""

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
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.utilities import coerce_input_value

AS_GIVEN = {"ID": str, "String": str, "Boolean": bool, "Int": int}


@dataclass(frozen=True, slots=True)
class _PlainVariable:
    """A variable of a scalar or an enum, which has no default; of type `as_given`, JSON brings its value already."""

    signature: GraphQLVariableSignature
    kind: GraphQLScalarType | GraphQLEnumType
    as_given: type | None
    nullable: bool

    def coerced(self, value: object) -> Any:  # noqa: ANN401 -- as coerced; Undefined is nothing of ours
        if type(value) is self.as_given and (
            type(value) is not int or GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
        ):
            return value
        if value is None or value is Undefined:
            return None if self.nullable and value is None else Undefined
        return coerce_input_value(value, self.kind)


class Declared:
    """The variables that an operation declares; what can be known without their values is found once."""

    def __init__(self, schema: GraphQLSchema, nodes: Sequence[VariableDefinitionNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._plain = [_plain(schema, node) for node in nodes]

    def coerced(
        self, raw: dict[str, Any], errors_max: int
    ) -> VariableValues | Sequence[GraphQLError]:
        """The values, or what is wrong with them."""
        return self._at_once(raw) or get_variable_values(
            self._schema, self._nodes, raw, max_errors=errors_max, hide_suggestions=True
        )

    def _at_once(self, raw: Mapping[str, Any]) -> VariableValues | None:
        """None where a value is no plain one, or not what is declared."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for one in self._plain:
            if one is None:
                return None
            name = one.signature.name
            value = raw.get(name, Undefined)
            if value is Undefined and one.nullable:
                sources[name] = VariableValueSource(one.signature)
                continue
            known = one.coerced(value)
            if known is Undefined:
                return None
            sources[name] = VariableValueSource(one.signature, value)
            coerced[name] = known
        return VariableValues(sources, coerced)


def _plain(schema: GraphQLSchema, node: VariableDefinitionNode) -> _PlainVariable | None:
    signature = get_variable_signature(schema, node)
    if isinstance(signature, GraphQLError) or signature.default is not None:
        return None
    kind = get_nullable_type(signature.type)
    if not is_leaf_type(kind):
        return None
    return _PlainVariable(
        signature, kind, AS_GIVEN.get(kind.name), nullable=not is_non_null_type(signature.type)
    )
