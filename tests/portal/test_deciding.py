"""Deciding: a group from its list to its record, what is refused and where, and a session that ends."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.portal.visiting import CHAIR, Visit

SECRETARY = "Bí thư Tỉnh uỷ"
DISTRICT = "Bí thư Huyện uỷ Thạch Hà"
SHEET = "/viec/nhom/departments"
CONCLUDE = re.compile(r"^Kết luận \d+ mức$")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def choose(page: Page, name: str, level: str) -> None:
    row(page, name).get_by_role("radio", name=level, exact=True).check()


def conclude(page: Page) -> None:
    page.get_by_role("button", name=CONCLUDE).click()
    page.get_by_role("dialog").get_by_role("button", name="Ghi kết luận").click()


def quota(page: Page) -> Locator:
    return page.get_by_role("region", name="Tỷ lệ xuất sắc").get_by_role("status")


def test_a_chair_concludes_the_departments_first_over_the_quota_then_within(visit: Visit) -> None:
    page = visit.page
    visit.enter(CHAIR)
    page.get_by_role("link", name="Việc của tôi").click()
    page.get_by_role("link", name="Quyết định 22").click()
    expect(quota(page)).to_have_text("Xuất sắc 0/0 vừa đủ tỷ lệ")
    page.get_by_role("button", name="mức theo điều kiện").click()
    expect(quota(page)).to_have_text("Xuất sắc 4/2 vượt 2")
    page.get_by_label("Số", exact=True).fill("12-KL/BCSĐ")
    conclude(page)
    expect(page.get_by_role("alert").filter(has_text="QUOTA_EXCEEDED")).to_contain_text(
        "Chưa ghi gì cả"
    )
    for name in ("Tập thể lãnh đạo Sở Y tế", "Ban Giám đốc Ngân hàng Nhà nước tỉnh"):
        choose(page, name, "Tốt")
    expect(quota(page)).to_have_text("Xuất sắc 2/2 vừa đủ tỷ lệ")
    conclude(page)
    refused = row(page, "Tập thể lãnh đạo Sở Y tế")
    expect(refused.get_by_role("alert")).to_contain_text("phải nêu lý do")
    for name in ("Tập thể lãnh đạo Sở Y tế", "Ban Giám đốc Ngân hàng Nhà nước tỉnh"):
        row(page, name).get_by_label("Lý do bằng văn bản").fill("Trong hạn mức của nhóm")
    conclude(page)
    expect(page.get_by_text("Đã ghi kết luận.")).to_be_visible()
    expect(visit.heading("Kết luận xếp loại chất lượng năm 2023")).to_be_visible()
    record = page.get_by_role("article")
    expect(record).to_contain_text("12-KL/BCSĐ")
    expect(record).to_contain_text("11/12/2023")
    expect(record.get_by_role("code")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    expect(record.get_by_role("row")).to_have_count(23)
    page.reload()
    expect(page.get_by_role("code")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_text("Người chủ trì")).to_be_visible()
    page.emulate_media(media="screen")
    visit.go("/viec")
    expect(page.get_by_role("link", name="Quyết định 22")).to_have_count(0)
    assert visit.elsewhere() == []


def test_above_the_computed_level_is_refused_in_its_row(visit: Visit) -> None:
    page = visit.page
    visit.enter(SECRETARY, "/viec/nhom/district-standing-committees")
    page.get_by_role("button", name="mức theo điều kiện").click()
    computed = page.get_by_role("row").filter(
        has=page.get_by_role("cell", name="Hoàn thành", exact=True)
    )
    first = computed.filter(
        has=page.get_by_role("radio", name="Hoàn thành", exact=True, checked=True)
    ).first
    name = first.get_by_role("link").inner_text()
    choose(page, name, "Tốt")
    expect(row(page, name)).to_contain_text("sẽ bị từ chối")
    page.get_by_label("Số", exact=True).fill("1-KL/TU")
    conclude(page)
    expect(row(page, name).get_by_role("alert")).to_contain_text("Cao hơn mức")
    expect(page.get_by_role("alert").filter(has_text="ABOVE_COMPUTED")).to_be_visible()


def test_a_refusal_of_a_field_is_shown_at_the_field(visit: Visit) -> None:
    page = visit.page
    visit.enter(SECRETARY, "/viec/nhom/district-standing-committees")
    day = page.get_by_label("Ngày", exact=True)
    expect(day).to_have_value("11/12/2023")
    day.fill("31/2/2023")
    expect(day).to_have_attribute("aria-invalid", "true")
    day.fill("1/12/2023")
    expect(day).to_have_attribute("aria-invalid", "false")


def test_a_district_secretary_sees_only_the_own_district(visit: Visit) -> None:
    visit.enter(DISTRICT, "/viec")
    visit.settled()
    query = """{ me { worklist(year: 2023, first: 100) { edges { node { appraisal { post { body { code } } } } } } } }"""
    edges = visit.ask(query, {})["me"]["worklist"]["edges"]
    everything = visit.page.get_by_role("button", name=f"Tất cả {len(edges)}", exact=True)
    expect(everything).to_be_visible()
    codes = {edge["node"]["appraisal"]["post"]["body"]["code"] for edge in edges}
    assert {code.split(".")[1] for code in codes} == {"thach-ha"}
    visit.go(SHEET)
    expect(visit.page.get_by_text("Không còn ai chờ bạn quyết định ở đây.")).to_be_visible()


def test_an_expired_session_says_so_and_loses_nothing_typed(visit: Visit) -> None:
    page = visit.page
    visit.enter(SECRETARY, "/viec/nhom/district-standing-committees")
    page.get_by_role("button", name="mức theo điều kiện").click()
    page.get_by_label("Số", exact=True).fill("99-KL/TU")
    # The quota was read during the session: only the conclusion may meet the expired session.
    expect(quota(page)).to_have_text(re.compile(r"^Xuất sắc \d+/[1-9]"))
    page.get_by_role("button", name=CONCLUDE).click()
    page.route(
        "**/graphql",
        lambda route: route.continue_(
            headers={**route.request.headers, "authorization": "Bearer past"}
        ),
    )
    page.get_by_role("dialog").get_by_role("button", name="Ghi kết luận").click()
    dialog = page.get_by_role("dialog", name="Phiên đăng nhập đã hết hạn")
    expect(dialog).to_contain_text("Những gì bạn đã nhập vẫn còn")
    page.unroute("**/graphql")
    dialog.get_by_role("button", name="Đăng nhập lại").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Số", exact=True)).to_have_value("99-KL/TU")
    expect(page.get_by_role("radio", checked=True)).to_have_count(13)
    page.reload()
    expect(page.get_by_label("Số", exact=True)).to_have_value("99-KL/TU")


def test_signing_out_forgets_who_was_there(visit: Visit) -> None:
    visit.enter(CHAIR)
    visit.page.get_by_role("button", name="Đăng xuất").click()
    expect(visit.page.get_by_role("button", name=CHAIR).first).to_be_visible()
    visit.page.reload()
    expect(visit.page.get_by_role("button", name=CHAIR).first).to_be_visible()
