"""What whoever runs the service sees of each operation: a line, numbers, a trace; nothing of a person."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
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
"""Hashes that are labels. A label stays for the life of the process, and each scrape writes all of them."""

OTHER = "other"
WITHOUT_LABELS = frozenset({"nobody", "unlinked"})
"""The kinds of caller who need no right to ask; they leave no label of their own."""

NAMED = re.compile(r"\b(?:query|mutation|subscription)\s+([A-Za-z_]\w*)", re.ASCII)
PARENT = TraceContextTextMapPropagator()


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """The names of the operations in documents, or in scripts that hold documents."""
    return frozenset(name for text in texts for name in NAMED.findall(text))


@dataclass(slots=True)
class Streamed:
    """How many events were sent, and the code by which the stream ended; LEFT when the client went."""

    events: int = 0
    why: str = "LEFT"


class Observing:
    """The numbers of this process, and the trace of each operation where traces are wanted.

    An operation is counted under its name only if that is among `names`, else under its hash: a client
    chooses both, and may choose as many as it likes.
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
        """Count what goes through the engine of a database, and show how full its pool is."""
        watch(engine)
        pool: Any = engine.pool  # a queue pool, which counts
        for name, read in (("used", pool.checkedout), ("idle", pool.checkedin)):
            self._pools[name].labels(database).set_function(read)

    def operation(
        self, actor: str, headers: RawHeaders = (), line: dict[str, Any] | None = None
    ) -> AbstractContextManager[Answer]:
        """Around one operation; the caller fills in the answer, which is noted at the end.

        What its log line says of it is put into `line`.
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
                context=PARENT.extract(headers_of(headers)),
                kind=SpanKind.SERVER,
                record_exception=False,  # its message may hold a value
                set_status_on_exception=False,
            ) as span,
        ):
            watched.tally.tracer = tracer
            yield answer
            span.set_attributes({f"graphql.{key}": value for key, value in _known(answer).items()})

    @contextmanager
    def stream(self, prepared: Prepared, actor: str) -> Iterator["Streamed"]:
        """Around one stream, once it was let in as an operation; whoever sends it tells how it goes."""
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
                **prepared.identified,
                actor=actor,
                events=streamed.events,
                why=streamed.why,
                statements=tally.statements,
                sql_milliseconds=round(tally.seconds * 1000, 1),
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
            )

    def note(self, answer: Answer, actor: str, tally: StatementTally, seconds: float) -> None:
        """One operation that ended."""
        codes = answer.codes
        kind = _known(answer).get("type", OTHER)
        outcome = "ok" if not codes else "errors" if answer.executed else "refused"
        labels = (OTHER if actor in WITHOUT_LABELS else self._label(answer), kind, outcome)
        self._operations.add(labels, seconds, tally.statements, tally.seconds)
        self.refused(*codes)

    def refused(self, *codes: str) -> None:
        for code in codes:
            self._refusals.labels(code).inc()

    def _label(self, answer: Answer) -> str:
        """The name that is known, or one of so many hashes; no hash that somebody tried in vain."""
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
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

        return Route("/metrics", metrics)


def _known(answer: Answer) -> Mapping[str, str]:
    """What identifies an operation, without anything that was asked with it."""
    return answer.prepared.identified if answer.prepared else {}


class _WatchedOperation:
    """Around one operation, as a context manager: `contextlib` would take longer than all it does."""

    __slots__ = ("_actor", "_began", "_line", "_observing", "_token", "answer", "tally")

    def __init__(self, observing: Observing, actor: str, line: dict[str, Any] | None) -> None:
        self._observing, self._actor, self._line = observing, actor, line
        self.answer, self.tally = Answer(), StatementTally()

    def __enter__(self) -> Answer:
        self._token, self._began = TALLY.set(self.tally), time.perf_counter()
        return self.answer

    def __exit__(self, *_: object) -> None:
        TALLY.reset(self._token)
        answer, tally = self.answer, self.tally
        self._observing.note(answer, self._actor, tally, time.perf_counter() - self._began)
        if self._line is None:
            return
        self._line.update(
            _known(answer),
            event="operation",
            actor=self._actor,
            cost=answer.cost,
            statements=tally.statements,
            sql_milliseconds=round(tally.seconds * 1000, 1),
            codes=sorted(set(answer.codes)),
        )
