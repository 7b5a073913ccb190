"""A tree of a province's size: it opens whole, and only what is in sight is drawn."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.conftest import Service
from tests.portal.visiting import CHAIR, Visit

ORGANISATIONS, CELLS = 600, 3400
DRAWN_MAX = 60
ADD = """INSERT INTO body (code, parent_code, tier, kind, subject_class, name, sort_key, search_key, source)
SELECT '{0}.' || n, {1}, 'GRASSROOTS', '{2}', 'ORG', '{3} ' || n, '{4} ' || n, '{4} ' || n, 'large'
FROM generate_series(1, {5}) n RETURNING code"""
DISTRICTS = """(ARRAY(SELECT b.code FROM body b WHERE b.kind = 'PARTY_ORGANISATION' AND b.tier = 'DISTRICT'
    ORDER BY b.code))[n % 13 + 1]"""
ABOVE = f"'o.' || (n % {ORGANISATIONS} + 1)"


@pytest.fixture(scope="module")
def large(portal: Service) -> int:
    """Organisations and cells as a province has them; how many bodies there are then.

    They stay: the service is of these tests alone, and the others hold on a large tree too.
    """
    portal.sql(
        ADD.format("o", DISTRICTS, "PARTY_ORGANISATION", "Đảng bộ cơ sở", "dang bo", ORGANISATIONS)
    )
    portal.sql(ADD.format("c", ABOVE, "PARTY_CELL", "Chi bộ", "chi bo", CELLS))
    (many,) = portal.sql("SELECT count(*)::text FROM body")
    return int(many)


def test_four_thousand_bodies_open_and_few_are_drawn(large: int, visit: Visit) -> None:
    assert large > ORGANISATIONS + CELLS
    page = visit.page
    visit.enter(CHAIR)
    tree = page.get_by_role("tree")
    row = tree.get_by_role("treeitem").first.bounding_box()
    assert row
    page.get_by_role("button", name="Mở hết").click()
    whole = f"{row['height'] * large:g}px"
    expect(tree).to_have_css("height", whole, timeout=60_000)
    box = page.locator(".tree-box")
    for part in range(11):
        box.evaluate("(box, part) => { box.scrollTop = box.scrollHeight * part / 10 }", part)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert 0 < tree.get_by_role("treeitem").count() < DRAWN_MAX
    tree.focus()
    page.keyboard.press("End")
    expect(tree.locator(".active")).to_be_in_viewport()
    assert visit.complaints == []
