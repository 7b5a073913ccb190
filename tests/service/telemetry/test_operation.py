"""The telemetry of an operation: its log line, metrics and trace, without any name of a person."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from db.connection.engine import make_engine, transaction
from db.connection.instrumentation import TALLY, StatementTally, count_statement, watch
from schema.execution.graph_engine import Answer
from schema.graph import schema
from schema.operation.limit import Limits
from schema.operation.prepared_operation import OperationCache, Prepared
from service.bootstrap import build
from service.settings import Settings
from service.telemetry.log import set_up_logging
from service.telemetry.operation import OPERATIONS_MAX, Observing
from tests.service.auth.test_identity import IDENTITY, PERSON, token
from tests.service.living import living
from tests.service.telemetry.collector import Collector, collecting, texts

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("loggers_as_before")]

NAME = "Nguyễn Văn Riêng Tư"
ASKED = "query Named($code: ID!) { body(code: $code) { name } }"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as server:
        yield server


@pytest.fixture
async def door(demonstration_copy: str, collector: Collector) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application; when it has ended, all its spans are with the collector."""
    app = build(
        Settings(demonstration=True, traces=collector.address), IDENTITY, demonstration_copy
    )
    async with (
        living(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as opened,
    ):
        yield opened


async def ask(door: httpx.AsyncClient, query: str, **variables: str) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {token()}",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    payload = {"query": query, "variables": variables}
    return await door.post("/graphql", json=payload, headers=headers)


def lines(text: str, event: str) -> list[dict[str, Any]]:
    return [line for line in map(orjson.loads, text.splitlines()) if line["event"] == event]


async def numbers(door: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    response = await door.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


async def test_an_operation_is_seen_without_its_values(
    door: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("info")
    assert (await ask(door, ASKED, code=NAME)).json()["data"] == {"body": None}
    data = (await ask(door, ASKED, code="ht")).json()["data"]["body"]
    assert data["name"]
    refused = await ask(door, ASKED.replace("$code: ID!", "$code: [Int!]!"), code=NAME)
    assert refused.json()["errors"]
    wrong = await ask(
        door,
        "query Wrong($first: Int!) { authorityGaps(year: 2023, first: $first) { totalCount } }",
        first=NAME,
    )
    assert NAME in wrong.text  # only the caller gets the fault
    await asyncio.sleep(0)  # the lines of one round of the loop are written together
    log = capsys.readouterr().err
    seen = lines(log, "operation")
    assert [line.get("name") for line in seen] == ["Named", "Named", None, "Wrong"]
    assert [line["actor"] for line in seen] == ["person"] * 4
    assert [line["cost"] for line in seen] == [1, 1, None, None]
    assert [line["statements"] for line in seen] == [1, 1, 0, 0]
    assert seen[2]["codes"] == ["GRAPHQL_INVALID"]
    metrics = await numbers(door)
    label = sha256(ASKED.encode()).hexdigest()[:12]
    assert metrics["xeploai_operations_total", "query", label, "ok"] == 2
    assert metrics["xeploai_operation_seconds_count", label] == 2
    assert metrics["xeploai_refusals_total", "GRAPHQL_INVALID"] >= 2
    assert metrics["xeploai_operation_statements_sum",] == 2
    # Which of both, only the policy's reader knows: it may be asking at this moment.
    assert metrics["xeploai_pool_used", "primary"] + metrics["xeploai_pool_idle", "primary"] >= 1
    text = (await door.get("/metrics")).text
    for private in (NAME, PERSON):
        assert private not in log + text


async def test_a_trace_reaches_down_to_sql(demonstration_copy: str, collector: Collector) -> None:
    app = build(
        Settings(demonstration=True, traces=collector.address), IDENTITY, demonstration_copy
    )
    async with (
        living(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as opened,
    ):
        await ask(opened, ASKED, code="ht")
        await ask(opened, ASKED, code=NAME)
    first, second = (span for span in collector.spans if span.name == "operation")
    assert first.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert first.parent_span_id.hex() == "b7ad6b7169203331"
    below = [span for span in collector.spans if span.parent_span_id == first.span_id]
    assert [(span.name, span.kind) for span in below] == [("sql", Span.SPAN_KIND_CLIENT)]
    assert (texts(first.attributes)["graphql.name"], first.kind) == ("Named", Span.SPAN_KIND_SERVER)
    assert texts(first.attributes)["graphql.type"] == "query"
    assert 0 < first.start_time_unix_nano <= first.end_time_unix_nano
    assert second.span_id != first.span_id
    assert {
        texts(resource.resource.attributes)["service.name"] for resource in collector.resources
    } == {"xeploai"}
    everything = b"".join(collector.taken)
    for private in (NAME, PERSON):
        assert private.encode() not in everything


async def test_names_that_clients_invent_are_bounded() -> None:
    observing = Observing()
    for number in range(OPERATIONS_MAX + 10):
        with observing.operation("person") as answer:
            answer.prepared = named(f"Invented{number}")
            answer.executed = True
    with observing.operation("person") as answer:
        answer.prepared = named("Refused")
    await asyncio.sleep(0)  # operations are noted after their answers are written
    labels = {
        sample.labels["operation"]
        for metric in observing.registry.collect()
        for sample in metric.samples
        if "operation" in sample.labels
    }
    assert len(labels) == OPERATIONS_MAX + 1
    assert "other" in labels


LONG = "A" * 90_000


async def test_names_of_strangers_are_no_labels_and_short_in_the_log(
    door: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither without a token, nor with one, nor of an account without a person."""
    set_up_logging("info")
    stranger = {"Authorization": f"Bearer {token(sub='11111111-2222-4333-8444-555555555555')}"}
    for number in range(OPERATIONS_MAX + 10):
        query = f"query N{number}_{LONG if number < 20 else ''}{{__typename}}"
        for headers in ({}, stranger):
            answer = await door.post("/graphql", json={"query": query}, headers=headers)
            assert answer.json()["data"] == {"__typename": "Query"}
    assert (await ask(door, f"query {LONG} {{ __typename }}")).status_code == 200
    await door.get(f"/{'x' * 60_000}")
    await ask(door, ASKED, code="ht")
    text = (await door.get("/metrics")).text
    labels = {name[-2] for name in await numbers(door) if name[0] == "xeploai_operations_total"}
    assert len(text) < 20_000
    assert len(labels) == 3
    assert labels >= {"other", sha256(ASKED.encode()).hexdigest()[:12]}
    await asyncio.sleep(0)  # the lines of one round of the loop are written together
    log = capsys.readouterr().err
    assert max(len(line.get("name", "")) for line in lines(log, "operation")) == 64
    assert max(map(len, log.splitlines())) < 3_000


async def test_known_operations_are_counted_by_their_names(
    demonstration_copy: str, tmp_path: Path
) -> None:
    """Those of trusted documents and of the portal, whatever strangers invented before."""
    (tmp_path / "named.graphql").write_text(ASKED, encoding="utf-8")
    settings = Settings(
        demonstration=True, trusted_documents=tmp_path, trusted_documents_mode="audit"
    )
    app = build(settings, IDENTITY, demonstration_copy)
    transport = httpx.ASGITransport(app)
    async with living(app), httpx.AsyncClient(transport=transport, base_url="http://door") as door:
        for number in range(OPERATIONS_MAX + 1):
            await ask(door, f"query Invented{number} {{ __typename }}")
        await ask(door, ASKED, code="ht")
        await ask(door, "query Worklist { __typename }")
        metrics = await numbers(door)
    labels = {name[-2] for name in metrics if name[0] == "xeploai_operations_total"}
    assert len(labels) == OPERATIONS_MAX + 3
    assert labels >= {"Named", "Worklist", "other"}


def named(name: str) -> Prepared:
    return OperationCache(schema, Limits()).prepare(f"query {name} {{ __typename }}", None)


async def test_statements_are_counted_also_those_that_fail(database_url: str) -> None:
    engine = make_engine(database_url)
    watch(engine)
    tally = StatementTally()
    held = TALLY.set(tally)
    async with transaction(engine) as connection:
        await asyncio.gather(connection.exec_driver_sql("SELECT 1"))
        with pytest.raises(Exception, match="nowhere"):
            await connection.exec_driver_sql("SELECT * FROM nowhere")
    with count_statement("SELECT 2"):
        pass
    TALLY.reset(held)
    with count_statement("SELECT 3"):
        pass
    await engine.dispose()
    assert tally.statements == 3
    assert tally.seconds > 0


async def test_an_unprepared_answer_counts_as_other() -> None:
    observing = Observing()
    with observing.operation("nobody") as answer:
        assert isinstance(answer, Answer)
    await asyncio.sleep(0)
    value = observing.registry.get_sample_value(
        "xeploai_operations_total", {"operation": "other", "kind": "other", "outcome": "ok"}
    )
    assert value == 1
