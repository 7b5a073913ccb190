"""Measures a document in time proportional to its length, before validation, and refuses a too large one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    TokenKind,
    VariableNode,
    Visitor,
    visit,
)

from schema.library_internals import tokens_of
from schema.operation.limit import (
    Exceeded,
    IntrospectionOff,
    Limits,
    NullCharacter,
    TooDeep,
    TooManyAliases,
    TooManyDirectives,
    TooManyFields,
    TooManyRepeats,
    TooManyRootFields,
)

SCHEMA_FIELDS = {"__schema", "__type"}

Fragments = dict[str, FragmentDefinitionNode]


@dataclass(slots=True)
class Size:
    """The size of a selection; a fragment counts at each place where it is spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    introspects: bool = False

    def add(self, inner: "Size", below: int) -> None:
        """Add the size of a selection that stands `below` levels deeper."""
        self.depth = max(self.depth, inner.depth + below)
        self.fields += inner.fields
        self.aliases += inner.aliases
        self.directives += inner.directives
        self.root_fields += 0 if below else inner.root_fields
        self.introspects |= inner.introspects


class Measure:
    """Measures selections; each fragment is measured once, and its size reused at each spread."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, Size | None] = {}

    def of(self, selections: SelectionSetNode) -> Size:
        size = Size()
        for node in selections.selections:
            size.directives += len(node.directives or ())
            size.fields += 1  # spreads count, too: many empty ones would still take long
            if isinstance(node, FieldNode):
                size.root_fields += 1
                size.depth = max(size.depth, 1)
                size.aliases += node.alias is not None
                size.introspects |= node.name.value in SCHEMA_FIELDS
                if node.selection_set:
                    size.add(self.of(node.selection_set), 1)
            elif isinstance(node, FragmentSpreadNode):
                size.add(self.fragment(node.name.value), 0)
            elif node.selection_set:  # type: ignore[attr-defined]  # the third kind is the inline fragment
                size.add(self.of(node.selection_set), 0)  # type: ignore[attr-defined]  # the same
        return size

    def fragment(self, name: str) -> Size:
        """The size of a fragment; 0 for a missing one, which validation refuses.

        Raises:
            GraphQLError: the fragment spreads itself.
        """
        if name in self._known:
            known = self._known[name]
            if known is None:
                raise GraphQLError(f"Cannot spread fragment '{name}' within itself.")
            return known
        definition = self._fragments.get(name)
        if definition is None:
            return Size()
        self._known[name] = None  # being measured
        size = self._known[name] = self.of(definition.selection_set)
        return size


def fragments_of(document: DocumentNode) -> Fragments:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def root_names(selections: SelectionSetNode, fragments: Fragments) -> Iterator[str]:
    """The names of the root fields of a valid operation, also those inside fragments."""
    return (node.name.value for node in _spread_fields(selections, fragments))


def variables_of_directives(document: DocumentNode) -> frozenset[str]:
    """The variables that `@skip` and `@include` use anywhere in the document."""
    visitor = _DirectiveVariables()
    visit(document, visitor)
    return frozenset(visitor.variables)


class _DirectiveVariables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.variables.add(argument.value.name.value)


def measure(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that is too large to be validated.

    Raises:
        Exceeded: a limit is exceeded; the subclass says which.
        GraphQLError: a fragment spreads itself.
    """
    fragments = fragments_of(document)
    measured = Measure(fragments)
    _refuse_null_character(document)
    fields = 0
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            size = measured.of(node.selection_set)
            size.directives += len(node.directives or ())
        elif isinstance(node, FragmentDefinitionNode):
            size = replace(measured.fragment(node.name.value), root_fields=0)
        else:
            continue  # a definition of a schema, which validation refuses
        fields += size.fields
        _refuse_too_large(replace(size, fields=fields), limits)
    # Only after the limits above: this visits every field of every spread.
    pairs = sum(
        _compared_pairs([node.selection_set], fragments) for node in _with_selections(document)
    )
    _refuse_above(TooManyRepeats, pairs, limits.repeats)


def _with_selections(
    document: DocumentNode,
) -> Iterator[OperationDefinitionNode | FragmentDefinitionNode]:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            yield node


def _refuse_too_large(size: Size, limits: Limits) -> None:
    _refuse_above(TooDeep, size.depth, limits.depth)
    _refuse_above(TooManyFields, size.fields, limits.fields)
    _refuse_above(TooManyAliases, size.aliases, limits.aliases)
    _refuse_above(TooManyDirectives, size.directives, limits.directives)
    _refuse_above(TooManyRootFields, size.root_fields, limits.root_fields)
    if size.introspects and not limits.introspection:
        raise IntrospectionOff


def _refuse_above(refusal: type[Exceeded], was: int, maximum: int) -> None:
    if was > maximum:
        raise refusal(was, maximum)


def _compared_pairs(sets: list[SelectionSetNode], fragments: Fragments) -> int:
    """The pairs of fields with one response name that validation compares; they grow with the square of the fields."""
    named: dict[str, list[FieldNode]] = {}
    for selections in sets:
        for field in _spread_fields(selections, fragments):
            named.setdefault((field.alias or field.name).value, []).append(field)
    total = 0
    for fields in named.values():
        total += len(fields) * (len(fields) - 1) // 2
        below = [field.selection_set for field in fields if field.selection_set]
        if below:
            total += _compared_pairs(below, fragments)
    return total


def _spread_fields(selections: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            if node.name.value in fragments:
                yield from _spread_fields(fragments[node.name.value].selection_set, fragments)
        else:
            yield from _spread_fields(node.selection_set, fragments)  # type: ignore[attr-defined]  # the third kind is the inline fragment


def _refuse_null_character(document: DocumentNode) -> None:
    """Refuse U+0000 in strings, which PostgreSQL cannot store. Raises NullCharacter."""
    for token in tokens_of(document):
        if token.kind in (TokenKind.STRING, TokenKind.BLOCK_STRING) and "\0" in (token.value or ""):
            raise NullCharacter
