"""The portal as people meet it: Debian's Chromium without a head, on a service with the demonstration."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import copied
from tests.end_to_end.conftest import Service, running
from tests.house.portal_build import MAKE_PORTAL, present_hash, recorded_hash
from tests.portal.fonts import chromium_with
from tests.portal.visiting import Visit, visiting


@pytest.fixture(scope="module")
def portal(demonstration_files: Path) -> Iterator[Service]:
    """Each file has its own registry, so that its conclusions do not affect other files."""
    assert recorded_hash() == present_hash(), MAKE_PORTAL
    with copied(demonstration_files) as folder:
        yield from running(folder)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not of the whole session: while it is open, no other test of this thread may run a loop."""
    with sync_playwright() as driver, chromium_with(driver.chromium, "DejaVu Sans") as browser:
        yield browser


@pytest.fixture
def visit(chromium: Browser, portal: Service) -> Iterator[Visit]:
    """A visitor on an office computer who has not signed in."""
    with visiting(chromium, portal.url) as visitor:
        yield visitor
