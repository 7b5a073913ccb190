"""Sends large answers in pieces, and limits the bytes that clients have not read yet."""

from starlette.types import Message, Scope, Send

from service.http.caller_share import HeldShare, Holdings
from service.http.client_connection import address_of, connection_of

MEBIBYTE = 1 << 20
HELD_BYTES_MIN = 64 << 10
"""Bytes; uvloop's write buffer before it pauses writing. Only larger bodies are counted."""

PIECE_BYTES = 256 << 10
"""Bytes; a line of 70 kbit/s takes a piece within its 30 seconds (MAX_BODY_SECONDS)."""

UNREAD_MAX = 100_000
"""Unread answers; never reached, as connections and requests are limited (MAX_CONNECTIONS, MAX_REQUESTS)."""

UNREAD_BYTES_MAX = 128 * MEBIBYTE
"""Bytes of unread answers in one worker (MAX_UNREAD_BYTES)."""

UNREAD_SHARE = 3
"""One caller may hold 1/3 of these bytes."""

CALLER = "xeploai.caller"
"""Key of the ASGI scope for the caller of the request, once it is known."""


class UnreadAnswers:
    """Sends an answer piece by piece, each after the client has read enough of the ones before.

    The unread bytes have a total limit and a share for each caller. Beyond it, the oldest answer of the caller that
    holds most is aborted. The connection itself ends a client that stops reading.
    """

    def __init__(self, bytes_max: int = UNREAD_BYTES_MAX) -> None:
        self.unread = Holdings(UNREAD_MAX, bytes_max, bytes_max // UNREAD_SHARE)

    async def send_in_pieces(self, scope: Scope, message: Message, send: Send) -> None:
        """Send a body of more than HELD_BYTES_MIN bytes."""
        connection = connection_of(scope)
        if connection is None:
            await send(message)
            return
        body = message["body"]
        holding = HeldShare(scope.get(CALLER) or address_of(scope), connection.abort)
        with self.unread.hold(holding):
            self.unread.add(holding, len(body))
            for start in range(0, len(body), PIECE_BYTES):
                piece = body[start : start + PIECE_BYTES]
                await send({"type": message["type"], "body": piece, "more_body": True})
            # uvicorn accepts the end after it has sent most of the pieces.
            await send({**message, "body": b""})
