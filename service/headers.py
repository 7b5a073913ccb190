"""Headers of a request as texts."""

from collections.abc import Iterable, Mapping

Headers = Mapping[str, str]
RawHeaders = Iterable[tuple[bytes, bytes]]


def headers_of(raw: RawHeaders) -> Headers:
    """The headers of a request by their names in small letters; of those that come twice, the first."""
    headers: dict[str, str] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return headers
