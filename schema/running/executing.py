"""The one place where a prepared operation is executed: by graphql-core."""

from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from strawberry.execution import optimized_is_awaitable

from schema.running.preparing import Prepared


async def execute(prepared: Prepared, variables: VariableValues, context: Any) -> ExecutionResult:  # noqa: ANN401 - each schema has its own context
    """Every root field, with its errors as they were raised."""
    schema = prepared.schema
    # Built from what is known already; graphql-core's `execute` would coerce the variables again.
    executor = schema.execution_context_class(
        schema._schema,  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name
        prepared.fragments,
        prepared.details,
        None,
        context,
        prepared.operation,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        is_awaitable=optimized_is_awaitable,
        hide_suggestions=True,
    )
    found = executor.execute_operation()
    result: ExecutionResult = await found if isawaitable(found) else found
    return result
