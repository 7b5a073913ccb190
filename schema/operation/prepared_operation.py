"""From a text to an operation that may run: parsed, measured, validated, each once, and kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    specified_rules,
    validate,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.schema import Schema
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from resolvers.errors import Problem
from schema.lru_cache import Growth, LRUCache
from schema.operation.cost import Price, price
from schema.operation.document_parser import parse_document
from schema.operation.document_size import (
    fragments_of,
    measure,
    root_names,
    variables_of_directives,
)
from schema.operation.limit import Limits, TooDeep, TooManyTokens
from schema.operation.variable import Declared

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
ERRORS_MAX = 10
OPEN_TO_ALL = {"__schema", "__type", "__typename", "_service"}
"""What anybody may ask: the schema itself."""

NAME_CHARACTERS_MAX = 64
"""Of the name of an operation in the log."""

DOCUMENT_BYTES = 4_000
CHARACTER_BYTES = 200
"""What a prepared document takes, and each of its characters. Measured with tracemalloc: 80 to 160 bytes a character."""

KEPT_BYTES_MAX = 40 * 1024 * 1024
"""All documents with their plans and statements: some 40 of the largest, or hundreds as clients write them."""

DIGESTS_MAX = 10_000
"""Texts that came once. One that comes again before so many others is kept."""

Fault = GraphQLError | Problem


class OperationRefused(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the service
    """The document cannot run; `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class Prepared:
    """An operation that may run, with everything that can be known of it without its variables."""

    schema: Schema
    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    details: dict[str, FragmentDetails]
    digest: str
    price: Price
    root_names: frozenset[str]
    declared: Declared
    errors_max: int
    memory: dict[str, Any] = field(default_factory=dict)
    """What later steps found out about it once: a compiled plan, for example."""
    resized: Callable[[int], None] = field(default=lambda _: None)
    """Is told how many bytes `memory` takes more, or less."""

    @cached_property
    def identified(self) -> Mapping[str, str]:
        """What the log and a trace call it, without anything that is asked with it; a long name is cut."""
        found = {"hash": self.digest, "type": self.kind.value}
        return found | ({"name": self.name[:NAME_CHARACTERS_MAX]} if self.name else {})

    @cached_property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None

    @cached_property
    def kind(self) -> OperationType:
        return self.operation.operation

    @cached_property
    def is_command(self) -> bool:
        return self.kind is OperationType.MUTATION

    @cached_property
    def asks_for_the_schema_only(self) -> bool:
        return all(
            isinstance(node, FieldNode) and node.name.value in OPEN_TO_ALL
            for node in self.operation.selection_set.selections
        )

    @cached_property
    def choosing(self) -> tuple[str, ...]:
        """The variables that `@skip` and `@include` use: what is selected depends on these alone."""
        return tuple(sorted(variables_of_directives(self.document)))

    @cached_property
    def has_one_field(self) -> bool:
        """Written at the root itself: a fragment there may hold any number of fields."""
        nodes = self.operation.selection_set.selections
        return len(nodes) == 1 and isinstance(nodes[0], FieldNode)

    def coerced(self, raw: dict[str, Any]) -> VariableValues:
        """The variables as the schema takes them.

        Raises:
            NotPrepared: they are not what the operation declares.
        """
        found = self.declared.coerced(raw, ERRORS_MAX)
        if isinstance(found, VariableValues):
            return found
        raise OperationRefused(*found)


class OperationCache:
    """The operations of one schema, found by their text in one step; also those that were refused."""

    def __init__(self, schema: Schema, limits: Limits) -> None:
        self._schema, self._limits = schema, limits
        self._kept: LRUCache[tuple[str, str | None], Prepared | OperationRefused] = LRUCache(
            bytes_max=KEPT_BYTES_MAX
        )
        self._came_once: LRUCache[int, bool] = LRUCache(DIGESTS_MAX)

    def ready(self, text: str, name: str | None) -> Prepared | None:
        """An operation of which nothing is left to be made: it came before, and is always the same.

        Raises:
            NotPrepared: it came before, and was refused.
        """
        known = self._kept.get((text, name))
        if known is not None:
            known = _sound(known)
        if known is None or known.choosing or known.is_command:
            return None
        return known

    def prepare(self, text: str, name: str | None) -> Prepared:
        """The operation called `name` of the document, or its only one.

        Raises:
            NotPrepared: too large, no GraphQL, not of this schema, or there is no such operation.
        """
        key = (text, name)
        found = self._kept.get(key)
        if found is None:
            growth = Growth(self._kept, key)
            found = self._made(text, name, growth)
            if self._came_before(key):
                self._kept.put(key, found, DOCUMENT_BYTES + CHARACTER_BYTES * len(text), growth)
        return _sound(found)

    def _came_before(self, key: tuple[str, str | None]) -> bool:
        """Whether the text is worth keeping: a client that never asks the same twice fills nothing."""
        digest = hash(key)
        if self._came_once.get(digest):
            return True
        self._came_once.put(digest, value=True, size=0)
        return False

    def _made(
        self, text: str, name: str | None, resized: Callable[[int], None]
    ) -> Prepared | OperationRefused:
        try:
            document = self._parsed(text)
            measure(document, self._limits)
            errors = validate(
                self._schema._schema,  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name
                document,
                RULES,
                max_errors=ERRORS_MAX,
                hide_suggestions=True,
            )
            if errors:
                return OperationRefused(*_once_each(errors))
            operation = _named(document, name)
        except GraphQLError as error:
            return OperationRefused(_alone(error))
        except Problem as problem:
            return OperationRefused(problem.with_traceback(None))
        except RecursionError:
            return OperationRefused(TooDeep(self._limits.depth + 1, self._limits.depth))
        fragments = fragments_of(document)
        return Prepared(
            schema=self._schema,
            document=document,
            operation=operation,
            fragments=fragments,
            details={each: FragmentDetails(node) for each, node in fragments.items()},
            digest=sha256(text.encode()).hexdigest(),
            price=price(self._schema._schema, operation, fragments),  # noqa: SLF001 - as above
            root_names=frozenset(root_names(operation.selection_set, fragments)),
            declared=Declared(self._schema._schema, operation.variable_definitions or ()),  # noqa: SLF001 - as above
            errors_max=self._limits.errors,
            resized=resized,
        )

    def _parsed(self, text: str) -> DocumentNode:
        if len(text) > self._limits.characters:
            raise TooManyTokens(len(text), self._limits.characters)
        tokens = self._limits.tokens
        try:
            return parse_document(text, tokens)
        except GraphQLError as error:
            if "Document contains more than" in error.message:
                raise TooManyTokens(tokens + 1, tokens) from None
            raise


def _sound(kept: Prepared | OperationRefused) -> Prepared:
    """Raises NotPrepared anew where it was refused: a raised one holds the frames it passed."""
    if isinstance(kept, OperationRefused):
        raise OperationRefused(*kept.faults)
    return kept


def _named(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        found = [node for node in found if node.name and node.name.value == name]
        if not found:
            raise GraphQLError(f"Unknown operation named '{name}'.")
    if not found:
        raise GraphQLError("Must provide an operation.")
    if len(found) > 1:
        raise GraphQLError("Must provide operation name if query contains multiple operations.")
    return found[0]


def _once_each(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """Each message once, with all places where it holds: whoever repeats a fault is not told it as often."""
    places: dict[str, list[Any]] = {}
    for error in errors:
        located = [place.formatted for place in error.locations or ()]
        places.setdefault(error.message, []).extend(located)
    return [LocatedError(message, located) for message, located in places.items()]


def _alone(error: GraphQLError) -> GraphQLError:
    """The error without the tree it was found in: it is kept, and should be small."""
    return LocatedError(error.message, [each.formatted for each in error.locations or ()])


class LocatedError(GraphQLError):
    """An error that knows its places, and not the document."""

    def __init__(self, message: str, places: list[Any]) -> None:
        super().__init__(message)
        self.places = places

    @property
    def formatted(self) -> Any:  # noqa: ANN401 - a typed dict of the library
        return (
            {"message": self.message, "locations": self.places}
            if self.places
            else {"message": self.message}
        )
