"""Converts the raw headers of ASGI to text."""

from collections.abc import Iterable, Mapping

Headers = Mapping[str, str]
RawHeaders = Iterable[tuple[bytes, bytes]]


def headers_of(raw: RawHeaders) -> Headers:
    """The headers of a request by their lower-case names; the first value of a repeated header."""
    headers: dict[str, str] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return headers
