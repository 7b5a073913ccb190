"""The parts of a root field's plan: the operation, the selected fields with arguments, and the placeholders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import GraphQLObjectType, GraphQLSchema, OperationDefinitionNode, VariableValues
from strawberry.schema import Schema

from db.facade import Permitted, Relation
from schema.library_internals import Executor, FieldDetailsList, FragmentDetails
from schema.pagination import FoundList
from schema.planner.argument import ReadArguments
from schema.planner.declaration import (
    Answers,
    Declaration,
    Fills,
    Finds,
    Follows,
    Guard,
    OfPage,
    unchanged_arguments,
)

Details = FieldDetailsList
"""The nodes of the document that share one response name; graphql-core merges their selections."""


class NotPlannedError(Exception):
    """The planner cannot compile the selection; graphql-core answers it."""


class RunningOperation(Protocol):
    """The part of a running operation that its plans use."""

    context: Any
    variables: VariableValues

    @property
    def executor(self) -> Executor[Any]:
        """The executor of graphql-core that resolves `Answers` placeholders; created at first use."""


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field of the selection that binds values: its declaration, and how its arguments are read.

    `year_from` is the number of the field whose arguments name the year, for rights that hold for a year.
    """

    declaration: Declaration | Guard
    read_arguments: ReadArguments
    year_from: int
    argument_names: frozenset[str] = frozenset()
    is_on_root_row: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the statement binds the arguments unchanged, and nothing else. A page also binds its cursor."""
        if isinstance(self.declaration, Guard | Finds) or "first" in self.argument_names:
            return False
        is_root = isinstance(self.declaration, Follows) and self.declaration.root is not None
        return (
            not is_root
            and getattr(self.declaration, "bind", unchanged_arguments) is unchanged_arguments
        )


@dataclass(frozen=True, slots=True)
class PlaceholderField:
    """The field that fills a placeholder: by a function of the row's values, or by the resolver of `parent`'s field."""

    declaration: "Fills | Answers | Cursor | PageField | Settles"
    parent: GraphQLObjectType
    details: Details


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of a row on the page of `link` that the field with this number selects.

    `is_parent_bound`: the key of the parent is known before the statement runs, and not read from its rows.
    """

    link: Relation
    field_number: int
    is_parent_bound: bool


@dataclass(frozen=True, slots=True)
class PageField:
    """A field beside the edges of a page that a Python function computes."""

    declaration: OfPage
    field_number: int


@dataclass(frozen=True, slots=True)
class Settles:
    """Values that the statement of the first page fixes (such as the snapshot), for the cursors of that page."""

    names: tuple[str, ...]
    field_number: int


@dataclass(frozen=True, slots=True)
class Operation:
    """The part of an operation that the planner reads. `variables` holds those of `@skip` and `@include` only."""

    strawberry: Schema
    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    node: OperationDefinitionNode
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class SelectionScope:
    """The scope of a selection: renamed columns, and the number of the field whose arguments name the year."""

    columns: Mapping[str, str | Declaration] = field(default_factory=dict)
    year_from: int = -1
    is_root: bool = False
    """Whether the selection reads the root's own row."""


Rights = Mapping[int, Permitted | None]
"""By the number of the field: the rows that the caller may read; None means all rows."""


Lists = Mapping[int, FoundList]
"""By the number of the field: the list that was looked up."""

UNKNOWN_RELATION = Relation("appraisal", on=(), order=("id",))
"""Stands in the outline for the relation of a list that was not looked up yet."""
