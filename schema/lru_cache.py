"""What was found for a text, kept while there is room: the texts that were asked for last."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ref

ENTRIES_MAX = 1_000
BYTES_MAX = 2_000_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """A cache that is bounded twice: by its entries, and by the bytes that they are said to take.

    `resized` is told of each change of the bytes. So a cache that belongs to an entry of another one counts there, too.

    What is dropped goes at once, if nothing in it leads back to itself: garbage that only a full collection finds
    stops the service for half a second. So `Growth` holds its cache by a weak reference.
    """

    def __init__(
        self,
        entries_max: int = ENTRIES_MAX,
        bytes_max: int = BYTES_MAX,
        resized: Callable[[int], None] | None = None,
    ) -> None:
        self._entries: OrderedDict[K, tuple[V, int, Growth[K, V] | None]] = OrderedDict()
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

    def put(self, key: K, value: V, size: int, growth: "Growth[K, V] | None" = None) -> None:
        """Keep a value of so many bytes; those that nobody has asked for longest make room."""
        _, replaced, _ = self._entries.pop(key, (None, 0, None))
        self._entries[key] = (value, size, growth)
        self._make_room(size - replaced)

    def grow(self, growth: "Growth[K, V]", by: int) -> None:
        """The entry takes so many bytes more, or less; one that was dropped meanwhile takes none."""
        entry = self._entries.get(growth.key)
        if entry is not None and entry[2] is growth:
            value, size, _ = entry
            self._entries[growth.key] = (value, size + by, growth)
            self._make_room(by)

    def _make_room(self, change: int) -> None:
        self.size += change
        while len(self._entries) > self.entries_max or self.size > self.bytes_max:
            _, (_, size, _) = self._entries.popitem(last=False)
            self.size -= size
            change -= size
        if self._resized and change:
            self._resized(change)


class Growth(Generic[K, V]):
    """Tells a cache by how many bytes one of its entries grew."""

    def __init__(self, kept: LRUCache[K, V], key: K) -> None:
        self._kept, self.key = ref(kept), key

    def __call__(self, by: int) -> None:
        kept = self._kept()
        if kept is not None:
            kept.grow(self, by)
