"""Completes the lists of an answer in slices: after too many failures, no further items are begun."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from schema.library_internals import gather_with_cancel

FIRST_ITEMS, GROWTH = 10, 8
"""Items of the first slice, and the factor by which each next slice is larger: 500 items are three slices.

The items of one slice share their statements. After failures, the next slice is no larger than the number of
fields that may still fail.
"""

Begin = Callable[[int, list[Any]], bool]
"""Appends the value of one item; returns whether the value has to be awaited."""


class Slices:
    """Completes `count` items. `settle` ends the items already begun when one fails synchronously.

    `may_fail` returns how many fields of the operation may still fail.
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
        """The values, or an awaitable of them if one has to be awaited."""
        for part in self._slices:
            if awaited := self._begun(part):
                return self._awaited(awaited)
        return self._values

    def _begun(self, part: range) -> list[int]:
        """The items of a slice that have to be awaited. Raises the error of a non-null item that failed."""
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
    """Ranges of item numbers; each is larger than the one before as long as no item fails."""
    begin, size, failures_max = 0, FIRST_ITEMS, may_fail()
    while begin < count:
        yield range(begin, min(begin + size, count))
        begin, size = begin + size, size * GROWTH
        left = may_fail()
        if left < failures_max:
            size = min(size, max(FIRST_ITEMS, left * begin // (failures_max - left)))
