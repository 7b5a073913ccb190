"""Recent texts, so that work is kept only for a text that comes again."""

import time
from collections.abc import Hashable

TEXTS_REMEMBERED = 1_024
"""Texts whose hashes are remembered after they first came; 64 bytes each."""


class RecentTexts:
    """The texts that came last, by their hashes, and the time when each first came.

    A client that sends another text each time makes nothing be kept but a number for each text.
    """

    def __init__(self, texts_max: int = TEXTS_REMEMBERED, repeat_seconds_min: float = 0) -> None:
        self._max, self._repeat_seconds_min = texts_max, repeat_seconds_min
        self._first_seconds: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._first_seconds)

    def __contains__(self, text: Hashable) -> bool:
        return hash(text) in self._first_seconds

    def add(self, text: Hashable) -> float | None:
        """Note that it came; returns when it first came, in seconds of the monotonic clock, or None for a new one."""
        text_hash = hash(text)
        first_seconds = self._first_seconds.pop(text_hash, None)
        self._first_seconds[text_hash] = (
            time.monotonic() if first_seconds is None else first_seconds
        )
        if len(self._first_seconds) > self._max:
            del self._first_seconds[next(iter(self._first_seconds))]
        return first_seconds

    def is_repeated(self, text: Hashable) -> bool:
        """Note that it came; whether it first came at least `repeat_seconds_min` ago."""
        first_seconds = self.add(text)
        return (
            first_seconds is not None
            and time.monotonic() - first_seconds >= self._repeat_seconds_min
        )
