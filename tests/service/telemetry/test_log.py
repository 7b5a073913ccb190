"""The log: one line of JSON per event, and nothing of a person in it."""

import asyncio
import logging
import warnings

import orjson
import pytest
import structlog

from service.telemetry.log import REQUEST, request_logger, set_up_logging

pytestmark = pytest.mark.usefixtures("loggers_as_before")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [orjson.loads(line) for line in captured.err.splitlines()]


def test_ours_and_theirs_are_alike(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    token = REQUEST.set("r1")
    structlog.get_logger().info("ours", name="Hà Tĩnh")
    logging.getLogger("theirs").warning("of %s", "a library")
    REQUEST.reset(token)
    ours, theirs = lines(capsys)
    assert {
        "event": "ours",
        "level": "info",
        "request": "r1",
        "name": "Hà Tĩnh",
    }.items() <= ours.items()
    assert {
        "event": "of a library",
        "level": "warning",
        "request": "r1",
        "logger": "theirs",
    }.items() <= theirs.items()
    assert str(ours["timestamp"]).endswith("Z")


def test_a_traceback_shows_places_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    hidden = "personal data"
    for logger in (structlog.get_logger(), logging.getLogger("theirs")):
        try:
            int(hidden[:0])
        except ValueError:
            logger.exception("it broke")
    text = capsys.readouterr().err
    assert text.count("test_a_traceback_shows_places_and_no_values") == 2
    assert hidden not in text


def test_less_is_logged_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    structlog.get_logger().info("ours")
    logging.getLogger("theirs").info("theirs")
    structlog.get_logger().warning("kept")
    assert [line["event"] for line in lines(capsys)] == ["kept"]


def test_a_warning_is_a_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    (line,) = lines(capsys)
    assert line["logger"] == "py.warnings"


@pytest.mark.anyio
async def test_the_line_of_a_request_is_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    event = {"event": "request", "path": "/đường", "status": 200}
    structlog.get_logger().info(**event)
    request_logger()(dict(event))
    await asyncio.sleep(0)  # the lines of one round of the loop are written together
    other, line = lines(capsys)
    assert line.keys() == other.keys()
    assert str(line["timestamp"]).endswith("Z")
    assert {name: line[name] for name in (*event, "level")} == {
        name: other[name] for name in (*event, "level")
    }


def test_the_line_of_a_request_is_left_out_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    request_logger()({"event": "request"})
    assert lines(capsys) == []


@pytest.mark.anyio
async def test_a_text_in_a_line_has_a_length(capsys: pytest.CaptureFixture[str]) -> None:
    """In a line of ours, of a library's, and of a request."""
    set_up_logging("info")
    for length in (2_000, 2_001, 90_000):
        structlog.get_logger().info("ours", path="x" * length)
        logging.getLogger("theirs").warning("x" * length)
        request_logger()({"event": "request", "path": "x" * length})
    await asyncio.sleep(0)
    log_lines = lines(capsys)
    assert [len(str(line.get("path", line["event"]))) for line in log_lines] == [2_000] * 9
