"""Computes the cost of an operation before it runs, from the number of objects that it may return.

A field that returns an object costs 1, or its `@cost`. A list multiplies the cost of its items by `first`, or by its
assumed size. Each item of a list argument costs 1 (of a command as much as a command), also inside of inputs.
Fields that `@skip` omits are counted, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
)

from rules.values import read_whole_number
from schema.library_internals import Cost, ListSize, directive_of
from schema.operation.limit import Limits, PageTooLarge, TooManyRepresentations

ASSUMED_SIZE = 10
COMMAND_COST = 10
INPUT_OBJECT_COST = 40
"""Cost of each object in the variables, checked before they are read: reading an object takes 60 to 100 µs."""

PAGE_ARGUMENTS = ("first", "last")
SIZED_FIELDS = ("edges", "nodes")
REPRESENTATIONS, ANY_JSON = "representations", "JSON"

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SizedArgument:
    """An argument that multiplies a cost: its value in the document, or the name of its variable."""

    argument: str
    value: int = 0
    variable: str | None = None
    is_number: bool = True
    """Whether a number states the size; otherwise only the items of lists count."""

    def size(self, variables: Variables) -> int:
        """The number itself, or the count of items in the lists of the value; 0 without a value."""
        value = variables.get(self.variable) if self.variable else self.value
        if not self.is_number:
            return _items(value)
        if isinstance(value, list):
            return len(value)
        return max(value, 0) if isinstance(value, int) else 0


def _items(value: object) -> int:
    """The number of items in all lists of a value, at any depth."""
    total, values = 0, [value]
    while values:
        match values.pop():
            case list() as items:
                total += len(items)
                values.extend(items)
            case dict() as fields:
                values.extend(fields.values())
    return total


def objects_in(variables: Variables) -> int:
    """The number of objects in the values, at any depth."""
    total, values = 0, list(variables.values())
    for value in values:  # the loop appends to it
        if isinstance(value, dict):
            total += 1
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
    return total


@dataclass(slots=True)
class Price:
    """A fixed cost, and the cost of one item for each list argument and each selected list."""

    own: int = 0
    items: list[tuple[SizedArgument, "Price"]] = field(default_factory=list)

    def of(self, variables: Variables, limits: Limits) -> int:
        """The cost with these variables.

        Raises:
            PageTooLarge, TooManyRepresentations: a list is longer than its limit.
        """
        total = self.own
        for argument, item_price in self.items:
            size = argument.size(variables)
            if argument.argument in PAGE_ARGUMENTS and size > limits.page:
                raise PageTooLarge(size, limits.page, argument.argument)
            if argument.argument == REPRESENTATIONS and size > limits.representations:
                raise TooManyRepresentations(size, limits.representations)
            total += size * item_price.of(variables, limits)
        return total

    def add(self, other: "Price", times: int = 1) -> None:
        self.own += other.own * times
        for argument, item_price in other.items:
            scaled = Price()
            if times == 1:
                scaled = item_price
            else:
                scaled.add(item_price, times)
            self.items.append((argument, scaled))


def price(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Price:
    """The price of a validated operation."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return Price()
    is_command = operation.operation is OperationType.MUTATION
    pricing = _Pricing(schema, fragments, COMMAND_COST if is_command else 1)
    total = pricing.of(operation.selection_set, root, None)
    if is_command:
        total.own += COMMAND_COST
    return total


