"""The plan and graphql-core give the same answers, errors and rights included."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from graphql import GraphQLError, parse, validate
from graphql.execution.executor import Executor
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.reading import load_policy
from db.engine import connect
from db.reading import Reader
from resolvers.callers import Caller, ServiceAccount, SignedIn
from resolvers.demonstration.authorities import DAY
from resolvers.errors import Problem
from schema.context import Context
from schema.errors import said
from schema.graph import schema
from schema.planning.operations import OperationPlans, PlannedExecutor
from tests.schema.operations import Known, Operation, operations

CORE = schema._schema
OPERATIONS = 2_000
POLICY = load_policy()

PAGES = """{
  body(code: "ht") { children(first: 5) { edges { cursor } } }
  me { worklist(year: 2023, first: 3) { edges { cursor } } }
}"""

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass
class Registry:
    """The demonstration, whoever may ask of it, and what was counted."""

    run: Run
    connection: AsyncConnection
    reader: Reader
    known: Known
    callers: Sequence[Caller]
    asked: int = 0
    planned: int = 0
    roots: int = 0
    refused: int = 0

    def context(self, caller: Caller) -> Context:
        made = Context(
            caller=caller, today=DAY, policy=POLICY, language="en", transactions=_no_transaction
        )
        made.begin(self.connection)
        return made

    async def answers(self, operation: Operation, caller: Caller) -> tuple[bytes, bytes]:
        """What the plans with graphql-core answer, and what graphql-core answers alone."""
        document = parse(operation.document)
        executor = PlannedExecutor.build(
            CORE,
            document,
            context_value=self.context(caller),
            raw_variable_values=operation.variables,
        )
        if isinstance(executor, list):
            return b"", b""
        assert isinstance(executor, PlannedExecutor)
        executor.answered = await OperationPlans().answers(executor, self.reader.text)
        self.planned += len(executor.answered)
        planned = await _executed(executor)
        alone = Executor.build(
            CORE,
            document,
            context_value=self.context(caller),
            raw_variable_values=operation.variables,
        )
        assert isinstance(alone, Executor)
        found = await _executed(alone)
        self._count(found)
        return planned, found

    def _count(self, answer: bytes) -> None:
        found = orjson.loads(answer)
        self.asked += 1
        self.roots += len(found["data"] or {})
        self.refused += bool(found["errors"])


def _cursors(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        for name, value in found.items():
            if name in {"cursor", "endCursor"} and isinstance(value, str):
                yield value
            yield from _cursors(value)
    elif isinstance(found, list):
        for one in found:
            yield from _cursors(one)


def _no_transaction() -> Any:  # noqa: ANN401 -- it never returns
    raise AssertionError("the transaction of these tests is open already")


async def _executed(executor: Executor[Any]) -> bytes:
    result: Any = executor.execute_operation()
    if executor.is_awaitable(result):
        result = await result
    await executor.context_value.loaders.settled()
    for error in result.errors or ():
        if not isinstance(error.original_error, Problem | GraphQLError | None):
            raise error.original_error
    errors = [said(error, "en") for error in result.errors or ()]
    return orjson.dumps(
        {"data": result.data, "errors": sorted(map(_error, errors), key=orjson.dumps)}
    )


def _error(error: GraphQLError) -> dict[str, object]:
    return {"message": error.message, "path": error.path, "extensions": error.extensions}


@pytest.fixture(scope="module")
def registry(demonstration_url: str) -> Iterator[Registry]:
    with asyncio.Runner() as runner:
        engine: AsyncEngine = runner.run(connect(demonstration_url))
        connection = runner.run(engine.connect().start())
        reader = Reader(demonstration_url)
        made = runner.run(_registry(runner.run, connection, reader))
        yield made
        runner.run(reader.close())
        runner.run(connection.close())
        runner.run(engine.dispose())
    print(  # noqa: T201 -- the share is to be seen
        f"\n{made.asked} operations, {made.roots} root fields, {made.planned} of them by the plan, "
        f"{made.refused} operations with errors"
    )


async def _registry(run: Run, connection: AsyncConnection, reader: Reader) -> Registry:
    async def column(statement: str) -> list[Any]:
        return list((await connection.execute(text(statement))).scalars())

    posts = ["ht.bi-thu", "ht.ubnd.ct", "ht.thach-ha.bi-thu", "ht.so-y-te.truong"]
    holders = await column(
        f"SELECT person_id FROM membership WHERE post_code = ANY(ARRAY{posts}) ORDER BY post_code"
    )
    some = await column("SELECT person_id FROM membership ORDER BY id LIMIT 5")
    appraisals = await column("SELECT id FROM appraisal WHERE year = 2023 ORDER BY id")
    chosen = [str(one) for one in [*appraisals[::97], *appraisals[:30]]]
    codes = await column("SELECT code FROM body ORDER BY code")
    known = Known(
        {
            "code": ["ht", "ht.thach-ha", *codes[::9]],
            "id": [*map(str, holders), *map(str, some), *chosen],
        }
    )
    callers: list[Caller] = [
        *(SignedIn(UUID(str(one))) for one in [*holders, *some[:2]]),
        SignedIn(uuid4()),
        ServiceAccount("all", frozenset({"read_level", "read_file"})),
        ServiceAccount("levels", frozenset({"read_level"})),
        ServiceAccount("nothing", frozenset()),
    ]
    made = Registry(run, connection, reader, known, callers)
    for caller in callers[:4]:
        _, found = await made.answers(Operation(PAGES, {}), caller)
        known.cursors.extend(_cursors(orjson.loads(found)))
    return made


def test_the_plan_answers_as_graphql_core_does(registry: Registry) -> None:
    @settings(
        max_examples=OPERATIONS,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operations(CORE, registry.known), st.sampled_from(registry.callers))
    def same(operation: Operation, caller: Caller) -> None:
        document = parse(operation.document)
        assume(not validate(CORE, document))
        planned, alone = registry.run(registry.answers(operation, caller))
        asked = f"{operation.document}\n{operation.variables}\n{caller}"
        assert planned.decode() == alone.decode(), asked

    same()
    assert registry.planned
