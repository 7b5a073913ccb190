"""An operation from its text to its answer, from top to bottom, for any schema of Strawberry's."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from graphql import ExecutionResult, OperationType
from graphql.execution.values import VariableValues
from strawberry.schema import Schema

from db.connection.timeout import with_timeout
from db.errors import UnavailableError
from resolvers.errors import Problem
from schema.errors import said
from schema.execution.executor import Execution
from schema.execution.fair_queue import CallerTurns
from schema.execution.federated_trace import FederatedTrace
from schema.operation.cost import INPUT_OBJECT_COST, objects_in
from schema.operation.limit import Limits, RefusedOperation, TimedOut, TooCostly
from schema.operation.prepared_operation import Fault, OperationCache, OperationRefused, Prepared

HTTP_OK, HTTP_BAD_REQUEST = 200, 400

SCHEMA_COST_MAX = 20_000
"""Of what nobody signs in for. The introspection of GraphiQL and of gateways costs 16,424, and takes 250 ms."""

AT_ONCE_COST_MAX = 100
"""Of the same: up to here it takes a millisecond."""

TRANSACTIONS_EACH = 2
"""Of one caller at once; further ones wait. A worker has 20 connections for them (DATABASE_CONNECTIONS)."""

T = TypeVar("T")


class RequestContext(Protocol):
    """What running needs of a request's context; the rest is between it and the resolvers.

    `stream` is what a subscription stands on between its events.
    """

    stream: Any

    @property
    def language(self) -> str: ...

    @property
    def actor(self) -> str:
        """The kind of caller, for the log."""

    @property
    def client(self) -> str:
        """Whose share of what all share is used; it stays out of the log."""

    def admit(self, prepared: Prepared) -> None:
        """Raises a Problem where the caller may not ask at all."""

    def charge(self, cost: int) -> None:
        """Raises a Problem where the caller has asked for too much of late."""

    async def settled(self) -> None:
        """Wait for what was begun, though nobody asks for it any more."""

    def operation(self, *, command: bool) -> AbstractAsyncContextManager[None]:
        """The one transaction: what is raised inside undoes it."""


@dataclass(slots=True)
class Answer:
    """What the client gets, and what the log may know of it."""

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
        """Errors first, as the specification advises; no data where nothing was executed.

        What was traced tells its times instead of its cost: a gateway asked, who expects them alone.
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
        return [error["extensions"]["code"] for error in self.errors]


class Undone(Exception):  # noqa: N818 - what a command answered that is not to be committed
    def __init__(self, result: ExecutionResult) -> None:
        super().__init__()
        self.result = result


