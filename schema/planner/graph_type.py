"""Types and fields of the graph as the planner reads them."""

from collections.abc import Sequence

import orjson
from graphql import GraphQLObjectType, GraphQLOutputType, GraphQLUnionType, get_named_type

from db.facade import Constant
from schema.library_internals import StrawberryField
from schema.planner.declaration import PLAN, Declaration
from schema.planner.plan_part import NotPlannedError, SelectionScope


def declaration_of(definition: StrawberryField, scope: SelectionScope) -> Declaration | str:
    """The declaration of a field; the name of its column where the field is a column.

    Raises:
        NotPlannedError: the field has a resolver and declares nothing.
    """
    name = definition.python_name
    if name in scope.columns:
        return scope.columns[name]
    declaration: Declaration | None = definition.metadata.get(PLAN)
    if declaration is not None:
        return declaration
    if definition.base_resolver is not None:
        raise NotPlannedError(name)
    return name


def member_types(kind: GraphQLOutputType) -> Sequence[GraphQLObjectType]:
    """The object types of a union."""
    union = get_named_type(kind)
    assert isinstance(union, GraphQLUnionType)  # noqa: S101 -- only unions choose
    types: Sequence[GraphQLObjectType] = union.types
    return types


def object_type_of(kind: GraphQLOutputType) -> GraphQLObjectType:
    """The object type inside lists and non-null types. Raises NotPlannedError for any other type."""
    named = get_named_type(kind)
    if not isinstance(named, GraphQLObjectType):
        raise NotPlannedError(str(kind))
    return named


def typename_constant(kind: GraphQLObjectType) -> Constant:
    """The value of `__typename`, as JSON."""
    return Constant(orjson.dumps(kind.name).decode())
