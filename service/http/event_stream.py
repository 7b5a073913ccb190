"""Subscriptions over server-sent events (graphql-sse, distinct connections): one POST, one stream."""

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
from schema.errors import INTERNAL, said
from schema.execution.graph_engine import Engine, RequestContext
from schema.operation.prepared_operation import Prepared
from service.auth.identity import BadTokenError
from service.http.caller_share import FullError, ShareTakenError
from service.http.graphql_request import EVENTS
from service.http.subscriber import Streams
from service.telemetry.operation import Observing, Streamed

HEADERS = {"X-Accel-Buffering": "no"}
AGAIN = {"Retry-After": "30"}
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
    """Nobody reads the stream any more."""


class Event(Protocol):
    """What a subscription is told of: the cursor is where a client goes on after it."""

    cursor: str


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A subscription that was let in: by whom, until when, after which event."""

    prepared: Prepared
    variables: dict[str, Any]
    context: RequestContext
    renew: Callable[[], Awaitable[RequestContext]]
    expires: float
    last: str | None


class EventStream(Response):
    """The answer: events until the client leaves, the token expires, or the service stops."""

    def __init__(
        self, streams: Streams, engine: Engine, asked: SubscriptionRequest, observing: Observing
    ) -> None:
        super().__init__(None, media_type=EVENTS, headers=HEADERS)
        del self.headers["content-length"]
        self.streams, self.engine, self.asked, self.observing = streams, engine, asked, observing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context = self.asked.context
        try:
            with (
                self.streams.place(context.client),
                self.observing.stream(self.asked.prepared, context.actor) as streamed,
            ):
                await _Stream(self, streamed, receive, send).run()
        except FullError as full:
            self.observing.refused(TooManyStreams.code)
            status = HTTP_TOO_MANY if isinstance(full, ShareTakenError) else HTTP_UNAVAILABLE
            await _too_many(context.language, status)(scope, receive, send)


class _Stream:
    """One stream while it runs; what `schema.context.Stream` asks for."""

    def __init__(
        self, answer: EventStream, streamed: Streamed, receive: Receive, send: Send
    ) -> None:
        self.answer, self.asked, self.streams = answer, answer.asked, answer.streams
        self.streamed, self.last = streamed, answer.asked.last
        self._receive, self._send = receive, send
        self._late = False

    def heard(self) -> int:
        return self.streams.heard

    async def beyond(self, heard: int) -> None:
        await self.streams.beyond(heard)

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[RequestContext]:
        context = await self.asked.renew()
        context.admit(self.asked.prepared)
        async with self.streams.pulls, context.operation(command=False):
            try:
                yield context
            finally:
                await context.settled()

    async def run(self) -> None:
        await self._start()
        gone = asyncio.create_task(self._gone())
        stopping = asyncio.create_task(self.streams.stopping.wait())
        try:
            await self._events(gone, stopping)
        except _ClientGoneError:
            return
        except Exception as fault:  # noqa: BLE001 - whatever ends the stream is said or masked
            await self._end(fault)
        finally:
            gone.cancel()
            stopping.cancel()

    async def _events(self, gone: "asyncio.Task[None]", stopping: "asyncio.Task[bool]") -> None:
        """Send events until one of the reasons to end is there, which is raised."""
        source = await self._source()
        try:
            coming = asyncio.ensure_future(anext(source))
            while True:
                self._refuse_to_go_on(gone, stopping)
                left = self.asked.expires - time.time()
                patience = max(0.0, min(self.streams.keep_alive_seconds, left))
                await asyncio.wait(
                    {coming, gone, stopping}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                if gone.done() or stopping.done():
                    continue
                if coming.done():
                    await self._put(await self._event(coming.result()))
                    self.streamed.events += 1
                    coming = asyncio.ensure_future(anext(source))
                else:
                    await self._put(b":\n\n")
        finally:
            coming.cancel()
            await asyncio.wait({coming})  # a source that still runs cannot be closed
            await source.aclose()

    def _refuse_to_go_on(self, gone: "asyncio.Task[None]", stopping: "asyncio.Task[bool]") -> None:
        if gone.done():
            raise _ClientGoneError
        if stopping.done():
            raise Stopping(
                vi="Dịch vụ dừng; hãy nối lại từ con trỏ cuối",
                en="The service stops; connect again from the last cursor",
            )
        if time.time() >= self.asked.expires:
            raise BadTokenError("expired")
        if self._late:
            raise TooSlow(
                vi="Bên nhận đọc quá chậm; hãy nối lại từ con trỏ cuối",
                en="The events are read too slowly; connect again from the last cursor",
            )

    async def _source(self) -> AsyncGenerator[Event, None]:
        asked = self.asked
        asked.context.stream = self
        return await self.answer.engine.source(asked.prepared, asked.variables, asked.context)

    async def _event(self, event: Event) -> bytes:
        """The event as the operation selects it, with the rights and the budget of this moment."""
        asked = self.asked
        context = await asked.renew()
        async with self.streams.pulls:
            result = await self.answer.engine.event(asked.prepared, asked.variables, context, event)
        return b"id: " + event.cursor.encode() + b"\n" + self._next(result.data, result.errors)

    def _next(self, data: object, errors: Sequence[GraphQLError | Problem] | None) -> bytes:
        body: dict[str, object] = {"data": data}
        if errors:
            body["errors"] = found = [said(error, self.asked.context.language) for error in errors]
            self.answer.observing.refused(*(error["extensions"]["code"] for error in found))
        return b"event: next\ndata: " + orjson.dumps(body) + b"\n\n"

    async def _end(self, fault: Exception) -> None:
        why = _said_of(fault)
        self.streamed.why = why.code if isinstance(why, Problem) else INTERNAL
        last = self._next(None, [why])
        with suppress(_ClientGoneError):
            await self._put(last + b"event: complete\ndata:\n\n")
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _start(self) -> None:
        await self._send(
            {"type": "http.response.start", "status": 200, "headers": self.answer.raw_headers}
        )
        await self._put(b":\n\n")

    async def _put(self, block: bytes) -> None:
        """Send; whoever does not take it in time is ended, at the latest in twice the time."""
        message = {"type": "http.response.body", "body": block, "more_body": True}
        sending = asyncio.ensure_future(self._send(message))
        seconds = self.streams.slow_seconds
        done, _ = await asyncio.wait({sending}, timeout=seconds)
        if not done:
            self._late = True
            done, _ = await asyncio.wait({sending}, timeout=seconds)
        if not done:
            sending.cancel()
            raise _ClientGoneError
        try:
            await sending
        except OSError as fault:
            raise _ClientGoneError from fault

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _said_of(fault: Exception) -> GraphQLError | Problem:
    """What the client reads; whatever nobody foresaw is masked."""
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
    """As many streams are open as may be: of this caller, or of all."""
    fault = TooManyStreams(
        vi="Quá nhiều luồng đang mở; hãy thử lại sau",
        en="Too many streams are open; try again later",
    )
    body = {"errors": [said(fault, language)]}
    return Response(orjson.dumps(body), status, AGAIN, "application/json")
