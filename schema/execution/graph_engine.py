"""Runs an operation from its text to its answer, for any Strawberry schema.

`Engine.answer` prepares the operation, checks the caller, the cost and the budget, and executes it within its time.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from graphql import ExecutionResult, VariableValues
from strawberry.schema import Schema

from db.facade import UnavailableError, with_timeout
from resolvers.errors import Problem
from schema.errors import as_error
from schema.execution.executor import Execution
from schema.execution.fair_queue import CallerTurns
from schema.execution.federated_trace import FederatedTrace
from schema.operation.cost import INPUT_OBJECT_COST, objects_in
from schema.operation.limit import Limits, RefusedOperation, TimedOut, TooCostly
from schema.operation.prepared_operation import Fault, OperationCache, OperationRefused, Prepared

HTTP_OK, HTTP_BAD_REQUEST = 200, 400

SCHEMA_COST_MAX = 20_000
"""Cost limit of operations without sign-in. The introspection of GraphiQL and of gateways costs 16,424: 250 ms."""

INLINE_COST_MAX = 100
"""Up to this cost an operation on the schema runs in the event loop: it takes about 1 ms."""

TRANSACTIONS_PER_CALLER_MAX = 2
"""Concurrent transactions of one caller; further ones wait. A worker has 20 connections (DATABASE_CONNECTIONS)."""

T = TypeVar("T")


class RequestContext(Protocol):
    """The part of a request's context that the engine uses.

    `stream` is set for subscriptions; see `schema.context.Stream`.
    """

    stream: Any

    @property
    def language(self) -> str: ...

    @property
    def actor(self) -> str:
        """The kind of caller, for the log."""

    @property
    def client(self) -> str:
        """The key of the caller's share and budget; it is never logged."""

    def admit(self, prepared: Prepared) -> None:
        """Raises a Problem if the caller may not run the operation at all."""

    def charge(self, cost: int) -> None:
        """Take `cost` out of the caller's budget. Raises a Problem if it has too little left."""

    async def wait_until_idle(self) -> None:
        """Wait until no statement of the request runs."""

    def operation(self, *, command: bool) -> AbstractAsyncContextManager[None]:
        """The transaction of the operation; an exception inside rolls it back."""


