"""The sentences of the law's page that are not quoted, in English and in Vietnamese."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Templates of one language; rules/lawbook/lawbook.py fills in the names in braces."""

    head: str
    summary: str
    in_force: str
    until: str
    numbers: str
    computed_by: str
    left_to: str
    data: str
    editions: str
    revision: str


_ENGLISH = Phrases(
    head="""# The law, point by point

*[Tiếng Việt](law.vi.md)*

Generated from `rules/texts`, `rules/left_to.toml` and `rules/editions` by `rules/lawbook/lawbook.py`; `make check` compares. The wording is
the documents'.

Every finding shows a citation. Search this page for it (`QĐ124:Đ12.1.3`): under it stand the wording, the numbers by the names
that the functions read, and either the function that computes it with its sheet of cases, or who decides it and why no function does.
The last line names the data: the rows of each edition that cite the point, with their numbers, dates and choices.
""",
    summary="- **{prefix}**, {number}: {points} points, {computed} computed, {left} left to somebody",
    in_force="In force from {since}{until}; checked on {checked_on} by {checked_by}.",
    until=" until {day}",
    numbers="- numbers: {numbers}",
    computed_by="- computed by [`{function}`](../{path}), cases in [`{sheet}`](../{sheet})",
    left_to="- left to {decider}",
    data="- data in [`{path}`](../{path}): {rows}",
    editions="""## Editions

An edition says which texts hold in a year, and what is chosen where they are open. Where this house had read a text wrongly, the edition
gets a new revision. Each result is stored with the number of its revision, and `xeploai correct` judges again what a lower one judged.
""",
    revision="- revision {number}, {day}: {text}",
)

_VIETNAMESE = Phrases(
    head="""# Quy định, từng điểm một

*[English](law.md)*

Trang này do `rules/lawbook/lawbook.py` tạo từ `rules/texts`, `rules/left_to.toml` và `rules/editions`; `make check` đối chiếu. Phần trích là
nguyên văn hai văn bản.

Mỗi kết quả xét một điều kiện đều ghi điểm viện dẫn. Tìm điểm đó ở trang này (`QĐ124:Đ12.1.3`): bên dưới là nguyên văn, các con số theo
tên mà các hàm đọc, rồi hàm tính điểm đó cùng các tình huống thử, hoặc ai quyết định và vì sao không hàm nào tính.
Dòng cuối nêu dữ liệu: các dòng của từng phiên bản quy định viện dẫn điểm đó, với con số, thời hạn và cách hiểu đã chọn.
""",
    summary="- **{prefix}**, {number}: {points} điểm, {computed} điểm tính bằng hàm, {left} điểm không tính bằng hàm",
    in_force="Có hiệu lực từ ngày {since}{until}; {checked_by} đối chiếu ngày {checked_on}.",
    until=" đến ngày {day}",
    numbers="- con số: {numbers}",
    computed_by="- tính bằng [`{function}`](../{path}), các tình huống thử ở [`{sheet}`](../{sheet})",
    left_to="- thuộc về {decider}",
    data="- dữ liệu ở [`{path}`](../{path}): {rows}",
    editions="""## Các phiên bản quy định

Mỗi phiên bản nêu văn bản nào áp dụng cho năm nào, và cách hiểu đã chọn ở những chỗ văn bản để ngỏ. Chỗ nào hệ thống đã hiểu sai văn bản thì
phiên bản có thêm một lần sửa. Mỗi kết quả tính được lưu kèm số của lần sửa; `xeploai correct` tính lại những gì đã tính theo lần sửa trước.
""",
    revision="- lần sửa {number}, ngày {day}: {text}",
)

PHRASES: Mapping[str, Phrases] = {"en": _ENGLISH, "vi": _VIETNAMESE}
"""By language: `en`, `vi`."""
