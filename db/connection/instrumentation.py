"""Counts, times and traces the statements of an operation; never their values."""

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import SpanKind, Tracer
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

COUNTER_ATTRIBUTE = "_xeploai_counted"


@dataclass(slots=True)
class StatementTally:
    """The number of statements of one operation, and their time in seconds."""

    tracer: Tracer | None = None
    statements: int = 0
    seconds: float = 0.0


TALLY: ContextVar[StatementTally | None] = ContextVar("tally", default=None)
"""The tally of the running operation; shared with the tasks that it starts."""


class count_statement:  # noqa: N801 -- it is used like a function
    """Context manager that counts one statement; statements of a watched engine are counted without it."""

    __slots__ = ("_began", "_span", "_statement", "_tally")

    def __init__(self, statement: str) -> None:
        self._statement, self._tally = statement, TALLY.get()

    def __enter__(self) -> None:
        tally = self._tally
        if tally is None:
            return
        tally.statements += 1
        self._span = tally.tracer and tally.tracer.start_span(
            "sql",
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "postgresql", "db.query.text": self._statement},
        )
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        if self._tally is None:
            return
        self._tally.seconds += time.perf_counter() - self._began
        if self._span:
            self._span.end()


def watch(engine: AsyncEngine) -> None:
    """Count every statement of this engine."""

    def before_execute(_c: Any, _u: Any, statement: str, _p: Any, context: Any, _m: Any) -> None:  # noqa: ANN401 - the library's signature
        counter = count_statement(statement)
        counter.__enter__()
        setattr(context, COUNTER_ATTRIBUTE, counter)

    def after_execute(_c: Any, _u: Any, _s: str, _p: Any, context: Any, _m: Any) -> None:  # noqa: ANN401 - the same
        _end_count(context)

    def on_error(failure: Any) -> None:  # noqa: ANN401 - the same
        _end_count(failure.execution_context)

    event.listen(engine.sync_engine, "before_cursor_execute", before_execute)
    event.listen(engine.sync_engine, "after_cursor_execute", after_execute)
    event.listen(engine.sync_engine, "handle_error", on_error)


def _end_count(context: Any) -> None:  # noqa: ANN401 - the library's execution context
    counter: count_statement | None = getattr(context, COUNTER_ATTRIBUTE, None)
    if counter is not None:
        setattr(context, COUNTER_ATTRIBUTE, None)
        counter.__exit__(None, None, None)
