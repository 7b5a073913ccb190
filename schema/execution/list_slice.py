"""Lists of an answer, slice by slice: the first items first, and where too much of them fails, no others are begun."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from graphql.pyutils import gather_with_cancel

FIRST_ITEMS, GROWTH = 10, 8
"""Items of the first slice, and how many times as large each next one is: 500 items are three slices.

What the items of one slice ask for goes to the database together. Where some of them failed, the next slice is no
larger than what may fail still.
"""

Begin = Callable[[int, list[Any]], bool]
"""Appends the value of one item, and says whether it has to be awaited."""


class Slices:
    """The values of so many items. `settle` ends what was begun where an item fails at once.

    `may_fail` tells how many fields of the operation may fail still.
    """

    def __init__(
        self,
        count: int,
        begin: Begin,
        settle: Callable[[list[Awaitable[Any]]], None],
        may_fail: Callable[[], int],
    ) -> None:
        self._begin, self._settle = begin, settle
        self._slices = _slices(count, may_fail)
        self._values: list[Any] = []

    def completed(self) -> "list[Any] | Awaitable[list[Any]]":
        """The values; to be awaited if one of them has to be."""
        for part in self._slices:
            if awaited := self._begun(part):
                return self._awaited(awaited)
        return self._values

    def _begun(self, part: range) -> list[int]:
        """Which items of a slice have to be awaited. Raises what an item that must not be null raises."""
        awaited: list[int] = []
        try:
            for index in part:
                awaited += [index] if self._begin(index, self._values) else []
        except Exception:
            self._settle([self._values[index] for index in awaited])
            raise
        return awaited

    async def _awaited(self, awaited: list[int]) -> list[Any]:
        while True:
            values = await gather_with_cancel(*(self._values[index] for index in awaited))
            for index, value in zip(awaited, values, strict=True):
                self._values[index] = value
            part = next(self._slices, None)
            if part is None:
                return self._values
            awaited = self._begun(part)


def _slices(count: int, may_fail: Callable[[], int]) -> Iterator[range]:
    """Numbers of items, each time of more, as long as they do not fail."""
    begin, size, most = 0, FIRST_ITEMS, may_fail()
    while begin < count:
        yield range(begin, min(begin + size, count))
        begin, size = begin + size, size * GROWTH
        left = may_fail()
        if left < most:
            size = min(size, max(FIRST_ITEMS, left * begin // (most - left)))
