"""The memory that documents and variables of clients take in this process and in the database is bounded."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import get_introspection_query
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import load_policy
from db.connection.engine import connect, transaction
from db.connection.read_pool import ReadPool
from demo.authority import DAY
from resolvers.authorization.principal import Nobody, Principal, SignedIn
from resolvers.clock import moment
from schema.context import Context
from schema.execution.graph_engine import Answer, Engine
from schema.graph import schema
from schema.operation.limit import Limits

pytestmark = pytest.mark.anyio

POLICY = load_policy()
SOMEBODY = SignedIn(UUID(int=1))
CONNECTIONS, STATEMENTS_MAX = 8, 64
GARBAGE_EACH = 20
"""Objects. A loader that led back to itself left 1,000 of an operation with refusals."""
PREPARED = "SELECT count(*)::text FROM pg_prepared_statements"

Ask = Callable[..., Any]


@pytest.fixture
async def engine(demonstration_url: str) -> AsyncIterator[AsyncEngine]:
    made = await connect(demonstration_url)
    yield made
    await made.dispose()


@pytest.fixture
async def reader(demonstration_url: str) -> AsyncIterator[ReadPool]:
    made = ReadPool(demonstration_url, CONNECTIONS, repeat_seconds_min=0)
    yield made
    await made.close()


@pytest.fixture
def graph() -> Engine:
    return Engine(schema, Limits())


@pytest.fixture
def charged() -> list[int]:
    """What each caller of the test paid, in order."""
    return []


@pytest.fixture
def ask(engine: AsyncEngine, reader: ReadPool, graph: Engine, charged: list[int]) -> Ask:
    def transactions(*, writes: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:
        assert not writes, "these tests only read"
        return transaction(engine)

    async def answered(
        document: str,
        variables: Any = None,  # noqa: ANN401 - JSON
        caller: Principal = SOMEBODY,
    ) -> Answer:
        context = Context(
            caller=caller,
            at=moment(DAY),
            policy=POLICY,
            language="en",
            transactions=transactions,
            cursor_secret=b"of the cursors in this test",
            read=reader.text,
            charge=charged.append,
        )
        return await graph.answer(document, None, variables or {}, context)

    return answered


async def _prepared(reader: ReadPool) -> list[int]:
    return [int(await connection.fetchval(PREPARED)) for connection in reader._idle]


async def test_other_documents_each_time_leave_few_statements_in_the_database(
    ask: Ask, reader: ReadPool
) -> None:
    """Each comes once, then each comes twice: neither fills PostgreSQL with plans."""
    for document in (
        '{{ body(code: "ht") {{ a{0}: name }} }}',
        '{{ b{0}: body(code: "ht") {{ name }} }}',
    ):
        texts = [document.format(number) for number in range(560)]
        for begin in range(0, len(texts), CONNECTIONS):
            some = texts[begin : begin + CONNECTIONS]
            answers = await asyncio.gather(*map(ask, some))
            assert [answer.errors for answer in answers] == [[]] * CONNECTIONS
        kept = await _prepared(reader)
        assert kept
        assert max(kept) <= STATEMENTS_MAX
    twice = [f'{{ body(code: "ht") {{ c{number}: name }} }}' for number in range(100)]
    for document in twice:
        await asyncio.gather(*map(ask, [document] * CONNECTIONS * 2))
    assert max(await _prepared(reader)) <= STATEMENTS_MAX


async def test_a_statement_is_prepared_when_it_comes_twice(reader: ReadPool) -> None:
    for expected in (0, 1, 1):
        assert await reader.text("SELECT $1", ["x"]) == b"x"
        (connection,) = reader._idle
        names = await connection.fetch("SELECT statement FROM pg_prepared_statements")
        assert ["SELECT $1" in str(name[0]) for name in names].count(True) == expected


async def test_choices_of_boolean_variables_are_kept_in_bounds(ask: Ask, graph: Engine) -> None:
    for count, kept_max in ((8, 32), (20, 0)):
        names = [f"b{number}" for number in range(count)]
        fields = " ".join(f"{name}: name @include(if: ${name})" for name in names)
        document = (
            f"query ({' '.join(f'${name}: Boolean!' for name in names)})"
            f' {{ body(code: "ht") {{ code {fields} }} }}'
        )
        for number in range(250):
            chosen = {name: bool(number >> place & 1) for place, name in enumerate(names)}
            answer = await ask(document, chosen)
            assert answer.errors == []
            assert answer.body["data"] is not None
        plans = graph.prepare(document, None).memory["plans"].plans
        assert len(plans) <= kept_max


async def test_choices_that_change_nothing_are_one(ask: Ask, graph: Engine) -> None:
    document = (
        "query ($a: Boolean = true, $b: Boolean) {"
        ' body(code: "ht") { code name @skip(if: $a) }'
        ' __type(name: "Body") { fields(includeDeprecated: $b) { name } } }'
    )
    for number in range(8):
        answer = await ask(document, {"a": bool(number & 1), "b": bool(number & 2)})
        assert answer.errors == []
    assert len(graph.prepare(document, None).memory["plans"].plans) == 2


async def test_nothing_is_planned_for_the_schema_or_for_strangers(ask: Ask, graph: Engine) -> None:
    names = [f"b{number}" for number in range(8)]
    declared = " ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: __typename @include(if: ${name})" for name in names)
    document = f"query ({declared}) {{ {fields} }}"
    for number in range(250):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        assert (await ask(document, chosen, Nobody())).errors == []
    assert graph.prepare(document, None).memory == {}
    assert (await ask('{ body(code: "ht") { code } }', caller=Nobody())).codes == [
        "UNAUTHENTICATED"
    ]
    assert graph.prepare('{ body(code: "ht") { code } }', None).memory == {}


async def test_pages_that_go_on_make_so_many_statements(ask: Ask, graph: Engine) -> None:
    """Any of several pages may go on or begin: each choice is another statement."""
    pages = range(6)
    (cursor,) = [
        (await ask('{ body(code: "ht") { children(first: 1) { pageInfo { endCursor } } } }')).data
    ]
    after = _parsed(cursor)["body"]["children"]["pageInfo"]["endCursor"]
    declared = " ".join(f"$a{number}: String" for number in pages)
    listed = " ".join(
        f"p{number}: children(first: 1, after: $a{number}) {{ edges {{ node {{ code }} }} }}"
        for number in pages
    )
    document = f'query ({declared}) {{ body(code: "ht") {{ {listed} }} }}'
    for number in range(1 << len(pages)):
        variables = {f"a{place}": after for place in pages if number >> place & 1}
        assert (await ask(document, variables)).errors == []
    (plans,) = [
        plan for plan, *_ in graph.prepare(document, None).memory["plans"].plans._entries.values()
    ]
    assert len(plans.by_name["body"].statements) <= 16


async def test_all_that_is_kept_counts_where_it_is_bounded(ask: Ask, graph: Engine) -> None:
    kept = graph._operations._cache
    for _ in range(2):
        await ask('{ body(code: "ht") { code } }')
    before = kept.size
    for _ in range(2):
        await ask(
            'query ($b: Boolean!) { body(code: "ht") { code name @include(if: $b) } }', {"b": True}
        )
    with_one = kept.size
    await ask(
        'query ($b: Boolean!) { body(code: "ht") { code name @include(if: $b) } }', {"b": False}
    )
    assert before < with_one < kept.size
    kept.bytes_max = kept.size - 1
    for _ in range(2):
        await ask('{ body(code: "ht") { name } }')
    assert kept.size <= kept.bytes_max


async def test_cached_documents_take_no_more_memory_than_counted(ask: Ask, graph: Engine) -> None:
    """By Python's own count, for documents of several shapes, with their plans and statements."""
    shapes = [
        '{{ body(code: "ht") {{ x{0}: name '
        + " ".join(f"a{i}: code" for i in range(90))
        + " }} }}",
        '{{ x{0}: body(code: "ht") {{ children(first: 5) {{ edges {{ cursor node {{ code name }} }} }} }} }}',
        'fragment F on Body {{ code name kind }} {{ x{0}: body(code: "ht") {{ ...F parent {{ ...F }} }} }}',
    ]
    for shape in shapes:
        for _ in range(2):
            await ask(shape.format("warm"))
        kept, documents = graph._operations._cache, 15
        counted = kept.size
        tracemalloc.start()
        try:
            for number in range(documents):
                for _ in range(2):
                    await ask(shape.format(number))
            gc.collect()
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert taken <= 1.25 * (kept.size - counted), shape


