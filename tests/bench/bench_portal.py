"""The portal on the province-size data: how long until it is usable, and whether its tree scrolls evenly.

The service and Chromium share this machine; what is printed is the median of five visits.
"""

import asyncio
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import Browser, Page, sync_playwright

from db.connection.engine import connect, transaction
from db.embedded.server import embedded_server
from service.bootstrap import prepare
from service.settings import Settings
from tests.bench.province import fill
from tests.end_to_end.conftest import Service, running

CHROMIUM = "/usr/bin/chromium"
CHAIR = "Chủ tịch Uỷ ban nhân dân tỉnh"
VISITS = 5
FRAMES = """async () => {
  const box = document.querySelector(".tree-box");
  const step = box.scrollHeight / 300, times = [];
  for (let n = 0; n < 300; n++) {
    const before = performance.now();
    box.scrollTop += step;
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b);
}"""


def main() -> None:
    with TemporaryDirectory(prefix="xeploai-") as folder:
        with embedded_server(Path(folder)) as url:
            asyncio.run(fill_all(url))
        for service in running(Path(folder)):
            measure(service)


async def fill_all(url: str) -> None:
    await prepare(Settings(demonstration=True), url)
    engine = await connect(url)
    async with transaction(engine) as connection:
        await fill(connection)
    await engine.dispose()


def measure(service: Service) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        seconds = [first_view(browser, service.url) for _ in range(VISITS)]
        print(f"first view usable   {median(seconds):.2f} s (worst {max(seconds):.2f} s)")
        page = browser.new_page()
        enter(page, service.url)
        began = time.perf_counter()
        page.get_by_role("button", name="Mở hết").click()
        page.get_by_role("progressbar").wait_for()
        page.get_by_role("progressbar").wait_for(state="detached", timeout=120_000)
        print(f"whole tree open     {time.perf_counter() - began:.2f} s")
        frames = page.evaluate(FRAMES)
        print(f"frame while scrolling  median {median(frames):.1f} ms, worst {frames[-1]:.1f} ms")
        browser.close()


def enter(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=CHAIR).first.click()
    page.get_by_role("treeitem").nth(5).wait_for()


def first_view(browser: Browser, url: str) -> float:
    """A signed-in visitor with an empty cache: until the tree, the body and its picture are there."""
    context = browser.new_context()
    page = context.new_page()
    enter(page, url)
    session = page.evaluate("sessionStorage.getItem('xeploai.session')")
    fresh = browser.new_context()
    fresh.add_init_script(f"sessionStorage.setItem('xeploai.session', {session!r})")
    page = fresh.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.get_by_role("treeitem").nth(5).wait_for()
    page.locator(".bars.total").wait_for()
    took = time.perf_counter() - began
    context.close()
    fresh.close()
    return took


if __name__ == "__main__":
    main()
