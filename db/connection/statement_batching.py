"""Statements of one text that are asked for at the same time go to the database together (docs/decisions/0020).

A short statement takes less time in the database than on the way there and back, and less than a server takes
to send and to receive. So whoever asks while another asks the same with other values waits for a moment, and
goes with all who came meanwhile: one trip, one answer for each.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

CONCURRENT_BATCHES_MAX = 2
"""So many trips of one text are under way at once, each over a connection of its own."""

BATCH_SIZE_MAX = 16
"""So many go on one trip: the last waits for all others."""

Values = Sequence[object]
Ask = Callable[[str, Sequence[Values]], Awaitable[list[bytes | None]]]
"""Runs a statement once for each of several values, and gives as many texts."""


class Role(Enum):
    """What becomes of somebody who waits."""

    LEADS = "goes next, and takes others along"
    ANSWERED = "was taken along"
    FAILED = "was taken along by somebody who failed"


@dataclass(slots=True, eq=False)
class _WaitingRequest:
    values: Values
    turn: "asyncio.Future[Role]"
    text: bytes | None = None

    def tell(self, turn: Role) -> None:
        if not self.turn.done():  # nobody waits any more
            self.turn.set_result(turn)


@dataclass(slots=True)
class _BatchQueue:
    """Who waits to ask one text, and how many trips of it are under way."""

    trips: int = 1
    waiting: deque[_WaitingRequest] = field(default_factory=deque)

    def next(self) -> _WaitingRequest | None:
        while self.waiting:
            found = self.waiting.popleft()
            if not found.turn.done():
                return found
        return None

    def others(self) -> list[_WaitingRequest]:
        found: list[_WaitingRequest] = []
        while len(found) < BATCH_SIZE_MAX - 1 and (one := self.next()):
            found.append(one)
        return found


class StatementBatcher:
    """Whoever is alone goes at once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._queues: dict[str, _BatchQueue] = {}

    async def text(self, sql: str, values: Values) -> bytes | None:
        """What the statement gives for these values.

        Raises:
            Exception: whatever asking raises for these values alone.
        """
        queue = self._queues.get(sql)
        if queue is None:
            queue = self._queues[sql] = _BatchQueue()
            return await self._alone(sql, values, queue)
        loop = asyncio.get_running_loop()
        mine = _WaitingRequest(values, loop.create_future())
        queue.waiting.append(mine)
        if (
            queue.trips < CONCURRENT_BATCHES_MAX
        ):  # in the next turn of the loop, once all of this one have come
            loop.call_soon(self._send, queue)
        turn = await self._turn(sql, mine, queue)
        if turn is Role.LEADS:
            turn = await self._lead(sql, mine, queue)
        if turn is Role.ANSWERED:
            return mine.text
        (found,) = await self._ask(sql, [values])  # the fault may be another's
        return found

    async def _turn(self, sql: str, mine: _WaitingRequest, queue: _BatchQueue) -> Role:
        try:
            return await mine.turn
        except asyncio.CancelledError:
            if not mine.turn.cancelled() and mine.turn.result() is Role.LEADS:
                self._end(sql, queue)  # somebody else goes instead
            raise

    async def _alone(self, sql: str, values: Values, queue: _BatchQueue) -> bytes | None:
        try:
            (found,) = await self._ask(sql, [values])
        finally:
            self._end(sql, queue)
        return found

    async def _lead(self, sql: str, mine: _WaitingRequest, queue: _BatchQueue) -> Role:
        """Ask for oneself and for whoever waits by now; ANSWERED, or FAILED where it may be another's fault."""
        others = queue.others()
        turn = Role.FAILED
        try:
            texts = await self._ask(sql, [mine.values, *(one.values for one in others)])
            for one, text in zip((mine, *others), texts, strict=True):
                one.text = text
            turn = Role.ANSWERED
        except Exception:
            if not others:
                raise
        finally:
            for one in others:
                one.tell(turn)
            self._end(sql, queue)
        return turn

    @staticmethod
    def _send(queue: _BatchQueue) -> bool:
        """Somebody leads the next trip, and takes along whoever has come until that begins."""
        leader = queue.next() if queue.trips < CONCURRENT_BATCHES_MAX else None
        if leader is None:
            return False
        queue.trips += 1
        leader.tell(Role.LEADS)
        return True

    def _end(self, sql: str, queue: _BatchQueue) -> None:
        queue.trips -= 1
        if not self._send(queue) and not queue.trips:
            del self._queues[sql]
