"""Operations that a client might send: of every shape that the graph allows, over values that exist."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    parse_value,
    print_ast,
    print_schema,
    value_from_ast_untyped,
    visit,
)
from graphql.language import Node
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

RELATIONAL = ("body", "person", "appraisal", "me", "evaluations", "_entities")
"""The fields of Query whose selections a plan may know."""

YEARS = (2023, 2023, 2023, 2022, 2024, -1)
SIZES = (1, 1, 2, 2, 3, 3, 7, 20, 0, 501)
NO_SUCH_KEY = ("no-such-body", "00000000-0000-4000-8000-000000000000", "", "'", '"\\u0001')


N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class KnownValues:
    """Values that name something in the database, by the argument that takes them."""

    of: dict[str, Sequence[str]]
    cursors: list[str] = field(default_factory=list)
    since: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Operation:
    """A document with its variables."""

    document: str
    variables: dict[str, Any]


def operations(schema: GraphQLSchema, known: KnownValues) -> st.SearchStrategy[Operation]:
    """What hypothesis-graphql makes of our schema, over the values that are known."""
    sdl = print_schema(schema)
    scalars = {
        name: st.just(nodes.String("x")) for name in re.findall(r"^scalar (\w+)", sdl, re.MULTILINE)
    }
    scalars["Date"] = st.just(nodes.String("2023-12-31"))
    documents = queries(sdl, fields=RELATIONAL, custom_scalars=scalars)
    return st.builds(
        lambda document, random: _varied(schema, known, document, random),
        documents,
        st.randoms(use_true_random=False),
    )


def _varied(schema: GraphQLSchema, known: KnownValues, document: str, random: Random) -> Operation:
    info = TypeInfo(schema)
    varied = _ValueVisitor(info, known, random)
    made = visit(parse(document), TypeInfoVisitor(info, varied))
    operation: OperationDefinitionNode = made.definitions[0]
    operation = _with(
        operation,
        variable_definitions=tuple(varied.definitions),
        name=NameNode(value="Generated"),
    )
    definitions = (operation, *varied.fragments)
    return Operation("\n".join(print_ast(one) for one in definitions), varied.variables)


@dataclass
class _ValueVisitor(Visitor):
    """Puts known values into arguments, some as variables; adds aliases, fragments and directives."""

    info: TypeInfo
    known: KnownValues
    random: Random
    definitions: list[VariableDefinitionNode] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[FragmentDefinitionNode] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def leave_field(self, node: FieldNode, *_: object) -> FieldNode:
        directives = (*(node.directives or ()), *self._directives())
        selections = node.selection_set
        if selections is not None and self.random.random() < 0.3:
            kind = self.info.get_type()
            selections = self._typename(self._fragmented(selections, kind))
        return _with(node, directives=tuple(directives), selection_set=selections)

    def leave_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode:
        kind = self.info.get_input_type()
        value = self._value(node)
        if self.random.random() < 0.3 and "$" not in print_ast(value):
            return _with(node, value=self._variable(str(kind), value_from_ast_untyped(value)))
        return _with(node, value=value)

    def _value(self, node: ArgumentNode) -> ValueNode:
        name = node.name.value
        if name in {"year", "first"}:
            number = self.random.choice(YEARS if name == "year" else SIZES)
            return IntValueNode(value=str(number))
        if name == "representations":
            return parse_value(self._representations())
        if name in {"after", "changedSince"}:
            known = self.known.cursors if name == "after" else self.known.since
            return StringValueNode(value=self.random.choice([*known, "x"]))
        if name in self.known.of:
            some = self.known.of[name]
            result = self.random.choice(NO_SUCH_KEY if self.random.random() < 0.1 else some)
            return StringValueNode(value=result)
        return node.value

    def _representations(self) -> str:
        """A few of what gateways name: mostly there, some not, one in ten no representation at all."""
        made: list[str] = []
        for _ in range(self.random.choice([0, 1, 2, 5])):
            kind = self.random.choice(["Body", "Person", "Post", "PeerGroup", "Appraisal"])
            key = "id" if kind in {"Person", "Appraisal"} else "code"
            value = self.random.choice([*self.known.of[key], NO_SUCH_KEY[1 - (key == "code")]])
            made.append(f'{{__typename: "{kind}", {key}: "{value}"}}')
        if self.random.random() < 0.1:
            made.append(self.random.choice(['{__typename: "Nothing"}', "{}", "{code: 5}"]))
        return f"[{', '.join(made)}]"

    def _directives(self) -> list[DirectiveNode]:
        if self.random.random() > 0.1:
            return []
        name = self.random.choice(["skip", "include"])
        value = self._variable("Boolean!", self.random.random() < 0.5)
        argument = ArgumentNode(name=NameNode(value="if"), value=value)
        return [DirectiveNode(name=NameNode(value=name), arguments=(argument,))]

    def _variable(self, kind: str, value: object) -> VariableNode:
        name = f"v{len(self.definitions)}"
        variable = VariableNode(name=NameNode(value=name))
        parsed = parse(f"query ($x: {kind}) {{ x }}").definitions[0]
        assert isinstance(parsed, OperationDefinitionNode)
        of = (parsed.variable_definitions or ())[0].type
        self.definitions.append(VariableDefinitionNode(variable=variable, type=of))
        self.variables[name] = value
        return variable

    def _typename(self, selections: SelectionSetNode) -> SelectionSetNode:
        node = FieldNode(name=NameNode(value="__typename"), alias=NameNode(value="kind__"))
        return _with(selections, selections=(*selections.selections, node))

    def _fragmented(self, selections: SelectionSetNode, kind: object) -> SelectionSetNode:
        """The same selections through a named fragment, where the type has a name of its own."""
        named = getattr(kind, "name", None)
        if named is None or self.random.random() < 0.5:
            return selections
        name = NameNode(value=f"F{len(self.fragments)}")
        condition = NamedTypeNode(name=NameNode(value=named))
        self.fragments.append(
            FragmentDefinitionNode(name=name, type_condition=condition, selection_set=selections)
        )
        return _with(selections, selections=(FragmentSpreadNode(name=name),))


def _with(node: N, **changed: object) -> N:
    """The node with some of its parts changed."""
    parts = {name: getattr(node, name) for name in node.keys if name != "loc"}
    return type(node)(**parts | changed)
