"""Structured logging: JSON lines on standard error, for our code and for libraries."""

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

# A traceback shows no local variables: they could hold names, tokens, votes.
TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def _json(value: object, default: Callable[[Any], Any]) -> str:
    return orjson.dumps(value, default=default).decode()


CHARACTERS_MAX = 2_000
"""Characters of a text in a log line. Our own longest text has about 300."""


def cut(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cut long texts, which may come from clients."""
    for name, value in line.items():
        if isinstance(value, str) and len(value) > CHARACTERS_MAX:
            line[name] = value[:CHARACTERS_MAX]
    return line


JSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
RENDERER = structlog.processors.JSONRenderer(_json)
SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    cut,
]


def request_logger() -> Callable[[Mapping[str, Any]], None]:
    """A function that writes a request's log line as the shared processors would, in 1/5 of their time.

    The lines of one round of the event loop are written together: a write takes longer than making the line.
    """
    if not structlog.get_logger().is_enabled_for(logging.INFO):
        return lambda _: None
    stream, pending = sys.stderr.buffer, list[bytes]()

    def flush() -> None:
        stream.write(b"".join(pending))
        stream.flush()
        pending.clear()

    def write(line: Mapping[str, Any]) -> None:
        record = {**line, "level": "info", "timestamp": datetime.now(UTC)}
        if len(record.get("path", "")) > CHARACTERS_MAX:  # the only text from the client
            record["path"] = record["path"][:CHARACTERS_MAX]
        if not pending:
            asyncio.get_running_loop().call_soon(flush)
        pending.append(orjson.dumps(record, str, JSON_OPTIONS))

    return write


def set_up_logging(level: str) -> None:
    """Configure logging: our code from `level` on, libraries from warnings on."""
    structlog.configure(
        processors=[*SHARED, TRACEBACKS, RENDERER],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                TRACEBACKS,
                RENDERER,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