@pytest.mark.parametrize(
    "document",
    [
        '{ body(code: "ht") { code children(first: 5) { edges { node { name } } } } }',
        '{ evaluations(year: 2023, under: "ht", first: 5) { edges { node { a: selfLevel } } } }',
        '{ evaluations(year: 2023, under: "ht", first: 500) { edges { node { a: selfLevel b: selfLevel } } } }',
        '{ worklist(year: 2023) { __typename } body(code: "nowhere") { name } }',
    ],
)
async def test_an_operation_that_is_over_leaves_no_garbage(ask: Ask, document: str) -> None:
    """The collector, which stops the event loop, finds next to nothing: some objects of the database's driver."""
    for _ in range(3):  # it is prepared, and so are its statements
        await ask(document)
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            await ask(document)
        assert gc.collect() < 10 * GARBAGE_EACH
    finally:
        gc.enable()


def _parsed(data: Any) -> Any:  # noqa: ANN401 - JSON
    return orjson.loads(orjson.dumps(data))


async def test_a_hundred_errors_end_an_operation(ask: Ask, charged: list[int]) -> None:
    """Each field that may not be read has a price, and many of them are one refusal."""
    document = '{ evaluations(year: 2023, under: "ht", first: %d) { edges { node { %s } } } }'
    few = await ask(document % (5, " ".join(f"s{number}: selfLevel" for number in range(3))))
    assert few.codes == ["FORBIDDEN"] * 15
    assert charged[-1] == 150
    many = await ask(document % (500, " ".join(f"s{number}: selfLevel" for number in range(15))))
    assert many.codes == ["TOO_MANY_ERRORS"]
    assert many.errors[0]["extensions"]["max"] == 100
    assert many.data is None
    assert charged[-1] == 1_010


async def test_an_introspection_by_a_stranger_is_bounded_and_blocks_no_other_client(
    ask: Ask,
) -> None:
    """The whole schema once, by the query of GraphiQL; the event loop is not blocked meanwhile."""
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    whole = await ask(get_introspection_query(), caller=Nobody())
    turning.cancel()
    assert whole.errors == []
    assert len(_parsed(whole.data)["__schema"]["types"]) > 100
    assert turns >= 10
    root = "__schema { types { fields { type { fields { type { name } } } } } }"
    many = "{ " + " ".join(f"a{number}: {root}" for number in range(38)) + " }"
    assert (await ask(many, caller=Nobody())).codes == ["TOO_COSTLY"]
