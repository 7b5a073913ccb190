"""GraphQL over HTTP: reads a request, runs it by the engine, and answers as the specification requires."""

from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema import Schema

from resolvers.errors import Problem
from schema.errors import as_error
from schema.execution import federated_trace
from schema.execution.graph_engine import Answer, Engine, RequestContext
from schema.operation.limit import Limits, RefusedOperation
from schema.operation.prepared_operation import Prepared
from service.auth.identity import expiry
from service.headers import Headers
from service.http.caller_share import FullError, Shares
from service.http.client_connection import WRITE_RESPONSE, WriteResponse, header_lines
from service.http.disconnection import HTTP_CLIENT_LEFT, ClientLeft, WhileConnected
from service.http.event_stream import EventStream, SubscriptionRequest
from service.http.graphql_request import (
    EVENTS,
    GRAPHQL_JSON,
    HTTP_NOT_ACCEPTABLE,
    JSON,
    Params,
    RequestHead,
    UnsupportedEncoding,
    head_of,
    read,
)
from service.http.language import language_of
from service.http.large_response import CALLER
from service.http.middleware import LOG_LINE
from service.http.persisted_document import Documents, persisted_hash
from service.http.subscriber import Streams
from service.telemetry.operation import Observing

HTTP_OK, HTTP_NOT_MODIFIED, HTTP_NOT_ALLOWED, HTTP_TOO_MANY = 200, 304, 405, 429
EXPLICIT_STATUSES = {HTTP_NOT_ALLOWED, HTTP_NOT_ACCEPTABLE, HTTP_TOO_MANY, HTTP_CLIENT_LEFT}
"""Statuses that clients of application/json get, too; any other answer of the graph is a 200 for them."""

SINGLE_EVENT = b"event: next\ndata: %b\n\nevent: complete\ndata:\n\n"
"""The answer of a query over server-sent events (graphql-sse, distinct connections mode)."""

VARY = "Accept, Accept-Encoding, Authorization, Accept-Language"
RESPONSE_HEADERS = {
    media: [(b"vary", VARY.encode()), (b"content-type", f"{media}; charset=utf-8".encode())]
    for media in (JSON, GRAPHQL_JSON)
}
RESPONSE_LINES = {media: header_lines(headers) for media, headers in RESPONSE_HEADERS.items()}

REQUESTS_MAX, REQUESTS_PER_CALLER_MAX = 1_000, 250
"""Concurrent operations of one worker, and of one caller (MAX_REQUESTS_PER_CALLER)."""

MakeContext = Callable[[Headers], Awaitable[RequestContext]]


class OnlyQueriesByGet(RefusedOperation):
    code = "ONLY_QUERIES_BY_GET"
    status = HTTP_NOT_ALLOWED

    def __init__(self) -> None:
        super().__init__(
            vi="GET chỉ dành cho query; hãy gửi bằng POST",
            en="GET is for queries alone; send this by POST",
        )


class NeedsStream(RefusedOperation):
    code = "NEEDS_STREAM"
    status = HTTP_NOT_ACCEPTABLE

    def __init__(self) -> None:
        super().__init__(
            vi=f"subscription: cần tiêu đề Accept: {EVENTS}",
            en=f"subscription: it needs the header Accept: {EVENTS}",
        )


class TooManyRequests(RefusedOperation):
    code = "TOO_MANY_REQUESTS"
    status = HTTP_TOO_MANY

    def __init__(self) -> None:
        super().__init__(
            vi="Quá nhiều yêu cầu cùng lúc của một người; hãy thử lại",
            en="Too many requests of one caller at once; try again",
        )


