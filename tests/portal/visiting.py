"""A visitor of the portal: signs in, opens pages, records requests and complaints of the browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Request

CHAIR = "Chủ tịch Uỷ ban nhân dân tỉnh"
WIDE, NARROW = (1360, 900), (360, 740)
SECONDS_MAX = 20


@dataclass
class Visit:
    """One page of one visitor. `requested` are the addresses of its requests, `complaints` the messages of the browser."""

    page: Page
    url: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def enter(self, title: str, path: str = "/") -> None:
        """Signs in as the holder of a post from the list."""
        self.page.goto(self.url + path)
        self.page.get_by_role("button", name=title, exact=False).first.click()
        self.page.get_by_role("navigation").first.wait_for()

    def go(self, path: str) -> None:
        """Opens an address, and waits until it is loaded."""
        self.page.goto(self.url + path)
        self.settled()

    def settled(self) -> None:
        self.page.get_by_role("heading", level=1).first.wait_for()
        self.page.wait_for_load_state("networkidle")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def ask(self, query: str, variables: dict[str, Any]) -> Any:  # noqa: ANN401 - an answer of the graph is any JSON
        """The graph, with the token that the page holds."""
        session = self.page.evaluate("JSON.parse(sessionStorage.getItem('xeploai.session'))")
        answer = self.page.request.post(
            f"{self.url}/graphql",
            data={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {session['token']}"},
        )
        return answer.json()["data"]

    def appraisal(self, code: str, year: int = 2023) -> str:
        query = "query ($c: ID!, $y: Int!) { body(code: $c) { appraisal(year: $y) { id } } }"
        data = self.ask(query, {"c": code, "y": year})
        return str(data["body"]["appraisal"]["id"])

    def elsewhere(self) -> list[str]:
        """The requests to another host."""
        own = urlsplit(self.url).netloc
        return [one for one in self.requested if urlsplit(one).netloc not in {own, ""}]


@contextmanager
def visiting(
    chromium: Browser,
    url: str,
    size: tuple[int, int] = WIDE,
    scheme: Any = "light",  # noqa: ANN401 - the library spells its words as a type of its own
) -> Iterator[Visit]:
    """A visitor with an own memory, a screen and a liking for light or dark."""
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="vi-VN"
    )
    context.set_default_timeout(SECONDS_MAX * 1000)
    page = context.new_page()
    visit = Visit(page, url)

    def note(request: Request) -> None:
        visit.requested.append(request.url)

    page.on("request", note)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
    )
    yield visit
    context.close()
