"""The edition of a year, or the refusal that says which editions there are."""

from resolvers.errors import BadInput, Problem
from rules.editions.lookup import Edition, NotInForceError, edition_for, editions, names_of_editions


def edition_of(year: int, refusal: type[Problem] = BadInput) -> Edition:
    """The edition by which a year is rated.

    Raises:
        BadInput, or the given refusal: no edition holds in the year.
    """
    try:
        return edition_for(year)
    except NotInForceError as fault:
        there = names_of_editions()
        raise refusal(
            vi=f"year: năm {year} không có ấn bản quy định nào; hiện có: {there}",
            en=f"year: no edition of the rules holds in {year}; there is {there}",
            field="year",
        ) from fault


def edition_if_any(year: int) -> Edition | None:
    """That of the year; None in one of which there are levels alone."""
    try:
        return edition_for(year)
    except NotInForceError:
        return None


def edition_that_counts(year: int) -> Edition:
    """That of the year; a year before the first edition is counted by that one. Raises BadInput."""
    first = editions()[0]
    return first if year < first.years[0] else edition_of(year)
