"""Schema directives: sizes of lists, costs of fields, and tags for contract variants."""

from typing import Any

import strawberry
from strawberry.federation.schema_directives import Tag

from schema.library_internals import Cost, ListSize

UNSAID: Any = strawberry.UNSET
"""For omitted arguments of `@listSize`: None is printed as null, on which Apollo's composition crashes."""

PAGED = [ListSize(assumed_size=UNSAID, slicing_arguments=["first"], sized_fields=["edges"])]
"""A connection: it has at most `first` edges."""

DECIDED = [Cost(weight=10)]
"""A field that evaluates the matrix of authority."""

OF_FILE: list[Any] = [Tag(name="file"), Cost(weight=5)]
"""Part of the file (QĐ124:Đ15.2): a contract variant of the graph may leave it out.

Each costs as much as the check of the right, also where it is refused: 50 µs; one object takes 10 µs.
"""

COUNTED = [Cost(weight=10)]
"""A field that counts the items on all pages of a list."""

COUNTED_BY_RIGHTS = [Cost(weight=1_000)]
"""A count over a list that is filtered by rights and words: 10 to 80 ms."""


def about(many: int) -> list[object]:
    """A list without pages that has about `many` items."""
    size = ListSize(
        assumed_size=many,
        slicing_arguments=UNSAID,
        sized_fields=UNSAID,
        require_one_slicing_argument=False,
    )
    return [size]
