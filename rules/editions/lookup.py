"""Finds the edition of a year, and re-exports the records of editions."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rules.editions.edition import (
    Admission,
    Criterion,
    CriterionSet,
    Deadline,
    DossierPaper,
    Edition,
    Interpretation,
    Maker,
    MeetingLength,
    Occasion,
    PeerGroup,
    PersonGroupNames,
    QuotaBase,
    QuotaParameters,
    ResidenceVotes,
    Reviewed,
    ReviewPlace,
    Revision,
    Rounding,
    Where,
)
from rules.editions.edition_file import check_citations, citations, read_edition
from rules.editions.strict_table import EditionError
from rules.texts.law import NotInForceError

__all__ = [
    "Admission",
    "Criterion",
    "CriterionSet",
    "Deadline",
    "DossierPaper",
    "Edition",
    "EditionError",
    "Interpretation",
    "Maker",
    "MeetingLength",
    "NotInForceError",
    "Occasion",
    "PeerGroup",
    "PersonGroupNames",
    "QuotaBase",
    "QuotaParameters",
    "ResidenceVotes",
    "ReviewPlace",
    "Reviewed",
    "Revision",
    "Rounding",
    "Where",
    "check_citations",
    "citations",
    "edition_by_code",
    "edition_for",
    "editions",
    "names_of_editions",
    "read_edition",
]

EDITIONS = Path(__file__).parent


@cache
def edition_for(year: int) -> Edition:
    """The edition by which a year is rated.

    A year before the first edition cannot be computed: its ratings follow texts that the registry does
    not have, and are only stored and read. A year after the last edition waits for a new one, so that
    no year is rated by a replaced text.

    Raises:
        NotInForceError: no edition holds in the year; the message names the existing editions. There
            is no fallback.
    """
    for edition in editions():
        if edition.holds_in(year):
            return edition
    raise NotInForceError(
        f"{year}: no edition of the rules holds in this year; there is {names_of_editions()}"
    )


@cache
def names_of_editions() -> str:
    """Every edition with its years, for messages: "ha-tinh-2023 (2023–2024)"."""
    return ", ".join(
        f"{edition.code} ({edition.years[0]}–{edition.years[1] or ''})" for edition in editions()
    )


def edition_by_code(code: str) -> Edition:
    """The edition of this code.

    Raises:
        NotInForceError: no edition has this code.
    """
    matches = [edition for edition in editions() if edition.code == code]
    if not matches:
        raise NotInForceError(f"{code}: no such edition of the rules")
    return matches[0]


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition under rules/editions, by first year.

    Raises:
        EditionError: a file is refused, or two editions hold in one year.
    """
    by_first_year = sorted(
        map(read_edition, EDITIONS.glob("*.toml")), key=lambda edition: edition.years[0]
    )
    check_years(by_first_year)
    return tuple(by_first_year)


def check_years(by_first_year: Iterable[Edition]) -> None:
    """Raises EditionError where two editions, ordered by first year, hold in one year."""
    previous: Edition | None = None
    for edition in by_first_year:
        if previous and previous.holds_in(edition.years[0]):
            raise EditionError(f"{edition.code}: holds in years of {previous.code}")
        previous = edition
