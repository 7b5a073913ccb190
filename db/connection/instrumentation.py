"""What an operation asks of the database: counted, timed, and shown in its trace; never its values."""

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import SpanKind, Tracer
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

HELD = "_xeploai_counted"


@dataclass(slots=True)
class StatementTally:
    """The statements of one operation."""

    tracer: Tracer | None = None
    statements: int = 0
    seconds: float = 0.0


TALLY: ContextVar[StatementTally | None] = ContextVar("tally", default=None)
"""Of the operation that runs; tasks that it starts share it."""


class count_statement:  # noqa: N801 -- as a context manager is called
    """Around one statement. What goes through an engine that is watched is counted already."""

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
    """Count whatever goes through this engine."""

    def begins(_c: Any, _u: Any, statement: str, _p: Any, context: Any, _m: Any) -> None:  # noqa: ANN401 - the library's signature
        around = count_statement(statement)
        around.__enter__()
        setattr(context, HELD, around)

    def ends(_c: Any, _u: Any, _s: str, _p: Any, context: Any, _m: Any) -> None:  # noqa: ANN401 - the same
        _leave(context)

    def fails(failed: Any) -> None:  # noqa: ANN401 - the same
        _leave(failed.execution_context)

    event.listen(engine.sync_engine, "before_cursor_execute", begins)
    event.listen(engine.sync_engine, "after_cursor_execute", ends)
    event.listen(engine.sync_engine, "handle_error", fails)


def _leave(context: Any) -> None:  # noqa: ANN401 - the library's execution context
    around: count_statement | None = getattr(context, HELD, None)
    if around is not None:
        setattr(context, HELD, None)
        around.__exit__(None, None, None)
