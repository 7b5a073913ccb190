"""One request to a root plan: its arguments and look-ups, and the values that they bind to a statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.facade import Parameter, Permitted, Relation, cursor_key_of_list
from resolvers.authorization import actor as actors
from schema.context import Context
from schema.pagination import FoundList, opened_cursor, refuse_size
from schema.planner.declaration import (
    Finds,
    Follows,
    Guard,
    NotAnsweredError,
    unchanged_arguments,
)
from schema.planner.selection import Selection


@dataclass
class PlanRequest:
    """The arguments of each selected field, by its number, and what was looked up for them.

    `carried` holds the arguments that the cursor of a page carries.
    """

    context: Context
    arguments: Sequence[Mapping[str, Any]]
    lists: dict[int, FoundList] = field(default_factory=dict)
    rights: dict[int, Permitted | None] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    carried: dict[int, Mapping[str, object]] = field(default_factory=dict)


@dataclass
class BoundValues:
    """The values of a statement's bind parameters, and the cursor keys and arguments of its pages."""

    outline: Selection
    request: PlanRequest
    keys: dict[int, bytes] = field(default_factory=dict)

    def values(self, parameters: Sequence[Parameter], plain: frozenset[int]) -> list[object]:
        """One value for each bind parameter. The fields of `plain` bind their arguments unchanged."""
        arguments = self.request.arguments
        values_by_field: dict[int, Mapping[str, object]] = {}
        bound_values = []
        for parameter in parameters:
            number = parameter.field_number
            if number in plain:
                values = arguments[number]
            elif number in values_by_field:
                values = values_by_field[number]
            else:
                values = values_by_field[number] = self._bound(number)
            bound_values.append(values[parameter.name])
        return bound_values

    def _bound(self, number: int) -> Mapping[str, object]:
        declaration = self.outline.fields[number].declaration
        arguments = self.request.arguments[number]
        if declaration is Guard.FILE:
            permitted = self.request.rights[number]
            return {} if permitted is None else actors.bound(permitted, self._year(number))
        if isinstance(declaration, Finds):
            listing = self.request.lists[number]
            values = listing.arguments | _keys(listing.parent)
            return values | self._window(number, listing.link, listing.parent)
        values = {
            **getattr(declaration, "bind", unchanged_arguments)(self.request.context, arguments)
        }
        if isinstance(declaration, Follows) and declaration.root:
            values |= _keys(declaration.root(self.request.context, arguments))
        if isinstance(declaration, Follows) and "first" in arguments:
            values |= self._window(number, declaration.link, self._parent(number))
        return values

    def _year(self, number: int) -> int:
        year_field = self.outline.fields[number].year_from
        years = self.request.years
        if year_field in years:
            return years[year_field]
        year: int = self.request.arguments[year_field]["year"]
        return year

    def _parent(self, number: int) -> Mapping[str, object]:
        """The key of the page's parent row. Only the row of the root is known before the statement runs."""
        root = self.outline.fields[0].declaration
        if not (
            self.outline.fields[number].is_on_root_row and isinstance(root, Follows) and root.root
        ):
            return {}
        return root.root(self.request.context, self.request.arguments[0])

    def _window(
        self, number: int, link: Relation, parent: Mapping[str, object]
    ) -> dict[str, object]:
        """The page size, the place after which the page begins, and the arguments that the cursor carries.

        Raises:
            BadInput: `first` is out of range, or `after` is not a cursor of this list.
            NotAnsweredError: the key of the parent row is not known before the statement runs.
        """
        arguments = self.request.arguments[number]
        refuse_size(arguments["first"])
        window: dict[str, object] = {"first": arguments["first"]}
        after = arguments.get("after")
        if after is None:
            return window
        if any(column not in parent for _, column in link.on):
            raise NotAnsweredError
        place, carried = opened_cursor(link, self.key(number), link.key(parent) or (), after)
        self.request.carried[number] = carried
        return window | {f"after_{i}": str(value) for i, value in enumerate(place)} | carried

    def key(self, number: int) -> bytes:
        """The key that seals the cursors of a page, computed once for all of its edges."""
        if number not in self.keys:
            self.keys[number] = self._key(number)
        return self.keys[number]

    def _key(self, number: int) -> bytes:
        declaration = self.outline.fields[number].declaration
        secret = self.request.context.cursor_secret
        if isinstance(declaration, Finds):
            listing = self.request.lists[number]
            return cursor_key_of_list(secret, listing.link, listing.arguments)
        assert isinstance(declaration, Follows)  # noqa: S101 -- only lists have pages
        return cursor_key_of_list(secret, declaration.link, {})

    def arguments_of(self, number: int) -> Mapping[str, object]:
        """The arguments of the page's relation, with those that its cursor carried."""
        listing = self.request.lists.get(number)
        return {**(listing.arguments if listing else {}), **self.request.carried.get(number, {})}


def _keys(parent: Mapping[str, object]) -> dict[str, object]:
    return {f"key_{name}": value for name, value in parent.items()}
