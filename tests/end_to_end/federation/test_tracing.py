"""Federated tracing: Apollo's own library reads the trace that a gateway requests."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import strawberry

from resolvers.errors import BadInput
from schema.execution.federated_trace import (
    FIELDS_MAX,
    HEADER,
    LEVELS_MAX,
    TRACE_FORMAT,
    FederatedTrace,
    requested_trace,
)
from schema.execution.graph_engine import Answer, Engine
from schema.graph import schema as ours
from schema.operation.limit import Limits
from tests.end_to_end.conftest import JOURNEYS, Service
from tests.end_to_end.federation.conftest import NPM
from tests.schema.operation.test_limit import OpenContext

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
TokenOf = Callable[[str], str]
Path = tuple[str | int, ...]

TRACED = {HEADER: TRACE_FORMAT}
SENTENCE = "somebody's name"


@strawberry.type
class Item:
    number: int

    @strawberry.field
    async def later(self) -> int:
        return self.number

    @strawberry.field
    def inside(self) -> "Item":
        return self

    @strawberry.field
    def wrong(self) -> int | None:
        raise BadInput(vi=SENTENCE, en=SENTENCE)

    @strawberry.field
    async def wrong_later(self) -> int | None:
        raise RuntimeError(SENTENCE)


@strawberry.type
class Query:
    @strawberry.field
    def item(self) -> Item:
        return Item(number=0)

    @strawberry.field
    def items(self, first: int = 3) -> list[list[Item]]:
        return [[Item(number=each)] for each in range(first)]


ENGINE = Engine(strawberry.Schema(query=Query), Limits(page=FIELDS_MAX, depth=2 * LEVELS_MAX))


async def answered(text: str) -> Answer:
    return await ENGINE.answer(text, None, {}, OpenContext(), answer=Answer(trace=FederatedTrace()))


def decoded(trace: str) -> Json:
    done = subprocess.run(
        ["node", NPM / "trace.mjs"], input=trace, capture_output=True, text=True, check=True
    )
    data: Json = json.loads(done.stdout)
    return data


def nodes(node: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    for child in node.get("child", ()):
        inside = (*path, child.get("responseName", child.get("index")))
        yield inside, child
        yield from nodes(child, inside)


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Every place in an answer, but for `__typename`, which no resolver gives."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = [item for item in value.items() if item[0] != "__typename"]
    if isinstance(value, list):
        # A list of leaves is one value.
        inside = [item for item in enumerate(value) if isinstance(item[1], dict | list)]
    for key, item in inside:
        yield (*path, key)
        yield from places(item, (*path, key))


def post(service: Service, token: str, payload: Json, **headers: str) -> Json:
    signed_in = {"Authorization": f"Bearer {token}"}
    response: Json = httpx.post(
        f"{service.url}/graphql", json=payload, headers=signed_in | headers, timeout=60
    ).json()
    return response


def test_a_traced_answer_is_the_same_with_the_time_of_each_field(
    service: Service, token_of: TokenOf
) -> None:
    query = (JOURNEYS / "01-portal-hierarchy.graphql").read_text(encoding="utf-8")
    question = {"query": query, "variables": {"code": "ht.thach-ha", "year": 2023}}
    plain = post(service, token_of("ht.bi-thu"), question)
    result = post(service, token_of("ht.bi-thu"), question, **TRACED)
    assert result["data"] == plain["data"]
    assert plain["extensions"].keys() == {"cost"}
    assert result["extensions"].keys() == {"ftv1"}

    trace = decoded(result["extensions"]["ftv1"])
    assert trace["endTime"]["seconds"] >= trace["startTime"]["seconds"]
    assert not trace.get("isIncomplete")
    known = dict(nodes(trace["root"]))
    assert known.keys() == set(places(plain["data"]))
    fields = {path: node for path, node in known.items() if "responseName" in node}
    for node in fields.values():
        assert 0 <= node.get("startTime", 0) <= node["endTime"] <= trace["durationNs"]
        name = node.get("originalFieldName", node["responseName"])
        kind: Any = ours._schema.type_map[node["parentType"]]
        assert str(kind.fields[name].type) == node["type"]


def test_a_trace_holds_nothing_but_names_and_times(service: Service, token_of: TokenOf) -> None:
    query = '{ body(code: "ht.thach-ha") { children(first: 2) { edges { node { name } } } } }'
    result = post(service, token_of("ht.bi-thu"), {"query": query}, **TRACED)
    trace = decoded(result["extensions"]["ftv1"])
    assert trace.keys() == {"startTime", "endTime", "durationNs", "root"}
    allowed = {"responseName", "index", "type", "parentType", "startTime", "endTime", "child"}
    for _, node in nodes(trace["root"]):
        assert node.keys() <= allowed


def test_an_operation_refused_before_execution_has_no_trace(service: Service) -> None:
    response = httpx.post(f"{service.url}/graphql", json={"query": "{ nothing }"}, headers=TRACED)
    assert "ftv1" not in response.json().get("extensions", {})


async def test_an_alias_keeps_the_name_of_its_field() -> None:
    result = await answered("{ it: item { number } item { later } }")
    trace = decoded(result.body["extensions"]["ftv1"])
    known = dict(nodes(trace["root"]))
    assert known["it",]["originalFieldName"] == "item"
    assert known["it", "number"]["parentType"] == "Item"
    assert "originalFieldName" not in known["item",]


async def test_items_of_lists_have_their_places() -> None:
    result = await answered("{ items { later } __typename }")
    known = dict(nodes(decoded(result.body["extensions"]["ftv1"])["root"]))
    assert known.keys() == set(places(result.data))
    assert known["items", 2, 0, "later"]["type"] == "Int!"


@pytest.mark.parametrize("field", ["wrong", "wrongLater"])
async def test_an_error_is_placed_and_masked(field: str) -> None:
    result = await answered(f"{{ item {{ number {field} }} }}")
    (error,) = result.errors
    assert error["path"] == ["item", field]
    known = dict(nodes(decoded(result.body["extensions"]["ftv1"])["root"]))
    assert known["item", field]["error"] == [{"message": "<masked>"}]
    assert "error" not in known["item", "number"]


@pytest.mark.parametrize("over", [0, 1])
async def test_a_trace_has_an_end(over: int) -> None:
    """The field of the list, and one of each item."""
    result = await answered(f"{{ items(first: {FIELDS_MAX - 1 + over}) {{ number }} }}")
    assert result.data is not None
    assert len(result.data["items"]) == FIELDS_MAX - 1 + over
    trace = decoded(result.body["extensions"]["ftv1"])
    fields = [node for _, node in nodes(trace["root"]) if "responseName" in node]
    assert (len(fields), trace.get("isIncomplete", False)) == (FIELDS_MAX, bool(over))


@pytest.mark.parametrize("over", [0, 1])
async def test_a_trace_has_a_depth(over: int) -> None:
    """Each level is a field; the deepest is the number."""
    levels = LEVELS_MAX - 2 + over
    result = await answered(f"{{ item {'{ inside ' * levels} {{ number }} {'} ' * levels} }}")
    assert result.errors == []
    trace = decoded(result.body["extensions"]["ftv1"])
    deepest = max(len(path) for path, _ in nodes(trace["root"]))
    assert (deepest, trace.get("isIncomplete", False)) == (LEVELS_MAX, bool(over))


@pytest.mark.parametrize("value", ["", "ftv2", "FTV1 "])
def test_another_value_of_the_header_asks_for_nothing(value: str) -> None:
    assert requested_trace({HEADER: value}) is None
    assert requested_trace({}) is None
