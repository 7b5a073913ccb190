"""Exports traces as OTLP: Protocol Buffers over HTTP."""

import asyncio

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

NAME = "xeploai"
EXPORT_SECONDS_MAX = 5
"""Seconds for one export, with its retries; then its spans are dropped."""

STOP_SECONDS_MAX = 5
"""Seconds for the remaining spans when the service stops; what is left then is dropped."""


class Traces:
    """Collects spans and exports them in the background; spans that cannot be delivered are dropped."""

    def __init__(self, address: str) -> None:
        self._exporter = OTLPSpanExporter(
            f"{address.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS_MAX
        )
        self._provider = TracerProvider(
            resource=Resource({"service.name": NAME}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self.tracer = self._provider.get_tracer(NAME)

    async def run(self) -> None:
        """Wait for the end of the application, and then export the remaining spans."""
        try:
            await asyncio.Event().wait()
        finally:
            # After its own shutdown the exporter drops spans at once instead of trying again.
            loop = asyncio.get_running_loop()
            end = loop.call_later(STOP_SECONDS_MAX, self._exporter.shutdown)
            await asyncio.to_thread(self._provider.shutdown)
            end.cancel()
