"""What we use of graphql-core and Strawberry that their documentation does not promise.

The rest of the code imports these names from here alone
(tests/house/test_library_internals.py); tests/schema/test_library_internals.py tests each assumption.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any, TypeVar
from weakref import WeakMethod

from graphql import (
    DocumentNode,
    Executor,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    Lexer,
    MiddlewareManager,
    OperationDefinitionNode,
    Token,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.executor import CollectedErrors
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.language.parser import Parser
from graphql.pyutils import Path, gather_with_cancel
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.execution import optimized_is_awaitable
from strawberry.federation.schema import FederationAny
from strawberry.federation.schema_directives import Cost, ListSize
from strawberry.schema import Schema
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

__all__ = [
    "Cost",
    "Executor",
    "FederationAny",
    "FieldDetailsList",
    "FragmentDetails",
    "GraphQLVariableSignature",
    "Lexer",
    "ListSize",
    "MaybeNullValidationRule",
    "OneOfInputValidationRule",
    "Parser",
    "StrawberryField",
    "StrawberryObjectDefinition",
    "VariableValueSource",
    "collect_fields",
    "collect_subfields",
    "gather_with_cancel",
    "get_variable_signature",
]

PURPOSES: Mapping[str, str] = {
    "Cost": "`@cost` of a field: without it, the graph names no prices and every field has the usual one",
    "Executor": "it runs an operation from its parts: without it, variables would be coerced twice and lists never cut short",
    "FederationAny": "the type of representations: without it, gateways cannot name our objects",
    "FieldDetailsList": "the nodes of one response name: the planner reads `node` of the first",
    "FragmentDetails": "a fragment as `collect_fields` takes it",
    "GraphQLVariableSignature": "a declared variable: plain values are coerced by it once",
    "Lexer": "it reads names: without our own `read_name`, the longest name takes 12 ms",
    "ListSize": "`@listSize` of a field: without it, the graph names no sizes and every list has the usual one",
    "MaybeNullValidationRule": "Strawberry validates with it: without it, null would reach fields that refuse null",
    "OneOfInputValidationRule": "Strawberry validates with it: without it, an input could name two of its fields",
    "Parser": "it takes a lexer and a limit of tokens: without it, a document would be parsed without our lexer",
    "StrawberryField": "the definition of a field: the planner reads its column, its declaration and its resolver",
    "StrawberryObjectDefinition": "an object type by its name: `origin` is its class, which an importing file cannot be asked for",
    "VariableValueSource": "where a coerced value came from: graphql-core reads it where defaults apply",
    "collect_fields": "the root fields of an operation, with fragments and directives applied",
    "collect_subfields": "the same below a field",
    "gather_with_cancel": "it awaits the items of a list, and cancels the others if one fails",
    "get_variable_signature": "it reads the type and the default of a declared variable",
}
"""For each name: what it is for here; what breaks without it."""

OVERRIDDEN: Mapping[type, Mapping[str, str]] = {
    Executor: {
        "complete_iterable_value": "called for each list: else lists are not completed in slices, and fail only as a whole",
        "execute_field": "called for each field: else root fields that a plan has answered are resolved again",
        "handle_field_error": "called for each failed field: else nothing ends an operation with too many errors",
    },
    Lexer: {
        "read_name": "called at the first letter of each name: else long names are read letter by letter",
    },
}
"""For each class of the library: the methods that our subclasses override; what breaks if they are not called."""

INHERITED: Mapping[type, Mapping[str, str]] = {
    Executor: {
        "collected_errors": "the errors so far, counted against the limit",
        "complete_awaitable_list_item_value": "completes one item that has to be awaited",
        "complete_list_item_value": "completes one item",
        "execute_operation": "the answer, or an awaitable of it",
        "is_awaitable": "whether a value has to be awaited",
        "settle_in_background": "ends the items that were begun before one failed",
    },
    Lexer: {
        "create_token": "makes a token of the name",
        "source": "holds the text in `body`",
    },
}
"""For each class of the library: what else of it our subclasses use."""

Directive = TypeVar("Directive")
AnExecutor = TypeVar("AnExecutor", bound="Executor[Any]")

LOOKED_AT = {"graphql-core": "3.3.2", "strawberry-graphql": "0.341.2"}
"""The versions in which all of this was looked at."""

DEFINITION = "strawberry-definition"
"""The key under which Strawberry stores its definition in the extensions of graphql-core's types and fields."""


