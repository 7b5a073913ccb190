"""A collector of traces on a real port."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span


class Collector(ThreadingHTTPServer):
    """Takes traces as an OpenTelemetry collector does: OTLP in Protocol Buffers over HTTP."""

    def __init__(self, status: int, times: int) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[bytes] = []
        self.status, self.times = status, times
        """The status of so many first answers; the later ones are 200."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def resources(self) -> list[ResourceSpans]:
        return [
            resource
            for body in self.taken
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        ]

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for resource in self.resources
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        assert self.headers["Content-Type"] == "application/x-protobuf"
        self.server.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
        is_first = len(self.server.taken) <= self.server.times
        self.send_response(self.server.status if is_first else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


def texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {
        attribute.key: attribute.value.string_value
        for attribute in attributes
        if attribute.value.HasField("string_value")
    }


@contextmanager
def collecting(status: int = 200, times: int = 1_000) -> Iterator[Collector]:
    with Collector(status, times) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
