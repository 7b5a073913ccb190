"""A request of GraphQL over HTTP, read: its four parameters, and the media type of its answer."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from rules.values import BadValueError, read_quality
from schema.lru_cache import LRUCache
from schema.operation.limit import NullCharacter, RefusedOperation
from service.headers import Headers, headers_of

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
PREFLIGHTED = ("authorization", "apollo-require-preflight", "x-apollo-operation-name")
"""A page of another site cannot send these without asking first (CORS)."""

HALF_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
HALF = re.compile("[\ud800-\udfff]")

HTTP_NOT_ACCEPTABLE, HTTP_UNSUPPORTED, HTTP_FORBIDDEN = 406, 415, 403


class BadRequest(RefusedOperation):
    """It is no request of GraphQL over HTTP; `field` names the parameter."""

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
    """The body is compressed; what is taken stands in Accept-Encoding (RFC 9110, 15.5.16)."""

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
    """What the client wants executed; `by_get` is for queries alone."""

    query: str | None
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    document_id: str | None = None
    by_get: bool = False


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What the headers of a request say; `media` is None where the client takes no kind of ours."""

    headers: Headers
    media: str | None
    is_json: bool
    takes_events: bool
    is_cross_site: bool
    is_of_a_client: bool
    """Whether it cannot be an image, a form or a link of another site's page."""

    def refuse(self, method: str) -> None:
        """Raises NotAcceptable, CrossSite."""
        if self.media is None:
            raise NotAcceptable
        if self.is_cross_site or (method != "POST" and not self.is_of_a_client):
            raise CrossSite


_HEADS: LRUCache[tuple[tuple[bytes, bytes], ...], RequestHead] = LRUCache()
_OF_ONE_REQUEST = frozenset({b"content-length", b"traceparent", b"tracestate"})


def head_of(scope: Scope) -> RequestHead:
    """What the headers say, remembered: a client sends the same ones again and again, but for a few."""
    steady = tuple([one for one in scope["headers"] if one[0] not in _OF_ONE_REQUEST])
    found = _HEADS.get(steady)
    if found is None:
        found = _head(headers_of(steady))
        _HEADS.put(steady, found, sum(len(name) + len(value) for name, value in steady))
    return found


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
    """The kind of answer the client likes best; JSON where it does not say, or takes anything.

    EVENTS where it takes nothing else; they are for subscriptions alone. None where it takes no kind of ours.
    """
    accept = headers.get("accept")
    if not accept:
        return JSON
    best, best_quality = EVENTS if _takes_events(accept) else None, 0.0
    for name, quality in weighed(accept):
        kind = JSON if name in (JSON, "application/*", "*/*") else name
        if kind in (GRAPHQL_JSON, JSON) and quality > best_quality:
            best, best_quality = kind, quality
    return best


def _takes_events(accept: str) -> bool:
    """Whether it says so: who takes anything is not known to read a stream."""
    return any(name == EVENTS and quality > 0 for name, quality in weighed(accept))


def weighed(accept: str) -> Iterator[tuple[str, float]]:
    """The names in a header like Accept with their qualities: 1 where none is said, 0 where it is no number."""
    for part in accept.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        yield name, next((_number(each[2:]) for each in parameters if each.startswith("q=")), 1.0)


def _number(quality: str) -> float:
    try:
        return read_quality(quality)
    except BadValueError:
        return 0.0


def _is_cross_site(headers: Headers) -> bool:
    """Whether a browser says that it comes from elsewhere, and nothing made it ask first.

    No page of another site may ask in the reader's name. A body must be application/json, which such a page
    cannot send unasked; so this is about GET.
    """
    if any(name in headers for name in PREFLIGHTED):
        return False
    origin = headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != headers.get("host")
    return elsewhere or headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def _is_of_a_client(headers: Headers) -> bool:
    """Whether the request asks for a kind of ours by name, or could not be sent by another site unasked.

    Browsers of before 2023 do not say where a request comes from; what they send for an image or a form of
    another site takes anything, or HTML.
    """
    if any(name in headers for name in PREFLIGHTED):
        return True
    if "sec-fetch-mode" in headers:  # a browser that says where it comes from, or none at all
        return True
    kinds = (GRAPHQL_JSON, JSON, EVENTS)
    return any(name in kinds for name, _ in weighed(headers.get("accept", "")))


async def read(scope: Scope, receive: Receive, head: RequestHead) -> Params:
    """The parameters of a request by POST or GET.

    Raises:
        Refused: it is none; the sentence says what is wrong with it.
        ClientDisconnect: the client has gone before it had said all.
    """
    if scope["method"] in ("GET", "HEAD"):
        return _from_address(QueryParams(scope["query_string"]))
    if not head.is_json:
        raise UnsupportedMedia
    if head.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedEncoding
    return _from_body(await _whole(receive))


async def _whole(receive: Receive) -> bytes:
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
    found = _loaded(body, None)
    if isinstance(found, list):
        raise BatchingOff
    if not isinstance(found, dict):
        raise _must_be(None, "một đối tượng JSON", "the body must be a JSON object")
    params = _params(found, by_get=False)
    if b"\\u" in body:
        _refuse_unsayable(found)
    return params


def _from_address(query: Mapping[str, str]) -> Params:
    found: dict[str, Any] = dict(query)
    for name in ("variables", "extensions"):
        if found.get(name):
            found[name] = _loaded(found[name], name)
    _refuse_unsayable(found)
    return _params(found, by_get=True)


def _params(found: Mapping[str, Any], *, by_get: bool) -> Params:
    return Params(
        query=_text(found, "query"),
        operation_name=_text(found, "operationName"),
        variables=_map(found, "variables"),
        extensions=_map(found, "extensions"),
        document_id=_text(found, "documentId"),
        by_get=by_get,
    )


def _loaded(source: bytes | str, name: str | None) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(source)
    except orjson.JSONDecodeError as fault:
        if not HALF_ESCAPED.search(source if isinstance(source, bytes) else source.encode()):
            raise _no_json(name) from fault
    try:
        return json.loads(
            source
        )  # it lets half a surrogate pass, as it may stand in one entity's key
    except (ValueError, RecursionError) as fault:
        raise _no_json(name) from fault


def _no_json(name: str | None) -> BadRequest:
    where = f"{name}: " if name else ""
    return BadRequest(
        vi=f"{where}không phải JSON (UTF-8)", en=f"{where}it is not JSON in UTF-8", field=name
    )


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise _must_be(name, "một chuỗi", f"{name}: it must be a string")


def _map(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _must_be(name, "một đối tượng JSON", f"{name}: it must be a JSON object")


def _must_be(name: str | None, vi: str, en: str) -> BadRequest:
    return BadRequest(vi=f"{name or 'body'}: phải là {vi}", en=en, field=name)


def _refuse_unsayable(found: Mapping[str, Any]) -> None:
    """No text may hold what cannot be stored or written; a representation is refused by itself.

    Raises:
        NullCharacter: a text holds the character U+0000.
        BadRequest: a text holds half a surrogate pair.
    """
    stack: list[Any] = [found]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise NullCharacter
            if HALF.search(value):
                raise _no_json(None)
        elif isinstance(value, dict):
            stack.extend(value)
            stack.extend(inner for name, inner in value.items() if name != "representations")
        elif isinstance(value, list):
            stack.extend(value)
