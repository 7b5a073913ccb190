"""docs/law.md and docs/law.vi.md: every point is found on them, and every file and row they lead to is there."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.editions.lookup import (
    EDITIONS,
    Edition,
    ResidenceVotes,
    edition_for,
    editions,
    read_edition,
)
from rules.lawbook.edition_row import rows_by_citation
from rules.lawbook.lawbook import as_markdown, sheet_of
from rules.lawbook.wording import PHRASES
from rules.texts.law import documents

ROOT = Path(__file__).parents[3]
FILES = {"en": ROOT / "docs" / "law.md", "vi": ROOT / "docs" / "law.vi.md"}
PAGES = {language: as_markdown(language) for language in FILES}
PAGE = PAGES["en"]
CASES = ROOT / "tests" / "rules" / "cases"
INVENTED = read_edition(Path(__file__).parents[1] / "editions" / "invented-2031.toml")
POINTS = {
    cite: point for document in documents().values() for cite, point in document.points.items()
}
FUNCTIONS = [function for point in POINTS.values() for function in point.computed_by]
ENGLISH = re.compile(
    r"\b(?:the|of|and|which|that|is|are|it|its|left|computed|numbers|cases|data|before|until|days|none)\b"
)


def parts(page: str) -> dict[str, str]:
    """The text under the citation of each point."""
    return {part.split()[0]: part for part in re.split(r"^###+ ", page, flags=re.MULTILINE)[1:]}


def rows_of_file(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every row of an edition's file that cites a point: the citation, and the row's code or name."""
    for name, value in content.items():
        tables = value if isinstance(value, list) else [value]
        for table in tables:
            if not isinstance(table, dict):
                continue
            if "clause" in table:
                yield table["clause"], table.get("code", name)
            for clause in table.get("clauses", ()):
                yield clause, str(table["number"])
            yield from rows_of_file(table)


@pytest.mark.parametrize("language", FILES)
def test_the_committed_page_is_what_the_texts_give(language: str) -> None:
    assert FILES[language].read_text(encoding="utf-8") == PAGES[language]


def test_every_point_has_a_heading_of_its_own_in_order() -> None:
    headings = re.findall(r"^###+ (\S+)", PAGE, flags=re.MULTILINE)
    assert headings == [*documents()["QĐ124"].points, *documents()["HD01"].points]
    assert re.findall(r"^###+ (\S+)", PAGES["vi"], flags=re.MULTILINE) == headings


def test_every_point_says_its_function_or_who_decides() -> None:
    assert [
        cite
        for cite, part in parts(PAGE).items()
        if "- computed by [" not in part and "- left to " not in part
    ] == []


def test_every_point_says_it_in_vietnamese() -> None:
    assert [
        cite
        for cite, part in parts(PAGES["vi"]).items()
        if "- tính bằng [" not in part and "- thuộc về " not in part
    ] == []


def test_the_vietnamese_page_holds_no_english_sentence() -> None:
    """Codes, paths and the documents' own wording aside."""
    own = [line for line in PAGES["vi"].splitlines() if not line.startswith("> ")]
    left = [re.sub(r"`[^`]*`|\]\([^)]*\)", "", line) for line in own]
    assert [line for line in left if ENGLISH.search(line)] == []


def test_both_pages_hold_the_same_wording_functions_and_rows() -> None:
    quoted, linked = r"^> .*$", r"`([^`]+)`|\]\(\.\./([^)]+)\)"
    english, vietnamese = (parts(PAGES[language]) for language in ("en", "vi"))
    for pattern in (quoted, linked):
        assert {
            cite: re.findall(pattern, part, flags=re.MULTILINE) for cite, part in english.items()
        } == {
            cite: re.findall(pattern, part, flags=re.MULTILINE) for cite, part in vietnamese.items()
        }


