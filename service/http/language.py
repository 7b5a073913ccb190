"""Chooses the language of an answer: Vietnamese, or English if the client prefers it."""

from service.http.accept import weighted_names
from service.http.header_cache import cached_header


def language_of(accept_language: str | None) -> str:
    """`vi` or `en` by the header Accept-Language; `vi` by default."""
    return _preferred(accept_language) if accept_language else "vi"


@cached_header
def _preferred(accept_language: str) -> str:
    weights = {"vi": 0.0, "en": 0.0}
    for tag, weight in weighted_names(accept_language):
        primary = tag.split("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], weight)
    return "en" if weights["en"] > weights["vi"] else "vi"
