"""What a field says of itself, so that the plan can read it: its link, its column, its rights."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from db.json_sql.compiler import Form
from db.json_sql.relation import Relation, Row
from rules.texts import law
from schema.context import Context
from schema.pagination import FoundList

PLAN = "plan"
"""The name under which a field's metadata holds its declaration."""

Arguments = Mapping[str, Any]
"""The arguments of a field by their Python names, as the graph coerced them."""

Bind = Callable[[Context, Arguments], Mapping[str, object]]
"""Gives the values of a link's `:names`. A Problem that it raises leaves the field to graphql-core."""


def as_asked(_: Context, arguments: Arguments) -> Mapping[str, object]:
    return arguments


class NotAnsweredError(Exception):
    """The plan has no clean answer; graphql-core gives one, with its errors."""


class Guard(Enum):
    """What a caller must be permitted to see the field (QĐ124:Đ15.2)."""

    LEVEL = "read_level"
    FILE = "read_file"


@dataclass(frozen=True, slots=True)
class Follows:
    """The field leads over a link. `root` gives the key where there is no parent row."""

    link: Relation
    bind: Bind = as_asked
    guard: Guard | None = None
    otherwise: Row | None = None
    root: Bind | None = None
    year: Callable[[Context, Arguments], Awaitable[int | None]] | None = None
    """Of a root whose arguments name no year: the year of its row, for rights that hold for a year."""


@dataclass(frozen=True, slots=True)
class Finds:
    """The field leads to a list that depends on more than its arguments: on who asks, and when.

    `reads_only`: it needs no transaction to find it.
    """

    find: Callable[[Context, Arguments], Awaitable[FoundList]]
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class OfPage:
    """Python gives the value of a page's field: from what was found, with the arguments of this page."""

    fill: Callable[[FoundList, Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class KeyedSource:
    """The field's objects are those of the keys that `bind` gives, each found by the links of its type.

    `bind` gives lists: the `kind` of each key, which is the name of its type, and its values in each of
    `columns` (by name, with their types), null where it has none. Of the links, the first that leads
    anywhere counts: a type may have several keys.
    """

    links: Mapping[str, Sequence[Relation]]
    columns: Mapping[str, str]
    bind: Bind


@dataclass(frozen=True, slots=True)
class Here:
    """The field's object stands on the same row; `columns` where they are not named like the fields."""

    unless_null: str | None = None
    columns: "Mapping[str, str | Declaration] | None" = None
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Says:
    """The field's value is an expression over `{row}` and the `:names` that `bind` gives."""

    expression: str
    form: Form
    bind: Bind = as_asked
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Fills:
    """Python gives the field's value from values of the row alone: no statement, no rights."""

    expressions: tuple[str, ...]
    fill: Callable[..., object]


@dataclass(frozen=True, slots=True)
class ElementsSource:
    """The field's objects are the elements of a JSON list in the column; each has the columns `of_row` too."""

    column: str
    columns: str
    of_row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chooses:
    """The field's object is the first that one of these links leads to, each of its own type."""

    links: tuple[tuple[str, Relation], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The field is answered by its resolver, on a source made of values of the row."""

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
    """The metadata of a field that leads over a link."""
    return planned(Follows(link, **more))


def today(context: Context, arguments: Arguments) -> Mapping[str, object]:
    """The arguments, and the day of the request."""
    return {**arguments, "day": context.today}


def law_of(column: str) -> dict[str, Declaration]:
    """The metadata of a field that is the point of law which the column cites."""
    text = Fills((f"{{row}}.{column}",), lambda cite: law.point(cite).text)
    return planned(Here(unless_null=column, columns={"id": column, "text": text}))


DOCUMENT = planned(
    Here("document_number", columns={"number": "document_number", "date": "document_date"})
)
"""The metadata of a field that is the paper which the row names."""


@dataclass(frozen=True, slots=True)
class RowSource:
    """What a resolver stands on when the plan calls it: the columns that it reads, and no more."""

    row: Row


def by_id(value: str) -> RowSource:
    return RowSource({"id": UUID(value)})


def by_code(value: str) -> RowSource:
    return RowSource({"code": value})


OF_ID = (("{row}.id",), by_id)
OF_CODE = (("{row}.code",), by_code)
