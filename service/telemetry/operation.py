"""Telemetry of each operation: a log line, metrics and a trace, without personal data."""

import asyncio
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from opentelemetry.trace import SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.connection.instrumentation import TALLY, StatementTally, watch
from schema.execution.graph_engine import Answer
from schema.operation.prepared_operation import NAME_CHARACTERS_MAX, Prepared
from service.headers import RawHeaders, headers_of
from service.telemetry.metric import OperationMetrics

log = structlog.get_logger()

OPERATIONS_MAX = 200
"""Hashes that become labels. A label stays for the life of the process, and each scrape writes all of them."""

OTHER = "other"
UNLABELLED_ACTORS = frozenset({"nobody", "unlinked"})
"""Kinds of caller without rights; their operations get no label of their own."""

OPERATION_NAME = re.compile(r"\b(?:query|mutation|subscription)\s+([A-Za-z_]\w*)", re.ASCII)
TRACE_CONTEXT = TraceContextTextMapPropagator()


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """The names of the operations in documents, or in scripts that hold documents."""
    return frozenset(name for text in texts for name in OPERATION_NAME.findall(text))


@dataclass(slots=True)
class Streamed:
    """The events sent by a stream, and the code of its end; LEFT if the client left."""

    events: int = 0
    why: str = "LEFT"


class Observing:
    """The metrics of this process, and the trace of each operation if there is a tracer.

    An operation is counted under its name if that is among `names`, else under its hash: clients could invent any
    number of names.
    """

    def __init__(self, tracer: Tracer | None = None, names: frozenset[str] = frozenset()) -> None:
        self._tracer, self._names = tracer, names
        self._hashes: set[str] = set()
        self.registry = registry = CollectorRegistry()
        self._operations = OperationMetrics()
        registry.register(self._operations)
        self._streams = Gauge("xeploai_streams", "Streams that are open", registry=registry)
        self._events = Counter(
            "xeploai_stream_events", "Events of streams that ended", registry=registry
        )
        self._ended = Counter(
            "xeploai_streams_ended", "Streams that ended", ["why"], registry=registry
        )
        self._refusals = Counter("xeploai_refusals", "Errors", ["code"], registry=registry)
        self._pools = {
            name: Gauge(
                f"xeploai_pool_{name}", f"Connections {name}", ["database"], registry=registry
            )
            for name in ("used", "idle")
        }

    def watch(self, engine: AsyncEngine, database: str) -> None:
        """Count the statements of a database's engine, and publish the use of its pool."""
        watch(engine)
        pool: Any = engine.pool  # a queue pool, which has these counters
        for name, read in (("used", pool.checkedout), ("idle", pool.checkedin)):
            self._pools[name].labels(database).set_function(read)

    def operation(
        self, actor: str, headers: RawHeaders = (), line: dict[str, Any] | None = None
    ) -> AbstractContextManager[Answer]:
        """A context around one operation: the caller fills in the answer, which is counted at the end.

        `line` is the request's log line, and gets the keys of the operation.
        """
        watched = _WatchedOperation(self, actor, line)
        return watched if self._tracer is None else self._traced(self._tracer, headers, watched)

    @contextmanager
    def _traced(
        self, tracer: Tracer, headers: RawHeaders, watched: "_WatchedOperation"
    ) -> Iterator[Answer]:
        with (
            watched as answer,
            tracer.start_as_current_span(
                "operation",
                context=TRACE_CONTEXT.extract(headers_of(headers)),
                kind=SpanKind.SERVER,
                record_exception=False,  # its message may hold a value
                set_status_on_exception=False,
            ) as span,
        ):
            watched.tally.tracer = tracer
            yield answer
            span.set_attributes(
                {f"graphql.{key}": value for key, value in _log_fields(answer).items()}
            )

    @contextmanager
    def stream(self, prepared: Prepared, actor: str) -> Iterator["Streamed"]:
        """A context around one accepted stream; the sender fills in the events and the end."""
        streamed, tally = Streamed(), StatementTally()
        token, began = TALLY.set(tally), time.perf_counter()
        self._streams.inc()
        try:
            yield streamed
        finally:
            TALLY.reset(token)
            self._streams.dec()
            self._events.inc(streamed.events)
            self._ended.labels(streamed.why).inc()
            log.info(
                "stream",
                **prepared.log_fields,
                actor=actor,
                events=streamed.events,
                why=streamed.why,
                statements=tally.statements,
                sql_milliseconds=round(tally.seconds * 1000, 1),
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
            )

    def note(
        self,
        answer: Answer,
        codes: Sequence[str],
        actor: str,
        tally: StatementTally,
        seconds: float,
    ) -> None:
        """Count one operation that has ended, with the codes of its errors; `seconds` is its time."""
        kind = _log_fields(answer).get("type", OTHER)
        outcome = "ok" if not codes else "errors" if answer.executed else "refused"
        labels = (OTHER if actor in UNLABELLED_ACTORS else self._label(answer), kind, outcome)
        self._operations.add(labels, seconds, tally.statements, tally.seconds)
        self.refused(*codes)

    def refused(self, *codes: str) -> None:
        for code in codes:
            self._refusals.labels(code).inc()

    def _label(self, answer: Answer) -> str:
        """The label of an operation: its known name, or its hash if it was executed and labels are left."""
        if answer.prepared is None:
            return OTHER
        if answer.prepared.name in self._names:
            return answer.prepared.name[:NAME_CHARACTERS_MAX]
        digest = answer.prepared.digest[:12]
        if digest not in self._hashes:
            if not answer.executed or len(self._hashes) >= OPERATIONS_MAX:
                return OTHER
            self._hashes.add(digest)
        return digest

    def route(self) -> Route:
        async def metrics(_: Request) -> Response:
            await asyncio.sleep(0)  # the operations that have just ended are noted first
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

        return Route("/metrics", metrics)


def _log_fields(answer: Answer) -> Mapping[str, str]:
    """The hash, type and name of an operation; empty if it was not prepared."""
    return answer.prepared.log_fields if answer.prepared else {}


class _WatchedOperation:
    """The context of `Observing.operation`, as a class: `contextlib` would take longer than its work."""

    __slots__ = ("_actor", "_began", "_line", "_observing", "_token", "answer", "tally")

    def __init__(self, observing: Observing, actor: str, line: dict[str, Any] | None) -> None:
        self._observing, self._actor, self._line = observing, actor, line
        self.answer, self.tally = Answer(), StatementTally()

    def __enter__(self) -> Answer:
        self._token, self._began = TALLY.set(self.tally), time.perf_counter()
        return self.answer

    def __exit__(self, *_: object) -> None:
        TALLY.reset(self._token)
        answer, tally, codes = self.answer, self.tally, self.answer.codes
        seconds = time.perf_counter() - self._began
        # after the answer is written, and before another request is read: its client need not wait
        asyncio.get_running_loop().call_soon(
            self._observing.note, answer, codes, self._actor, tally, seconds
        )
        if self._line is None:
            return
        self._line.update(
            _log_fields(answer),
            event="operation",
            actor=self._actor,
            cost=answer.cost,
            statements=tally.statements,
            sql_milliseconds=round(tally.seconds * 1000, 1),
            codes=sorted(set(codes)) if codes else codes,
        )
