"""Documents of the file on their way in and out: bounded in number and bytes, with a share for each caller."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from db.repositories.document import BYTES_MAX
from resolvers.errors import Problem
from schema.execution.fair_queue import CallerTurns
from service.http.caller_share import FullError, Shares, ShareTakenError

UPLOADS_EACH = 8
"""Documents that one caller sends at once (MAX_UPLOADS_PER_CALLER)."""

FETCHED_EACH = 2
"""Documents that one caller fetches at once; further ones wait for their turn."""

UPLOAD_BYTES_MAX = 8 * BYTES_MAX
"""Bytes of all documents that are being sent to one worker (MAX_UPLOAD_BYTES)."""

UPLOAD_SHARE = 8
"""One caller may send the eighth part of them: one of the largest document, or several smaller ones."""


class TooManyUploads(Problem):
    """The caller sends as many documents, or bytes, as one may."""

    code = "TOO_MANY_UPLOADS"

    def __init__(self) -> None:
        super().__init__(
            vi="Quá nhiều tài liệu đang gửi cùng lúc; hãy gửi lại sau",
            en="Too many documents are being sent at once; send it again later",
        )


class UploadsFull(TooManyUploads):
    """All callers together send as many bytes as may be."""


class Transfers:
    """Who sends and who fetches documents."""

    def __init__(self, each: int = UPLOADS_EACH, bytes_max: int = UPLOAD_BYTES_MAX) -> None:
        self._sent = Shares(bytes_max, max(BYTES_MAX, bytes_max // UPLOAD_SHARE))
        self._senders = Shares(bytes_max, each)
        self._fetched = CallerTurns(FETCHED_EACH)

    @contextmanager
    def sending(self, caller: str, stated_bytes: int) -> Iterator[None]:
        """Room for so many bytes of this caller; taken before any of them are read.

        Raises:
            TooManyUploads: the caller sends as many documents, or bytes, as one may.
            UploadsFull: others send so much that there is no room.
        """
        try:
            with self._senders.place(caller), self._sent.place(caller, stated_bytes):
                yield
        except ShareTakenError as own:
            raise TooManyUploads from own
        except FullError as full:
            raise UploadsFull from full

    def fetching(self, caller: str) -> AbstractAsyncContextManager[None]:
        """This caller's turn to fetch a document; it lasts until the answer has left."""
        return self._fetched.turn(caller)


class Sliced(Response):
    """An answer of so many bytes, of which one slice is held: the next one is fetched when the client has read."""

    def __init__(
        self, slices: AsyncIterator[bytes], bytes_count: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(headers={**headers, "Content-Length": str(bytes_count)})
        self.slices = slices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        async for content in self.slices:
            await send({"type": "http.response.body", "body": content, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class ReleasingResponse(Response):
    """An answer that gives something back once it has left."""

    def __init__(self, answer: Response, stack: AsyncExitStack) -> None:
        self.answer, self.stack = answer, stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.stack:
            await self.answer(scope, receive, send)
