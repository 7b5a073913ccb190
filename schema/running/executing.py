"""The one place where a prepared operation is executed: by its plans, and by graphql-core where they end."""

from collections.abc import AsyncGenerator, Mapping
from inspect import isawaitable
from typing import Any, cast

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
from strawberry.execution import optimized_is_awaitable

from schema.planning.operations import OperationPlans, Plans, answers
from schema.reading import Read
from schema.running.federated_tracing import FederatedTrace
from schema.running.preparing import Prepared

PLANS = "plans"


class PlannedExecutor(Executor[Any]):
    """graphql-core for whatever the plans did not answer."""

    answered: Mapping[str, orjson.Fragment]

    def execute_field(self, parent_type, source, field_details_list, path, position_context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 -- as the library declares it
        if path.prev is None and path.key in self.answered:
            return self.answered[path.key]
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )


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
        self.executor = _executor(prepared, variables, context, root)
        self.read: Read | None = getattr(context, "read", None)
        if trace is not None:
            self.executor.middleware_manager = MiddlewareManager(trace)
            self.read = None  # a plan's statement has no time of each field
        self.plans: Plans = {}
        if self.read is not None:
            known: OperationPlans = prepared.memory.setdefault(
                PLANS, OperationPlans(prepared.schema)
            )
            self.plans = known.of(self.executor)

    async def without_transaction(self) -> ExecutionResult | None:
        """The answer, where single statements give all of it; None where it takes more."""
        if not self.plans or self.read is None:
            return None
        if any(plan is None or plan.needs_transaction for plan in self.plans.values()):
            return None
        found = await answers(self.plans, self.executor, self.read)
        if len(found) < len(self.plans):
            self.plans = {}  # what has no clean answer is graphql-core's, once and whole
            return None
        return ExecutionResult(found, None)

    async def source(self) -> AsyncGenerator[Any, None]:
        """The events of a subscription, before it selects of them. Raises the GraphQLError of its field."""
        found = create_source_event_stream(self.executor)
        source = await found if isawaitable(found) else found
        if isinstance(source, ExecutionResult):
            raise (source.errors or [GraphQLError("no events")])[0]
        return cast("AsyncGenerator[Any, None]", source)

    async def in_transaction(self) -> ExecutionResult:
        """The answer, every root field with its errors as they were raised."""
        if self.read is not None:
            self.executor.answered = await answers(self.plans, self.executor, self.read)
        if self.plans and len(self.executor.answered) == len(self.plans):
            return ExecutionResult(dict(self.executor.answered), None)
        found: Any = self.executor.execute_operation()
        result: ExecutionResult = await found if isawaitable(found) else found
        return result


def _executor(
    prepared: Prepared,
    variables: VariableValues,
    context: Any,  # noqa: ANN401 -- as above
    root: object,
) -> PlannedExecutor:
    """Built from what is known already; graphql-core's `execute` would coerce the variables again."""
    executor = PlannedExecutor(
        prepared.schema._schema,  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name
        prepared.fragments,
        prepared.details,
        root,
        context,
        prepared.operation,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # says bool where it could say TypeGuard
        hide_suggestions=True,
    )
    executor.answered = {}
    return executor
