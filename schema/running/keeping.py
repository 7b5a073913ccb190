"""What was found for a text, kept while there is room: the texts that were asked for last."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

ENTRIES_MAX = 1_000
CHARACTERS_MAX = 2_000_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """So many entries, of texts with so many characters in all."""

    def __init__(self) -> None:
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.characters = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, characters: int) -> None:
        """Keep what is not here yet; those that nobody has asked for longest make room."""
        self._entries[key] = (value, characters)
        self.characters += characters
        while len(self._entries) > ENTRIES_MAX or self.characters > CHARACTERS_MAX:
            _, (_, gone) = self._entries.popitem(last=False)
            self.characters -= gone
