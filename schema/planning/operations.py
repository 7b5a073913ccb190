"""The plans of one operation: those root fields that can be planned, by their names in the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import OperationType
from graphql.execution.collect_fields import collect_fields
from graphql.execution.executor import Executor
from graphql.execution.values import VariableValues

from schema.planning.answering import Read, RootPlan
from schema.planning.selecting import NotPlannedError, Operation

Booleans = tuple[tuple[str, object], ...]


@dataclass
class OperationPlans:
    """What an operation's plans are, for each choice that its Boolean variables make.

    One lives as long as the prepared operation does that it belongs to.
    """

    plans: dict[Booleans, Mapping[str, RootPlan | None]] = field(default_factory=dict)

    async def answers(self, executor: Executor[Any], read: Read) -> dict[str, orjson.Fragment]:
        """What the plans answer of the operation; all else is left to graphql-core."""
        found: dict[str, orjson.Fragment] = {}
        for name, plan in self._of(executor).items():
            answer = await plan.answer(executor, read) if plan else None
            if answer is not None:
                found[name] = orjson.Fragment(answer)
        return found

    def _of(self, executor: Executor[Any]) -> Mapping[str, RootPlan | None]:
        booleans = tuple(
            (name, value)
            for name, value in executor.variable_values.coerced.items()
            if isinstance(value, bool)
        )
        if booleans not in self.plans:
            self.plans[booleans] = _planned(executor, dict(booleans))
        return self.plans[booleans]


def _planned(executor: Executor[Any], booleans: dict[str, object]) -> Mapping[str, RootPlan | None]:
    query = executor.schema.query_type
    if query is None or executor.operation.operation is not OperationType.QUERY:
        return {}
    variables = VariableValues({}, booleans)
    operation = Operation(executor.schema, executor.fragments, executor.operation, variables)
    fields = collect_fields(
        executor.schema, executor.fragments, variables, query, executor.operation
    ).grouped_field_set
    found: dict[str, RootPlan | None] = {}
    for name, details in fields.items():
        try:
            found[name] = RootPlan(operation, details)
        except NotPlannedError:
            found[name] = None
    return found


class PlannedExecutor(Executor[Any]):
    """graphql-core for whatever the plans did not answer."""

    answered: Mapping[str, orjson.Fragment] = {}

    def execute_field(self, parent_type, source, field_details_list, path, position_context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 -- as the library declares it
        if path.prev is None and path.key in self.answered:
            return self.answered[path.key]
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )
