"""How large a document is, in time that grows with its length alone, before anything else looks at it."""

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
    """What a selection holds, with each fragment counted wherever it is spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    introspects: bool = False

    def add(self, inner: "Size", below: int) -> None:
        """What `inner` holds comes too, `below` levels further down."""
        self.depth = max(self.depth, inner.depth + below)
        self.fields += inner.fields
        self.aliases += inner.aliases
        self.directives += inner.directives
        self.root_fields += 0 if below else inner.root_fields
        self.introspects |= inner.introspects


class Measure:
    """Sizes of selections; each fragment is measured once, however often it is spread."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, Size | None] = {}

    def of(self, selections: SelectionSetNode) -> Size:
        size = Size()
        for node in selections.selections:
            size.directives += len(node.directives or ())
            size.fields += 1  # a spread too: many that hold nothing would take long all the same
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
        """The size of a fragment; one that is not there has none, and validation says so.

        Raises:
            GraphQLError: it spreads itself.
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
        found = self._known[name] = self.of(definition.selection_set)
        return found


def fragments_of(document: DocumentNode) -> Fragments:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def root_names(selections: SelectionSetNode, fragments: Fragments) -> Iterator[str]:
    """The fields at the root of a valid operation, fragments or not."""
    return (node.name.value for node in _spread(selections, fragments))


def variables_of_directives(document: DocumentNode) -> frozenset[str]:
    """The variables that `@skip` and `@include` use anywhere in the document."""
    visitor = _OfDirectives()
    visit(document, visitor)
    return frozenset(visitor.variables)


class _OfDirectives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.variables.add(argument.value.name.value)


def measure(document: DocumentNode, limits: Limits) -> None:
    """Let pass what is small enough to be validated.

    Raises:
        Exceeded: which limit, and by how much.
        GraphQLError: a fragment spreads itself.
    """
    fragments = fragments_of(document)
    measured = Measure(fragments)
    _no_null_character(document)
    fields = 0
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            size = measured.of(node.selection_set)
            size.directives += len(node.directives or ())
        elif isinstance(node, FragmentDefinitionNode):
            size = replace(measured.fragment(node.name.value), root_fields=0)
        else:
            continue  # of a schema; validation refuses it
        fields += size.fields
        _within(replace(size, fields=fields), limits)
    # Only now, as it walks every field of every spread.
    pairs = sum(_pairs([node.selection_set], fragments) for node in _with_selections(document))
    _at_most(TooManyRepeats, pairs, limits.repeats)


def _with_selections(
    document: DocumentNode,
) -> Iterator[OperationDefinitionNode | FragmentDefinitionNode]:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            yield node


def _within(size: Size, limits: Limits) -> None:
    _at_most(TooDeep, size.depth, limits.depth)
    _at_most(TooManyFields, size.fields, limits.fields)
    _at_most(TooManyAliases, size.aliases, limits.aliases)
    _at_most(TooManyDirectives, size.directives, limits.directives)
    _at_most(TooManyRootFields, size.root_fields, limits.root_fields)
    if size.introspects and not limits.introspection:
        raise IntrospectionOff


def _at_most(refusal: type[Exceeded], was: int, maximum: int) -> None:
    if was > maximum:
        raise refusal(was, maximum)


def _pairs(sets: list[SelectionSetNode], fragments: Fragments) -> int:
    """How many pairs of fields with one name validation compares: the square is what makes it slow."""
    named: dict[str, list[FieldNode]] = {}
    for found in sets:
        for field in _spread(found, fragments):
            named.setdefault((field.alias or field.name).value, []).append(field)
    total = 0
    for fields in named.values():
        total += len(fields) * (len(fields) - 1) // 2
        below = [field.selection_set for field in fields if field.selection_set]
        if below:
            total += _pairs(below, fragments)
    return total


def _spread(selections: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            if node.name.value in fragments:
                yield from _spread(fragments[node.name.value].selection_set, fragments)
        else:
            yield from _spread(node.selection_set, fragments)  # type: ignore[attr-defined]  # the third kind is the inline fragment


def _no_null_character(document: DocumentNode) -> None:
    """PostgreSQL stores no such text; better said here than by a statement that fails."""
    token = document.loc.start_token if document.loc else None
    while token:
        if token.kind in (TokenKind.STRING, TokenKind.BLOCK_STRING) and "\0" in (token.value or ""):
            raise NullCharacter
        token = token.next