class _Pricing:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        item_cost: int,
    ) -> None:
        self._schema, self._fragments, self._item_cost = schema, fragments, item_cost

    def of(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType, size: SizedArgument | None
    ) -> Price:
        """The price of all selected fields; `size` is the page size for the lists of a connection."""
        total = Price()
        for node, of_type in self._fields(selections, parent):
            definition = self._schema.get_field(of_type, node.name.value)
            if definition is not None:
                total.add(self._field(node, definition, size))
        return total

    def _fields(
        self, selections: SelectionSetNode, parent: GraphQLCompositeType
    ) -> Iterator[tuple[FieldNode, GraphQLCompositeType]]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node, parent
                continue
            fragment = (
                self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            )
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)  # noqa: S101 - the only ones
            condition = fragment.type_condition
            named = self._schema.type_map.get(condition.name.value) if condition else parent
            if named is not None and is_composite_type(named):
                yield from self._fields(fragment.selection_set, named)

    def _field(
        self, node: FieldNode, definition: GraphQLField, size: SizedArgument | None
    ) -> Price:
        item_price = Price(own=_field_weight(definition))
        paged = _page_size_argument(node, definition)
        is_list = is_list_type(get_nullable_type(definition.type))
        named = get_named_type(definition.type)
        if node.selection_set and is_composite_type(named):
            item_price.add(self.of(node.selection_set, named, None if is_list else paged))
        total = Price()
        if not is_list or is_leaf_type(named):
            total = item_price
            if paged:  # its size is checked even where the selection takes nothing of the page
                total.items.append((paged, Price()))
        elif paged:
            total.items.append((paged, item_price))
        elif size and node.name.value in SIZED_FIELDS:
            total.items.append((size, item_price))
        else:
            total.add(item_price, _assumed_size(definition))
        total.items.extend(
            (argument, Price(own=self._item_cost)) for argument in _list_arguments(node, definition)
        )
        return total


def _field_weight(definition: GraphQLField) -> int:
    cost = directive_of(definition, Cost)
    if cost is not None:
        return int(cost.weight)
    return 0 if is_leaf_type(get_named_type(definition.type)) else 1


def _assumed_size(definition: GraphQLField) -> int:
    list_size = directive_of(definition, ListSize)
    return (list_size and list_size.assumed_size) or ASSUMED_SIZE


def _page_size_argument(node: FieldNode, definition: GraphQLField) -> SizedArgument | None:
    """The argument that states the size: `first`, `last`, or a list of representations."""
    sizes = [_sized_argument(node, definition, name) for name in (*PAGE_ARGUMENTS, REPRESENTATIONS)]
    return next((size for size in sizes if size), None)


def _sized_argument(node: FieldNode, definition: GraphQLField, name: str) -> SizedArgument | None:
    if name not in definition.args:
        return None
    for argument in node.arguments or ():
        if argument.name.value == name:
            return _literal_size(name, argument.value)
    default = definition.args[name].default_value
    return SizedArgument(name, value=default) if isinstance(default, int) else None


def _literal_size(name: str, value: ValueNode) -> SizedArgument | None:
    match value:
        case VariableNode():
            return SizedArgument(name, variable=value.name.value)
        case IntValueNode():
            return SizedArgument(name, value=read_whole_number(value.value))
        case ListValueNode():
            return SizedArgument(name, value=len(value.values))
        case _:
            return None


def _list_arguments(node: FieldNode, definition: GraphQLField) -> Iterator[SizedArgument]:
    """The lists among the arguments of the field, in the document or in variables."""
    for argument in node.arguments or ():
        known = definition.args.get(argument.name.value)
        if known is None or argument.name.value == REPRESENTATIONS:
            continue
        if is_list_type(get_nullable_type(known.type)) or _may_hold_lists(known.type):
            yield from _sized_lists(argument.name.value, argument.value)


def _may_hold_lists(kind: GraphQLInputType) -> bool:
    named = get_named_type(kind)
    return is_input_object_type(named) or named.name == ANY_JSON


def _sized_lists(name: str, value: ValueNode) -> Iterator[SizedArgument]:
    match value:
        case VariableNode():
            yield SizedArgument(name, variable=value.name.value, is_number=False)
        case ListValueNode():
            yield SizedArgument(name, value=len(value.values))
            for item in value.values:
                yield from _sized_lists(name, item)
        case ObjectValueNode():
            for field_node in value.fields:
                yield from _sized_lists(name, field_node.value)
