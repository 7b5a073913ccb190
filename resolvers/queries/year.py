"""The edition of a year, or a refusal that lists the existing editions."""

from resolvers.errors import BadInput, Problem
from rules.editions.lookup import Edition, NotInForceError, edition_for, editions, names_of_editions


def edition_of(year: int, refusal: type[Problem] = BadInput) -> Edition:
    """The edition by which a year is rated.

    Raises:
        BadInput, or the given `refusal`: no edition is in force in the year.
    """
    try:
        return edition_for(year)
    except NotInForceError as fault:
        names = names_of_editions()
        raise refusal(
            vi=f"year: năm {year} không có ấn bản quy định nào; hiện có: {names}",
            en=f"year: no edition of the rules holds in {year}; there is {names}",
            field="year",
        ) from fault


def edition_if_any(year: int) -> Edition | None:
    """The edition of the year; None for a year before the first edition, which has only levels."""
    try:
        return edition_for(year)
    except NotInForceError:
        return None


def edition_that_counts(year: int) -> Edition:
    """The edition that counts the year; the first edition also counts the years before it. Raises BadInput."""
    first = editions()[0]
    return first if year < first.years[0] else edition_of(year)
