"""What the plan of a root field is made of: its operation, the places with arguments, the holes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails
from graphql.execution.executor import Executor
from graphql.execution.values import VariableValues
from strawberry.schema import Schema

from db.json_sql.relation import Relation
from db.repositories.authorization_filter import Permitted
from schema.pagination import FoundList
from schema.planner.argument import Argued
from schema.planner.declaration import (
    Answers,
    Declaration,
    Fills,
    Finds,
    Follows,
    Guard,
    OfPage,
    as_asked,
)

Details = FieldDetailsList
"""The nodes of one response name; their selections are one."""


class NotPlannedError(Exception):
    """The selection holds something that the plan does not know; graphql-core answers it."""


class Running(Protocol):
    """An operation on its way to an answer, as far as its plans know it."""

    context: Any
    variables: VariableValues

    @property
    def executor(self) -> Executor[Any]:
        """graphql-core's, for what a plan leaves to it; made when it is asked for."""


@dataclass(frozen=True, slots=True)
class SelectedField:
    """One place of the selection: what its field declares, and what gives its arguments, `named` so in the graph.

    Of a `guard`, `year_of` is the place whose arguments name the year of the rights.
    """

    declaration: Declaration | Guard
    argued: Argued
    year_of: int
    named: frozenset[str] = frozenset()
    is_of_root: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether its statement takes the arguments as they are asked, and nothing else; a page has a cursor."""
        if isinstance(self.declaration, Guard | Finds) or "first" in self.named:
            return False
        is_root = isinstance(self.declaration, Follows) and self.declaration.root is not None
        return not is_root and getattr(self.declaration, "bind", as_asked) is as_asked


@dataclass(frozen=True, slots=True)
class Filled:
    """A hole and who fills it: Python by its values, or graphql-core the field of `parent`."""

    declaration: "Fills | Answers | Cursor | PageField | Settles"
    parent: GraphQLObjectType
    details: Details


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of a row on the page numbered `asked` of the link."""

    link: Relation
    asked: int
    of_arguments: bool


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of the page numbered `asked` that Python gives."""

    declaration: OfPage
    asked: int


@dataclass(frozen=True, slots=True)
class Settles:
    """What the first page of a list settles, for the cursors and fields of the page numbered `asked`."""

    names: tuple[str, ...]
    asked: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What of an operation the plan reads; of the variables, those of its directives alone matter."""

    strawberry: Schema
    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    node: OperationDefinitionNode
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class SelectionScope:
    """Where a selection stands: columns by other names, and the place that names the year."""

    columns: Mapping[str, str | Declaration] = field(default_factory=dict)
    year_of: int = -1
    is_root: bool = False
    """Whether it stands on the root's own row."""


Rights = Mapping[int, Permitted | None]
"""By the number of the place: what is permitted there; None is everything."""


Lists = Mapping[int, FoundList]
"""By the number of the place: the list that was looked for."""

NOT_FOUND_YET = Relation("appraisal", on=(), order=("id",))
