"""What all callers share: so much in all, and so much for each of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class FullError(Exception):
    """Everything is taken; others have it."""


class ShareTakenError(FullError):
    """The caller has taken all that one caller may have."""


class Shares:
    """A resource of which there is `most`, and `each` for one caller."""

    def __init__(self, most: int, each: int) -> None:
        self.most, self.each, self.taken = most, each, 0
        self._by_caller: dict[str, int] = {}

    @contextmanager
    def place(self, caller: str, amount: int = 1) -> Iterator[None]:
        """Take `amount` of it, and give it back at the end. Raises what `take` raises."""
        self.take(caller, amount)
        try:
            yield
        finally:
            self.give_back(caller, amount)

    def take(self, caller: str, amount: int = 1) -> None:
        """Take `amount` of it, to be given back.

        Raises:
            ShareTakenError: the caller would have more than one may have.
            FullError: there is not as much left.
        """
        held = self._by_caller.get(caller, 0)
        if self.taken + amount > self.most:
            raise FullError
        if held + amount > self.each:
            raise ShareTakenError
        self.taken += amount
        self._by_caller[caller] = held + amount

    def give_back(self, caller: str, amount: int = 1) -> None:
        """Give back what this caller took."""
        self.taken -= amount
        left = self._by_caller[caller] - amount
        if left:
            self._by_caller[caller] = left
        else:
            del self._by_caller[caller]


@dataclass(slots=True, eq=False)
class HeldShare:
    """What one request holds while it waits for its client; `give_way` ends that."""

    caller: str
    give_way: Callable[[], None]
    amount: int = 0


@dataclass
class Holdings:
    """What requests hold that wait for their clients: bounded in number and in bytes.

    Whoever comes is always let in. Where there is too much, the oldest of whoever holds most gives way: so a
    client that is quick is answered, however many others hold on.
    """

    count_max: int
    bytes_max: int
    each_bytes_max: int
    """Of one caller; a single one may be larger."""

    _by_caller: dict[str, dict[HeldShare, None]] = field(default_factory=lambda: defaultdict(dict))
    _bytes_of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _count: int = 0
    _bytes: int = 0

    @contextmanager
    def hold(self, holding: HeldShare) -> Iterator[HeldShare]:
        """Hold it, and what `add` adds to it."""
        self._by_caller[holding.caller][holding] = None
        self._count += 1
        self.add(holding, 0)
        try:
            yield holding
        finally:
            self._let_go(holding)

    def add(self, holding: HeldShare, amount: int) -> None:
        """It holds so many bytes more; some that wait may have to give way."""
        if holding not in self._by_caller.get(holding.caller, ()):
            return  # it has given way
        holding.amount += amount
        self._bytes_of[holding.caller] += amount
        self._bytes += amount
        mine = self._by_caller[holding.caller]
        while self._bytes_of[holding.caller] > self.each_bytes_max and len(mine) > 1:
            self._end_oldest(holding.caller)
        while self._bytes > self.bytes_max and self._count > 1:
            self._end_oldest(max(self._bytes_of, key=self._bytes_of.__getitem__))
        while self._count > self.count_max:
            self._end_oldest(max(self._by_caller, key=lambda caller: len(self._by_caller[caller])))

    def _end_oldest(self, caller: str) -> None:
        oldest = next(iter(self._by_caller[caller]))
        self._let_go(oldest)
        oldest.give_way()

    def _let_go(self, holding: HeldShare) -> None:
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
