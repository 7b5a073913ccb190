"""Batches concurrent executions of the same SQL text into one round trip (docs/decisions/0020).

A short statement takes less time in the database than on the way there and back, and less than a server takes
to send and to receive. A request that arrives while the same text is being executed with other values waits,
and is executed in the next batch: one round trip, one answer for each request.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

CONCURRENT_BATCHES_MAX = 2
"""Maximum concurrent batches per SQL text; each uses one connection. Decided in docs/decisions/0020."""

BATCH_SIZE_MAX = 16
"""Requests in one batch: each waits for the slowest of them. Decided in docs/decisions/0020."""

Values = Sequence[object]
"""The parameters of one execution."""

Execute = Callable[[str, Sequence[Values]], Awaitable[list[bytes | None]]]
"""Executes a SQL text once for each row of parameters, and returns one text for each, in the same order."""


class Role(Enum):
    """The role of a waiting request in a batch."""

    LEADS = "executes the next batch, for itself and for others"
    ANSWERED = "was executed in the batch of another request"
    FAILED = "was in a batch that failed"


@dataclass(slots=True, eq=False)
class _WaitingRequest:
    values: Values
    role: "asyncio.Future[Role]"
    text: bytes | None = None

    def resolve(self, role: Role) -> None:
        if not self.role.done():  # cancelled, so the request no longer waits
            self.role.set_result(role)


@dataclass(slots=True)
class _BatchQueue:
    """The waiting requests of one SQL text, and the number of its batches that are being executed."""

    running_batches: int = 1
    waiting: deque[_WaitingRequest] = field(default_factory=deque)

    def pop(self) -> _WaitingRequest | None:
        """The request that has waited longest, without those that were cancelled."""
        while self.waiting:
            request = self.waiting.popleft()
            if not request.role.done():
                return request
        return None

    def pop_followers(self) -> list[_WaitingRequest]:
        """The requests that join a batch beside its leader."""
        followers: list[_WaitingRequest] = []
        while len(followers) < BATCH_SIZE_MAX - 1 and (request := self.pop()):
            followers.append(request)
        return followers


class StatementBatcher:
    """Executes a request at once if no request with the same SQL text is being executed; else it is batched."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._queues: dict[str, _BatchQueue] = {}

    async def text(self, sql: str, values: Values) -> bytes | None:
        """The text that the statement gives for these values.

        Raises:
            Exception: what `execute` raises for these values alone.
        """
        queue = self._queues.get(sql)
        if queue is None:
            queue = self._queues[sql] = _BatchQueue()
            return await self._execute_first(sql, values, queue)
        request = _WaitingRequest(values, asyncio.get_running_loop().create_future())
        queue.waiting.append(request)
        role = await self._execute_batched(sql, request, queue)
        if role is Role.ANSWERED:
            return request.text
        (text,) = await self._execute(sql, [values])  # another request may have caused the failure
        return text

    async def _execute_first(self, sql: str, values: Values, queue: _BatchQueue) -> bytes | None:
        try:
            (text,) = await self._execute(sql, [values])
        finally:
            self._end_batch(sql, queue)
        return text

    async def _execute_batched(
        self, sql: str, request: _WaitingRequest, queue: _BatchQueue
    ) -> Role:
        if queue.running_batches < CONCURRENT_BATCHES_MAX:
            # In the next iteration of the loop: requests that arrive in this iteration join the batch.
            asyncio.get_running_loop().call_soon(self._start_batch, queue)
        role = await self._wait(sql, request, queue)
        return await self._lead(sql, request, queue) if role is Role.LEADS else role

    async def _wait(self, sql: str, request: _WaitingRequest, queue: _BatchQueue) -> Role:
        try:
            return await request.role
        except asyncio.CancelledError:
            if not request.role.cancelled() and request.role.result() is Role.LEADS:
                self._end_batch(sql, queue)  # another request leads instead
            raise

    async def _lead(self, sql: str, leader: _WaitingRequest, queue: _BatchQueue) -> Role:
        """Execute the batch: the leader and the requests that wait by now.

        Returns ANSWERED, or FAILED if a follower may have caused the failure.
        """
        followers = queue.pop_followers()
        role = Role.FAILED
        try:
            batch = (leader, *followers)
            texts = await self._execute(sql, [request.values for request in batch])
            for request, text in zip(batch, texts, strict=True):
                request.text = text
            role = Role.ANSWERED
        except Exception:
            if not followers:
                raise
        finally:
            for follower in followers:
                follower.resolve(role)
            self._end_batch(sql, queue)
        return role

    @staticmethod
    def _start_batch(queue: _BatchQueue) -> bool:
        """Let the request that has waited longest lead a batch; the others join until it is executed."""
        leader = queue.pop() if queue.running_batches < CONCURRENT_BATCHES_MAX else None
        if leader is None:
            return False
        queue.running_batches += 1
        leader.resolve(Role.LEADS)
        return True

    def _end_batch(self, sql: str, queue: _BatchQueue) -> None:
        queue.running_batches -= 1
        if not self._start_batch(queue) and not queue.running_batches:
            del self._queues[sql]