def test_no_phrase_is_the_same_in_both_languages() -> None:
    assert [
        name
        for name in PHRASES["en"].__slots__
        if getattr(PHRASES["en"], name) == getattr(PHRASES["vi"], name)
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


@pytest.mark.parametrize("path", sorted(EDITIONS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_row_that_cites_a_point_is_named_under_it(path: Path) -> None:
    rows = list(rows_of_file(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert rows
    data = {cite: data_line(part, path.stem) for cite, part in parts(PAGE).items()}
    assert [
        (cite, code) for cite, code in rows if not re.search(rf"[`.]{code}[`.]", data[cite])
    ] == []


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.code)
@pytest.mark.parametrize("language", FILES)
def test_every_row_named_is_in_the_file(edition: Edition, language: str) -> None:
    content = tomllib.loads((EDITIONS / f"{edition.code}.toml").read_text(encoding="utf-8"))
    rows = set(rows_of_file(content))
    assert [
        (cite, path)
        for cite, part in parts(PAGES[language]).items()
        for path in re.findall(r"`([a-z_]+\.[^`]+)`", data_line(part, edition.code))
        if not any(cited == cite and f".{code}." in f".{path}." for cited, code in rows)
    ] == []


def data_line(part: str, edition: str) -> str:
    """The line of one point that names the rows of an edition; empty if no row cites the point."""
    begins = rf"^- (?:data in|dữ liệu ở) \[`rules/editions/{edition}\.toml`\]\([^)]*\): (.*)$"
    lines = re.findall(begins, part, flags=re.MULTILINE)
    assert len(lines) <= 1
    return lines[0] if lines else ""


@pytest.mark.parametrize(
    ("cite", "english", "vietnamese"),
    [
        (
            "HD01:8.1",
            "`calendar.grassroots` before 05/12",
            "`calendar.grassroots` trước ngày 05/12",
        ),
        (
            "HD01:8.2",
            "`calendar.managed_files` before 30/01 of the next year",
            "`calendar.managed_files` trước ngày 30/01 năm sau",
        ),
        (
            "HD01:3.2",
            "`meetings.district_or_direct` at least 1.5 days",
            "`meetings.district_or_direct` tối thiểu 1,5 ngày",
        ),
        ("HD01:3.1.2", "`review.assembly_delegation`", "`review.assembly_delegation`"),
        ("QĐ124:Đ17", "`file.minutes`", "`file.minutes`"),
        ("QĐ124:Đ5.2.1", "`admission.months_min` 6", "`admission.months_min` 6"),
        ("QĐ124:Đ12.1.4", "`quota.ratio` 20%", "`quota.ratio` 20%"),
        ("HD01:5.1.3", "`readings.votes` `CUMULATIVE`", "`readings.votes` `CUMULATIVE`"),
        ("HD01:8.3", "`residence_votes.years` none", "`residence_votes.years` chưa có năm nào"),
    ],
)
def test_numbers_and_dates_stand_beside_their_rows(
    cite: str, english: str, vietnamese: str
) -> None:
    assert english in data_line(parts(PAGE)[cite], "ha-tinh-2023")
    assert vietnamese in data_line(parts(PAGES["vi"])[cite], "ha-tinh-2023")


def test_another_edition_shows_its_own_numbers() -> None:
    rows = {
        row.path: row.value
        for listed in rows_by_citation(INVENTED, "en").values()
        for row in listed
    }
    assert rows["numbers.QĐ124:Đ12.1.3.units_good_min"] == "75%"
    assert (rows["quota.base"], rows["quota.ratio"]) == ("`GOOD_OR_BETTER`", "25%")


def test_years_of_votes_at_the_place_of_residence_are_listed() -> None:
    votes = ResidenceVotes(frozenset({2025, 2023}), "HD01:8.3")
    edition = replace(edition_for(2023), residence_votes=votes)
    rows = rows_by_citation(edition, "vi")["HD01:8.3"]
    assert [(row.path, row.value) for row in rows] == [("residence_votes.years", "2023, 2025")]
