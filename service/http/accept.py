"""Parses Accept, Accept-Encoding and Accept-Language: names with their weights (RFC 9110, 12.4.2 and 12.5).

Why it is our own: docs/decisions/0025-libraries-and-own-code.md.
"""

from rules.values import BadValueError, read_quality
from service.http.header_cache import cached_header

NOT_ACCEPTED = 0.0
"""The weight that refuses a name; a malformed weight counts as it."""


@cached_header
def weighted_names(field: str) -> tuple[tuple[str, float], ...]:
    """The names of the field in lower case and in its order, each with its weight: 1 where it has none."""
    return tuple(_weighted_name(item) for item in field.split(","))


def _weighted_name(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return name, read_quality(weight)
    except BadValueError:
        return name, NOT_ACCEPTED
