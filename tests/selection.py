"""The fast selection: which tests `make test-fast` leaves out, and why. `make test` runs every test.

A test is left out by its folder or file, or by a fixture it uses. It gets the mark `slow`, so that `-m "not slow"` is the
fast selection and `-m slow` is the rest.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FAST = "not slow"
TESTS = Path(__file__).parent
PATHS = {
    "deploy": "starts clusters, proxies and containers; some tests need root",
    "end_to_end": "starts the service with the demonstration; some tests need Node",
    "house": "`make check` runs it",
    "portal": "needs Chromium and Node",
}
"""Below tests/: a folder or a file, and why it is left out."""
FIXTURES = {"demonstration_files": "loads the demonstration"}
"""A fixture that a test uses, directly or not, and why the test is left out."""
LEFT_OUT = pytest.StashKey[Counter[str]]()


def reason(path: Path, fixtures: list[str]) -> str | None:
    """Why the fast selection leaves out a test; None for a test that it runs."""
    place = path.relative_to(TESTS)
    for folder in (place, *place.parents):
        if folder.as_posix() in PATHS:
            return f"tests/{folder.as_posix()}: {PATHS[folder.as_posix()]}"
    for fixture in FIXTURES.keys() & set(fixtures):
        return f"elsewhere: {FIXTURES[fixture]}"
    return None


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()


@pytest.hookimpl(tryfirst=True)  # before pytest itself selects by the mark
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        why = reason(item.path, getattr(item, "fixturenames", []))
        if why is not None:
            item.add_marker("slow")
            config.stash[LEFT_OUT][why] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist sends its counts to the process that prints."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        counts = session.config.stash[LEFT_OUT]
        output["left_out"] = dict(counts)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 -- a class of pytest-xdist, which has no types
    """Every worker collects the whole suite: the counts of one are those of all."""
    counts = getattr(node, "workeroutput", {}).get("left_out")
    if counts:
        node.config.stash[LEFT_OUT] = Counter(counts)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    counts = config.stash[LEFT_OUT]
    if config.option.markexpr != FAST or not counts:
        return
    terminalreporter.section("left out of the fast selection")
    for why, count in sorted(counts.items()):
        terminalreporter.line(f"{count:6} {why}")
    terminalreporter.line(f"{counts.total():6} in all; `make test` runs them")
