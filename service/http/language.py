"""Chooses the language of an answer: Vietnamese, or English if the client prefers it."""

from rules.values import BadValueError, read_quality
from service.http.header_cache import cached_header


def language_of(accept_language: str | None) -> str:
    """`vi` or `en` by the header Accept-Language; `vi` by default."""
    return _preferred(accept_language) if accept_language else "vi"


@cached_header
def _preferred(accept_language: str) -> str:
    weights = {"vi": 0.0, "en": 0.0}
    for part in accept_language.split(","):
        tag, _, quality = part.partition(";q=")
        primary = tag.strip().lower().split("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], _number(quality))
    return "en" if weights["en"] > weights["vi"] else "vi"


def _number(quality: str) -> float:
    try:
        return read_quality(quality.strip()) if quality else 1.0
    except BadValueError:
        return 0.0