def core_schema(schema: Schema) -> GraphQLSchema:
    """graphql-core's schema, which Strawberry gives no public name."""
    return schema._schema  # noqa: SLF001 - see above


def definition_of(field: GraphQLField) -> StrawberryField:
    """Strawberry's definition of a field. Raises KeyError for a field that Strawberry did not make."""
    definition: StrawberryField = field.extensions[DEFINITION]
    return definition


def directive_of(field: GraphQLField, kind: type[Directive]) -> Directive | None:
    """The directive of this class on a field; None for a field without it, or of another library."""
    directives = getattr(field.extensions.get(DEFINITION), "directives", ())
    return next((directive for directive in directives if isinstance(directive, kind)), None)


def enum_definition_of(kind: type) -> StrawberryEnumDefinition:
    """The definition that `strawberry.enum` leaves on a class: its values get their descriptions afterwards."""
    definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # type: ignore[attr-defined]  # set by the library
    return definition


def converted_inputs(
    schema: Schema, definition: StrawberryField, values: dict[str, Any]
) -> dict[str, Any]:
    """The arguments as the resolver gets them: by Python names, inputs as objects of their classes."""
    scalars = schema.schema_converter.scalar_registry
    return convert_arguments(values, definition.arguments, scalars, schema.config)


def tokens_of(document: DocumentNode) -> Iterator[Token]:
    """The tokens of a parsed document, by their links, until they are unlinked."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        yield token
        token = token.next


def unlink_tokens(document: DocumentNode) -> None:
    """Remove the links between tokens, which only the parser and measuring need.

    The links form reference cycles: with them, the tokens would wait for the garbage collector.
    """
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following


def make_executor(  # noqa: PLR0913, PLR0917 -- the parts of an operation
    kind: type[AnExecutor],
    schema: Schema,
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDefinitionNode],
    details: dict[str, FragmentDetails],
    variables: VariableValues,
    context: Any,  # noqa: ANN401 -- each schema has its own context
    root: object,
    middleware: MiddlewareManager | None,
) -> AnExecutor:
    """An executor built directly: graphql-core's `execute` would coerce the variables again.

    Strawberry's check of awaitables is 3 times faster than graphql-core's, and is called for each value.
    """
    executor = kind(
        core_schema(schema),
        fragments,
        details,
        root,
        context,
        operation,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        middleware_manager=middleware,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # says bool where it could say TypeGuard
        hide_suggestions=True,
    )
    executor.async_helpers = GraphQLResolveInfoHelpers(
        gather=_weakly(executor.gather_async_work), track=_weakly(executor.track_async_work)
    )
    return executor


def _weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method with a weak reference to its object: an executor that refers to itself is a reference cycle."""
    reference = WeakMethod(method)

    def call(*positional: Any, **named: Any) -> Any:  # noqa: ANN401 -- as the method takes them
        bound = reference()
        if bound is None:
            raise RuntimeError("the operation is over")
        return bound(*positional, **named)

    return call


def with_own_errors(executor: Executor[Any]) -> Executor[Any]:
    """A copy of the executor that collects its errors apart from the operation's."""
    own_executor = copy(executor)
    own_executor.collected_errors = CollectedErrors()
    return own_executor


def resolved(
    executor: Executor[Any], parent: GraphQLObjectType, details: FieldDetailsList, source: object
) -> Any:  # noqa: ANN401 -- any value of the graph, or one to wait for
    """The value of one field of `parent`, resolved and completed outside of an operation's own order."""
    path = Path(None, details[0].node.name.value, parent.name)
    return executor.execute_field(parent, source, details, path, None)
