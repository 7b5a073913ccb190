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

OF_FILE = [Tag(name="file")]
"""Part of the file (QĐ124:Đ15.2): a contract variant of the graph may leave it out."""


def about(many: int) -> list[object]:
    """A list without pages, of about so many."""
    size = ListSize(
        assumed_size=many,
        slicing_arguments=UNSAID,
        sized_fields=UNSAID,
        require_one_slicing_argument=False,
    )
    return [size]
