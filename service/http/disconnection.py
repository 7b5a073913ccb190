"""Cancels a query when its client leaves; its SQL statement is then cancelled in the database, too."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Scope

from schema.operation.limit import RefusedOperation
from service.http.client_connection import connection_of

HTTP_CLIENT_LEFT = 499
"""nginx's status for a client that left; only the log and the metrics see it."""


class ClientLeft(RefusedOperation):
    code = "CLIENT_LEFT"
    status = HTTP_CLIENT_LEFT

    def __init__(self) -> None:
        super().__init__(
            vi="Bên hỏi đã ngắt kết nối", en="The client closed the connection before the answer"
        )


class WhileConnected:
    """A block whose task is cancelled when the client leaves, from `cancel_on_disconnect` on.

    Raises:
        ClientLeft: the client has left, and the work was cancelled.
    """

    def __init__(self, scope: Scope) -> None:
        self._connection = connection_of(scope)
        self._task: asyncio.Task[object] | None = None
        self._cancelled_before, self._has_left = 0, False

    def cancel_on_disconnect(self) -> None:
        """Cancel the current task when the client leaves. Raises ClientLeft if it has left already."""
        if self._connection is None:
            return
        if self._connection.is_lost:
            raise ClientLeft
        self._task = asyncio.current_task()
        assert self._task is not None  # noqa: S101 -- a request is answered in a task
        self._cancelled_before = self._task.cancelling()
        self._connection.listener = self._cancel

    def _cancel(self) -> None:
        if self._task is not None:
            self._has_left = True
            self._task.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._connection is None or self._task is None:
            return
        self._connection.listener = None
        if not self._has_left:
            return
        is_ours = self._task.uncancel() <= self._cancelled_before
        if is_ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise ClientLeft from fault
