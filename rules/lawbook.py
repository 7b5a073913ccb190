"""docs/law.md: every point of the law, with its function or who decides it, and its sheet of cases."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby

from rules.law import Document, Point, documents

_HEAD = """# The law, point by point

Generated from `rules/texts` by `rules/lawbook.py`; `make check` compares. The wording is the documents'.

Every finding shows a citation. Search this page for it (`QĐ124:Đ12.1.3`): under it stand the wording, the numbers by the names
that the functions read, and either the function that computes it with its sheet of cases, or who decides it and why no function does.
"""


def as_markdown() -> str:
    """The whole page, ending with a line end: the older document first, points as in the texts."""
    return "\n".join([_HEAD, *_contents(), *_chapters()])


def sheet_of(function: str) -> str:
    """The sheet of cases of a function (`module:function`), as a path from the repository's root."""
    return _SHEETS[function.split(":", maxsplit=1)[0]]


def _by_age() -> list[Document]:
    return sorted(documents().values(), key=lambda document: document.since)


def _contents() -> Iterator[str]:
    for document in _by_age():
        computed = sum(bool(point.computed_by) for point in document.points.values())
        yield (
            f"- **{document.prefix}**, {document.number}: {len(document.points)} points, {computed} "
            f"computed, {len(document.points) - computed} left to somebody"
        )
    yield ""


def _chapters() -> Iterator[str]:
    for document in _by_age():
        yield from _title(document)
        for article, points in groupby(document.points.values(), key=_article):
            yield from _chapter(article, points)


def _title(document: Document) -> Iterator[str]:
    until = f" until {document.until}" if document.until else ""
    yield f"## {document.prefix}: {document.number}"
    yield ""
    yield f"{document.title}."
    yield (
        f"In force from {document.since}{until}; "
        f"checked on {document.checked_on} by {document.checked_by}."
    )
    yield ""


def _article(point: Point) -> str:
    """The citation of the article or section a point is of."""
    prefix, key = point.cite.split(":", 1)
    return f"{prefix}:{key.split('.')[0]}"


def _chapter(article: str, points: Iterable[Point]) -> Iterator[str]:
    for point in points:
        if point.cite == article:
            yield f"### {article} {point.text.splitlines()[0]}"
            wording = point.text.splitlines()[1:]
        else:
            yield f"#### {point.cite}"
            wording = point.text.splitlines()
        yield ""
        if wording:
            yield from (f"> {line}  " for line in wording[:-1])
            yield f"> {wording[-1]}"
            yield ""
        yield from _decided(point)
        yield ""


def _decided(point: Point) -> Iterator[str]:
    if point.numbers:
        numbers = (f"`{name}` {_number(value)}" for name, value in point.numbers.items())
        yield f"- numbers: {', '.join(numbers)}"
    for function in point.computed_by:
        path = f"{function.split(':')[0].replace('.', '/')}.py"
        sheet = sheet_of(function)
        yield f"- computed by [`{function}`](../{path}), cases in [`{sheet}`](../{sheet})"
    if point.left_to:
        yield f"- left to {point.left_to}"


def _number(value: Fraction) -> str:
    """A share as in the law ("70%"); whatever is more than the whole is a count."""
    return f"{value * 100}%" if value <= 1 else str(value)


_CASES = "tests/rules/cases"
_SHEETS = {
    "rules.article_12_1": f"{_CASES}/QĐ124/d12_1_excellent.toml",
    "rules.article_12_2": f"{_CASES}/QĐ124/d12_2_good.toml",
    "rules.article_12_3": f"{_CASES}/QĐ124/d12_3_completed.toml",
    "rules.article_12_4": f"{_CASES}/QĐ124/d12_4_not_completed.toml",
    "rules.calendar": f"{_CASES}/procedure/calendar.toml",
    "rules.dependence": f"{_CASES}/procedure/dependence.toml",
    "rules.discipline": f"{_CASES}/procedure/discipline.toml",
    "rules.exclusions": f"{_CASES}/procedure/exclusions.toml",
    "rules.file": f"{_CASES}/procedure/file.toml",
    "rules.judge": "tests/rules/test_levels.py",
    "rules.lengths": f"{_CASES}/procedure/lengths.toml",
    "rules.order": f"{_CASES}/procedure/order.toml",
    "rules.places": f"{_CASES}/procedure/places.toml",
    "rules.quota": "tests/rules/test_quota.py",
    "rules.second_looks": f"{_CASES}/procedure/second_looks.toml",
    "rules.section_5_1": f"{_CASES}/HD01/s5_1_excellent.toml",
    "rules.section_5_2": f"{_CASES}/HD01/s5_2_good.toml",
    "rules.section_5_3": f"{_CASES}/HD01/s5_3_completed.toml",
    "rules.section_5_4": f"{_CASES}/HD01/s5_4_not_completed.toml",
}
