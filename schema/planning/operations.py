"""The plans of one operation: those root fields that can be planned, by their names in the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from graphql import OperationDefinitionNode, OperationType
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues
from strawberry.schema import Schema

from schema.planning.answering import RootPlan
from schema.planning.parts import NotPlannedError, Operation, Running
from schema.reading import Read


@dataclass(frozen=True, slots=True)
class Plans:
    """By the name of the root field in the answer; None where graphql-core answers it."""

    by_name: Mapping[str, RootPlan | None] = field(default_factory=dict)
    need_transaction: bool = True
    """Whether it takes more than one statement of each, or somebody else."""


NONE = Plans()


@dataclass
class OperationPlans:
    """The plans of one operation of a schema, for each choice that its Boolean variables make.

    It lives as long as the prepared operation does that it belongs to.
    """

    schema: Schema
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    plans: dict[tuple[tuple[str, object], ...], Plans] = field(default_factory=dict)

    def of(self, variables: VariableValues) -> Plans:
        """The plans that these variables choose."""
        booleans = tuple(
            [(name, value) for name, value in variables.coerced.items() if isinstance(value, bool)]
        )
        found = self.plans.get(booleans)
        if found is None:
            found = self.plans[booleans] = self._planned(dict(booleans))
        return found

    def _planned(self, booleans: dict[str, object]) -> Plans:
        core, node = self.schema._schema, self.node  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name
        if core.query_type is None or node.operation is not OperationType.QUERY:
            return NONE
        variables = VariableValues({}, booleans)
        operation = Operation(self.schema, core, self.fragments, node, variables)
        fields = collect_fields(core, self.fragments, variables, core.query_type, node)
        found: dict[str, RootPlan | None] = {}
        for name, details in fields.grouped_field_set.items():
            try:
                found[name] = RootPlan(operation, details)
            except NotPlannedError:
                found[name] = None
        is_more = any(plan is None or plan.needs_transaction for plan in found.values())
        return Plans(found, is_more or not found)


async def answers(plans: Plans, running: Running, read: Read) -> dict[str, orjson.Fragment]:
    """What the plans answer; all else is left to graphql-core."""
    found: dict[str, orjson.Fragment] = {}
    for name, plan in plans.by_name.items():
        answer = await plan.answer(running, read) if plan else None
        if answer is not None:
            found[name] = orjson.Fragment(answer)
    return found
