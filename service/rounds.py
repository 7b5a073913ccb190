"""How many requests begin in one round of the event loop: a crowd that comes at once does not hold it up."""

import asyncio
from collections import deque
from collections.abc import Callable

BEGUN_MAX = 16
"""In one round. Of those that are refused at once each takes a third of a millisecond; all of them, five."""


class Rounds:
    """Whoever comes is begun at once, but few in each round; further ones wait in the order in which they came.

    So between any two rounds what is under way goes on, and answers leave.
    """

    def __init__(self, begun_max: int = BEGUN_MAX) -> None:
        self._max, self._begun, self._is_ending = begun_max, 0, False
        self._waiting: deque[Callable[[], None]] = deque()

    def begin(self, loop: asyncio.AbstractEventLoop, request: Callable[[], None]) -> None:
        """Begin it, in this round or in a later one."""
        if self._begun < self._max and not self._waiting:
            self._begun += 1
            request()
        else:
            self._waiting.append(request)
        self._end_round(loop)

    def _end_round(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_ending:
            self._is_ending = True
            loop.call_soon(self._next, loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_ending, self._begun = False, 0
        while self._waiting and self._begun < self._max:
            self._begun += 1
            self._waiting.popleft()()
        if self._begun:
            self._end_round(loop)
