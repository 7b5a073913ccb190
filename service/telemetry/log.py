"""Structured lines of JSON on standard error, our own and those of the libraries alike."""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
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


CHARACTERS_MAX = 2_000
"""Of a text in a line. The longest of our own, a sentence with an address in it, has some 300."""


def cut(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line has no text that somebody else made as long as he liked."""
    for name, value in line.items():
        if isinstance(value, str) and len(value) > CHARACTERS_MAX:
            line[name] = value[:CHARACTERS_MAX]
    return line


LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
RENDERER = structlog.processors.JSONRenderer(_json)
SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    cut,
]


def line_log() -> Callable[[Mapping[str, Any]], None]:
    """Says the one line that each request has, as the shared processors would, in a fifth of their time."""
    if not structlog.get_logger().is_enabled_for(logging.INFO):
        return lambda _: None
    stream = sys.stderr.buffer

    def say(line: Mapping[str, Any]) -> None:
        said = {**line, "level": "info", "timestamp": datetime.now(UTC)}
        if len(said.get("path", "")) > CHARACTERS_MAX:  # the one text in it that a client makes
            said["path"] = said["path"][:CHARACTERS_MAX]
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
