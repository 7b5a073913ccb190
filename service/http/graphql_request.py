"""Reads a GraphQL request over HTTP: its parameters, and the media type of the answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from schema.lru_cache import LRUCache
from schema.operation.limit import NullCharacter, RefusedOperation
from service.headers import Headers, headers_of
from service.http.accept import weighted_names

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
PREFLIGHTED = ("authorization", "apollo-require-preflight", "x-apollo-operation-name")
"""Headers that a page of another site cannot send without a CORS preflight."""

ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
SURROGATE = re.compile("[\ud800-\udfff]")

HTTP_NOT_ACCEPTABLE, HTTP_UNSUPPORTED, HTTP_FORBIDDEN = 406, 415, 403


class BadRequest(RefusedOperation):
    """Not a valid GraphQL request over HTTP; `field` names the parameter."""

    code = "BAD_REQUEST"


class BatchingOff(RefusedOperation):
    code = "BATCHING_OFF"

    def __init__(self) -> None:
        super().__init__(
            vi="Mỗi yêu cầu chỉ một truy vấn, không phải danh sách",
            en="One operation for each request, not a list of them",
        )


class NotAcceptable(RefusedOperation):
    code = "NOT_ACCEPTABLE"
    status = HTTP_NOT_ACCEPTABLE

    def __init__(self) -> None:
        kinds = f"{GRAPHQL_JSON}, {JSON}"
        super().__init__(vi=f"Accept: cần {kinds}", en=f"Accept: it may be {kinds}")


class UnsupportedMedia(RefusedOperation):
    code = "UNSUPPORTED_MEDIA_TYPE"
    status = HTTP_UNSUPPORTED

    def __init__(self) -> None:
        super().__init__(
            vi=f"Content-Type: phải là {JSON}, mã UTF-8",
            en=f"Content-Type: it must be {JSON}, in UTF-8",
        )


class UnsupportedEncoding(UnsupportedMedia):
    """The body is compressed; the answer names the accepted encodings (RFC 9110, 15.5.16)."""

    def __init__(self) -> None:
        RefusedOperation.__init__(
            self,
            vi="Content-Encoding: không nén nội dung yêu cầu",
            en="Content-Encoding: leave it out; a request is not compressed",
        )


class CrossSite(RefusedOperation):
    code = "CROSS_SITE"
    status = HTTP_FORBIDDEN

    def __init__(self) -> None:
        named = ", ".join(PREFLIGHTED)
        super().__init__(
            vi=f"Yêu cầu từ trang khác, hoặc GET không có Accept: {JSON}, phải có một trong các tiêu đề: {named}",
            en=f"A request from another site, or by GET without Accept: {JSON}, needs one of the headers {named}",
        )


@dataclass(slots=True)
class Params:
    """The parameters of a request; `by_get` allows queries only."""

    query: str | None
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    document_id: str | None = None
    by_get: bool = False


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The negotiated head of a request; `media` is None if the client accepts none of our media types."""

    headers: Headers
    media: str | None
    is_json: bool
    takes_events: bool
    is_cross_site: bool
    is_of_a_client: bool
    """Whether the request cannot come from an image, a form or a link on a page of another site."""

    def refuse(self, method: str) -> None:
        """Raises NotAcceptable, CrossSite."""
        if self.media is None:
            raise NotAcceptable
        if self.is_cross_site or (method != "POST" and not self.is_of_a_client):
            raise CrossSite


_HEAD_CACHE: LRUCache[tuple[tuple[bytes, bytes], ...], RequestHead] = LRUCache()
_PER_REQUEST_HEADERS = frozenset({b"content-length", b"traceparent", b"tracestate"})


def head_of(scope: Scope) -> RequestHead:
    """The head of a request, cached: a client sends the same headers again, except PER_REQUEST_HEADERS."""
    steady = tuple([pair for pair in scope["headers"] if pair[0] not in _PER_REQUEST_HEADERS])
    head = _HEAD_CACHE.get(steady)
    if head is None:
        head = _head(headers_of(steady))
        _HEAD_CACHE.put(steady, head, sum(len(name) + len(value) for name, value in steady))
    return head


def _head(headers: Headers) -> RequestHead:
    return RequestHead(
        headers,
        media=_media_type(headers),
        is_json=_is_json(headers.get("content-type", "")),
        takes_events=_takes_events(headers.get("accept", "")),
        is_cross_site=_is_cross_site(headers),
        is_of_a_client=_is_of_a_client(headers),
    )


def _media_type(headers: Headers) -> str | None:
    """The media type with the highest quality in Accept; JSON without the header, or for `*/*`.

    EVENTS if the client accepts nothing else of ours; only subscriptions use it. None if it accepts none of ours.
    """
    accept = headers.get("accept")
    if not accept:
        return JSON
    best, best_quality = EVENTS if _takes_events(accept) else None, 0.0
    for name, quality in weighted_names(accept):
        kind = JSON if name in (JSON, "application/*", "*/*") else name
        if kind in (GRAPHQL_JSON, JSON) and quality > best_quality:
            best, best_quality = kind, quality
    return best


