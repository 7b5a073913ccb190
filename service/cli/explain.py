"""`xeploai explain`: how the graph would answer an operation, for the holder of a post."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from db.connection.engine import connect, transaction
from db.repositories import person as persons
from resolvers.authorization.policy import active_policy
from resolvers.authorization.principal import SignedIn
from resolvers.clock import moment
from resolvers.errors import Problem
from schema.context import Context
from schema.execution.executor import Execution
from schema.execution.explanation import RootExplanation, explain_roots
from schema.graph import schema
from schema.operation.limit import Limits
from schema.operation.prepared_operation import OperationCache, OperationRefused
from service.errors import ExplainProblem

CURSOR_SECRET = b"cursors of an explanation are not used"


async def explained(  # noqa: PLR0913, PLR0917 -- what the command is given
    url: str, text: str, variables: str, operation: str | None, post: str, day: date | None
) -> str:
    """The explanation as text.

    Raises:
        ExplainProblem: the operation, the variables or the post are not usable; the sentence says why.
    """
    try:
        prepared = OperationCache(schema, Limits()).prepare(text, operation)
        values = prepared.coerced(_object(variables))
        cost = prepared.price.of(values.coerced, Limits())
    except OperationRefused as refused:
        raise ExplainProblem("; ".join(str(fault) for fault in refused.faults)) from refused
    except Problem as refused:
        raise ExplainProblem(refused.en) from refused
    head = f"{prepared.kind.value} {prepared.name or '(without a name)'}: cost {cost} of {Limits().cost}"
    engine = await connect(url)
    try:
        async with transaction(engine) as connection:
            policy, at = await active_policy(connection), moment(day)
            holders = await persons.holders(connection, post, at.date())
            if not holders:
                raise ExplainProblem(f"--post {post}: nobody holds it on {at.date()}")

            async def read(*_: object, **__: object) -> bytes | None:
                raise AssertionError("an explanation records statements only")

            context = Context(
                caller=SignedIn(holders[0]),
                at=at,
                policy=policy,
                language="en",
                transactions=lambda **_: transaction(engine),
                cursor_secret=CURSOR_SECRET,
                read=read,
            )
            context.begin(connection)
            execution = Execution(prepared, values, context)
            await execution.plan()
            roots = await explain_roots(execution)
    finally:
        await engine.dispose()
    return "\n\n".join([head, *map(_as_text, roots)])


def text_of(file: Path) -> str:
    """Raises ExplainProblem where the file cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ExplainProblem(f"{file}: it cannot be read ({fault})") from fault


def _object(variables: str) -> dict[str, Any]:
    """Raises ExplainProblem where the text is no JSON object."""
    try:
        value = json.loads(variables)
    except ValueError as fault:
        raise ExplainProblem(f"--variables: it must be a JSON object ({fault})") from fault
    if not isinstance(value, dict):
        raise ExplainProblem("--variables: it must be a JSON object")
    return value


def _as_text(root: RootExplanation) -> str:
    parts = [f"# {root.name}"]
    if root.reason is not None:
        parts.append(f"answered by graphql-core: {root.reason}")
    if root.tree:
        parts.append("tree\n" + "\n".join(f"  {line}" for line in root.tree))
    if root.sql is not None:
        parts += [f"sql\n  {root.sql}", _values(root.values)]
    return "\n".join(parts)


def _values(values: Sequence[object]) -> str:
    rows = [
        f"  ${number} = {json.dumps(value, default=str, ensure_ascii=False)}"
        for number, value in enumerate(values, start=1)
    ]
    return "values\n" + ("\n".join(rows) or "  (none)")
