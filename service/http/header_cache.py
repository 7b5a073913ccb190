"""What short headers mean, remembered: clients of one kind send them alike, and reading them takes time."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

TEXTS_KEPT = 256
CHARACTERS_MAX = 256
"""A longer text is read anew each time: it is nobody's usual one, and would only take room."""

T = TypeVar("T")


def remembering(read: Callable[[str], T]) -> Callable[[str], T]:
    known = lru_cache(TEXTS_KEPT)(read)

    @wraps(read)
    def remembered(text: str) -> T:
        return known(text) if len(text) <= CHARACTERS_MAX else read(text)

    return remembered
