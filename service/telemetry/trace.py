"""Exports traces as OTLP over HTTP in JSON."""

import asyncio
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.error import URLError

import orjson
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

WAIT_SECONDS_MAX = 5
HEADERS = {"Content-Type": "application/json"}


class Exporter(SpanExporter):
    """Posts spans to `address`; spans that cannot be delivered are dropped."""

    def __init__(self, address: str) -> None:
        self._address = f"{address.rstrip('/')}/v1/traces"

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        body = orjson.dumps({"resourceSpans": [_resource(span) for span in spans]})
        request = urllib.request.Request(self._address, body, HEADERS)  # noqa: S310 - the settings allow http and https alone
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS_MAX):  # noqa: S310 - the same
                return SpanExportResult.SUCCESS
        except (URLError, OSError):
            return SpanExportResult.FAILURE


def provider(address: str) -> TracerProvider:
    """A provider that collects spans and exports them in the background."""
    tracer_provider = TracerProvider(
        resource=Resource({"service.name": "xeploai"}), shutdown_on_exit=False
    )
    tracer_provider.add_span_processor(BatchSpanProcessor(Exporter(address)))
    return tracer_provider


def tracer(tracer_provider: TracerProvider) -> Tracer:
    return tracer_provider.get_tracer("xeploai")


async def sending(tracer_provider: TracerProvider) -> None:
    """Wait for the end of the application, and then export the remaining spans."""
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.to_thread(tracer_provider.shutdown)


def _resource(span: ReadableSpan) -> dict[str, Any]:
    resource = {"attributes": _attributes(span.resource.attributes)}
    scope = {"scope": {"name": "xeploai"}, "spans": [_span(span)]}
    return {"resource": resource, "scopeSpans": [scope]}


def _span(span: ReadableSpan) -> dict[str, Any]:
    assert span.context is not None  # noqa: S101 - an ended span has a context
    parent = {"parentSpanId": f"{span.parent.span_id:016x}"} if span.parent else {}
    return parent | {
        "traceId": f"{span.context.trace_id:032x}",
        "spanId": f"{span.context.span_id:016x}",
        "name": span.name,
        "kind": span.kind.value + 1,  # OTLP counts from UNSPECIFIED on
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time),
        "attributes": _attributes(span.attributes),
    }


def _attributes(attributes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a mapping of the library's
    return [{"key": key, "value": {"stringValue": str(value)}} for key, value in attributes.items()]
