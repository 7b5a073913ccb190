"""Reads the raw headers of ASGI."""

from collections.abc import Iterable, Mapping

from starlette.types import Scope

Headers = Mapping[str, str]
RawHeaders = Iterable[tuple[bytes, bytes]]


def headers_of(raw: RawHeaders) -> Headers:
    """The headers of a request by their lower-case names; the first value of a repeated header."""
    headers: dict[str, str] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return headers


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of the request with this lower-case name."""
    for header_name, value in scope["headers"]:
        if header_name == name:
            return bytes(value)
    return None
