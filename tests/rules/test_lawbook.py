"""docs/law.md: every point of the law is found on it, and every file it leads to is there."""

import re
from pathlib import Path

from rules.law import documents
from rules.lawbook import as_markdown, sheet_of

ROOT = Path(__file__).parents[2]
PAGE = as_markdown()
CASES = ROOT / "tests" / "rules" / "cases"
FUNCTIONS = [
    function
    for document in documents().values()
    for point in document.points.values()
    for function in point.computed_by
]


def test_the_committed_page_is_what_the_texts_give() -> None:
    assert (ROOT / "docs" / "law.md").read_text(encoding="utf-8") == PAGE


def test_every_point_has_a_heading_of_its_own_in_order() -> None:
    headings = re.findall(r"^###+ (\S+)", PAGE, flags=re.MULTILINE)
    assert headings == [*documents()["QĐ124"].points, *documents()["HD01"].points]


def test_every_point_says_its_function_or_who_decides() -> None:
    parts = re.split(r"^###+ ", PAGE, flags=re.MULTILINE)[1:]
    assert [
        part.split()[0]
        for part in parts
        if "- computed by [" not in part and "- left to " not in part
    ] == []


def test_wording_and_numbers_stand_under_the_citation() -> None:
    part = PAGE.split("#### QĐ124:Đ12.4.1c\n")[1].split("###")[0]
    assert "> Tập thể lãnh đạo, quản lý bị xử lý kỷ luật" in part
    assert "`disciplined_units_over` 20%" in part


def test_every_file_it_leads_to_is_there() -> None:
    targets = set(re.findall(r"\]\(\.\./([^)]+)\)", PAGE))
    assert [target for target in sorted(targets) if not (ROOT / target).is_file()] == []


def test_every_condition_is_tried_in_the_sheet_it_leads_to() -> None:
    assert [
        function
        for function in FUNCTIONS
        if function.startswith(("rules.article_", "rules.section_"))
        and f"{function.split(':')[1]} = " not in (ROOT / sheet_of(function)).read_text("utf-8")
    ] == []


def test_every_sheet_of_cases_is_found_from_a_point() -> None:
    led_to = {sheet_of(function) for function in FUNCTIONS}
    sheets = {str(path.relative_to(ROOT)) for path in CASES.rglob("*.toml")}
    assert sheets - led_to == set()