class Engine:
    """Runs the operations of one schema within its limits."""

    def __init__(self, schema: Schema, limits: Limits) -> None:
        self.limits = limits
        self._operations = OperationCache(schema, limits)
        self._schema_asked = asyncio.Lock()
        self._making, self._made_one = CallerTurns(1), asyncio.Lock()
        self._transactions = CallerTurns(TRANSACTIONS_EACH)

    async def _made(self, text: str, name: str | None, context: RequestContext) -> Prepared:
        """An operation that is not ready, once it may be made.

        Making it takes the event loop some ten milliseconds where it is new, has other Booleans, or is a command with its
        input. So one is made in each round of the loop, and of each caller one waits for that.

        Raises NotPrepared; see `OperationCache.prepare`.
        """
        async with self._making.turn(context.client), self._made_one:
            await asyncio.sleep(0)  # what came meanwhile is looked at first
        return self.prepare(text, name)

    def prepare(self, text: str, name: str | None) -> Prepared:
        """Raises NotPrepared; see there."""
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
        """The whole way, told in `answer`; `accept` may refuse an operation by raising a Problem.

        A subscription that it accepts is let in, and left to whoever streams it: `source`, `event`.
        """
        answer = answer or Answer()
        try:
            prepared = self._operations.ready(text, name) or await self._made(text, name, context)
            answer.prepared = prepared
            if accept:
                accept(prepared)
            variables = self.admitted(prepared, raw, context, answer)
            if is_subscription(prepared):
                answer.executed = True
                return answer
            result = await self.run(prepared, variables, context, answer.trace)
        except OperationRefused as refused:
            return _refused(answer, context.language, *refused.faults)
        except Problem as refused:
            return _refused(answer, context.language, refused)
        answer.executed, answer.data = True, result.data
        answer.errors = [said(error, context.language) for error in result.errors or ()]
        return answer

    def admitted(
        self, prepared: Prepared, raw: dict[str, Any], context: RequestContext, answer: Answer
    ) -> VariableValues:
        """The variables of an operation that may run, whose cost is known and paid.

        Raises:
            NotPrepared: the variables are not what it declares.
            Problem: the caller may not ask this, or not so much.
        """
        answer.cost_max = self.limits.cost
        of_input = INPUT_OBJECT_COST * objects_in(raw)
        if of_input > self.limits.cost:
            raise TooCostly(of_input, self.limits.cost)
        variables = prepared.coerced(raw)
        context.admit(prepared)
        if prepared.asks_for_the_schema_only:
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
        """In its one transaction, within its time; a command with an error leaves nothing behind.

        Raises:
            TimedOut: its statements were broken off as well.
            Problem: a command, and another policy is active by now.
            UnavailableError: the database does not answer any more.
        """
        execution = Execution(prepared, variables, context, trace)
        if prepared.asks_for_the_schema_only:
            return await self._in_time(self._of_the_schema(execution))
        early = await self._in_time(execution.without_transaction())
        if early is not None:
            return early
        try:
            async with (
                self._transactions.turn(context.client),
                context.operation(command=prepared.is_command),
            ):
                result = await self._in_time(_settled(execution, context))
                _undo_a_failed_command(prepared, result)
        except Undone as undone:
            return undone.result
        return result

    async def _of_the_schema(self, execution: Execution) -> ExecutionResult:
        """What anybody may ask: long answers are made beside the event loop, which goes on, one at a time."""
        price, variables = execution.prepared.price, execution.variables.coerced
        if price.of(variables, self.limits) <= AT_ONCE_COST_MAX:
            return execution.of_the_schema()
        async with self._schema_asked:
            return await asyncio.to_thread(execution.of_the_schema)

    async def source(
        self, prepared: Prepared, raw: dict[str, Any], context: RequestContext
    ) -> AsyncGenerator[Any, None]:
        """What a subscription is told of, event by event. Raises the GraphQLError of its field."""
        return await Execution(prepared, prepared.coerced(raw), context).source()

    async def event(
        self, prepared: Prepared, raw: dict[str, Any], context: RequestContext, event: object
    ) -> ExecutionResult:
        """One event of a subscription: admitted, paid and executed as an operation of its own.

        Raises:
            Problem: as `admitted` and `run` do.
        """
        variables = self.admitted(prepared, raw, context, Answer())
        execution = Execution(prepared, variables, context, root=event)
        async with context.operation(command=False):
            return await self._in_time(_settled(execution, context))

    async def _in_time(self, answer: Coroutine[Any, Any, T]) -> T:
        try:
            return await with_timeout(answer, self.limits.seconds)
        except TimeoutError as late:
            seconds = self.limits.seconds
            raise TimedOut(round(seconds), seconds) from late


async def _settled(execution: Execution, context: RequestContext) -> ExecutionResult:
    """The answer, when no statement of it runs any more; whoever comes too late does not wait: they are broken off."""
    try:
        result = await execution.in_transaction()
    except Exception:
        await context.settled()
        raise
    await context.settled()
    return result


def _undo_a_failed_command(prepared: Prepared, result: ExecutionResult) -> None:
    if prepared.is_command and result.errors:
        for error in result.errors:
            if isinstance(error.original_error, UnavailableError):
                raise error.original_error
        raise Undone(result)


def is_query(prepared: Prepared) -> bool:
    return prepared.kind is OperationType.QUERY


def is_subscription(prepared: Prepared) -> bool:
    return prepared.kind is OperationType.SUBSCRIPTION


def _refused(answer: Answer, language: str, *faults: Fault) -> Answer:
    answer.errors = [said(fault, language) for fault in faults]
    statuses = [fault.status for fault in faults if isinstance(fault, RefusedOperation)]
    answer.status = statuses[0] if statuses else _status(faults[0])
    answer.retry_seconds = next(
        (fault.retry_seconds for fault in faults if hasattr(fault, "retry_seconds")), None
    )
    return answer


def _status(fault: Fault) -> int:
    unauthenticated = isinstance(fault, Problem) and fault.code == "UNAUTHENTICATED"
    return 401 if unauthenticated else HTTP_BAD_REQUEST
