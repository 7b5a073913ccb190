"""The plans of one operation: those root fields that can be planned, by their names in the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import OperationType
from graphql.execution.collect_fields import collect_fields
from graphql.execution.executor import Executor
from graphql.execution.values import VariableValues
from strawberry.schema import Schema

from schema.planning.answering import RootPlan
from schema.planning.parts import NotPlannedError, Operation
from schema.reading import Read

Plans = Mapping[str, RootPlan | None]
"""By the name of the root field in the answer; None where graphql-core answers it."""


@dataclass
class OperationPlans:
    """The plans of one operation of a schema, for each choice that its Boolean variables make.

    It lives as long as the prepared operation does that it belongs to.
    """

    schema: Schema
    plans: dict[tuple[tuple[str, object], ...], Plans] = field(default_factory=dict)

    def of(self, executor: Executor[Any]) -> Plans:
        """The plans that these variables choose."""
        booleans = tuple(
            (name, value)
            for name, value in executor.variable_values.coerced.items()
            if isinstance(value, bool)
        )
        if booleans not in self.plans:
            self.plans[booleans] = self._planned(executor, dict(booleans))
        return self.plans[booleans]

    def _planned(self, executor: Executor[Any], booleans: dict[str, object]) -> Plans:
        core, node = executor.schema, executor.operation
        if core.query_type is None or node.operation is not OperationType.QUERY:
            return {}
        variables = VariableValues({}, booleans)
        operation = Operation(self.schema, core, executor.fragments, node, variables)
        fields = collect_fields(core, executor.fragments, variables, core.query_type, node)
        found: dict[str, RootPlan | None] = {}
        for name, details in fields.grouped_field_set.items():
            try:
                found[name] = RootPlan(operation, details)
            except NotPlannedError:
                found[name] = None
        return found


async def answers(plans: Plans, executor: Executor[Any], read: Read) -> dict[str, orjson.Fragment]:
    """What the plans answer; all else is left to graphql-core."""
    found: dict[str, orjson.Fragment] = {}
    for name, plan in plans.items():
        answer = await plan.answer(executor, read) if plan else None
        if answer is not None:
            found[name] = orjson.Fragment(answer)
    return found
