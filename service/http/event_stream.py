"""Subscriptions over server-sent events (graphql-sse, distinct connections mode): one POST is one stream."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from db.errors import UnavailableError
from resolvers.errors import Problem
from schema.errors import INTERNAL, as_error
from schema.execution.graph_engine import Engine, RequestContext
from schema.operation.prepared_operation import Prepared
from service.auth.identity import BadTokenError
from service.http.caller_share import FullError, ShareTakenError
from service.http.graphql_request import EVENTS
from service.http.subscriber import Streams
from service.telemetry.operation import Observing, Streamed

HEADERS = {"X-Accel-Buffering": "no"}
RETRY_HEADERS = {"Retry-After": "30"}
HTTP_TOO_MANY, HTTP_UNAVAILABLE = 429, 503


class TooManyStreams(Problem):
    code = "TOO_MANY_STREAMS"


class TooSlow(Problem):
    code = "TOO_SLOW"


class Stopping(Problem):
    code = "STOPPING"


class SessionExpired(Problem):
    code = BadTokenError.code


class Unavailable(Problem):
    code = UnavailableError.code


class _ClientGoneError(Exception):
    """The client has left."""


class Event(Protocol):
    """A source event of a subscription; a client resumes after it with `cursor`."""

    cursor: str


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """An accepted subscription: its caller, its end, and the last event that the client has received."""

    prepared: Prepared
    variables: dict[str, Any]
    context: RequestContext
    renew: Callable[[], Awaitable[RequestContext]]
    expires: float
    last: str | None


class EventStream(Response):
    """The response: events until the client leaves, the token expires, or the service stops."""

    def __init__(
        self, streams: Streams, engine: Engine, request: SubscriptionRequest, observing: Observing
    ) -> None:
        super().__init__(None, media_type=EVENTS, headers=HEADERS)
        del self.headers["content-length"]
        self.streams, self.engine, self.request, self.observing = (
            streams,
            engine,
            request,
            observing,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context = self.request.context
        try:
            with (
                self.streams.place(context.client),
                self.observing.stream(self.request.prepared, context.actor) as streamed,
            ):
                await _Stream(self, streamed, receive, send).run()
        except FullError as full:
            self.observing.refused(TooManyStreams.code)
            status = HTTP_TOO_MANY if isinstance(full, ShareTakenError) else HTTP_UNAVAILABLE
            await _too_many(context.language, status)(scope, receive, send)


class _Stream:
    """One running stream; it implements `schema.context.Stream`."""

    def __init__(
        self, answer: EventStream, streamed: Streamed, receive: Receive, send: Send
    ) -> None:
        self.answer, self.request, self.streams = answer, answer.request, answer.streams
        self.streamed, self.last = streamed, answer.request.last
        self._receive, self._send = receive, send
        self._is_slow = False

    def notification_count(self) -> int:
        return self.streams.notifications

    async def wait_beyond(self, notifications: int) -> None:
        await self.streams.wait_beyond(notifications)

    @asynccontextmanager
    async def renewed_context(self) -> AsyncIterator[RequestContext]:
        context = await self.request.renew()
        context.admit(self.request.prepared)
        async with self.streams.pulls, context.operation(command=False):
            try:
                yield context
            finally:
                await context.wait_until_idle()

    async def run(self) -> None:
        await self._send_head()
        gone = asyncio.create_task(self._disconnected())
        stopping = asyncio.create_task(self.streams.stopping.wait())
        try:
            await self._events(gone, stopping)
        except _ClientGoneError:
            return
        except Exception as fault:  # noqa: BLE001 - any exception ends the stream with an error event
            await self._send_last(fault)
        finally:
            gone.cancel()
            stopping.cancel()

    async def _events(self, gone: "asyncio.Task[None]", stopping: "asyncio.Task[bool]") -> None:
        """Send events until there is a reason to end, which is raised."""
        source = await self._source()
        try:
            coming = asyncio.ensure_future(anext(source))
            while True:
                self._raise_if_over(gone, stopping)
                left = self.request.expires - time.time()
                patience = max(0.0, min(self.streams.keep_alive_seconds, left))
                await asyncio.wait(
                    {coming, gone, stopping}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                if gone.done() or stopping.done():
                    continue
                if coming.done():
                    await self._send_block(await self._event(coming.result()))
                    self.streamed.events += 1
                    coming = asyncio.ensure_future(anext(source))
                else:
                    await self._send_block(b":\n\n")
        finally:
            coming.cancel()
            await asyncio.wait({coming})  # a running generator cannot be closed
            await source.aclose()

    def _raise_if_over(self, gone: "asyncio.Task[None]", stopping: "asyncio.Task[bool]") -> None:
        if gone.done():
            raise _ClientGoneError
        if stopping.done():
            raise Stopping(
                vi="Dịch vụ dừng; hãy nối lại từ con trỏ cuối",
                en="The service stops; connect again from the last cursor",
            )
        if time.time() >= self.request.expires:
            raise BadTokenError("expired")
        if self._is_slow:
            raise TooSlow(
                vi="Bên nhận đọc quá chậm; hãy nối lại từ con trỏ cuối",
                en="The events are read too slowly; connect again from the last cursor",
            )

    async def _source(self) -> AsyncGenerator[Event, None]:
        request = self.request
        request.context.stream = self
        return await self.answer.engine.source(request.prepared, request.variables, request.context)

    async def _event(self, event: Event) -> bytes:
        """Execute the operation for one event, with the current rights and budget."""
        request = self.request
        context = await request.renew()
        async with self.streams.pulls:
            result = await self.answer.engine.event(
                request.prepared, request.variables, context, event
            )
        return (
            b"id: " + event.cursor.encode() + b"\n" + self._next_block(result.data, result.errors)
        )

    def _next_block(self, data: object, errors: Sequence[GraphQLError | Problem] | None) -> bytes:
        body: dict[str, object] = {"data": data}
        if errors:
            body["errors"] = shown = [
                as_error(error, self.request.context.language) for error in errors
            ]
            self.answer.observing.refused(*(error["extensions"]["code"] for error in shown))
        return b"event: next\ndata: " + orjson.dumps(body) + b"\n\n"

    async def _send_last(self, fault: Exception) -> None:
        why = _as_problem(fault)
        self.streamed.why = why.code if isinstance(why, Problem) else INTERNAL
        last = self._next_block(None, [why])
        with suppress(_ClientGoneError):
            await self._send_block(last + b"event: complete\ndata:\n\n")
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_head(self) -> None:
        await self._send(
            {"type": "http.response.start", "status": 200, "headers": self.answer.raw_headers}
        )
        await self._send_block(b":\n\n")

    async def _send_block(self, block: bytes) -> None:
        """Send a block. A client that does not take it within `slow_seconds` is too slow; after twice the time it is gone."""
        message = {"type": "http.response.body", "body": block, "more_body": True}
        sending = asyncio.ensure_future(self._send(message))
        seconds = self.streams.slow_seconds
        done, _ = await asyncio.wait({sending}, timeout=seconds)
        if not done:
            self._is_slow = True
            done, _ = await asyncio.wait({sending}, timeout=seconds)
        if not done:
            sending.cancel()
            raise _ClientGoneError
        try:
            await sending
        except OSError as fault:
            raise _ClientGoneError from fault

    async def _disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _as_problem(fault: Exception) -> GraphQLError | Problem:
    """The error that ends the stream; an unexpected exception is masked."""
    match fault:
        case BadTokenError():
            return SessionExpired(vi=fault.vi, en=fault.en)
        case UnavailableError():
            return Unavailable(
                vi="Cơ sở dữ liệu không trả lời; hãy nối lại từ con trỏ cuối",
                en="The database does not answer; connect again from the last cursor",
            )
        case GraphQLError(original_error=Problem() as cause):
            return cause
        case Problem() | GraphQLError():
            return fault
        case _:
            return GraphQLError("", original_error=fault)


def _too_many(language: str, status: int) -> Response:
    """The refusal of a stream: the caller, or all callers, have too many open ones."""
    fault = TooManyStreams(
        vi="Quá nhiều luồng đang mở; hãy thử lại sau",
        en="Too many streams are open; try again later",
    )
    body = {"errors": [as_error(fault, language)]}
    return Response(orjson.dumps(body), status, RETRY_HEADERS, "application/json")
