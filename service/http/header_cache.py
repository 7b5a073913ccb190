"""Caches parsed header values: many clients send the same ones, and parsing takes time."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

HEADERS_CACHED_MAX = 256
CHARACTERS_MAX = 256
"""A longer value is parsed each time: it is unusual, and would only fill the cache."""

T = TypeVar("T")


def cached_header(read: Callable[[str], T]) -> Callable[[str], T]:
    """Cache the results of a parser for short header values."""
    known = lru_cache(HEADERS_CACHED_MAX)(read)

    @wraps(read)
    def remembered(text: str) -> T:
        return known(text) if len(text) <= CHARACTERS_MAX else read(text)

    return remembered
