"""The sentences of the law's page that are not the documents' own, in English and in Vietnamese."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Phrases:
    """Templates of one language; the names in braces are filled in by rules/lawbook.py."""

    head: str
    summary: str
    in_force: str
    until: str
    day_format: str
    numbers: str
    computed_by: str
    left_to: str
    data: str

    def day(self, day: date) -> str:
        return day.strftime(self.day_format)


_ENGLISH = Phrases(
    head="""# The law, point by point

*[Tiếng Việt](law.vi.md)*

Generated from `rules/texts`, `rules/left_to.toml` and `rules/editions` by `rules/lawbook.py`; `make check` compares. The wording is
the documents'.

Every finding shows a citation. Search this page for it (`QĐ124:Đ12.1.3`): under it stand the wording, the numbers by the names
that the functions read, and either the function that computes it with its sheet of cases, or who decides it and why no function does.
The last line names the data: the rows of each edition that cite the point, with their numbers, dates and choices.
""",
    summary="- **{prefix}**, {number}: {points} points, {computed} computed, {left} left to somebody",
    in_force="In force from {since}{until}; checked on {checked_on} by {checked_by}.",
    until=" until {day}",
    day_format="%Y-%m-%d",
    numbers="- numbers: {numbers}",
    computed_by="- computed by [`{function}`](../{path}), cases in [`{sheet}`](../{sheet})",
    left_to="- left to {decider}",
    data="- data in [`{path}`](../{path}): {rows}",
)

_VIETNAMESE = Phrases(
    head="""# Quy định, từng điểm một

*[English](law.md)*

Trang này do `rules/lawbook.py` tạo từ `rules/texts`, `rules/left_to.toml` và `rules/editions`; `make check` đối chiếu. Phần trích là
nguyên văn hai văn bản.

Mỗi kết quả xét một điều kiện đều ghi điểm viện dẫn. Tìm điểm đó ở trang này (`QĐ124:Đ12.1.3`): bên dưới là nguyên văn, các con số theo
tên mà các hàm đọc, rồi hàm tính điểm đó cùng các tình huống thử, hoặc ai quyết định và vì sao không hàm nào tính.
Dòng cuối nêu dữ liệu: các dòng của từng phiên bản quy định viện dẫn điểm đó, với con số, thời hạn và cách hiểu đã chọn.
""",
    summary="- **{prefix}**, {number}: {points} điểm, {computed} điểm tính bằng hàm, {left} điểm không tính bằng hàm",
    in_force="Có hiệu lực từ ngày {since}{until}; {checked_by} đối chiếu ngày {checked_on}.",
    until=" đến ngày {day}",
    day_format="%d/%m/%Y",
    numbers="- con số: {numbers}",
    computed_by="- tính bằng [`{function}`](../{path}), các tình huống thử ở [`{sheet}`](../{sheet})",
    left_to="- thuộc về {decider}",
    data="- dữ liệu ở [`{path}`](../{path}): {rows}",
)

PHRASES: Mapping[str, Phrases] = {"en": _ENGLISH, "vi": _VIETNAMESE}
"""By language: `en`, `vi`."""
