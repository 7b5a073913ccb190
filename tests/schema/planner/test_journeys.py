"""The journeys that read run on the plan: one statement for the root field, beside questions of authority."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy_file import load_policy
from db.connection.engine import connect, transaction
from db.connection.read_pool import ReadPool
from demo.authority import DAY
from resolvers.authorization.principal import Nobody, Principal, ServiceAccount, SignedIn
from resolvers.clock import moment
from schema.context import Context
from schema.execution.graph_engine import Engine
from schema.graph import schema
from schema.operation.limit import Limits

JOURNEYS = Path(__file__).parents[2] / "end_to_end" / "journeys"
ENGINE = Engine(schema, Limits())
POLICY = load_policy()


@dataclass
class DemonstrationGraph:
    """The graph in front of the demonstration, and the statements of plans."""

    engine: AsyncEngine
    reader: ReadPool
    planned: list[str] = field(default_factory=list)

    async def read(
        self, sql: str, values: Sequence[object], *, batched: bool = False
    ) -> bytes | None:
        self.planned.append(sql)
        return await self.reader.text(sql, values, batched=batched)

    def transactions(self, *, writes: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:  # noqa: ARG002 -- there is no replica
        return transaction(self.engine)

    async def journey(self, number: str, variables: dict[str, Any], caller: Principal) -> bytes:
        """Its data, that of graphql-core being the same."""
        (path,) = JOURNEYS.glob(f"{number}-*.graphql")
        document = path.read_text(encoding="utf-8")
        result = []
        for read in (self.read, None):
            context = Context(
                caller, moment(DAY), POLICY, "en", self.transactions, b"of this test", read=read
            )
            answer = await ENGINE.answer(document, None, variables, context)
            assert answer.errors == []
            result.append(orjson.dumps(answer.data))
        assert result[0] == result[1]
        return result[0]

    async def answer(
        self, document: str, variables: dict[str, Any], caller: Principal, *, is_planned: bool
    ) -> tuple[object, object]:
        read = self.read if is_planned else None
        context = Context(
            caller, moment(DAY), POLICY, "en", self.transactions, b"of this test", read=read
        )
        answer = await ENGINE.answer(document, None, variables, context)
        return orjson.loads(orjson.dumps(answer.data)), answer.errors

    async def first(self, statement: str) -> UUID:
        async with transaction(self.engine) as connection:
            return UUID(str((await connection.execute(text(statement))).scalar_one()))


@pytest.fixture
async def door(demonstration_url: str) -> AsyncIterator[DemonstrationGraph]:
    engine, reader = await connect(demonstration_url), ReadPool(demonstration_url)
    yield DemonstrationGraph(engine, reader)
    await reader.close()
    await engine.dispose()


pytestmark = pytest.mark.anyio
HOLDER = "SELECT person_id FROM membership WHERE post_code = '{}'"


@pytest.mark.parametrize("code", ["ht", "ht.thach-ha"])
async def test_a_hierarchy_is_one_statement(door: DemonstrationGraph, code: str) -> None:
    caller = SignedIn(await door.first(HOLDER.format("ht.thach-ha.bi-thu")))
    data = await door.journey("01", {"code": code, "year": 2023}, caller)
    assert orjson.loads(data)["body"]["children"]["edges"]
    assert len(door.planned) == 1


async def test_why_this_level_is_one_statement(door: DemonstrationGraph) -> None:
    chair = SignedIn(await door.first(HOLDER.format("ht.ubnd.ct")))
    appraisal = await door.first(
        "SELECT a.id FROM appraisal a JOIN act x ON x.appraisal_id = a.id "
        "WHERE a.year = 2023 AND a.rater_id = 'panel_6_2_3' ORDER BY a.id LIMIT 1"
    )
    data = await door.journey("02", {"id": str(appraisal)}, chair)
    assert orjson.loads(data)["appraisal"]["history"]
    assert len(door.planned) == 1


async def test_a_worklist_is_one_statement(door: DemonstrationGraph) -> None:
    chair = SignedIn(await door.first(HOLDER.format("ht.ubnd.ct")))
    data = await door.journey("05", {"year": 2023}, chair)
    assert orjson.loads(data)["me"]["worklist"]["edges"]
    assert len(door.planned) == 1


async def test_a_page_of_evaluations_is_one_statement(door: DemonstrationGraph) -> None:
    integration = ServiceAccount("personnel", frozenset({"read_level"}))
    variables: dict[str, Any] = {"year": 2023, "under": "ht"}
    first = orjson.loads(await door.journey("08", variables, integration))["evaluations"]
    assert len(first["edges"]) == 500
    assert len(door.planned) == 1
    after = variables | {"after": first["pageInfo"]["endCursor"]}
    second = orjson.loads(await door.journey("08", after, integration))["evaluations"]
    assert not {edge["node"]["id"] for edge in first["edges"]} & {
        edge["node"]["id"] for edge in second["edges"]
    }
    since = variables | {"since": first["cursorForChanges"]}
    changes = orjson.loads(await door.journey("08", since, integration))["evaluations"]
    assert changes["edges"] == []
    assert len(door.planned) == 3


async def test_entities_are_one_statement_however_many(door: DemonstrationGraph) -> None:
    caller = SignedIn(await door.first(HOLDER.format("ht.bi-thu")))
    representations = [
        {"__typename": "Body", "code": "ht.thach-ha"},
        {"__typename": "Person", "id": str(caller.person_id)},
        {"__typename": "Body", "code": "no-such-body"},
    ] * 100
    variables = {"representations": representations, "year": 2023}
    data = orjson.loads(await door.journey("09", variables, caller))
    assert [one and one["__typename"] for one in data["_entities"][:3]] == ["Body", "Person", None]
    assert len(door.planned) == 1


ASKED_BY_MANY = """query Asked($id: ID!) {
  person(id: $id) { id name rating(year: 2023) { level } memberships { post { code } } }
  me { person { id name } }
}"""
SOME = "SELECT DISTINCT person_id FROM membership WHERE post_code IS NOT NULL ORDER BY person_id LIMIT 20"


async def test_concurrent_callers_get_what_each_may_see(door: DemonstrationGraph) -> None:
    """Concurrent requests: about different people, by callers with all rights, few, and none."""
    async with transaction(door.engine) as connection:
        people = list((await connection.execute(text(SOME))).scalars())
    callers: list[Principal] = [
        SignedIn(await door.first(HOLDER.format("ht.bi-thu"))),
        SignedIn(people[0]),
        ServiceAccount("reads levels", frozenset({"read_level"})),
        ServiceAccount("reads nothing", frozenset()),
        Nobody(),
    ]
    requests = [
        ({"id": str(person)}, caller) for person in [*people, uuid4()] for caller in callers
    ]
    at_once = await asyncio.gather(
        *(door.answer(ASKED_BY_MANY, *request, is_planned=True) for request in requests)
    )
    for request, result in zip(requests, at_once, strict=True):
        assert result == await door.answer(ASKED_BY_MANY, *request, is_planned=False)
    assert len({orjson.dumps(result) for result in at_once}) > 3 * len(people)