class Endpoint:
    """The endpoint `/graphql` of one schema; a request holds one operation."""

    def __init__(  # noqa: PLR0913 - all but two have defaults
        self,
        schema: Schema,
        contexts: MakeContext,
        limits: Limits | None = None,
        documents: Documents | None = None,
        observing: Observing | None = None,
        *,
        streams: Streams | None = None,
        requests: Shares | None = None,
    ) -> None:
        self.engine = Engine(schema, limits or Limits())
        self.contexts, self.documents = contexts, documents or Documents()
        self.observing, self.streams = observing or Observing(), streams or Streams()
        self.requests = requests or Shares(REQUESTS_MAX, REQUESTS_PER_CALLER_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(scope, receive)
        await response(scope, receive, send)

    async def respond(self, scope: Scope, receive: Receive) -> Response:
        """The response to one request.

        Raises:
            BadTokenError, UnavailableError: the application answers them.
            ClientDisconnect: the client has left before its request had arrived.
        """
        head = head_of(scope)
        try:
            head.refuse(scope["method"])
            params = await read(scope, receive, head)
            text = self.documents.text(params)
        except RefusedOperation as refused:
            self.observing.refused(refused.code)
            return _refusal(refused, head)
        context = await self.contexts(head.headers)
        scope[CALLER] = context.client
        with self.observing.operation(
            context.actor, scope["headers"], scope.get(LOG_LINE)
        ) as answer:
            answer.trace = federated_trace.requested_trace(head.headers)
            try:
                try:
                    self.requests.acquire(context.client)
                except FullError as full:
                    raise TooManyRequests from full
                try:
                    with WhileConnected(scope) as client:
                        await self.run(params, text, context, answer, head, client)
                finally:
                    self.requests.release(context.client)
            except (ClientLeft, TooManyRequests) as refused:
                answer.errors, answer.status = [as_error(refused, context.language)], refused.status
        if answer.executed and answer.prepared and answer.prepared.is_subscription:
            return self._stream(head.headers, answer.prepared, params, context)
        return _response(answer, params, head)

    async def run(  # noqa: PLR0913, PLR0917 - a request is all of these
        self,
        params: Params,
        text: str,
        context: RequestContext,
        answer: Answer,
        head: RequestHead,
        client: WhileConnected,
    ) -> None:
        """Run the operation; a subscription is only accepted here, and its response streams it.

        Raises:
            ClientLeft: the client has left, and its query was cancelled; a command runs to its end.
        """

        def accept(prepared: Prepared) -> None:
            if params.by_get and prepared.is_command:
                raise OnlyQueriesByGet
            if prepared.is_subscription and not head.takes_events:
                raise NeedsStream
            if prepared.is_query:
                client.cancel_on_disconnect()

        await self.engine.answer(
            text, params.operation_name, params.variables, context, accept, answer
        )
        if answer.executed:
            self.documents.remember(params)

    def _stream(
        self, headers: Headers, prepared: Prepared, params: Params, context: RequestContext
    ) -> EventStream:
        request = SubscriptionRequest(
            prepared,
            params.variables,
            context,
            renew=partial(self.contexts, headers),
            expires=expiry(headers.get("authorization")),
            last=headers.get("last-event-id"),
        )
        return EventStream(self.streams, self.engine, request, self.observing)


def _response(answer: Answer, params: Params, head: RequestHead) -> Response:
    body = orjson.dumps(answer.body)
    if head.media == EVENTS and answer.executed:
        return Response(SINGLE_EVENT % body, headers={"Vary": VARY}, media_type=EVENTS)
    status = answer.status
    if head.media == JSON and status not in EXPLICIT_STATUSES:
        status = HTTP_OK
    response = GraphQLResponse(body, status, _response_media(head))
    if status == HTTP_TOO_MANY:
        response.headers["Retry-After"] = str(answer.retry_seconds or 1)
    elif answer.retry_seconds is not None:
        response.headers["Retry-After"] = str(answer.retry_seconds)
    if params.by_get and answer.executed and persisted_hash(params) is not None:
        more = {"ETag": f'"{sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
        if _etag_matches(head.headers.get("if-none-match"), more["ETag"]):
            return Response(status_code=HTTP_NOT_MODIFIED, headers={"Vary": VARY, **more})
        response.headers.update(more)
    return response


class GraphQLResponse(Response):
    """A response with precomputed headers: Starlette would encode them for each response."""

    def __init__(self, body: bytes, status: int, media: str) -> None:
        self.status_code, self.body, self.background = status, body, None
        length = b"%d" % len(body)
        self.raw_headers = [*RESPONSE_HEADERS[media], (b"content-length", length)]
        self._own_count = len(self.raw_headers)
        self._own_lines = RESPONSE_LINES[media] + b"content-length: %b\r\n" % length

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the signature of ASGI
        write: WriteResponse | None = scope.get(WRITE_RESPONSE)
        if write:
            added = header_lines(self.raw_headers[self._own_count :])
            if write(self.status_code, self._own_lines + added, bytes(self.body)):
                return
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})


def _etag_matches(if_none_match: str | None, tag: str) -> bool:
    known = [etag.strip().removeprefix("W/") for etag in (if_none_match or "").split(",")]
    return tag in known or "*" in known


def _refusal(refused: Problem, head: RequestHead) -> Response:
    """The refusal of a request without an operation; its status is the same for either media type."""
    body: dict[str, Any] = {"errors": [as_error(refused, _language(head.headers))]}
    status = refused.status if isinstance(refused, RefusedOperation) else HTTP_OK
    media = f"{_response_media(head)}; charset=utf-8"
    headers = {"Vary": VARY}
    if isinstance(refused, UnsupportedEncoding):
        headers["Accept-Encoding"] = "identity"
    return Response(orjson.dumps(body), status, headers, media)


def _response_media(head: RequestHead) -> str:
    """The media type of an answer that is not a stream."""
    return GRAPHQL_JSON if head.media == GRAPHQL_JSON else JSON


def _language(headers: Headers) -> str:
    return language_of(headers.get("accept-language"))
