"""Accessibility of every view: axe finds no violation, light and dark, wide and narrow, and nothing overflows."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.conftest import Service
from tests.house.tree import ROOT
from tests.portal.fonts import FONTS, chromium_with, is_drawn_in
from tests.portal.visiting import CHAIR, NARROW, WIDE, Visit, visiting

AXE = ROOT / "portal" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, { runOnly: tags }).then(found => found.violations)"
SIZES = {"wide": WIDE, "narrow": NARROW}
SECRETARY = "Bí thư Tỉnh uỷ"


def faults(page: Page) -> list[str]:
    """The violations that axe finds. It is evaluated by the browser, as the policy of the page allows no script."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for violation in page.evaluate(RUN, TAGS)
        for node in violation["nodes"]
    ]


def paths(visit: Visit) -> dict[str, str]:
    person = visit.ask("{ me { person { id } } }", {})["me"]["person"]["id"]
    return {
        "hierarchy": "/",
        "body": "/don-vi/ht.so-noi-vu.tt?nam=2022",
        "person": f"/nguoi/{person}",
        "why": f"/ho-so/{visit.appraisal('ht.can-loc.btv')}",
        "work": "/viec",
        "sheet": "/viec/nhom/district-standing-committees",
        "authority": "/tham-quyen/don-vi/ht.so-noi-vu.tt",
        "compliance": "/tien-do",
        "nothing": "/don-vi/nowhere",
    }


@pytest.mark.parametrize(
    ("size", "scheme", "family"),
    [("wide", "light", "DejaVu Sans"), *(("narrow", "dark", family) for family in FONTS)],
)
def test_axe_finds_nothing_on_any_view(
    chromium: Browser, portal: Service, size: str, scheme: str, family: str
) -> None:
    with (
        chromium_with(chromium.browser_type, family) as browser,
        visiting(browser, portal.url, SIZES[size], scheme) as visit,
    ):
        violations: dict[str, list[str]] = {}
        titles = set()
        visit.page.goto(portal.url)
        expect(visit.page.get_by_role("button", name=CHAIR).first).to_be_visible()
        violations["door"] = faults(visit.page)
        visit.enter(SECRETARY)
        for name, path in paths(visit).items():
            visit.go(path)
            violations[name] = faults(visit.page) + sticking_out(visit.page)
            titles.add(visit.page.title())
            assert is_drawn_in(visit.page, family)
        assert {name: of for name, of in violations.items() if of} == {}
        assert len(titles) == len(violations) - 1  # the door's own is not among them
        assert visit.complaints == []
        assert visit.elsewhere() == []


def sticking_out(page: Page) -> list[str]:
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{width} px wider than the screen"] if width > 0 else []


def test_axe_finds_nothing_in_what_opens_above_a_view(visit: Visit) -> None:
    page = visit.page
    visit.enter(SECRETARY, "/viec/nhom/district-standing-committees")
    page.get_by_role("button", name="mức theo điều kiện").click()
    page.get_by_label("Số", exact=True).fill("1")
    page.get_by_role("button", name="Kết luận").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    visit.go("/tham-quyen")
    for tab in ("Khoảng trống", "Uỷ quyền"):
        page.get_by_role("button", name=tab).click()
        page.wait_for_load_state("networkidle")
        assert faults(page) == []
    page.get_by_role("combobox", name="Tìm đơn vị, người").fill("huyen")
    expect(page.get_by_role("option").first).to_be_visible()
    assert faults(page) == []


def test_on_a_telephone_the_tree_opens_above_the_body_and_closes_by_a_choice(
    chromium: Browser, portal: Service
) -> None:
    with visiting(chromium, portal.url, NARROW) as visit:
        visit.enter(CHAIR)
        tree = visit.page.get_by_role("tree")
        expect(tree).to_have_count(0)
        visit.page.get_by_role("button", name="Cây tổ chức").click()
        tree.get_by_role("treeitem", name="Đảng bộ huyện Can Lộc").click()
        expect(visit.heading("Đảng bộ huyện Can Lộc")).to_be_visible()
        expect(tree).to_have_count(0)
