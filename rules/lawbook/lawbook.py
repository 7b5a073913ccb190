"""Prints docs/law.md and docs/law.vi.md: every point with its function and data, or its decider."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rules.editions.lookup import editions
from rules.lawbook.edition_row import EditionRow, day_in, rows_by_citation, share_or_count
from rules.lawbook.wording import PHRASES, Phrases
from rules.texts.law import LegalDocument, Point, documents


def as_markdown(language: str = "en") -> str:
    """The whole page with a final line end: the older document first, points in the order of the texts.

    Args:
        language: `en` or `vi`, for every sentence that is not quoted from the documents.
    """
    return "\n".join(_LawbookPage(language).lines())


def sheet_of(function: str) -> str:
    """The sheet of cases of a function (`module:function`), as a path from the repository's root."""
    return _SHEETS[function.split(":", maxsplit=1)[0]]


class _LawbookPage:
    """The page in one language, with the rows of every edition."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._phrases: Phrases = PHRASES[language]
        self._rows = {edition.code: rows_by_citation(edition, language) for edition in editions()}

    def lines(self) -> Iterator[str]:
        yield self._phrases.head
        by_age = sorted(documents().values(), key=lambda document: document.since)
        yield from map(self._summary, by_age)
        yield ""
        for document in by_age:
            yield from self._title(document)
            for article, points in groupby(document.points.values(), key=_article):
                yield from self._chapter(article, points)
        yield from self._editions()

    def _editions(self) -> Iterator[str]:
        """Every edition with its revisions and their days."""
        yield self._phrases.editions
        for edition in editions():
            first, last = edition.years
            yield f"**{edition.code}**, {first}–{last or ''}:"
            yield ""
            for revision in edition.revisions:
                is_english = self._language == "en"
                yield self._phrases.revision.format(
                    number=revision.number,
                    day=day_in(revision.on, self._language),
                    text=revision.text_in_english if is_english else revision.text,
                )
            yield ""

    def _summary(self, document: LegalDocument) -> str:
        computed = sum(bool(point.computed_by) for point in document.points.values())
        return self._phrases.summary.format(
            prefix=document.prefix,
            number=document.number,
            points=len(document.points),
            computed=computed,
            left=len(document.points) - computed,
        )

    def _title(self, document: LegalDocument) -> Iterator[str]:
        phrases = self._phrases
        until = (
            phrases.until.format(day=day_in(document.until, self._language))
            if document.until
            else ""
        )
        yield f"## {document.prefix}: {document.number}"
        yield ""
        yield f"{document.title}."
        yield phrases.in_force.format(
            since=day_in(document.since, self._language),
            until=until,
            checked_on=day_in(document.checked_on, self._language),
            checked_by=document.checked_by.in_language(self._language),
        )
        yield ""

    def _chapter(self, article: str, points: Iterable[Point]) -> Iterator[str]:
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
            yield from self._decided(point)
            yield from self._data(point)
            yield ""

    def _decided(self, point: Point) -> Iterator[str]:
        if point.numbers:
            numbers = (f"`{name}` {share_or_count(value)}" for name, value in point.numbers.items())
            yield self._phrases.numbers.format(numbers=", ".join(numbers))
        for function in point.computed_by:
            yield self._phrases.computed_by.format(
                function=function,
                path=f"{function.split(':')[0].replace('.', '/')}.py",
                sheet=sheet_of(function),
            )
        if point.left_to:
            decider = point.left_to.in_language(self._language)
            yield self._phrases.left_to.format(decider=decider)

    def _data(self, point: Point) -> Iterator[str]:
        """The rows that cite the point: one line for each edition with such rows."""
        for edition, rows in self._rows.items():
            if point.cite in rows:
                yield self._phrases.data.format(
                    path=f"rules/editions/{edition}.toml",
                    rows=", ".join(map(_row, rows[point.cite])),
                )


def _article(point: Point) -> str:
    """The citation of the article or section of a point."""
    prefix, key = point.cite.split(":", 1)
    return f"{prefix}:{key.split('.')[0]}"


def _row(row: EditionRow) -> str:
    return f"`{row.path}` {row.value}".rstrip()


_CASES = "tests/rules/cases"
_SHEETS = {
    "rules.articles.article_12_1": f"{_CASES}/QĐ124/d12_1_excellent.toml",
    "rules.articles.article_12_2": f"{_CASES}/QĐ124/d12_2_good.toml",
    "rules.articles.article_12_3": f"{_CASES}/QĐ124/d12_3_completed.toml",
    "rules.articles.article_12_4": f"{_CASES}/QĐ124/d12_4_not_completed.toml",
    "rules.procedure.calendar": f"{_CASES}/procedure/calendar.toml",
    "rules.facts.discipline": f"{_CASES}/procedure/discipline.toml",
    "rules.judgement.exclusion": f"{_CASES}/procedure/exclusions.toml",
    "rules.procedure.dossier": f"{_CASES}/procedure/file.toml",
    "rules.judgement.judge": "tests/rules/judgement/test_judge.py",
    "rules.procedure.review_length": f"{_CASES}/procedure/lengths.toml",
    "rules.procedure.precedence": f"{_CASES}/procedure/order.toml",
    "rules.procedure.review_place": f"{_CASES}/procedure/places.toml",
    "rules.judgement.quota": "tests/rules/judgement/test_quota.py",
    "rules.procedure.remedy": f"{_CASES}/procedure/second_looks.toml",
    "rules.articles.section_5_1": f"{_CASES}/HD01/s5_1_excellent.toml",
    "rules.articles.section_5_2": f"{_CASES}/HD01/s5_2_good.toml",
    "rules.articles.section_5_3": f"{_CASES}/HD01/s5_3_completed.toml",
    "rules.articles.section_5_4": f"{_CASES}/HD01/s5_4_not_completed.toml",
}
