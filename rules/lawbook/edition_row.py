"""The rows of an edition by the point that they cite, each with its path and its number or date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rules.editions.lookup import Deadline, Edition, citations
from rules.procedure.review_length import in_days


@dataclass(frozen=True, slots=True)
class EditionRow:
    """A row that cites a point. `path`: `calendar.grassroots`; `value`: empty without a short value."""

    cite: str
    path: str
    value: str = ""


def rows_by_citation(edition: Edition, language: str) -> Mapping[str, list[EditionRow]]:
    """The rows of an edition by citation, in the order of the file."""
    rows: dict[str, list[EditionRow]] = {}
    for row in _rows(edition, language):
        rows.setdefault(row.cite, []).append(row)
    return rows


def day_in(day: date, language: str) -> str:
    """A day in the Vietnamese form for `vi`, else in ISO 8601."""
    return f"{day:%d/%m/%Y}" if language == "vi" else day.isoformat()


def share_or_count(value: Fraction) -> str:
    """A share as in the law ("70%"); a value above 1 is a count."""
    return f"{value * 100}%" if value <= 1 else str(value)


def _rows(edition: Edition, language: str) -> Iterator[EditionRow]:
    """Every row; one without a short value has its path alone."""
    values = _values(edition, language)
    for path, cite in citations(edition):
        section = path.removesuffix(".clause")
        for name, value in values.get(path, {"": ""}).items():
            yield EditionRow(cite, f"{section}.{name}" if name else section, value)


def _values(edition: Edition, language: str) -> Mapping[str, Mapping[str, str]]:
    """The short values of each row by path, then by key; a row with one value has an empty key."""
    quota, months = edition.quota, edition.admission.months_min
    years = ", ".join(map(str, sorted(edition.residence_votes.years)))
    values = {
        "quota.clause": {
            "base": f"`{quota.base}`",
            "ratio": share_or_count(quota.ratio),
            "rounding": f"`{quota.rounding}`",
        },
        "admission.clause": {"months_min": f"{months}"},
        "residence_votes.clause": {
            "years": years or ("chưa có năm nào" if language == "vi" else "none")
        },
    }
    for cite, numbers in edition.numbers.items():
        values[f"numbers.{cite}"] = {
            name: share_or_count(number) for name, number in numbers.items()
        }
    for name, reading in edition.readings.items():
        values[f"readings.{name}"] = {"": f"`{reading.value}`"}
    for deadline in edition.calendar:
        values[f"calendar.{deadline.code}"] = {"": _before(deadline, language)}
    for length in edition.meeting_lengths:
        days = in_days(length.days_min, language)
        values[f"meetings.{length.code}"] = {
            "": f"tối thiểu {days} ngày" if language == "vi" else f"at least {days} days"
        }
    for revision in edition.revisions:
        values[f"revisions.{revision.number}"] = {"": day_in(revision.on, language)}
    return values


def _before(deadline: Deadline, language: str) -> str:
    """The text of a deadline: "trước ngày" is strictly before the day."""
    day = f"{deadline.day:02}/{deadline.month:02}"
    if language == "vi":
        return f"trước ngày {day}" + (" năm sau" if deadline.next_year else "")
    return f"before {day}" + (" of the next year" if deadline.next_year else "")