def _takes_events(accept: str) -> bool:
    """Whether Accept names text/event-stream; `*/*` does not count, as such a client may not read streams."""
    return any(name == EVENTS and quality > 0 for name, quality in weighted_names(accept))


def _is_cross_site(headers: Headers) -> bool:
    """Whether the request comes from a page of another site, without a CORS preflight.

    Such a page must not read with the rights of the user. It cannot send a body of application/json without a
    preflight; so this check matters for GET.
    """
    if any(name in headers for name in PREFLIGHTED):
        return False
    origin = headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != headers.get("host")
    return elsewhere or headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def _is_of_a_client(headers: Headers) -> bool:
    """Whether Accept names one of our media types, or the request needs a CORS preflight from another site.

    Browsers before 2023 do not send the origin of each request. What they send for an image or a form of another
    site accepts `*/*` or HTML.
    """
    if any(name in headers for name in PREFLIGHTED):
        return True
    if "sec-fetch-mode" in headers:  # a browser that also sends Sec-Fetch-Site, or no browser
        return True
    kinds = (GRAPHQL_JSON, JSON, EVENTS)
    return any(name in kinds for name, _ in weighted_names(headers.get("accept", "")))


async def read(scope: Scope, receive: Receive, head: RequestHead) -> Params:
    """The parameters of a request by POST or GET.

    Raises:
        RefusedOperation: the request is not valid; the message says why.
        ClientDisconnect: the client has left before its body had arrived.
    """
    if scope["method"] in ("GET", "HEAD"):
        return _from_query_string(QueryParams(scope["query_string"]))
    if not head.is_json:
        raise UnsupportedMedia
    if head.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedEncoding
    return _from_body(await _read_body(receive))


async def _read_body(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _is_json(content_type: str) -> bool:
    kind, _, more = content_type.partition(";")
    charset = more.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == JSON and charset in ("", "utf-8", "utf8")


def _from_body(body: bytes) -> Params:
    parsed = _parse_json(body, None)
    if isinstance(parsed, list):
        raise BatchingOff
    if not isinstance(parsed, dict):
        raise _must_be(None, "một đối tượng JSON", "the body must be a JSON object")
    params = _params(parsed, by_get=False)
    if b"\\u" in body:
        _refuse_unstorable_text(parsed)
    return params


def _from_query_string(query: Mapping[str, str]) -> Params:
    parameters: dict[str, Any] = dict(query)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _parse_json(parameters[name], name)
    _refuse_unstorable_text(parameters)
    return _params(parameters, by_get=True)


def _params(parameters: Mapping[str, Any], *, by_get: bool) -> Params:
    return Params(
        query=_text_parameter(parameters, "query"),
        operation_name=_text_parameter(parameters, "operationName"),
        variables=_object_parameter(parameters, "variables"),
        extensions=_object_parameter(parameters, "extensions"),
        document_id=_text_parameter(parameters, "documentId"),
        by_get=by_get,
    )


def _parse_json(source: bytes | str, name: str | None) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(source)
    except orjson.JSONDecodeError as fault:
        if not ESCAPED_SURROGATE.search(source if isinstance(source, bytes) else source.encode()):
            raise _not_json(name) from fault
    try:
        return json.loads(
            source
        )  # accepts half a surrogate pair, which the key of one entity may hold
    except (ValueError, RecursionError) as fault:
        raise _not_json(name) from fault


def _not_json(name: str | None) -> BadRequest:
    where = f"{name}: " if name else ""
    return BadRequest(
        vi=f"{where}không phải JSON (UTF-8)", en=f"{where}it is not JSON in UTF-8", field=name
    )


def _text_parameter(parameters: Mapping[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise _must_be(name, "một chuỗi", f"{name}: it must be a string")


def _object_parameter(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _must_be(name, "một đối tượng JSON", f"{name}: it must be a JSON object")


def _must_be(name: str | None, vi: str, en: str) -> BadRequest:
    return BadRequest(vi=f"{name or 'body'}: phải là {vi}", en=en, field=name)


def _refuse_unstorable_text(parameters: Mapping[str, Any]) -> None:
    """Refuse text that cannot be stored; each representation is checked on its own.

    Raises:
        NullCharacter: a text holds the character U+0000.
        BadRequest: a text holds half a surrogate pair.
    """
    stack: list[Any] = [parameters]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise NullCharacter
            if SURROGATE.search(value):
                raise _not_json(None)
        elif isinstance(value, dict):
            stack.extend(value)
            stack.extend(inner for name, inner in value.items() if name != "representations")
        elif isinstance(value, list):
            stack.extend(value)
