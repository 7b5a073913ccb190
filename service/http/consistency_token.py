"""The consistency token: the WAL position of a write, which the client sends with later reads."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.connection.replica import POSITIONS, Positions
from service.headers import header
from service.http.client_connection import WRITE_RESPONSE

HEADER = b"xeploai-position"


class Positioned:
    """Middleware: passes the required position on to the read, and returns the written position."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        needed = header(scope, HEADER)
        positions = Positions(needed=needed.decode("latin-1") if needed else None)

        async def send_with_position(message: Message) -> None:
            if message["type"] == "http.response.start" and positions.written:
                message["headers"].append((HEADER, positions.written.encode()))
            await send(message)

        scope.pop(WRITE_RESPONSE, None)
        before = POSITIONS.set(positions)
        try:
            await self.app(scope, receive, send_with_position)
        finally:
            POSITIONS.reset(before)
