"""Prepares an operation from its text (parse, measure, validate, price), and caches prepared operations."""

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
    VariableValues,
    specified_rules,
    validate,
)
from strawberry.schema import Schema

from db.facade import RecentTexts
from resolvers.errors import Problem
from schema.library_internals import (
    FragmentDetails,
    MaybeNullValidationRule,
    OneOfInputValidationRule,
    core_schema,
    unlink_tokens,
)
from schema.lru_cache import EntryResizer, LRUCache
from schema.operation.cost import Price, price
from schema.operation.document_parser import parse_document
from schema.operation.document_size import (
    fragments_of,
    measure,
    root_names,
    variables_of_directives,
)
from schema.operation.limit import Limits, TooDeep, TooManyTokens
from schema.operation.variable import DeclaredVariables

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
VALIDATION_ERRORS_MAX = 10
PUBLIC_FIELDS = {"__schema", "__type", "__typename", "_service"}
"""Root fields that need no sign-in: the schema itself."""

NAME_CHARACTERS_MAX = 64
"""Longest name of an operation in the log; a longer one is cut."""

DOCUMENT_BYTES = 4_000
CHARACTER_BYTES = 200
"""Bytes of memory of a prepared document, and for each of its characters. Measured with tracemalloc: 80 to 160."""

CACHE_BYTES_MAX = 40 * 1024 * 1024
"""Bytes of all documents with their plans and statements: about 40 of the largest, or hundreds of usual ones."""

DOCUMENTS_REMEMBERED = 10_000
"""Documents that came once. One that comes again before so many others is cached."""

Fault = GraphQLError | Problem


