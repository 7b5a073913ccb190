"""Limits on uploads and downloads of documents: in number and bytes, with a share for each caller."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from db.repositories.document import BYTES_MAX
from resolvers.errors import Problem
from schema.execution.fair_queue import CallerTurns
from service.http.caller_share import FullError, Shares, ShareTakenError

UPLOADS_PER_CALLER_MAX = 8
"""Concurrent uploads of one caller (MAX_UPLOADS_PER_CALLER)."""

DOWNLOADS_PER_CALLER_MAX = 2
"""Concurrent downloads of one caller; further ones wait."""

UPLOAD_BYTES_MAX = 8 * BYTES_MAX
"""Bytes of all concurrent uploads to one worker (MAX_UPLOAD_BYTES)."""

UPLOAD_SHARE = 8
"""One caller may use 1/8 of the bytes: one document of the largest size, or several smaller ones."""


class TooManyUploads(Problem):
    """The caller has reached its limit of concurrent uploads, or of their bytes."""

    code = "TOO_MANY_UPLOADS"

    def __init__(self) -> None:
        super().__init__(
            vi="Quá nhiều tài liệu đang gửi cùng lúc; hãy gửi lại sau",
            en="Too many documents are being sent at once; send it again later",
        )


class UploadsFull(TooManyUploads):
    """The uploads of all callers have reached the limit of bytes."""


class Transfers:
    """The concurrent uploads and downloads of one worker."""

    def __init__(
        self, per_caller_max: int = UPLOADS_PER_CALLER_MAX, bytes_max: int = UPLOAD_BYTES_MAX
    ) -> None:
        self._sent = Shares(bytes_max, max(BYTES_MAX, bytes_max // UPLOAD_SHARE))
        self._senders = Shares(bytes_max, per_caller_max)
        self._fetched = CallerTurns(DOWNLOADS_PER_CALLER_MAX)

    @contextmanager
    def sending(self, caller: str, stated_bytes: int) -> Iterator[None]:
        """Reserve `stated_bytes` for an upload, before its body is read.

        Raises:
            TooManyUploads: the caller has reached its limit of concurrent uploads, or of their bytes.
            UploadsFull: the uploads of all callers have reached the limit of bytes.
        """
        try:
            with self._senders.place(caller), self._sent.place(caller, stated_bytes):
                yield
        except ShareTakenError as own:
            raise TooManyUploads from own
        except FullError as full:
            raise UploadsFull from full

    def fetching(self, caller: str) -> AbstractAsyncContextManager[None]:
        """A context manager for one download; it is entered when the caller has a free place."""
        return self._fetched.turn(caller)


class Sliced(Response):
    """A response sent in slices: the next slice is read from the database when the client has taken the last one."""

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
    """A response that closes `stack` after it was sent."""

    def __init__(self, answer: Response, stack: AsyncExitStack) -> None:
        self.answer, self.stack = answer, stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.stack:
            await self.answer(scope, receive, send)
