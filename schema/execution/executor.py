"""Executes a prepared operation: its plans answer the root fields they can, graphql-core answers the others."""

from collections.abc import AsyncGenerator, Mapping
from functools import cached_property
from inspect import isawaitable
from typing import Any, cast

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    MiddlewareManager,
    VariableValues,
    create_source_event_stream,
)

from resolvers.errors import Problem
from schema.execution.federated_trace import FederatedTrace
from schema.execution.list_slice import Slices
from schema.library_internals import Executor, make_executor
from schema.operation.document_size import Measure
from schema.operation.limit import TooManyErrors
from schema.operation.prepared_operation import Prepared
from schema.planner.operation_plan import NO_PLANS, OperationPlans, Plans, planned_answers
from schema.read import Read

ERROR_COST = 10
"""Cost of each failed field: as much as ten objects. Creating an error takes 100 µs, an object 10 µs."""

PLANS = "plans"
PLAN_BYTES, FIELD_BYTES = 2_000, 600
"""Bytes of memory of a plan, and of each of its fields. Measured with tracemalloc: 200 to 500 bytes a field."""


class PlannedExecutor(Executor[Any]):
    """The executor of graphql-core; root fields that a plan has answered are taken from `answered`."""

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
        """Complete the items of a list in slices; see `Slices`."""
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
        """Count failed fields, and end the operation after `errors_max` of them.

        The traceback of a refusal is removed: it forms a reference cycle with its frames.

        Raises:
            TooManyErrors: no field catches it, so it ends the operation.
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
    """One operation with its variables while it runs. A traced operation uses no plans."""

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
        # A trace needs the time of each field, which a plan does not have.
        self.read: Read | None = getattr(context, "read", None) if trace is None else None
        self.plans: Plans = NO_PLANS

    async def plan(self) -> None:
        """Find the plans of the operation, or make them."""
        if self.read is not None and not self.prepared.is_schema_only:
            self.plans = await _plans(self.prepared).of(self.variables)

    @cached_property
    def executor(self) -> PlannedExecutor:
        """The executor of graphql-core, created at first use."""
        prepared = self.prepared
        executor = make_executor(
            PlannedExecutor,
            prepared.schema,
            prepared.operation,
            prepared.fragments,
            prepared.details,
            self.variables,
            self.context,
            self._root,
            MiddlewareManager(self._trace) if self._trace else None,
        )
        executor.answered, executor.errors_max = {}, prepared.errors_max
        return executor

    async def execute_without_transaction(self) -> ExecutionResult | None:
        """The answer, if plans without a transaction give all of it; else None."""
        await self.plan()
        if self.plans.need_transaction or self.read is None:
            return None
        data = await planned_answers(self.plans, self, self.read)
        if len(data) < len(self.plans.by_name):
            self.plans = NO_PLANS  # graphql-core then answers the whole operation, with its errors
            return None
        return ExecutionResult(data, None)

    async def source(self) -> AsyncGenerator[Any, None]:
        """The source events of a subscription. Raises the GraphQLError of its field."""
        stream = create_source_event_stream(self.executor)
        source = await stream if isawaitable(stream) else stream
        if isinstance(source, ExecutionResult):
            raise (source.errors or [GraphQLError("no events")])[0]
        return cast("AsyncGenerator[Any, None]", source)

    def execute_schema_only(self) -> ExecutionResult:
        """The answer of an operation on the schema only; it needs no database and no event loop."""
        return cast("ExecutionResult", self.executor.execute_operation())

    async def execute_in_transaction(self) -> ExecutionResult:
        """The answer, with the errors of its fields; runs inside the open transaction.

        Raises:
            TooManyErrors: more than `errors_max` fields failed.
            Problem: the failed fields cost more than the caller's budget has left.
        """
        answered = await planned_answers(self.plans, self, self.read) if self.read else {}
        if self.plans.by_name and len(answered) == len(self.plans.by_name):
            return ExecutionResult(answered, None)
        self.executor.answered = answered
        try:
            pending: Any = self.executor.execute_operation()
            result: ExecutionResult = await pending if isawaitable(pending) else pending
        except TooManyErrors as ended:
            self.context.charge(ERROR_COST * ended.was)
            raise
        if result.errors:
            self.context.charge(ERROR_COST * len(result.errors))
        return result


def _plans(prepared: Prepared) -> OperationPlans:
    """The plans of the operation, created once and cached in its `memory`."""
    known: OperationPlans | None = prepared.memory.get(PLANS)
    if known is None:
        fields = Measure(prepared.fragments).of(prepared.operation.selection_set).fields
        known = OperationPlans(
            prepared.schema,
            prepared.operation,
            prepared.details,
            directive_variables=prepared.directive_variables,
            plan_bytes=PLAN_BYTES + FIELD_BYTES * fields,
            on_resize=prepared.on_resize,
        )
        prepared.memory[PLANS] = known
    return known
