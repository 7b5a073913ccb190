"""The plans of one operation: those root fields that can be planned, by their names in the answer."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson
from graphql import GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues
from strawberry.schema import Schema

from schema.lru_cache import Growth, LRUCache
from schema.planner.plan_part import NotPlannedError, Operation, Running
from schema.planner.root_plan import RootPlan
from schema.read import Read

CHOOSING_MAX = 8
"""Variables that choose what is selected; our own clients use two at most. Beyond, graphql-core answers."""

PLANS_MAX = 32
PLANS_BYTES_MAX = 4 * 1024 * 1024
"""Of one operation: all choices together, with their statements."""


@dataclass(frozen=True, slots=True)
class Plans:
    """By the name of the root field in the answer; None where graphql-core answers it."""

    by_name: Mapping[str, RootPlan | None] = field(default_factory=dict)
    need_transaction: bool = True
    """Whether it takes more than one statement of each, or somebody else."""
    not_planned: Mapping[str, str] = field(default_factory=dict)
    """Of each root field that is not planned, what the plan does not know."""
    reason: str = "it asks for the schema only"
    """Why there is no plan at all."""


NONE = Plans()
NO_QUERY = Plans(reason="only queries are planned")
TOO_MANY_CHOICES = Plans(reason=f"more than {CHOOSING_MAX} variables choose what is selected")
NULL_FOR_DEFAULT = Plans(reason="null is given for a variable that has a default")


class Fallback(StrEnum):
    """Why graphql-core answered a root field of a query."""

    NOT_PLANNED = "not_planned"
    NO_CLEAN_ANSWER = "no_clean_answer"


FALLBACKS: Counter[Fallback] = Counter()
"""Root fields that graphql-core answered since the process began, by reason."""


@dataclass
class OperationPlans:
    """The plans of one operation of a schema, for each choice that its variables make by `@skip` and `@include`.

    It lives as long as the prepared operation does that it belongs to. `choosing` names those variables,
    `plan_bytes` is what the plans of one choice take, and `resized` is told what all of them take.
    """

    schema: Schema
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    choosing: tuple[str, ...] = ()
    plan_bytes: int = 0
    resized: Callable[[int], None] | None = None
    plans: LRUCache[tuple[object, ...], Plans] = field(init=False)

    def __post_init__(self) -> None:
        self.plans = LRUCache(PLANS_MAX, PLANS_BYTES_MAX, self.resized)

    def of(self, variables: VariableValues) -> Plans:
        """The plans that these variables choose; none where so many choose that nobody asks twice the same."""
        if len(self.choosing) > CHOOSING_MAX:
            return TOO_MANY_CHOICES
        coerced = variables.coerced
        choice = tuple([coerced.get(name) for name in self.choosing])
        found = self.plans.get(choice)
        if found is None:
            growth = Growth(self.plans, choice)
            found = self._planned(choice, growth)
            self.plans.put(choice, found, self.plan_bytes, growth)
        return found

    def _planned(self, choice: tuple[object, ...], resized: Callable[[int], None]) -> Plans:
        core, node = self.schema._schema, self.node  # noqa: SLF001 - Strawberry gives graphql-core's schema no other name
        if core.query_type is None or node.operation is not OperationType.QUERY:
            return NO_QUERY
        chosen = zip(self.choosing, choice, strict=True)
        variables = VariableValues({}, {name: value for name, value in chosen if value is not None})
        operation = Operation(self.schema, core, self.fragments, node, variables)
        found: dict[str, RootPlan | None] = {}
        not_planned: dict[str, str] = {}
        try:
            fields = collect_fields(core, self.fragments, variables, core.query_type, node)
            for name, details in fields.grouped_field_set.items():
                found[name] = None
                try:
                    found[name] = RootPlan(operation, details, resized)
                except NotPlannedError as fault:
                    not_planned[name] = str(fault)
        except GraphQLError:  # null for a variable that has a default; graphql-core says so
            return NULL_FOR_DEFAULT
        is_more = any(plan is None or plan.needs_transaction for plan in found.values())
        return Plans(found, is_more or not found, not_planned)


async def answers(plans: Plans, running: Running, read: Read) -> dict[str, orjson.Fragment]:
    """What the plans answer; all else is left to graphql-core."""
    found: dict[str, orjson.Fragment] = {}
    for name, plan in plans.by_name.items():
        answer = await plan.answer(running, read) if plan else None
        if answer is not None:
            found[name] = orjson.Fragment(answer)
        else:
            FALLBACKS[Fallback.NO_CLEAN_ANSWER if plan else Fallback.NOT_PLANNED] += 1
    return found
