"""The plan and graphql-core give the same answers, errors and rights included."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, Phase, assume, given, settings, strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import load_policy
from db.connection.engine import connect
from db.connection.read_pool import ReadPool
from demo.authority import DAY
from resolvers.authorization.principal import Principal, ServiceAccount, SignedIn
from resolvers.clock import moment
from schema.context import Context
from schema.execution.graph_engine import Answer, Engine
from schema.graph import schema
from schema.operation.limit import Limits
from tests.schema.operations import KnownValues, Operation, operations

CORE = schema._schema
OPERATIONS = 2_000
POLICY = load_policy()
ENGINE = Engine(schema, Limits(cost=10_000_000, depth=60, tokens=10_000, aliases=500))
SECRET = b"of the cursors in this test"
PAGES = """{
  body(code: "ht") { children(first: 5) { edges { cursor } } }
  me { worklist(year: 2023, first: 3) { edges { cursor } } }
  evaluations(year: 2023, under: "ht", first: 3) { cursorForChanges edges { cursor } }
}"""

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass
class Registry:
    """The demonstration, its callers, and the counts of the comparison."""

    run: Run
    connection: AsyncConnection
    reader: ReadPool
    known: KnownValues
    callers: Sequence[Principal]
    operations: int = 0
    roots: int = 0
    planned: int = 0
    refused: int = 0

    async def answers(self, operation: Operation, caller: Principal) -> tuple[bytes, bytes]:
        """What the plans with graphql-core answer, and what graphql-core answers alone."""
        planned = await self._answer(operation, caller, self.reader.text)
        alone = await self._answer(operation, caller, None)
        self.operations += 1
        self.roots += len(planned.data or {})
        self.planned += sum(
            isinstance(value, orjson.Fragment) for value in (planned.data or {}).values()
        )
        self.refused += bool(alone.errors)
        return _comparable(planned), _comparable(alone)

    async def _answer(self, operation: Operation, caller: Principal, read: Any) -> Answer:  # noqa: ANN401 -- a method, or none
        context = Context(
            caller=caller,
            at=moment(DAY),
            policy=POLICY,
            language="en",
            transactions=self._transaction,
            cursor_secret=SECRET,
            read=read,
        )
        return await ENGINE.answer(operation.document, None, operation.variables, context)

    def _transaction(self, *, writes: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:  # noqa: ARG002 -- there is no replica
        @asynccontextmanager
        async def open_already() -> AsyncIterator[AsyncConnection]:
            async with self.connection.begin():
                yield self.connection

        return open_already()


def _comparable(answer: Answer) -> bytes:
    """The answer, with its errors by the places that they made null.

    Where an error reaches a place above its own, the executor stops what else is below it, and which of
    several errors there comes first is a matter of time: then the place alone is compared.
    """
    assert "INTERNAL" not in answer.codes, answer.errors
    body = answer.body
    data = orjson.loads(orjson.dumps(body.get("data")))
    errors = {orjson.dumps(_nulled(error, data)) for error in body.get("errors", ())}
    return orjson.dumps(body | {"errors": sorted(map(bytes.decode, errors))})


def _nulled(error: dict[str, Any], data: Any) -> object:  # noqa: ANN401 -- any JSON
    path = error.get("path") or []
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return error


def _cursors(rows: object, names: set[str]) -> Iterator[str]:
    if isinstance(rows, dict):
        for name, value in rows.items():
            if name in names:
                yield value
            yield from _cursors(value, names)
    elif isinstance(rows, list):
        for row in rows:
            yield from _cursors(row, names)


@pytest.fixture(scope="module")
def registry(demonstration_url: str) -> Iterator[Registry]:
    with asyncio.Runner() as runner:
        engine: AsyncEngine = runner.run(connect(demonstration_url))
        connection = runner.run(engine.connect().start())
        reader = ReadPool(demonstration_url)
        made = runner.run(_registry(runner.run, connection, reader))
        yield made
        runner.run(reader.close())
        runner.run(connection.close())
        runner.run(engine.dispose())
    print(  # noqa: T201 -- the share is to be seen
        f"\n{made.operations} operations, {made.roots} root fields, {made.planned} of them by the plan, "
        f"{made.refused} operations with errors"
    )


async def _registry(run: Run, connection: AsyncConnection, reader: ReadPool) -> Registry:
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
    await connection.rollback()
    bodies = ["ht", "ht.thach-ha", *codes[::9]]
    known = KnownValues(
        {
            "code": bodies,
            "under": bodies,
            "id": [*map(str, holders), *map(str, some), *chosen],
        }
    )
    callers: list[Principal] = [
        *(SignedIn(UUID(str(one))) for one in [*holders, *some[:2]]),
        SignedIn(uuid4()),
        ServiceAccount("all", frozenset({"read_level", "read_file"})),
        ServiceAccount("levels", frozenset({"read_level"})),
        ServiceAccount("nothing", frozenset()),
    ]
    made = Registry(run, connection, reader, known, callers)
    for caller in [*callers[:4], callers[-2]]:
        _, answer = await made.answers(Operation(PAGES, {}), caller)
        data = orjson.loads(answer)
        known.cursors.extend(_cursors(data, {"cursor"}))
        known.since.extend(_cursors(data, {"cursorForChanges"}))
    return made


def test_the_plan_answers_as_graphql_core_does(registry: Registry) -> None:
    @settings(
        max_examples=OPERATIONS,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operations(CORE, registry.known), st.sampled_from(registry.callers))
    def same(operation: Operation, caller: Principal) -> None:
        assume(not validate(CORE, parse(operation.document)))
        planned, alone = registry.run(registry.answers(operation, caller))
        query = f"{operation.document}\n{operation.variables}\n{caller}"
        assert planned.decode() == alone.decode(), query

    same()
    assert registry.planned
