"""GraphQL over HTTP: a request is read, run by the engine, and answered as the specification says."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema import Schema

from resolvers.errors import Problem
from schema.errors import said
from schema.running import federated_tracing
from schema.running.engine import Answer, Asking, Engine, is_query
from schema.running.limits import Limits, Refused
from schema.running.preparing import Prepared
from service.language import language_of
from service.observing import Observing
from service.params import GRAPHQL_JSON, Params, media_type, read, refuse_cross_site
from service.persisted import Documents, persisted_hash

HTTP_OK, HTTP_NOT_MODIFIED, HTTP_NOT_ALLOWED, HTTP_TOO_MANY = 200, 304, 405, 429
ALWAYS_SAID = {HTTP_NOT_ALLOWED, HTTP_TOO_MANY}
"""Also to clients of application/json, to whom an answer of the graph otherwise is a 200."""

VARY = "Accept, Authorization, Accept-Language"

MakeContext = Callable[[Request], Awaitable[Asking]]


class OnlyQueriesByGet(Refused):
    code = "ONLY_QUERIES_BY_GET"
    status = HTTP_NOT_ALLOWED

    def __init__(self) -> None:
        super().__init__(
            vi="GET chỉ dành cho query; hãy gửi bằng POST",
            en="GET is for queries alone; send this by POST",
        )


class NoSubscriptions(Refused):
    code = "NO_SUBSCRIPTIONS"

    def __init__(self) -> None:
        super().__init__(vi="subscription: không có ở đây", en="subscription: there are none here")


class Endpoint:
    """`/graphql` for one schema: one operation for each request."""

    def __init__(
        self,
        schema: Schema,
        contexts: MakeContext,
        limits: Limits | None = None,
        documents: Documents | None = None,
        observing: Observing | None = None,
    ) -> None:
        self.engine = Engine(schema, limits or Limits())
        self.contexts, self.documents = contexts, documents or Documents()
        self.observing = observing or Observing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The whole way of one request. What the token or the database refuses is the application's."""
        headers = request.headers
        try:
            media = media_type(headers)
            refuse_cross_site(headers)
            params = await read(request)
            text = self.documents.text(params)
        except Refused as refused:
            self.observing.refused(refused.code)
            return _refusal(refused, headers)
        context = await self.contexts(request)
        with self.observing.operation(context.actor, headers) as answer:
            answer.trace = federated_tracing.wanted(headers)
            await self.run(params, text, context, answer)
        return _response(answer, media, params, headers)

    async def run(self, params: Params, text: str, context: Asking, answer: Answer) -> None:
        """Run what was asked. The one place where a subscription would go another way."""

        def accept(prepared: Prepared) -> None:
            if params.by_get and not is_query(prepared):
                raise OnlyQueriesByGet
            if not is_query(prepared) and not prepared.is_command:
                raise NoSubscriptions

        await self.engine.answer(
            text, params.operation_name, params.variables, context, accept, answer
        )
        if answer.executed:
            self.documents.keep(params)


def _response(answer: Answer, media: str, params: Params, headers: Headers) -> Response:
    body = orjson.dumps(answer.body)
    status = answer.status
    if media != GRAPHQL_JSON and status not in ALWAYS_SAID:
        status = HTTP_OK
    more = {"Vary": VARY}
    if answer.retry_seconds is not None:
        more["Retry-After"] = str(answer.retry_seconds)
    if params.by_get and answer.executed and persisted_hash(params) is not None:
        more |= {"ETag": f'"{sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
        if _matches(headers.get("if-none-match"), more["ETag"]):
            return Response(status_code=HTTP_NOT_MODIFIED, headers=more)
    return Response(body, status, more, f"{media}; charset=utf-8")


def _matches(if_none_match: str | None, tag: str) -> bool:
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return tag in known or "*" in known


def _refusal(refused: Problem, headers: Headers) -> Response:
    """What is refused before an operation is known is refused by its status, in either media type."""
    body: dict[str, Any] = {"errors": [said(refused, _language(headers))]}
    status = refused.status if isinstance(refused, Refused) else HTTP_OK
    return Response(orjson.dumps(body), status, {"Vary": VARY}, _media(headers))


def _media(headers: Headers) -> str:
    try:
        return f"{media_type(headers)}; charset=utf-8"
    except Refused:
        return "application/json; charset=utf-8"


def _language(headers: Headers) -> str:
    return language_of(headers.get("accept-language"))
