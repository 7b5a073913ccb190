"""What we assume of graphql-core and Strawberry: each assumption fails here by its own name when a library changes."""

import gc
import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any
from weakref import ref

import pytest
import strawberry
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    Lexer,
    OperationDefinitionNode,
    Source,
    Token,
    VariableValues,
    build_schema,
    parse,
    validate,
)
from strawberry.schema.config import StrawberryConfig

from schema import library_internals as internals
from schema.execution.executor import PlannedExecutor
from schema.operation.document_parser import NameLexer, parse_document

pytestmark = pytest.mark.anyio


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.input
class Range:
    lowest_value: int = 0


@strawberry.type
class Item:
    number: int

    @strawberry.field
    async def later(self) -> int:
        return self.number

    @strawberry.field
    def wrong(self) -> int | None:
        raise ValueError("wrong")


@strawberry.type
class Query:
    @strawberry.field(directives=[internals.Cost(weight=7)], metadata={"plan": "here"})  # type: ignore[untyped-decorator]  # typed Any when it has arguments
    def items(self, inside: Range | None = None, first_only: bool = False) -> list[Item]:
        lowest = inside.lowest_value if inside else 0
        return [Item(number=number) for number in range(lowest, 1 if first_only else 3)]

    @strawberry.field
    def colour(self) -> Colour:
        return Colour.RED


SCHEMA = strawberry.Schema(query=Query, config=StrawberryConfig(disable_field_suggestions=True))
CORE = internals.core_schema(SCHEMA)


class Recording(internals.Executor[Any]):
    """Notes which of the overridden methods are called."""

    called: set[str]


def recorder(method: str) -> Callable[..., Any]:
    def record(self: Recording, *positional: object, **named: object) -> object:
        self.called.add(method)
        of_library: Callable[..., object] = getattr(internals.Executor, method)
        return of_library(self, *positional, **named)

    return record


for overridden in internals.OVERRIDDEN[internals.Executor]:
    setattr(Recording, overridden, recorder(overridden))


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    (node,) = document.definitions
    assert isinstance(node, OperationDefinitionNode)
    return node


def recording(text: str) -> Recording:
    executor = internals.make_executor(
        Recording,
        SCHEMA,
        operation_of(parse(text)),
        {},
        {},
        VariableValues({}, {}),
        None,
        None,
        None,
    )
    executor.called = set()
    return executor


async def executed(executor: internals.Executor[Any]) -> ExecutionResult:
    result: Any = executor.execute_operation()
    answer: ExecutionResult = await result if inspect.isawaitable(result) else result
    return answer


async def test_an_executor_calls_each_overridden_method() -> None:
    executor = recording("{ items { number wrong } }")
    result = await executed(executor)
    assert result.data == {"items": [{"number": each, "wrong": None} for each in range(3)]}
    assert len(result.errors or ()) == 3
    assert executor.called == set(internals.OVERRIDDEN[internals.Executor])


@pytest.mark.parametrize("method", internals.OVERRIDDEN[internals.Executor])
def test_an_overridden_method_of_the_executor_takes_what_ours_takes(method: str) -> None:
    theirs = list(inspect.signature(getattr(internals.Executor, method)).parameters)
    assert list(inspect.signature(getattr(PlannedExecutor, method)).parameters) == theirs


def test_an_executor_takes_its_parts_in_this_order() -> None:
    parameters = list(inspect.signature(internals.Executor).parameters)
    assert parameters[:10] == [
        "schema",
        "fragment_definitions",
        "fragments",
        "root_value",
        "context_value",
        "operation",
        "variable_values",
        "field_resolver",
        "type_resolver",
        "subscribe_field_resolver",
    ]
    assert {"middleware_manager", "is_awaitable", "hide_suggestions"} <= set(parameters)


def test_an_executor_has_what_ours_uses() -> None:
    executor = recording("{ colour }")
    used = internals.INHERITED[internals.Executor]
    missing = [name for name in used if not hasattr(executor, name)]
    assert missing == []


async def test_an_executor_is_freed_without_the_garbage_collector() -> None:
    """It refers to itself by `async_helpers` alone, which `make_executor` replaces."""
    gc.disable()
    try:
        executor = recording("{ items { later } }")
        assert (await executed(executor)).data == {"items": [{"later": each} for each in range(3)]}
        reference = ref(executor)
        del executor
        assert reference() is None
    finally:
        gc.enable()


async def test_a_copied_executor_collects_its_own_errors() -> None:
    executor = recording("{ items { wrong } }")
    own = internals.with_own_errors(executor)
    await executed(own)
    assert len(own.collected_errors.errors) == 3
    assert executor.collected_errors.errors == []


async def test_one_field_is_resolved_outside_of_its_operation() -> None:
    executor = recording("{ items { later } }")
    item = CORE.type_map["Item"]
    node = operation_of(parse("{ later }"))
    fields = internals.collect_fields(CORE, {}, VariableValues({}, {}), item, node)  # type: ignore[arg-type]  # an object type
    value = internals.resolved(executor, item, fields.grouped_field_set["later"], Item(number=7))  # type: ignore[arg-type]  # the same
    assert await value == 7


