"""Plans the root fields of one operation; a field that cannot be planned is left to graphql-core."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson
from graphql import GraphQLError, OperationDefinitionNode, OperationType, VariableValues
from strawberry.schema import Schema

from schema.library_internals import FragmentDetails, collect_fields, core_schema
from schema.lru_cache import EntryResizer, LRUCache
from schema.planner.plan_part import NotPlannedError, Operation, RunningOperation
from schema.planner.root_plan import RootPlan
from schema.read import Read

DIRECTIVE_VARIABLES_MAX = 8
"""Variables of `@skip` and `@include`; our own clients use at most two. With more, graphql-core answers."""

PLANS_MAX = 32
PLANS_BYTES_MAX = 4 * 1024 * 1024
"""Bytes of all plans of one operation, with their statements."""


@dataclass(frozen=True, slots=True)
class Plans:
    """Plans by response name of the root field; None where graphql-core answers the field."""

    by_name: Mapping[str, RootPlan | None] = field(default_factory=dict)
    need_transaction: bool = True
    """Whether a plan needs more than its one statement, or graphql-core answers a root field."""
    not_planned: Mapping[str, str] = field(default_factory=dict)
    """For each root field without a plan: the part of it that the planner cannot compile."""
    reason: str = "it asks for the schema only"
    """Why there is no plan at all."""


NO_PLANS = Plans()
NO_QUERY = Plans(reason="only queries are planned")
TOO_MANY_CHOICES = Plans(
    reason=f"more than {DIRECTIVE_VARIABLES_MAX} variables choose what is selected"
)
NULL_FOR_DEFAULT = Plans(reason="null is given for a variable that has a default")


class Fallback(StrEnum):
    """Why graphql-core answered a root field of a query."""

    NOT_PLANNED = "not_planned"
    NO_CLEAN_ANSWER = "no_clean_answer"


FALLBACKS: Counter[Fallback] = Counter()
"""Root fields that graphql-core answered since the process began, by reason."""


@dataclass
class OperationPlans:
    """The plans of one operation, for each combination of values of its `@skip` and `@include` variables.

    It lives as long as its prepared operation. `directive_variables` names those variables, `plan_bytes` is the
    memory of the plans for one combination, and `on_resize` is called with each change of the memory of all.
    """

    schema: Schema
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    directive_variables: tuple[str, ...] = ()
    plan_bytes: int = 0
    on_resize: Callable[[int], None] | None = None
    plans: LRUCache[tuple[object, ...], Plans] = field(init=False)

    def __post_init__(self) -> None:
        self.plans = LRUCache(PLANS_MAX, PLANS_BYTES_MAX, self.on_resize)

    async def of(self, variables: VariableValues) -> Plans:
        """The plans for these variables. No plans where there are too many combinations for any to repeat.

        A new root field takes the event loop some 4 ms, so other work goes on after each of them.
        """
        if len(self.directive_variables) > DIRECTIVE_VARIABLES_MAX:
            return TOO_MANY_CHOICES
        coerced = variables.coerced
        choice = tuple([coerced.get(name) for name in self.directive_variables])
        plans = self.plans.get(choice)
        if plans is None:
            resizer = EntryResizer(self.plans, choice)
            plans = await self._plan_all(choice, resizer)
            self.plans.put(choice, plans, self.plan_bytes, resizer)
        return plans

    async def _plan_all(
        self, choice: tuple[object, ...], on_resize: Callable[[int], None]
    ) -> Plans:
        core, node = core_schema(self.schema), self.node
        if core.query_type is None or node.operation is not OperationType.QUERY:
            return NO_QUERY
        chosen = zip(self.directive_variables, choice, strict=True)
        variables = VariableValues({}, {name: value for name, value in chosen if value is not None})
        operation = Operation(self.schema, core, self.fragments, node, variables)
        root_plans: dict[str, RootPlan | None] = {}
        not_planned: dict[str, str] = {}
        try:
            fields = collect_fields(core, self.fragments, variables, core.query_type, node)
            for name, details in fields.grouped_field_set.items():
                root_plans[name] = None
                try:
                    root_plans[name] = RootPlan(operation, details, on_resize)
                except NotPlannedError as fault:
                    not_planned[name] = str(fault)
                await asyncio.sleep(0)
        except GraphQLError:  # null for a variable that has a default; graphql-core refuses it
            return NULL_FOR_DEFAULT
        is_more = any(plan is None or plan.needs_transaction for plan in root_plans.values())
        return Plans(root_plans, is_more or not root_plans, not_planned)


async def planned_answers(
    plans: Plans, operation: RunningOperation, read: Read
) -> dict[str, orjson.Fragment]:
    """The JSON of the root fields that the plans answer, by response name; graphql-core answers the others."""
    data: dict[str, orjson.Fragment] = {}
    for name, plan in plans.by_name.items():
        answer = await plan.answer(operation, read) if plan else None
        if answer is not None:
            data[name] = orjson.Fragment(answer)
        else:
            FALLBACKS[Fallback.NO_CLEAN_ANSWER if plan else Fallback.NOT_PLANNED] += 1
    return data
