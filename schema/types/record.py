"""Base class of objects that are read from one row: each field without a resolver is a column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Self, Union, get_args, get_origin, get_type_hints

import strawberry

from db.facade import Row
from schema.context import Info
from schema.library_internals import StrawberryObjectDefinition


@dataclass
class Record:
    """An object of the graph that is read from one row; its relations start from the row's columns."""

    row: strawberry.Private[Row]

    @classmethod
    def of(cls, row: Row, **more: object) -> Self:
        """Read the columns named like the fields; `more` holds the fields that are not columns."""
        readers: Mapping[str, Callable[[Any], Any]] = _readers(cls)  # type: ignore[arg-type]  # a class is hashable
        columns = {name: read(row[name]) for name, read in readers.items() if name not in more}
        return cls(row=row, **columns, **more)

    @classmethod
    def maybe(cls, row: Row | None) -> Self | None:
        return None if row is None else cls.of(row)


def graph_type(info: Info, name: str) -> Any:  # noqa: ANN401 -- a class that type checkers cannot know by its name
    """The class of an object type that imports the caller's file, so that the caller cannot import it."""
    definition = info.schema.get_type_by_name(name)
    assert isinstance(definition, StrawberryObjectDefinition)  # noqa: S101 -- callers name object types
    return definition.origin


@cache
def _readers(cls: type[Record]) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(cls, include_extras=True)
    definition = strawberry.types.get_object_definition(cls, strict=True)
    return {
        field.python_name: _reader(hints[field.python_name])
        for field in definition.fields
        if field.base_resolver is None
    }


def _reader(hint: object) -> Callable[[Any], Any]:
    if get_origin(hint) is Annotated:
        return _reader(get_args(hint)[0])
    if get_origin(hint) in {Union, type(int | None)}:
        inner = next(kind for kind in get_args(hint) if kind is not type(None))
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return str if hint == strawberry.ID else lambda value: value
