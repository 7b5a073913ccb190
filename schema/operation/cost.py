"""What an operation costs, computed before it runs: objects it may bring, by its page sizes.

A field that brings an object costs 1 (or its `@cost`), a list as often as its `first`, or its assumed
size; each item of a list that is given costs 1, also of lists inside of inputs, and of a command
as much as a command. What `@skip` leaves out is counted all the same.
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
from strawberry.federation.schema_directives import Cost, ListSize

from rules.values import read_whole_number
from schema.operation.limit import Limits, PageTooLarge, TooManyRepresentations

ASSUMED_SIZE = 10
COMMAND_COST = 10
INPUT_OBJECT_COST = 40
"""Of each object in the variables, asked before it is read: reading one takes 60 to 100 µs."""

PAGED = ("first", "last")
SIZED_FIELDS = ("edges", "nodes")
REPRESENTATIONS, ANY_JSON = "representations", "JSON"

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SizedArgument:
    """The value of an argument: written in the document, or in a variable."""

    argument: str
    value: int = 0
    variable: str | None = None
    is_number: bool = True
    """Whether a number says how many; else it is a value as any other."""

    def size(self, variables: Variables) -> int:
        """The number itself, or how many items all lists in it hold; nothing is nothing."""
        found = variables.get(self.variable) if self.variable else self.value
        if not self.is_number:
            return _items(found)
        if isinstance(found, list):
            return len(found)
        return max(found, 0) if isinstance(found, int) else 0


def _items(value: object) -> int:
    """The items of all lists in a value, however deep it is."""
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
    """How many objects the values hold, however deep."""
    total, values = 0, list(variables.values())
    for value in values:  # which grows
        if isinstance(value, dict):
            total += 1
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
    return total


@dataclass(slots=True)
class Price:
    """`own`, and for each list given or asked for what its items cost; ready to be multiplied."""

    own: int = 0
    items: list[tuple[SizedArgument, "Price"]] = field(default_factory=list)

    def of(self, variables: Variables, limits: Limits) -> int:
        """The cost with these variables.

        Raises:
            PageTooLarge, TooManyRepresentations: a list is longer than any may be.
        """
        total = self.own
        for given, inner in self.items:
            size = given.size(variables)
            if given.argument in PAGED and size > limits.page:
                raise PageTooLarge(size, limits.page, given.argument)
            if given.argument == REPRESENTATIONS and size > limits.representations:
                raise TooManyRepresentations(size, limits.representations)
            total += size * inner.of(variables, limits)
        return total

    def add(self, other: "Price", times: int = 1) -> None:
        self.own += other.own * times
        for given, inner in other.items:
            scaled = Price()
            if times == 1:
                scaled = inner
            else:
                scaled.add(inner, times)
            self.items.append((given, scaled))


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
        """What all fields cost together; `size` is how many the lists of a connection bring."""
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
            found = (
                self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            )
            assert isinstance(found, FragmentDefinitionNode | InlineFragmentNode)  # noqa: S101 - the only ones
            condition = found.type_condition
            named = self._schema.type_map.get(condition.name.value) if condition else parent
            if named is not None and is_composite_type(named):
                yield from self._fields(found.selection_set, named)

    def _field(
        self, node: FieldNode, definition: GraphQLField, size: SizedArgument | None
    ) -> Price:
        one = Price(own=_weight(definition))
        paged = _paged(node, definition)
        is_list = is_list_type(get_nullable_type(definition.type))
        named = get_named_type(definition.type)
        if node.selection_set and is_composite_type(named):
            one.add(self.of(node.selection_set, named, None if is_list else paged))
        total = Price()
        if not is_list or is_leaf_type(named):
            total = one
            if paged:  # checked against the limit, though nothing of the page was selected
                total.items.append((paged, Price()))
        elif paged:
            total.items.append((paged, one))
        elif size and node.name.value in SIZED_FIELDS:
            total.items.append((size, one))
        else:
            total.add(one, _assumed(definition))
        total.items.extend(
            (given, Price(own=self._item_cost)) for given in _lists(node, definition)
        )
        return total


def _directive(definition: GraphQLField, kind: type[Any]) -> Any:  # noqa: ANN401 - an instance of `kind`, or None
    ours = definition.extensions.get("strawberry-definition")
    return next((each for each in getattr(ours, "directives", ()) if isinstance(each, kind)), None)


def _weight(definition: GraphQLField) -> int:
    cost = _directive(definition, Cost)
    if cost is not None:
        return int(cost.weight)
    return 0 if is_leaf_type(get_named_type(definition.type)) else 1


def _assumed(definition: GraphQLField) -> int:
    listed = _directive(definition, ListSize)
    return (listed and listed.assumed_size) or ASSUMED_SIZE


def _paged(node: FieldNode, definition: GraphQLField) -> SizedArgument | None:
    """The argument that says how many: one of those that pages have, or a list of keys."""
    found = [_given(node, definition, name) for name in (*PAGED, REPRESENTATIONS)]
    return next((each for each in found if each), None)


def _given(node: FieldNode, definition: GraphQLField, name: str) -> SizedArgument | None:
    if name not in definition.args:
        return None
    for argument in node.arguments or ():
        if argument.name.value == name:
            return _read(name, argument.value)
    default = definition.args[name].default_value
    return SizedArgument(name, value=default) if isinstance(default, int) else None


def _read(name: str, value: ValueNode) -> SizedArgument | None:
    match value:
        case VariableNode():
            return SizedArgument(name, variable=value.name.value)
        case IntValueNode():
            return SizedArgument(name, value=read_whole_number(value.value))
        case ListValueNode():
            return SizedArgument(name, value=len(value.values))
        case _:
            return None


def _lists(node: FieldNode, definition: GraphQLField) -> Iterator[SizedArgument]:
    """What the arguments of the field hold in lists: written in the document, or in variables."""
    for argument in node.arguments or ():
        known = definition.args.get(argument.name.value)
        if known is None or argument.name.value == REPRESENTATIONS:
            continue
        if is_list_type(get_nullable_type(known.type)) or _may_hold_lists(known.type):
            yield from _given_in(argument.name.value, argument.value)


def _may_hold_lists(kind: GraphQLInputType) -> bool:
    named = get_named_type(kind)
    return is_input_object_type(named) or named.name == ANY_JSON


def _given_in(name: str, value: ValueNode) -> Iterator[SizedArgument]:
    match value:
        case VariableNode():
            yield SizedArgument(name, variable=value.name.value, is_number=False)
        case ListValueNode():
            yield SizedArgument(name, value=len(value.values))
            for item in value.values:
                yield from _given_in(name, item)
        case ObjectValueNode():
            for field_node in value.fields:
                yield from _given_in(name, field_node.value)
