"""Large answers leave in pieces: an answer that nobody reads is held by its request, and only so much of them."""

from starlette.types import Message, Scope, Send

from service.http.caller_share import HeldShare, Holdings
from service.http.client_connection import address_of, connection_of

MEBIBYTE = 1 << 20
HELD_BYTES_MIN = 64 << 10
"""As much as uvloop keeps unsent before it says that the client does not read; larger bodies are counted."""

PIECE_BYTES = 256 << 10
"""A slow line of 70 kbit/s takes it within the 30 seconds of each piece (MAX_BODY_SECONDS)."""

UNREAD_MAX = 100_000
"""Not a bound of its own: connections and requests are bounded (MAX_CONNECTIONS, MAX_REQUESTS)."""

UNREAD_BYTES_MAX = 128 * MEBIBYTE
"""Bytes of answers on their way to clients, in one worker (MAX_UNREAD_BYTES)."""

UNREAD_SHARE = 3
"""One caller may have the third part of them."""

CALLER = "xeploai.caller"
"""Where the scope of a request says whose it is, once that is known."""


class UnreadAnswers:
    """Sends an answer piece by piece, each when the client has read enough of those before.

    Of the bytes that clients have not read yet there is a bound, and a share for each caller; beyond it the
    oldest answer of whoever holds most is broken off. Whoever stops reading is cut off by the connection itself.
    """

    def __init__(self, bytes_max: int = UNREAD_BYTES_MAX) -> None:
        self.unread = Holdings(UNREAD_MAX, bytes_max, bytes_max // UNREAD_SHARE)

    async def send_in_pieces(self, scope: Scope, message: Message, send: Send) -> None:
        """Send a body that has more than HELD_BYTES_MIN."""
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
            # uvicorn takes the end when it is rid of most of what it has.
            await send({**message, "body": b""})
