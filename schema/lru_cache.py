"""A least-recently-used cache, bounded by entries and by bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ref

ENTRIES_MAX = 1_000
BYTES_MAX = 2_000_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """A cache with two bounds: the number of entries, and the bytes that their owners state for them.

    `on_resize` is called with each change of the bytes. A cache inside an entry of another cache so counts there, too.

    A dropped entry is freed at once only if it is in no reference cycle: a full garbage collection stops the
    service for half a second. Therefore `EntryResizer` holds its cache by a weak reference.
    """

    def __init__(
        self,
        entries_max: int = ENTRIES_MAX,
        bytes_max: int = BYTES_MAX,
        on_resize: Callable[[int], None] | None = None,
    ) -> None:
        self._entries: OrderedDict[K, tuple[V, int, EntryResizer[K, V] | None]] = OrderedDict()
        self.entries_max, self.bytes_max, self._on_resize = entries_max, bytes_max, on_resize
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

    def put(self, key: K, value: V, size: int, resizer: "EntryResizer[K, V] | None" = None) -> None:
        """Store a value of `size` bytes; the least recently used entries are dropped to make room."""
        _, replaced, _ = self._entries.pop(key, (None, 0, None))
        self._entries[key] = (value, size, resizer)
        self._make_room(size - replaced)

    def resize(self, resizer: "EntryResizer[K, V]", by: int) -> None:
        """Add `by` bytes (or subtract, if negative) to the entry's size; a dropped entry is ignored."""
        entry = self._entries.get(resizer.key)
        if entry is not None and entry[2] is resizer:
            value, size, _ = entry
            self._entries[resizer.key] = (value, size + by, resizer)
            self._make_room(by)

    def _make_room(self, change: int) -> None:
        self.size += change
        while len(self._entries) > self.entries_max or self.size > self.bytes_max:
            _, (_, size, _) = self._entries.popitem(last=False)
            self.size -= size
            change -= size
        if self._on_resize and change:
            self._on_resize(change)


class EntryResizer(Generic[K, V]):
    """Called with the bytes by which one entry of a cache grew, and passes them on to the cache."""

    def __init__(self, owner: LRUCache[K, V], key: K) -> None:
        self._owner, self.key = ref(owner), key

    def __call__(self, by: int) -> None:
        owner = self._owner()
        if owner is not None:
            owner.resize(self, by)
