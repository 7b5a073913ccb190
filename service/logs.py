"""Structured lines of JSON on standard error, our own and those of the libraries alike."""

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

# A traceback shows places, never the values in them: those would be names, tokens, votes.
TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def _json(value: object, default: Callable[[Any], Any]) -> str:
    return orjson.dumps(value, default=default).decode()


LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
RENDERER = structlog.processors.JSONRenderer(_json)
SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def line_log() -> Callable[[Mapping[str, Any]], None]:
    """Says the one line that each request has, as the shared processors would, in a fifth of their time."""
    if not structlog.get_logger().is_enabled_for(logging.INFO):
        return lambda _: None
    stream = sys.stderr.buffer

    def say(line: Mapping[str, Any]) -> None:
        said = {**line, "level": "info", "timestamp": datetime.now(UTC)}
        stream.write(orjson.dumps(said, str, LINE))
        stream.flush()

    return say


def set_up_logging(level: str) -> None:
    """From `level` on for ourselves; from warnings on for the libraries."""
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
