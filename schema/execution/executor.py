"""The one place where a prepared operation is executed: by its plans, and by graphql-core where they end."""

from collections.abc import AsyncGenerator, Callable, Mapping
from functools import cached_property
from inspect import isawaitable
from typing import Any, cast
from weakref import WeakMethod

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    MiddlewareManager,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution import create_source_event_stream
from graphql.execution.executor import Executor
from graphql.execution.values import VariableValues
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.execution import optimized_is_awaitable

from resolvers.errors import Problem
from schema.execution.federated_trace import FederatedTrace
from schema.execution.list_slice import Slices
from schema.operation.document_size import Measure
from schema.operation.limit import TooManyErrors
from schema.operation.prepared_operation import Prepared
from schema.planner.operation_plan import NONE, OperationPlans, Plans, answers
from schema.read import Read

ERROR_COST = 10
"""Of each field that failed: as much as ten objects. Making an error takes 100 µs, an object 10."""

PLANS = "plans"
PLAN_BYTES, FIELD_BYTES = 2_000, 600
"""What a plan takes, and each of its fields. Measured with tracemalloc: 200 to 500 bytes a field."""


class PlannedExecutor(Executor[Any]):
    """graphql-core for whatever the plans did not answer."""

    answered: Mapping[str, orjson.Fragment]
    errors_max: int

    def complete_iterable_value(  # noqa: PLR0913, PLR0917 -- as the library declares it
        self,
        item_type: Any,  # noqa: ANN401 -- as the library declares it
        field_details_list: Any,  # noqa: ANN401
        info: Any,  # noqa: ANN401
        path: Any,  # noqa: ANN401
        items: Any,  # noqa: ANN401
        position_context: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """The items of a list, the first few first: where they fail, the others are not even begun."""
        items = list(items)
        rest = field_details_list, info

        def begin(index: int, values: list[Any]) -> bool:
            item, place = items[index], path.add_key(index, None)
            if not self.is_awaitable(item):
                return self.complete_list_item_value(
                    item, values, item_type, *rest, place, position_context
                )
            values.append(
                self.complete_awaitable_list_item_value(
                    item, item_type, *rest, place, position_context
                )
            )
            return True

        def may_fail() -> int:
            return self.errors_max - len(self.collected_errors.errors)

        return Slices(len(items), begin, self.settle_in_background, may_fail).completed()

    def execute_field(self, parent_type, source, field_details_list, path, position_context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 -- as the library declares it
        if path.prev is None and path.key in self.answered:
            return self.answered[path.key]
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )

    def handle_field_error(self, raw_error, return_type, field_details_list, path):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 -- as the library declares it
        """A field that failed becomes null, but so many only; whatever fails after them is not even looked at.

        A refusal is answered without its traceback, which holds all frames of its way, and they hold it.

        Raises:
            TooManyErrors: it ends the operation, as no field above keeps it.
        """
        errors = self.collected_errors.errors
        if isinstance(raw_error, Problem):
            raw_error.__traceback__ = raw_error.__context__ = None
        if isinstance(raw_error, TooManyErrors):
            try:
                raise raw_error
            finally:
                del raw_error  # this frame is part of its traceback
        if len(errors) > self.errors_max:
            raise TooManyErrors(len(errors), self.errors_max)
        super().handle_field_error(raw_error, return_type, field_details_list, path)


class Execution:
    """One operation with its variables, on its way to an answer; without plans where it is traced."""

    def __init__(
        self,
        prepared: Prepared,
        variables: VariableValues,
        context: Any,  # noqa: ANN401 -- each schema has its own context
        trace: FederatedTrace | None = None,
        root: object = None,
    ) -> None:
        self.prepared, self.variables, self.context = prepared, variables, context
        self._trace, self._root = trace, root
        # A plan's statement has no time of each field.
        self.read: Read | None = getattr(context, "read", None) if trace is None else None
        self.plans: Plans = NONE
        if self.read is not None and not prepared.asks_for_the_schema_only:
            self.plans = _plans(prepared).of(variables)

    @cached_property
    def executor(self) -> PlannedExecutor:
        """Built from what is known already; graphql-core's `execute` would coerce the variables again."""
        prepared = self.prepared
        executor = PlannedExecutor(
            prepared.schema._schema,  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name
            prepared.fragments,
            prepared.details,
            self._root,
            self.context,
            prepared.operation,
            self.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            middleware_manager=MiddlewareManager(self._trace) if self._trace else None,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # says bool where it could say TypeGuard
            hide_suggestions=True,
        )
        executor.async_helpers = GraphQLResolveInfoHelpers(
            gather=_weakly(executor.gather_async_work), track=_weakly(executor.track_async_work)
        )
        executor.answered, executor.errors_max = {}, prepared.errors_max
        return executor

    async def without_transaction(self) -> ExecutionResult | None:
        """The answer, where single statements give all of it; None where it takes more."""
        if self.plans.need_transaction or self.read is None:
            return None
        found = await answers(self.plans, self, self.read)
        if len(found) < len(self.plans.by_name):
            self.plans = NONE  # what has no clean answer is graphql-core's, once and whole
            return None
        return ExecutionResult(found, None)

    async def source(self) -> AsyncGenerator[Any, None]:
        """The events of a subscription, before it selects of them. Raises the GraphQLError of its field."""
        found = create_source_event_stream(self.executor)
        source = await found if isawaitable(found) else found
        if isinstance(source, ExecutionResult):
            raise (source.errors or [GraphQLError("no events")])[0]
        return cast("AsyncGenerator[Any, None]", source)

    def of_the_schema(self) -> ExecutionResult:
        """The answer of an operation that asks for the schema only: nothing of it has to be waited for."""
        return cast("ExecutionResult", self.executor.execute_operation())

    async def in_transaction(self) -> ExecutionResult:
        """The answer, every root field with its errors as they were raised.

        Raises:
            TooManyErrors: more fields failed than may.
            Problem: they cost more than the caller's budget has.
        """
        answered = await answers(self.plans, self, self.read) if self.read else {}
        if self.plans.by_name and len(answered) == len(self.plans.by_name):
            return ExecutionResult(answered, None)
        self.executor.answered = answered
        try:
            found: Any = self.executor.execute_operation()
            result: ExecutionResult = await found if isawaitable(found) else found
        except TooManyErrors as ended:
            self.context.charge(ERROR_COST * ended.was)
            raise
        if result.errors:
            self.context.charge(ERROR_COST * len(result.errors))
        return result


def _weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which does not keep its object: an executor that holds itself is garbage for the collector."""
    reference = WeakMethod(method)

    def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever the method takes
        bound = reference()
        if bound is None:
            raise RuntimeError("the operation is over")
        return bound(*given, **named)

    return call


def _plans(prepared: Prepared) -> OperationPlans:
    """Made once for an operation: it is remembered with it."""
    known: OperationPlans | None = prepared.memory.get(PLANS)
    if known is None:
        fields = Measure(prepared.fragments).of(prepared.operation.selection_set).fields
        known = OperationPlans(
            prepared.schema,
            prepared.operation,
            prepared.details,
            choosing=prepared.choosing,
            plan_bytes=PLAN_BYTES + FIELD_BYTES * fields,
            resized=prepared.resized,
        )
        prepared.memory[PLANS] = known
    return known
