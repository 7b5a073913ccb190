"""The export of traces: what arrives at a collector, and what a dead one changes."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from service.telemetry import trace
from service.telemetry.trace import Traces
from tests.service.telemetry.collector import collecting, texts

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("loggers_as_before")]

SPANS = 700
"""More than one export takes."""

LONG_SECONDS = 60
"""Only a shutdown that never ends takes so long."""


async def traced(traces: Traces, spans: int) -> None:
    """The life of an application that makes so many spans."""
    running = asyncio.create_task(traces.run())
    await asyncio.sleep(0)
    for number in range(spans):
        with (
            traces.tracer.start_as_current_span("outer", attributes={"number": number}),
            traces.tracer.start_as_current_span("inner", attributes={"text": "Hà Tĩnh"}),
        ):
            pass
    running.cancel()
    with suppress(asyncio.CancelledError):
        async with asyncio.timeout(LONG_SECONDS):
            await running


@pytest.mark.parametrize("slash", ["", "/"])
async def test_each_span_arrives_once_until_the_end(slash: str) -> None:
    with collecting() as collector:
        await traced(Traces(collector.address + slash), SPANS)
    assert len(collector.taken) > 1
    outer = {span.span_id: span for span in collector.spans if span.name == "outer"}
    inner = [span for span in collector.spans if span.name == "inner"]
    assert len(outer) == len(inner) == SPANS
    assert {span.attributes[0].value.int_value for span in outer.values()} == set(range(SPANS))
    for span in inner:
        assert span.trace_id == outer[span.parent_span_id].trace_id
        assert span.kind == Span.SPAN_KIND_INTERNAL
        assert texts(span.attributes) == {"text": "Hà Tĩnh"}
    for resource in collector.resources:
        assert texts(resource.resource.attributes) == {"service.name": "xeploai"}


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a collector that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    """An address at which no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("dead", ["silent", "closed"])
async def test_spans_for_a_dead_collector_are_dropped_and_the_service_stops(
    dead: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "EXPORT_SECONDS_MAX", 0.5)
    monkeypatch.setattr(trace, "STOP_SECONDS_MAX", 0.5)
    await traced(Traces(request.getfixturevalue(dead)), SPANS)


async def test_a_collector_that_refuses_gets_nothing_twice() -> None:
    with collecting(status=400) as collector:
        await traced(Traces(collector.address), 1)
    assert len(collector.taken) == 1


async def test_a_collector_that_is_busy_for_a_moment_gets_the_spans_again() -> None:
    with collecting(status=503, times=1) as collector:
        await traced(Traces(collector.address), 1)
    assert len(collector.taken) == 2
    assert collector.taken[0] == collector.taken[1]
