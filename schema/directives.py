"""What gateways read beside the types: how long lists are, what a field costs, whose contract it is in."""

from typing import Any

import strawberry
from strawberry.federation.schema_directives import Cost, ListSize, Tag

UNSAID: Any = strawberry.UNSET
"""For arguments of `@listSize`: None is printed as null, and Apollo's composition crashes on it."""

PAGED = [ListSize(assumed_size=UNSAID, slicing_arguments=["first"], sized_fields=["edges"])]
"""A connection: as many edges as `first` says."""

DECIDED = [Cost(weight=10)]
"""Answered by weighing the matrix of authority, not by a look-up."""

OF_FILE: list[Any] = [Tag(name="file"), Cost(weight=5)]
"""Part of the file (QĐ124:Đ15.2): a contract variant of the graph may leave it out.

Each costs what asking for the right takes, also where it is refused: 50 µs, of which an object takes 10.
"""

COUNTED = [Cost(weight=10)]
"""The number of items on all pages of a list."""

COUNTED_BY_RIGHTS = [Cost(weight=1_000)]
"""The same of a list that rights and words narrow down: 10 to 80 ms."""


def about(many: int) -> list[object]:
    """A list without pages, of about so many."""
    size = ListSize(
        assumed_size=many,
        slicing_arguments=UNSAID,
        sized_fields=UNSAID,
        require_one_slicing_argument=False,
    )
    return [size]
