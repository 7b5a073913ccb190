"""Limits on shared resources: a total, and a share for each caller."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class FullError(Exception):
    """The total is used up."""


class ShareTakenError(FullError):
    """The caller has used up its own share."""


class Shares:
    """A resource with a total limit and a limit for each caller."""

    def __init__(self, total_max: int, per_caller_max: int) -> None:
        self.total_max, self.per_caller_max, self.in_use = total_max, per_caller_max, 0
        self._by_caller: dict[str, int] = {}

    @contextmanager
    def place(self, caller: str, amount: int = 1) -> Iterator[None]:
        """Acquire `amount` for the time of the block. Raises as `acquire` does."""
        self.acquire(caller, amount)
        try:
            yield
        finally:
            self.release(caller, amount)

    def acquire(self, caller: str, amount: int = 1) -> None:
        """Acquire `amount` for the caller, until `release`.

        Raises:
            ShareTakenError: the caller would exceed its share.
            FullError: the total would be exceeded.
        """
        held = self._by_caller.get(caller, 0)
        if self.in_use + amount > self.total_max:
            raise FullError
        if held + amount > self.per_caller_max:
            raise ShareTakenError
        self.in_use += amount
        self._by_caller[caller] = held + amount

    def release(self, caller: str, amount: int = 1) -> None:
        """Release `amount` that the caller has acquired."""
        self.in_use -= amount
        left = self._by_caller[caller] - amount
        if left:
            self._by_caller[caller] = left
        else:
            del self._by_caller[caller]


@dataclass(slots=True, eq=False)
class HeldShare:
    """The bytes that one request holds while it waits for its client; `give_way` ends the request."""

    caller: str
    give_way: Callable[[], None]
    amount: int = 0


@dataclass
class Holdings:
    """Requests that wait for their clients, bounded in number and in bytes.

    A new request is always admitted. Beyond a limit, the oldest request of the caller that holds most is ended: so
    fast clients are answered, however many slow ones there are.
    """

    count_max: int
    bytes_max: int
    each_bytes_max: int
    """Bytes of one caller; a single request may hold more."""

    _by_caller: dict[str, dict[HeldShare, None]] = field(default_factory=lambda: defaultdict(dict))
    _bytes_of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _count: int = 0
    _bytes: int = 0

    @contextmanager
    def hold(self, holding: HeldShare) -> Iterator[HeldShare]:
        """Count the request for the time of the block, with the bytes that `add` adds."""
        self._by_caller[holding.caller][holding] = None
        self._count += 1
        self.add(holding, 0)
        try:
            yield holding
        finally:
            self._remove(holding)

    def add(self, holding: HeldShare, amount: int) -> None:
        """Add bytes to what the request holds; other requests may be ended to make room."""
        if holding not in self._by_caller.get(holding.caller, ()):
            return  # it was ended already
        holding.amount += amount
        self._bytes_of[holding.caller] += amount
        self._bytes += amount
        own = self._by_caller[holding.caller]
        while self._bytes_of[holding.caller] > self.each_bytes_max and len(own) > 1:
            self._end_oldest(holding.caller)
        while self._bytes > self.bytes_max and self._count > 1:
            self._end_oldest(max(self._bytes_of, key=self._bytes_of.__getitem__))
        while self._count > self.count_max:
            self._end_oldest(max(self._by_caller, key=lambda caller: len(self._by_caller[caller])))

    def _end_oldest(self, caller: str) -> None:
        oldest = next(iter(self._by_caller[caller]))
        self._remove(oldest)
        oldest.give_way()

    def _remove(self, holding: HeldShare) -> None:
        held = self._by_caller.get(holding.caller)
        if held is None or holding not in held:
            return
        del held[holding]
        self._count -= 1
        self._bytes -= holding.amount
        self._bytes_of[holding.caller] -= holding.amount
        if not held:
            del self._by_caller[holding.caller]
            del self._bytes_of[holding.caller]