class OperationRefused(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the service
    """The document cannot run; `faults` are the reasons."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class Prepared:
    """An operation that may run, with everything that is known of it without its variables."""

    schema: Schema
    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    details: dict[str, FragmentDetails]
    digest: str
    price: Price
    root_names: frozenset[str]
    declared: DeclaredVariables
    errors_max: int
    memory: dict[str, Any] = field(default_factory=dict)
    """Results that later steps cache for this operation, such as its compiled plans."""
    on_resize: Callable[[int], None] = field(default=lambda _: None)
    """Called with each change, in bytes, of what `memory` takes."""

    @cached_property
    def log_fields(self) -> Mapping[str, str]:
        """The hash, type and name of the operation for logs and traces; no argument and no variable."""
        fields = {"hash": self.digest, "type": self.kind.value}
        return fields | ({"name": self.name[:NAME_CHARACTERS_MAX]} if self.name else {})

    @cached_property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None

    @cached_property
    def kind(self) -> OperationType:
        return self.operation.operation

    @cached_property
    def is_query(self) -> bool:
        return self.kind is OperationType.QUERY

    @cached_property
    def is_subscription(self) -> bool:
        return self.kind is OperationType.SUBSCRIPTION

    @cached_property
    def is_command(self) -> bool:
        return self.kind is OperationType.MUTATION

    @cached_property
    def is_schema_only(self) -> bool:
        return all(
            isinstance(node, FieldNode) and node.name.value in PUBLIC_FIELDS
            for node in self.operation.selection_set.selections
        )

    @cached_property
    def directive_variables(self) -> tuple[str, ...]:
        """The variables that `@skip` and `@include` use; the selected fields depend on these alone."""
        return tuple(sorted(variables_of_directives(self.document)))

    @cached_property
    def has_one_field(self) -> bool:
        """Whether the root selects one field and no fragment, which may hold any number of fields."""
        nodes = self.operation.selection_set.selections
        return len(nodes) == 1 and isinstance(nodes[0], FieldNode)

    def coerced(self, raw: dict[str, Any]) -> VariableValues:
        """The variables coerced to the types of the schema.

        Raises:
            OperationRefused: a value is not of its declared type.
        """
        variables = self.declared.coerced(raw, VALIDATION_ERRORS_MAX)
        if isinstance(variables, VariableValues):
            return variables
        raise OperationRefused(*variables)


class OperationCache:
    """Caches the operations of one schema by their text, prepared or refused."""

    def __init__(self, schema: Schema, limits: Limits) -> None:
        self._schema, self._limits = schema, limits
        self._cache: LRUCache[tuple[str, str | None], Prepared | OperationRefused] = LRUCache(
            bytes_max=CACHE_BYTES_MAX
        )
        self._recent = RecentTexts(DOCUMENTS_REMEMBERED)

    def ready(self, text: str, name: str | None) -> Prepared | None:
        """A cached operation that needs no further preparation; None for commands and for `@skip` or `@include`.

        Raises:
            OperationRefused: the cached operation was refused.
        """
        prepared = self._cache.get((text, name))
        if prepared is not None:
            prepared = _unless_refused(prepared)
        if prepared is None or prepared.directive_variables or prepared.is_command:
            return None
        return prepared

    def prepare(self, text: str, name: str | None) -> Prepared:
        """The operation called `name` of the document, or its only one.

        Raises:
            OperationRefused: the document is too large, invalid, or has no such operation.
        """
        key = (text, name)
        entry = self._cache.get(key)
        if entry is None:
            resizer = EntryResizer(self._cache, key)
            entry = self._prepare(text, name, resizer)
            if self._recent.is_repeated(key):  # unique texts do not fill the cache
                self._cache.put(key, entry, DOCUMENT_BYTES + CHARACTER_BYTES * len(text), resizer)
        return _unless_refused(entry)

    def _prepare(
        self, text: str, name: str | None, on_resize: Callable[[int], None]
    ) -> Prepared | OperationRefused:
        try:
            document = self._parse(text)
            measure(document, self._limits)
            unlink_tokens(document)
            errors = validate(
                core_schema(self._schema),
                document,
                RULES,
                max_errors=VALIDATION_ERRORS_MAX,
                hide_suggestions=True,
            )
            if errors:
                return OperationRefused(*_deduplicated(errors))
            operation = _selected_operation(document, name)
        except GraphQLError as error:
            return OperationRefused(_without_document(error))
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
            details={fragment: FragmentDetails(node) for fragment, node in fragments.items()},
            digest=sha256(text.encode()).hexdigest(),
            price=price(core_schema(self._schema), operation, fragments),
            root_names=frozenset(root_names(operation.selection_set, fragments)),
            declared=DeclaredVariables(
                core_schema(self._schema), operation.variable_definitions or ()
            ),
            errors_max=self._limits.errors,
            on_resize=on_resize,
        )

    def _parse(self, text: str) -> DocumentNode:
        if len(text) > self._limits.characters:
            raise TooManyTokens(len(text), self._limits.characters)
        tokens = self._limits.tokens
        try:
            return parse_document(text, tokens)
        except GraphQLError as error:
            if "Document contains more than" in error.message:
                raise TooManyTokens(tokens + 1, tokens) from None
            raise


def _unless_refused(entry: Prepared | OperationRefused) -> Prepared:
    """Raise a new OperationRefused for a refused entry: a cached exception would keep the frames of its traceback."""
    if isinstance(entry, OperationRefused):
        raise OperationRefused(*entry.faults)
    return entry


def _selected_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if name is not None:
        operations = [node for node in operations if node.name and node.name.value == name]
        if not operations:
            raise GraphQLError(f"Unknown operation named '{name}'.")
    if not operations:
        raise GraphQLError("Must provide an operation.")
    if len(operations) > 1:
        raise GraphQLError("Must provide operation name if query contains multiple operations.")
    return operations[0]


def _deduplicated(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """One error for each message, with all of its locations."""
    places: dict[str, list[Any]] = {}
    for error in errors:
        located = [place.formatted for place in error.locations or ()]
        places.setdefault(error.message, []).extend(located)
    return [LocatedError(message, located) for message, located in places.items()]


def _without_document(error: GraphQLError) -> GraphQLError:
    """The error without the document: it is cached, and must be small."""
    return LocatedError(error.message, [location.formatted for location in error.locations or ()])


class LocatedError(GraphQLError):
    """An error with its locations, without a reference to the document."""

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