@dataclass(slots=True)
class Answer:
    """The response to the client, with what log and metrics need."""

    errors: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] | None = None
    executed: bool = False
    status: int = HTTP_OK
    prepared: Prepared | None = None
    cost: int | None = None
    cost_max: int | None = None
    retry_seconds: int | None = None
    trace: FederatedTrace | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON response: errors first, as the specification advises; no `data` if nothing was executed.

        A traced operation has `ftv1` in its extensions and no cost: Apollo's gateway expects it alone.
        """
        body: dict[str, Any] = {}
        if self.errors:
            body["errors"] = self.errors
        if self.executed:
            body["data"] = self.data
        if self.trace is not None and self.executed:
            body["extensions"] = {"ftv1": self.trace.encoded()}
        elif self.cost is not None:
            body["extensions"] = {"cost": {"requested": self.cost, "max": self.cost_max}}
        return body

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors] if self.errors else []


class RolledBack(Exception):  # noqa: N818 - carries the answer of a failed command out of its transaction
    def __init__(self, result: ExecutionResult) -> None:
        super().__init__()
        self.result = result


class Engine:
    """Runs the operations of one schema within its limits."""

    def __init__(self, schema: Schema, limits: Limits) -> None:
        self.limits = limits
        self._operations = OperationCache(schema, limits)
        self._schema_lock = asyncio.Lock()
        self._preparing, self._prepare_lock = CallerTurns(1), asyncio.Lock()
        self._transactions = CallerTurns(TRANSACTIONS_PER_CALLER_MAX)

    async def _prepare_in_turn(
        self, text: str, name: str | None, context: RequestContext
    ) -> Prepared:
        """Prepare an operation that is not ready in the cache.

        Preparing takes about 10 ms of the event loop if the document is new, has other Boolean variables, or is a
        command with its input. So each round of the loop prepares one, and only one request of each caller waits for it.

        Raises:
            OperationRefused: see `OperationCache.prepare`.
        """
        async with self._preparing.turn(context.client), self._prepare_lock:
            await asyncio.sleep(0)  # lets other tasks run between two preparations
        return self.prepare(text, name)

    def prepare(self, text: str, name: str | None) -> Prepared:
        """As `OperationCache.prepare`. Raises OperationRefused."""
        return self._operations.prepare(text, name)

    async def answer(  # noqa: PLR0913, PLR0917 - a request is all of these
        self,
        text: str,
        name: str | None,
        raw: dict[str, Any],
        context: RequestContext,
        accept: Callable[[Prepared], None] | None = None,
        answer: Answer | None = None,
    ) -> Answer:
        """Run one operation and fill in `answer`; `accept` may refuse it by raising a Problem.

        A subscription is only accepted here; the event stream then calls `source` and `event`.
        """
        answer = answer or Answer()
        try:
            prepared = self._operations.ready(text, name) or await self._prepare_in_turn(
                text, name, context
            )
            answer.prepared = prepared
            if accept:
                accept(prepared)
            variables = self.admitted(prepared, raw, context, answer)
            if prepared.is_subscription:
                answer.executed = True
                return answer
            result = await self.run(prepared, variables, context, answer.trace)
        except OperationRefused as refused:
            return _refused(answer, context.language, *refused.faults)
        except Problem as refused:
            return _refused(answer, context.language, refused)
        answer.executed, answer.data = True, result.data
        answer.errors = [as_error(error, context.language) for error in result.errors or ()]
        return answer

    def admitted(
        self, prepared: Prepared, raw: dict[str, Any], context: RequestContext, answer: Answer
    ) -> VariableValues:
        """Check the caller and the cost, charge the budget, and return the coerced variables.

        Raises:
            OperationRefused: a variable is not of its declared type.
            Problem: the caller may not run the operation, or it costs too much.
        """
        answer.cost_max = self.limits.cost
        input_cost = INPUT_OBJECT_COST * objects_in(raw)
        if input_cost > self.limits.cost:
            raise TooCostly(input_cost, self.limits.cost)
        variables = prepared.coerced(raw)
        context.admit(prepared)
        if prepared.is_schema_only:
            answer.cost_max = min(self.limits.cost, SCHEMA_COST_MAX)
        answer.cost = prepared.price.of(variables.coerced, self.limits)
        if answer.cost > answer.cost_max:
            raise TooCostly(answer.cost, answer.cost_max)
        context.charge(answer.cost)
        return variables

    async def run(
        self,
        prepared: Prepared,
        variables: VariableValues,
        context: RequestContext,
        trace: FederatedTrace | None = None,
    ) -> ExecutionResult:
        """Execute within the time limit, in one transaction where one is needed; a failed command is rolled back.

        Raises:
            TimedOut: the time is over; the running statements were cancelled, too.
            Problem: another policy has become active during a command.
            UnavailableError: the database does not answer.
        """
        execution = Execution(prepared, variables, context, trace)
        if prepared.is_schema_only:
            return await self._within_time(self._run_schema_only(execution))
        planned_result = await self._within_time(execution.execute_without_transaction())
        if planned_result is not None:
            return planned_result
        try:
            async with (
                self._transactions.turn(context.client),
                context.operation(command=prepared.is_command),
            ):
                result = await self._within_time(_execute_until_idle(execution, context))
                _roll_back_failed_command(prepared, result)
        except RolledBack as undone:
            return undone.result
        return result

    async def _run_schema_only(self, execution: Execution) -> ExecutionResult:
        """Answer an operation on the schema; a costly one runs in a thread, one at a time."""
        price, variables = execution.prepared.price, execution.variables.coerced
        if price.of(variables, self.limits) <= INLINE_COST_MAX:
            return execution.execute_schema_only()
        async with self._schema_lock:
            return await asyncio.to_thread(execution.execute_schema_only)

    async def source(
        self, prepared: Prepared, raw: dict[str, Any], context: RequestContext
    ) -> AsyncGenerator[Any, None]:
        """The source events of a subscription. Raises the GraphQLError of its field."""
        return await Execution(prepared, prepared.coerced(raw), context).source()

    async def event(
        self, prepared: Prepared, raw: dict[str, Any], context: RequestContext, event: object
    ) -> ExecutionResult:
        """Execute one event of a subscription; it is admitted and charged as an operation of its own.

        Raises:
            Problem: as `admitted` and `run` do.
        """
        variables = self.admitted(prepared, raw, context, Answer())
        execution = Execution(prepared, variables, context, root=event)
        async with context.operation(command=False):
            return await self._within_time(_execute_until_idle(execution, context))

    async def _within_time(self, answer: Coroutine[Any, Any, T]) -> T:
        try:
            return await with_timeout(answer, self.limits.seconds)
        except TimeoutError as late:
            seconds = self.limits.seconds
            raise TimedOut(round(seconds), seconds) from late


async def _execute_until_idle(execution: Execution, context: RequestContext) -> ExecutionResult:
    """The answer, once no statement of it runs. After a timeout the statements are cancelled instead."""
    try:
        result = await execution.execute_in_transaction()
    except Exception:
        await context.wait_until_idle()
        raise
    await context.wait_until_idle()
    return result


def _roll_back_failed_command(prepared: Prepared, result: ExecutionResult) -> None:
    if prepared.is_command and result.errors:
        for error in result.errors:
            if isinstance(error.original_error, UnavailableError):
                raise error.original_error
        raise RolledBack(result)


def _refused(answer: Answer, language: str, *faults: Fault) -> Answer:
    answer.errors = [as_error(fault, language) for fault in faults]
    statuses = [fault.status for fault in faults if isinstance(fault, RefusedOperation)]
    answer.status = statuses[0] if statuses else _status(faults[0])
    answer.retry_seconds = next(
        (fault.retry_seconds for fault in faults if hasattr(fault, "retry_seconds")), None
    )
    return answer


def _status(fault: Fault) -> int:
    unauthenticated = isinstance(fault, Problem) and fault.code == "UNAUTHENTICATED"
    return 401 if unauthenticated else HTTP_BAD_REQUEST
