"""What was found for a text, kept while there is room: the texts that were asked for last."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

ENTRIES_MAX = 1_000
BYTES_MAX = 2_000_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A cache that is bounded twice: by its entries, and by the bytes that they are said to take.

    `resized` is told of each change of the bytes. So a cache that belongs to an entry of another one counts there, too.
    """

    def __init__(
        self,
        entries_max: int = ENTRIES_MAX,
        bytes_max: int = BYTES_MAX,
        resized: Callable[[int], None] | None = None,
    ) -> None:
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.entries_max, self.bytes_max, self._resized = entries_max, bytes_max, resized
        self.size = 0
        """Bytes."""

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes; those that nobody has asked for longest make room."""
        _, replaced = self._entries.pop(key, (None, 0))
        self._entries[key] = (value, size)
        self._make_room(size - replaced)

    def grow(self, key: K, value: V, by: int) -> None:
        """The value takes so many bytes more, or less; one that was dropped meanwhile takes none."""
        kept, size = self._entries.get(key, (None, 0))
        if kept is value:
            self._entries[key] = (value, size + by)
            self._make_room(by)

    def _make_room(self, change: int) -> None:
        self.size += change
        while len(self._entries) > self.entries_max or self.size > self.bytes_max:
            _, (_, size) = self._entries.popitem(last=False)
            self.size -= size
            change -= size
        if self._resized and change:
            self._resized(change)
