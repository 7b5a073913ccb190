"""How an operation would be answered: its cost, the tree and the SQL of each planned root field, why another is not planned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from graphql import GraphQLError

from db.facade import Member, Relation, compiler, page
from resolvers.errors import Problem
from schema.execution.executor import Execution
from schema.planner.declaration import NotAnsweredError
from schema.planner.root_plan import RootPlan
from schema.planner.selection import Selection

NODES_IN = (compiler.__name__, page.__name__)
SHOWN = ("column", "text", "expression", "name")
"""Fields of a node that say what it is, besides its relation."""


@dataclass(frozen=True, slots=True)
class RootExplanation:
    """One root field: its tree and its SQL with the values, or the reason why graphql-core answers it."""

    name: str
    tree: Sequence[str] = ()
    sql: str | None = None
    values: Sequence[object] = ()
    reason: str | None = None


class _SqlRecorder:
    """Takes the place of the database: it keeps the statement, and answers null."""

    def __init__(self) -> None:
        self.sql: str | None = None
        self.values: Sequence[object] = ()

    async def __call__(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None:
        del batched
        self.sql, self.values = sql, values
        return None


async def explain_roots(execution: Execution) -> list[RootExplanation]:
    """Each root field of an operation whose transaction is open; nothing of it is read but what its rights need."""
    plans = execution.plans
    if not plans.by_name:
        return [RootExplanation("(all)", reason=plans.reason)]
    return [
        await _explain_root(name, plan, execution, plans.not_planned)
        for name, plan in plans.by_name.items()
    ]


async def _explain_root(
    name: str, plan: RootPlan | None, execution: Execution, not_planned: Mapping[str, str]
) -> RootExplanation:
    if plan is None:
        return RootExplanation(name, reason=f"the plan does not know: {not_planned[name]}")
    tree = list(tree_lines(name, Selection(plan.operation).root(plan.details)))
    recorder = _SqlRecorder()
    try:
        await plan.answer_or_raise(execution, recorder)
    except (Problem, GraphQLError) as refused:
        return RootExplanation(name, tree, reason=f"it is refused: {refused}")
    except NotAnsweredError:
        reason = "these arguments or rights have no clean answer"
        return RootExplanation(name, tree, reason=reason)
    return RootExplanation(name, tree, recorder.sql, recorder.values)


def tree_lines(name: str, node: Any, depth: int = 0) -> Iterator[str]:  # noqa: ANN401 -- any node of the compiler
    """The nodes of the compiler, one on a line, each below the one that holds it."""
    yield f"{'  ' * depth}{name}: {_label(node)}"
    for child_name, child in _children(node):
        yield from tree_lines(child_name, child, depth + 1)


def _label(node: Any) -> str:  # noqa: ANN401 -- any node of the compiler
    values = {field.name: getattr(node, field.name) for field in fields(node)}
    sources = [f"of {value.source}" for value in values.values() if isinstance(value, Relation)]
    shown = [values[name] for name in SHOWN if isinstance(values.get(name), str)]
    return " ".join([type(node).__name__, *sources, *shown])


def _children(node: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 -- as above
    """The nodes that a node holds, with the name of the member or of the field."""
    for field in fields(node):
        yield from _nodes(field.name, getattr(node, field.name))


def _nodes(name: str, value: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 -- fields of any node
    match value:
        case Member(name=member, node=node):
            yield member, node
        case (str() as key, node) if _is_node(node):
            yield key, node
        case tuple():
            for item in value:
                yield from _nodes(name, item)
        case _ if _is_node(value):
            yield name, value


def _is_node(value: object) -> bool:
    """Whether it is a node of the compiler, or a part of a page."""
    return is_dataclass(value) and type(value).__module__ in NODES_IN
