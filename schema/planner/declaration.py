"""Declarations that fields carry in their metadata for the planner: relation, column, expression, rights."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from db.facade import Form, Relation, Row
from rules.texts import law
from schema.context import Context
from schema.pagination import FoundList

PLAN = "plan"
"""The name under which a field's metadata holds its declaration."""

Arguments = Mapping[str, Any]
"""The arguments of a field by their Python names, as the graph coerced them."""

Bind = Callable[[Context, Arguments], Mapping[str, object]]
"""Returns the values of a relation's `:names`. If it raises a Problem, graphql-core answers the field."""


def unchanged_arguments(_: Context, arguments: Arguments) -> Mapping[str, object]:
    return arguments


class NotAnsweredError(Exception):
    """The plan cannot answer without errors; graphql-core answers, with the errors at their places."""


class Guard(Enum):
    """The right that a caller needs to read the field (QĐ124:Đ15.2)."""

    LEVEL = "read_level"
    FILE = "read_file"


@dataclass(frozen=True, slots=True)
class Follows:
    """The field follows a relation. `root` computes the key of a root field, which has no parent row."""

    link: Relation
    bind: Bind = unchanged_arguments
    guard: Guard | None = None
    otherwise: Row | None = None
    root: Bind | None = None
    year: Callable[[Context, Arguments], Awaitable[int | None]] | None = None
    """Finds the year of a root's row where its arguments name no year, for rights that hold for a year."""


@dataclass(frozen=True, slots=True)
class Finds:
    """The field is a list that depends on more than its arguments: on the caller and the time of the request.

    `reads_only`: `find` needs no transaction.
    """

    find: Callable[[Context, Arguments], Awaitable[FoundList]]
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class OfPage:
    """A Python function computes a field of a page, from the list and the arguments of the page."""

    fill: Callable[[FoundList, Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class KeyedSource:
    """The field's objects are found by the keys that `bind` returns, each by the relations of its type.

    `bind` returns lists: the `kind` of each key, which is the name of its type, and its values in each of
    `columns` (by name, with their types), null where it has none. A type may have several keys: the first
    relation that finds a row counts.
    """

    links: Mapping[str, Sequence[Relation]]
    columns: Mapping[str, str]
    bind: Bind


@dataclass(frozen=True, slots=True)
class Here:
    """The field's object is read from the same row; `columns` maps fields whose columns have other names."""

    unless_null: str | None = None
    columns: "Mapping[str, str | Declaration] | None" = None
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Says:
    """The field's value is an SQL expression over columns, `{row[name]}`, and the `:names` that `bind` returns."""

    expression: str
    form: Form
    bind: Bind = unchanged_arguments
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Fills:
    """A Python function computes the field from values of the row, without a statement or rights."""

    expressions: tuple[str, ...]
    fill: Callable[..., object]


@dataclass(frozen=True, slots=True)
class ElementsSource:
    """The field's objects are the elements of a JSON list in the column; each also has the row's `row_columns`."""

    column: str
    columns: str
    row_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chooses:
    """The field's object is the first row that one of these relations finds, each for its own type."""

    links: tuple[tuple[str, Relation], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The field's resolver answers it, on a source built from values of the row."""

    expressions: tuple[str, ...]
    source: Callable[..., object]


Declaration = (
    Follows
    | Finds
    | KeyedSource
    | Here
    | Says
    | Fills
    | ElementsSource
    | Chooses
    | Answers
    | OfPage
)


def planned(declaration: Declaration) -> dict[str, Declaration]:
    """The metadata of a field."""
    return {PLAN: declaration}


def over(link: Relation, **more: Any) -> dict[str, Declaration]:  # noqa: ANN401 -- the fields of Follows
    """The metadata of a field that follows a relation."""
    return planned(Follows(link, **more))


def today(context: Context, arguments: Arguments) -> Mapping[str, object]:
    """The arguments, with the day of the request as `day`."""
    return {**arguments, "day": context.today}


def law_of(column: str) -> dict[str, Declaration]:
    """The metadata of a field that returns the point of law cited in the column."""
    text = Fills((f"{{row[{column}]}}",), lambda cite: law.point(cite).text)
    return planned(Here(unless_null=column, columns={"id": column, "text": text}))


DOCUMENT = planned(
    Here("document_number", columns={"number": "document_number", "date": "document_date"})
)
"""The metadata of a field that returns the document named in the row."""


@dataclass(frozen=True, slots=True)
class RowSource:
    """The source of a resolver that a plan calls: only the columns that the resolver reads."""

    row: Row


def by_id(value: str) -> RowSource:
    return RowSource({"id": UUID(value)})


def by_code(value: str) -> RowSource:
    return RowSource({"code": value})


OF_ID = (("{row[id]}",), by_id)
OF_CODE = (("{row[code]}",), by_code)