def test_fields_are_collected_by_their_names_in_the_answer() -> None:
    variables = VariableValues({}, {"no": False})
    node = operation_of(
        parse(
            "query Q($no: Boolean!) { a: colour items { number n: number later @include(if: $no) } }"
        )
    )
    query = CORE.query_type
    assert query is not None
    root = internals.collect_fields(CORE, {}, variables, query, node).grouped_field_set
    assert list(root) == ["a", "items"]
    assert root["a"][0].node.name.value == "colour"
    item: Any = CORE.type_map["Item"]
    below = internals.collect_subfields(CORE, {}, variables, node, item, root["items"])
    assert list(below.grouped_field_set) == ["number", "n"]


def test_a_variable_has_its_signature_or_its_error() -> None:
    node = operation_of(parse("query Q($a: Int! = 3, $b: [Nothing]) { colour }"))
    known, unknown = node.variable_definitions or ()
    signature = internals.get_variable_signature(CORE, known)
    assert isinstance(signature, internals.GraphQLVariableSignature)
    assert (signature.name, str(signature.type)) == ("a", "Int!")
    assert signature.default is not None
    assert isinstance(internals.get_variable_signature(CORE, unknown), GraphQLError)
    source = internals.VariableValueSource(signature, 4)
    assert (source.signature, source.value) == (signature, 4)


async def test_awaited_values_come_in_their_order_and_one_failure_cancels_the_others() -> None:
    async def value(number: int) -> int:
        if number < 0:
            raise ValueError(number)
        return number

    assert await internals.gather_with_cancel(value(1), value(2)) == [1, 2]
    with pytest.raises(ValueError, match="-1"):
        await internals.gather_with_cancel(value(1), value(-1))


def names(text: str) -> list[str]:
    """The names that the lexer of ours has read."""
    read: list[str] = []

    class Noting(NameLexer):
        def read_name(self, start: int) -> Token:
            token = super().read_name(start)
            read.append(str(token.value))
            return token

    source = Source(text)
    internals.Parser(
        source, max_tokens=50, lexer=Noting(source), allow_empty_selection_sets=False
    ).parse_document()
    return read


def test_a_parser_takes_our_lexer_which_reads_each_name() -> None:
    assert names("query Q { a_1: items { __typename } }") == [
        "query",
        "Q",
        "a_1",
        "items",
        "__typename",
    ]


def test_tokens_are_linked_until_they_are_unlinked() -> None:
    document = parse_document("{ items { number } }", 100)
    linked = list(internals.tokens_of(document))
    assert [token.value for token in linked if token.value] == ["items", "number"]
    assert all(token.prev is not None for token in linked[1:])
    internals.unlink_tokens(document)
    assert all(token.prev is token.next is None for token in linked)


def test_strawberry_keeps_its_definition_beside_each_field() -> None:
    query = CORE.query_type
    assert query is not None
    definition = internals.definition_of(query.fields["items"])
    assert isinstance(definition, internals.StrawberryField)
    assert definition.python_name == "items"
    assert dict(definition.metadata) == {"plan": "here"}
    assert definition.base_resolver is not None
    item: Any = CORE.type_map["Item"]
    assert internals.definition_of(item.fields["number"]).base_resolver is None
    cost = internals.directive_of(query.fields["items"], internals.Cost)
    assert cost is not None
    assert cost.weight == 7
    assert internals.directive_of(query.fields["items"], internals.ListSize) is None


def test_an_object_type_holds_its_definition() -> None:
    definition = SCHEMA.get_type_by_name("Item")
    assert isinstance(definition, internals.StrawberryObjectDefinition)
    assert definition.origin is Item


def test_a_field_that_strawberry_did_not_make_has_no_directive() -> None:
    query = build_schema("type Query { number: Int }").query_type
    assert query is not None
    assert internals.directive_of(query.fields["number"], internals.Cost) is None
    with pytest.raises(KeyError):
        internals.definition_of(query.fields["number"])


def test_arguments_become_what_a_resolver_gets() -> None:
    query = CORE.query_type
    assert query is not None
    definition = internals.definition_of(query.fields["items"])
    values = {"inside": {"lowestValue": 4}, "firstOnly": True}
    converted = internals.converted_inputs(SCHEMA, definition, values)
    assert converted == {"inside": Range(lowest_value=4), "first_only": True}
    assert [argument.python_name for argument in definition.arguments] == ["inside", "first_only"]


def test_an_enum_holds_its_definition() -> None:
    definition = internals.enum_definition_of(Colour)
    assert [(value.name, value.description) for value in definition.values] == [("RED", None)]


def test_graphql_core_has_the_schema_of_strawberry() -> None:
    assert isinstance(CORE, GraphQLSchema)
    assert "Item" in CORE.type_map


@pytest.mark.parametrize(
    "rule", [internals.MaybeNullValidationRule, internals.OneOfInputValidationRule]
)
def test_the_rules_of_strawberry_are_rules_of_graphql_core(
    rule: type[ASTValidationRule],
) -> None:
    assert issubclass(rule, ASTValidationRule)
    assert validate(CORE, parse("{ colour }"), [rule]) == []


def test_a_lexer_has_what_ours_uses() -> None:
    lexer = Lexer(Source("name"))
    assert [each for each in internals.INHERITED[Lexer] if not hasattr(lexer, each)] == []
    assert lexer.source.body == "name"
