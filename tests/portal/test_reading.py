"""Reading: the hierarchy, a body, the explanation of a level, authority, compliance."""

import re

from playwright.sync_api import expect

from tests.portal.visiting import CHAIR, Visit

OFFICE = "Trưởng Ban Tổ chức Tỉnh uỷ"
DISTRICT = "Bí thư Huyện uỷ Thạch Hà"


def test_the_hierarchy_is_read_from_the_province_down(visit: Visit) -> None:
    visit.enter(CHAIR)
    page = visit.page
    expect(visit.heading("Đảng bộ tỉnh Hà Tĩnh")).to_be_visible()
    tree = page.get_by_role("tree", name="Cây tổ chức")
    tree.get_by_role("treeitem", name="Đảng bộ huyện Thạch Hà").click()
    expect(visit.heading("Đảng bộ huyện Thạch Hà")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/don-vi/ht\.thach-ha$"))
    expect(page.get_by_role("navigation", name="Thuộc")).to_contain_text("Đảng bộ tỉnh Hà Tĩnh")
    expect(page.get_by_role("region", name="Lãnh đạo")).to_contain_text("Thái Quốc Việt")
    expect(page.get_by_role("region", name="Trực thuộc")).to_contain_text(
        "Ban Thường vụ Huyện uỷ Thạch Hà"
    )
    page.go_back()
    expect(visit.heading("Đảng bộ tỉnh Hà Tĩnh")).to_be_visible()
    assert visit.complaints == []
    assert visit.elsewhere() == []


def test_a_decided_year_shows_its_rater_and_clause(visit: Visit) -> None:
    visit.enter(CHAIR, "/don-vi/ht.so-noi-vu.tt")
    expect(visit.heading("Tập thể lãnh đạo Sở Nội vụ")).to_be_visible()
    visit.page.get_by_role("combobox", name="Năm").select_option("2022")
    result = visit.page.get_by_role("region", name="Kết quả năm 2022")
    expect(result).to_contain_text("Hoàn thành nhiệm vụ")
    expect(result).to_contain_text("Chủ tịch Uỷ ban nhân dân tỉnh cùng Ban cán sự đảng")
    result.get_by_role("button", name="điểm 6.2.3, HD 01").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("chủ trì cùng Ban cán sự đảng")
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    assert "nam=2022" in visit.page.url


def test_a_body_is_found_by_its_name_without_marks(visit: Visit) -> None:
    visit.enter(CHAIR)
    field = visit.page.get_by_role("combobox", name="Tìm đơn vị, người")
    field.fill("so giao duc")
    expect(visit.page.get_by_role("option").first).to_contain_text("Sở Giáo dục và Đào tạo")
    field.press("Enter")
    expect(visit.heading("Sở Giáo dục và Đào tạo")).to_be_visible()


def test_a_person_is_found_by_name_and_leads_to_who_may_rate(visit: Visit) -> None:
    visit.enter(CHAIR)
    visit.page.get_by_role("combobox", name="Tìm đơn vị, người").fill("thai quoc viet")
    option = visit.page.get_by_role("option").filter(has_text="Bí thư Huyện uỷ Thạch Hà")
    option.click()
    expect(visit.heading("Thái Quốc Việt")).to_be_visible()
    visit.page.get_by_role("link", name="Ai xếp loại").click()
    row = visit.page.get_by_role("row").filter(has_text="Quyết định xếp loại")
    expect(row).to_contain_text("Ban Thường vụ Tỉnh uỷ")


def test_the_keyboard_goes_through_the_tree(visit: Visit) -> None:
    visit.enter(CHAIR)
    page = visit.page
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem").nth(3)).to_be_visible()
    tree.focus()
    page.keyboard.press("End")
    last = tree.locator(".active")
    expect(last).to_be_in_viewport()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(tree.locator(".active")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    name = tree.locator(".active").inner_text().strip()
    page.keyboard.press("Enter")
    expect(visit.heading(name.splitlines()[-1])).to_be_visible()


def test_undetermined_says_what_the_text_leaves_open(visit: Visit) -> None:
    visit.enter(CHAIR, "/viec")
    row = visit.page.get_by_role("row").filter(has_text="Chưa xác định")
    row.get_by_role("link").first.click()
    expect(visit.page.get_by_text("Văn bản không định mức nào")).to_be_visible()
    missing = visit.page.get_by_role("region", name="Còn thiếu để đạt “Hoàn thành nhiệm vụ”")
    expect(missing.get_by_role("row").nth(1)).to_contain_text("> 70%")
    expect(missing).to_contain_text("Không đạt")
    missing.get_by_role("button", name="Điều 12.3.3, QĐ 124").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("QĐ124:Đ12.3.3")


def test_a_condition_names_its_subjects_in_both_languages(visit: Visit) -> None:
    visit.enter(CHAIR)
    visit.go(f"/ho-so/{visit.appraisal('ht.so-xay-dung.tt')}")
    reasons = visit.page.get_by_role("region", name="Vì sao không hoàn thành nhiệm vụ")
    row = reasons.get_by_role("row").filter(has_text="thành viên bị kỷ luật trong năm")
    expect(row.get_by_role("listitem")).to_have_text(
        [
            "Cá nhân: deputy",
            "Văn bản: 21-QĐ/UBKT, 14/07/2023, Uỷ ban Kiểm tra Tỉnh uỷ",
        ]
    )
    visit.page.get_by_role("button", name="English").click()
    conditions = visit.page.get_by_role("region", name="Every condition")
    conditions.locator("summary").first.click()
    expect(conditions).to_contain_text("≥ Good")
    expect(conditions).to_contain_text("Person: deputy")


EVERY = """query ($after: String) { evaluations(year: 2023, under: "ht", first: 500, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { id toReview rating { level } } } } }"""


def test_a_decision_that_is_to_be_looked_at_again_says_so(visit: Visit) -> None:
    visit.enter(CHAIR)
    page, decided = {"hasNextPage": True, "endCursor": None}, []
    while page["hasNextPage"]:
        answer = visit.ask(EVERY, {"after": page["endCursor"]})["evaluations"]
        page = answer["pageInfo"]
        decided += [edge["node"] for edge in answer["edges"] if edge["node"]["rating"]]
    note = visit.page.get_by_text("Cần xem lại: sau quyết định")
    for is_marked in (True, False):
        shown = next(each for each in decided if each["toReview"] is is_marked)
        visit.go(f"/ho-so/{shown['id']}")
        expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
        expect(note).to_have_count(int(is_marked))


def test_places_of_review_name_their_clause_and_their_day(visit: Visit) -> None:
    visit.enter(CHAIR)
    visit.go(f"/ho-so/{visit.appraisal('ht.so-xay-dung.tt')}")
    places = visit.page.get_by_role("region", name="Nơi kiểm điểm")
    expect(places.get_by_role("link", name="Tập thể lãnh đạo Sở Xây dựng")).to_be_visible()
    expect(places).to_contain_text("kiểm điểm ngày 25/11/2023")
    places.get_by_role("button", name="Điều 7.2.1, QĐ 124").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("thực hiện kiểm điểm")
    visit.go(f"/ho-so/{visit.appraisal('ht.bql-kkt')}")
    expect(places).to_contain_text("chưa kiểm điểm")


def test_a_file_of_others_is_withheld_with_its_clause(visit: Visit) -> None:
    visit.enter(DISTRICT)
    visit.go(f"/ho-so/{visit.appraisal('ht.so-xay-dung.tt')}")
    note = visit.page.get_by_role("note")
    expect(note).to_contain_text("không thuộc quyền xem của bạn")
    expect(note).to_contain_text("Điều 15.2")
    expect(visit.page.get_by_text("Tự xếp loại")).to_have_count(0)


def test_the_authority_view_shows_the_raters_and_the_reason_of_a_refusal(visit: Visit) -> None:
    visit.enter(DISTRICT, "/tham-quyen/don-vi/ht.so-noi-vu.tt")
    row = visit.page.get_by_role("row").filter(has_text="Quyết định xếp loại")
    expect(row).to_contain_text("Chủ tịch Uỷ ban nhân dân tỉnh cùng Ban cán sự đảng")
    expect(row).to_contain_text("mục 6.2.3")
    expect(row).to_contain_text("14/12/2023")
    expect(visit.page.get_by_text("Bạn không được quyết định xếp loại")).to_be_visible()


def test_gaps_and_delegations_are_listed(visit: Visit) -> None:
    visit.enter(CHAIR, "/tham-quyen")
    visit.page.get_by_role("button", name="Khoảng trống").click()
    expect(visit.page.get_by_role("table")).to_contain_text("không điều khoản", ignore_case=True)
    visit.page.get_by_role("button", name="Uỷ quyền").click()
    row = visit.page.get_by_role("row").filter(has_text="Giám đốc Sở Y tế")
    expect(row).to_contain_text("25/11/2023 – 31/12/2023")
    expect(row).to_contain_text("đang có hiệu lực")


def test_compliance_says_who_is_late_and_by_how_many_days(visit: Visit) -> None:
    visit.enter(OFFICE, "/tien-do")
    table = visit.page.get_by_role("table")
    expect(table.get_by_role("row").nth(1)).to_contain_text("ngày")
    visit.page.get_by_role("button", name="Chờ nơi khác").click()
    expect(table.get_by_role("row").nth(1).get_by_role("cell").last).to_contain_text(":")


def test_english_is_one_click_away(visit: Visit) -> None:
    visit.enter(CHAIR, "/viec")
    visit.page.get_by_role("button", name="English").click()
    expect(visit.heading("My work")).to_be_visible()
    assert visit.page.locator("html").get_attribute("lang") == "en"
    visit.page.reload()
    expect(visit.heading("My work")).to_be_visible()


def test_an_address_that_leads_nowhere_says_so(visit: Visit) -> None:
    visit.enter(CHAIR, "/don-vi/nowhere")
    expect(visit.page.get_by_text("Không có đơn vị này.")).to_be_visible()


def test_an_unreachable_service_is_reported_and_retried(visit: Visit) -> None:
    visit.enter(CHAIR)
    visit.settled()
    visit.page.route("**/graphql", lambda route: route.abort())
    visit.page.get_by_role("link", name="Tiến độ").click()
    alert = visit.page.get_by_role("alert")
    expect(alert).to_contain_text("Không kết nối được với hệ thống")
    visit.page.unroute("**/graphql")
    alert.get_by_role("button", name="Thử lại").click()
    expect(visit.page.get_by_role("table")).to_be_visible()


def test_a_person_without_subjects_to_rate_gets_a_message(visit: Visit) -> None:
    visit.enter("Giám đốc Sở Xây dựng", "/viec")
    expect(visit.page.get_by_text("không có việc nào đang chờ bạn")).to_be_visible()
